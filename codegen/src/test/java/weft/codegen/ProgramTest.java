package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.codegen.Loops.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;

/** Whole programs written by hand against the same program in plain Java. */
class ProgramTest {
  /** C = A · B with named extents, so that every index is a product of unknowns. */
  @Test
  void matrixProductOfUnknownSizes() {
    Symbol m = Symbol.free("m");
    Symbol k = Symbol.free("k");
    Symbol n = Symbol.free("n");
    Buffer a = new Buffer("a", DType.F32, d(m).times(d(k)), Buffer.Role.INPUT, null);
    Buffer b = new Buffer("b", DType.F32, d(k).times(d(n)), Buffer.Role.INPUT, null);
    Buffer c = new Buffer("c", DType.F32, d(m).times(d(n)), Buffer.Role.OUTPUT, null);
    Symbol i = var("i");
    Symbol j = var("j");
    Symbol p = var("p");
    var sum = new Local("sum", DType.F32, 1);
    Value left = load(a, d(i).times(d(k)).plus(d(p)));
    Value right = load(b, d(p).times(d(n)).plus(d(j)));
    LoopProgram program = program(1, loop(i, d(m), loop(j, d(n),
        declare(sum, num(DType.F32, 0)),
        loop(p, d(k), assign(sum, call(Fun.ADD, get(sum), call(Fun.MUL, left, right)))),
        store(c, d(i).times(d(n)).plus(d(j)), get(sum)))));
    var random = new Random(1);
    float[] x = floats(random, 5 * 7);
    float[] y = floats(random, 7 * 3);
    float[] z = new float[5 * 3];
    run(program, Map.of(a, x, b, y, c, z), Map.of(m, 5, k, 7, n, 3));
    for (int row = 0; row < 5; row++) {
      for (int column = 0; column < 3; column++) {
        float want = 0;
        for (int q = 0; q < 7; q++) want += x[row * 7 + q] * y[q * 3 + column];
        assertThat(z[row * 3 + column]).isEqualTo(want);
      }
    }
  }

  static float[] floats(Random random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) values[i] = (float) random.nextGaussian();
    return values;
  }

  /** h = tanh(x_t · W + h · U + b) over time: a driver loop whose variable the kernel takes as an argument. */
  @Test
  void elmanNet() {
    int in = 3;
    int hidden = 5;
    Symbol time = Symbol.free("time");
    Buffer x = new Buffer("x", DType.F64, d(time).times(in), Buffer.Role.INPUT, null);
    Buffer w = in("W", DType.F64, in * hidden);
    Buffer u = in("U", DType.F64, hidden * hidden);
    Buffer bias = in("b", DType.F64, hidden);
    Buffer h = new Buffer("h", DType.F64, d(time).plus(1).times(hidden), Buffer.Role.WORKSPACE, null);
    Symbol t = var("t");
    Symbol j = var("j");
    Symbol k = var("k");
    var sum = new Local("sum", DType.F64, 1);
    Kernel step = kernel("step", loop(j, Dim.of(hidden),
        declare(sum, load(bias, j)),
        loop(k, Dim.of(in), assign(sum, call(Fun.ADD, get(sum),
            call(Fun.MUL, load(x, d(t).times(in).plus(d(k))), load(w, d(k).times(hidden).plus(d(j))))))),
        loop(k, Dim.of(hidden), assign(sum, call(Fun.ADD, get(sum),
            call(Fun.MUL, load(h, d(t).times(hidden).plus(d(k))), load(u, d(k).times(hidden).plus(d(j))))))),
        store(h, d(t).plus(1).times(hidden).plus(d(j)), call(Fun.TANH, get(sum)))));
    Kernel start = kernel("start", loop(j, Dim.of(hidden), store(h, j, num(DType.F64, 0.25))));
    LoopProgram program = program(1, driver("main", new Stmt.Run(start), loop(t, d(time), new Stmt.Run(step))));
    var random = new Random(2);
    int steps = 4;
    double[] xs = random.doubles(steps * in).toArray();
    double[] ws = random.doubles(in * hidden, -1, 1).toArray();
    double[] us = random.doubles(hidden * hidden, -1, 1).toArray();
    double[] bs = random.doubles(hidden).toArray();
    double[] hs = new double[(steps + 1) * hidden];
    run(program, Map.of(x, xs, w, ws, u, us, bias, bs, h, hs), Map.of(time, steps));
    double[] state = new double[hidden];
    java.util.Arrays.fill(state, 0.25);
    for (int s = 0; s < steps; s++) {
      double[] next = new double[hidden];
      for (int c = 0; c < hidden; c++) {
        double total = bs[c];
        for (int r = 0; r < in; r++) total += xs[s * in + r] * ws[r * hidden + c];
        for (int r = 0; r < hidden; r++) total += state[r] * us[r * hidden + c];
        next[c] = Math.tanh(total);
      }
      state = next;
      for (int c = 0; c < hidden; c++) assertThat(hs[(s + 1) * hidden + c]).isEqualTo(state[c]);
    }
  }

  /** Companion variables count down and up beside the loop's own. */
  @Test
  void companionVariables() {
    Buffer x = in("x", DType.I32, 100);
    Buffer z = out("z", DType.I32, 40);
    Symbol i = var("i");
    Symbol down = var("down");
    Symbol far = var("far");
    Stmt body = store(z, i, call(Fun.ADD, load(x, d(down)), new Value.Position(d(far).plus(d(i).times(2)))));
    var along = List.of(new Stmt.Along(down, Dim.of(99), -7), new Stmt.Along(far, Dim.of(1), 100000));
    int[] xs = new Random(3).ints(100, 0, 1000).toArray();
    int[] zs = new int[40];
    run(program(1, new Stmt.For(i, Dim.of(2), Dim.of(40), 3, Stmt.Order.SEQUENTIAL, along, body)),
        Map.of(x, xs, z, zs));
    int[] want = new int[40];
    for (int p = 2, q = 99, r = 1; p < 40; p += 3, q -= 7, r += 100000) want[p] = xs[q] + r + 2 * p;
    assertThat(zs).isEqualTo(want);
  }

  /** Collatz steps: a while loop over a driver-free local, with an if inside. */
  @Test
  void whileLoop() {
    Buffer x = in("x", DType.I64, 4);
    Buffer z = out("z", DType.I32, 4);
    Symbol i = var("i");
    var n = new Local("n", DType.I64, 1);
    var steps = new Local("steps", DType.I32, 1);
    Value one = num(DType.I64, 1);
    int[] result = new int[4];
    Value even = call(Fun.EQ, call(Fun.AND, get(n), one), num(DType.I64, 0));
    run(program(1, loop(i, x.size(), declare(n, load(x, i)), declare(steps, num(DType.I32, 0)),
        new Stmt.While(call(Fun.NE, get(n), one), block(
            new Stmt.If(even, assign(n, call(Fun.SHIFT_RIGHT, get(n), one)),
                assign(n, call(Fun.ADD, call(Fun.MUL, num(DType.I64, 3), get(n)), one))),
            assign(steps, call(Fun.ADD, get(steps), num(DType.I32, 1))))),
        store(z, i, get(steps)))), Map.of(x, new long[] {1, 6, 7, 27}, z, result));
    assertThat(result).containsExactly(0, 8, 16, 111);
  }

  @Test
  void gatherAndScatter() {
    Buffer table = in("table", DType.F32, 12);
    Buffer rows = in("rows", DType.I64, 3);
    Buffer columns = in("columns", DType.I32, 3);
    Buffer z = out("z", DType.F32, 20);
    Symbol i = var("i");
    var picked = new Value.Gather(table, Dim.of(1), Dim.of(4), load(rows, i));
    var put = new Stmt.Scatter(z, Dim.of(5), Dim.of(3), load(columns, i), picked);
    var plain = new Stmt.Scatter(z, Dim.ZERO, Dim.ONE, load(columns, i),
        new Value.Gather(table, Dim.ZERO, Dim.ONE,
        load(columns, i)));
    float[] values = new float[12];
    for (int k = 0; k < 12; k++) values[k] = 10 + k;
    float[] result = new float[20];
    run(program(1, loop(i, rows.size(), put, plain)),
        Map.of(table, values, rows, new long[] {2, 0, 1}, columns, new int[] {0, 4, 2}, z, result));
    float[] want = new float[20];
    want[5] = 19;
    want[17] = 11;
    want[11] = 15;
    want[0] = 10;
    want[4] = 14;
    want[2] = 12;
    assertThat(result).containsExactly(want);
  }

  @Test
  void requireSaysWhatIsWrong() {
    Buffer x = in("x", DType.I32, 1);
    Value positive = call(Fun.GT, load(x, Dim.ZERO), num(DType.I32, 0));
    LoopProgram with = program(1,
        new Stmt.Require(positive, WeftException.Kind.INDEX, "got %d, twice %d", load(x, Dim.ZERO)));
    LoopProgram without = program(1,
        new Stmt.Require(positive, WeftException.Kind.ASSERTION, "must be 100%d", List.of()));
    run(with, Map.of(x, new int[] {5}));
    assertThatThrownBy(() -> run(with, Map.of(x, new int[] {-3})))
        .isInstanceOfSatisfying(WeftException.class,
            e -> assertThat(e.kind()).isEqualTo(WeftException.Kind.INDEX))
        .hasMessage("got -3, twice -3");
    assertThatThrownBy(() -> run(without, Map.of(x, new int[] {0})))
        .isInstanceOfSatisfying(WeftException.class,
            e -> assertThat(e.kind()).isEqualTo(WeftException.Kind.ASSERTION))
        .hasMessage("must be 100%d");
  }

  /** A measured length bounds a later loop, and so do the sizes computed from it. */
  @Test
  void measuredSizes() {
    Buffer x = in("x", DType.I64, 1);
    Buffer z = out("z", DType.I32, 100);
    Symbol length = Symbol.measured("length");
    Dim blocks = d(length).plus(1).ceilDiv(4);
    Dim capped = Dim.max(Dim.min(d(length), Dim.of(6)), Dim.of(2));
    Dim half = blocks.plus(d(length)).floorDiv(2);
    Symbol i = var("i");
    var fill = kernel("fill", loop(i, d(length), store(z, i, num(DType.I32, 1))),
        loop(i, blocks, store(z, d(i).plus(20), num(DType.I32, 2))),
        loop(i, capped, store(z, d(i).plus(40), num(DType.I32, 3))),
        loop(i, half, store(z, d(i).plus(60), num(DType.I32, 4))));
    LoopProgram program = program(1,
        driver("main", new Stmt.Measure(length, load(x, Dim.ZERO)), new Stmt.Run(fill)));
    int[] zs = new int[100];
    Map<Symbol, Integer> sizes = run(program, Map.of(x, new long[] {9}, z, zs), Map.of());
    int[] want = new int[100];
    java.util.Arrays.fill(want, 0, 9, 1);
    java.util.Arrays.fill(want, 20, 23, 2);
    java.util.Arrays.fill(want, 40, 46, 3);
    java.util.Arrays.fill(want, 60, 66, 4);
    assertThat(zs).isEqualTo(want);
    assertThat(sizes).containsEntry(length, 9);
  }

  /** The end of a loop is taken before it starts, even if the loop itself measures it anew. */
  @Test
  void boundsAreTakenOnce() {
    Buffer z = out("z", DType.I32, 10);
    Symbol length = Symbol.measured("length");
    Symbol i = var("i");
    Kernel mark = kernel("mark", store(z, i, new Value.Position(d(length))));
    LoopProgram program = program(1, driver("main", new Stmt.Measure(length, num(DType.I32, 3)),
        loop(i, d(length), new Stmt.Measure(length, new Value.Position(d(length).plus(2))), new Stmt.Run(mark))));
    int[] zs = new int[10];
    run(program, Map.of(z, zs), Map.of());
    assertThat(zs).containsExactly(5, 7, 9, 0, 0, 0, 0, 0, 0, 0);
  }

  /** More arrays than a method may take: the kernel fetches them itself. */
  @Test
  void kernelWithManyArrays() {
    Buffer z = out("z", DType.F64, 4);
    Symbol i = var("i");
    var arrays = new java.util.HashMap<Buffer, Object>();
    var sum = new Local("sum", DType.F64, 1);
    var body = new ArrayList<Stmt>();
    body.add(declare(sum, num(DType.F64, 0)));
    for (int k = 0; k < 260; k++) {
      Buffer x = in("x" + k, DType.F64, 4);
      arrays.put(x, new double[] {k, k + 1, k * 2, k * k});
      body.add(assign(sum, call(Fun.ADD, get(sum), load(x, i))));
    }
    body.add(store(z, i, get(sum)));
    double[] zs = new double[4];
    arrays.put(z, zs);
    Symbol outer = var("outer");
    Kernel inner = kernel("inner", loop(i, Dim.of(4), body.toArray(Stmt[]::new)));
    run(program(1, driver("main", loop(outer, Dim.of(2), new Stmt.Run(inner)))), arrays);
    assertThat(zs).containsExactly(33670, 33930, 67340, 5824910);
  }

  @Test
  void emptyLoopsAndBlocks() {
    Buffer z = out("z", DType.I32, 2);
    Symbol i = var("i");
    int[] zs = {7, 8};
    run(program(1, loop(i, Dim.ZERO, store(z, i, num(DType.I32, 1))),
        loop(i, Dim.of(-3), store(z, i, num(DType.I32, 1))),
        block(), new Stmt.If(num(DType.BOOL, 1), block(), block())), Map.of(z, zs));
    assertThat(zs).containsExactly(7, 8);
  }
}
