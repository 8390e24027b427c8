package weft.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.loop.Programs.at;
import static weft.loop.Programs.block;
import static weft.loop.Programs.buffer;
import static weft.loop.Programs.call;
import static weft.loop.Programs.driver;
import static weft.loop.Programs.f32;
import static weft.loop.Programs.get;
import static weft.loop.Programs.i32;
import static weft.loop.Programs.kernel;
import static weft.loop.Programs.loop;
import static weft.loop.Programs.program;
import static weft.loop.Programs.run;
import static weft.loop.Programs.store;
import static weft.loop.Programs.var;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weft.loop.Buffer.Role;
import weft.loop.Stmt.Order;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;

class InterpreterTest {
  private static final int[] NO_SIZES = {};

  private static void interpret(LoopProgram program, int[] sizes, Object... arrays) {
    LoopVerifier.check(program);
    new Interpreter().compile(program).run(arrays, sizes);
  }

  @Test
  void anElmanNetAgreesWithAPlainLoop() {
    var net = new ElmanRun(7, new Random(3));
    net.run(new Interpreter().compile(net.elman.program));
    assertThat(net.loss()).isCloseTo(net.expected(), Offset.offset(1e-5f));
  }

  @Test
  void parallelLoopsMayStartWithTheirLastIteration() {
    var net = new ElmanRun(5, new Random(4));
    net.run(new Interpreter(true).compile(net.elman.program));
    assertThat(net.loss()).isCloseTo(net.expected(), Offset.offset(1e-5f));
  }

  @Test
  void backwardsMeansFromTheLastIteration() {
    Buffer out = buffer("out", DType.I32, 1, Role.OUTPUT);
    var i = var("i");
    Stmt count = new Stmt.For(i, Dim.of(2), Dim.of(9), 3, Order.PARALLEL, store(out, 0, new Value.Position(Dim.of(i))));
    var result = new int[1];
    new Interpreter(true).compile(program("p", List.of(), List.of(out), count)).run(new Object[] {result}, NO_SIZES);
    assertThat(result).containsExactly(2);
    new Interpreter(false).compile(program("p", List.of(), List.of(out), count)).run(new Object[] {result}, NO_SIZES);
    assertThat(result).containsExactly(8);
  }

  @Test
  void runsSideBySideDoNotDisturbEachOther() throws Exception {
    var elman = new Programs.Elman();
    Compiled compiled = new Interpreter().compile(elman.program);
    var pool = Executors.newFixedThreadPool(4);
    try {
      var runs = new ArrayList<ElmanRun>();
      var done = new ArrayList<Future<?>>();
      for (int i = 0; i < 64; i++) {
        var net = new ElmanRun(elman, 1 + i % 9, new Random(i));
        runs.add(net);
        done.add(pool.submit(() -> net.run(compiled)));
      }
      for (Future<?> each : done) each.get();
      for (ElmanRun net : runs) assertThat(net.loss()).isCloseTo(net.expected(), Offset.offset(1e-4f));
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void lanesAreCombinedByHalves() {
    Buffer x = buffer("x", DType.F32, 4, Role.INPUT);
    Buffer out = buffer("out", DType.F32, 1, Role.OUTPUT);
    var vector = new Value.Load(x, Dim.ZERO, 4);
    var result = new float[1];
    LoopProgram sum = vectors(List.of(x), List.of(out), store(out, 0, new Value.Reduce(Fun.ADD, vector)));
    interpret(sum, NO_SIZES, new float[] {1e8f, 1, -1e8f, 1}, result);
    assertThat(result[0]).isEqualTo(2);
    interpret(sum, NO_SIZES, new float[] {1e8f, -1e8f, 1, 1}, result);
    assertThat(result[0]).isEqualTo(0);
    LoopProgram max = vectors(List.of(x), List.of(out), store(out, 0, new Value.Reduce(Fun.MAX, vector)));
    interpret(max, NO_SIZES, new float[] {3, 1, 7, 2}, result);
    assertThat(result[0]).isEqualTo(7);
  }

  private static LoopProgram vectors(List<Buffer> inputs, List<Buffer> outputs, Stmt... body) {
    return LoopProgram.of("p", 4, inputs, outputs, driver(run(kernel("k", body))));
  }

  @Test
  void vectorsAreReadWholeBeforeTheyAreWritten() {
    Buffer h = buffer("h", DType.F32, 8, Role.PARAMETER);
    var loaded = new Local("loaded", DType.F32, 4);
    var h1 = new Value.Load(h, Dim.of(1), 4);
    float[] array = {0, 1, 2, 3, 4, 5, 6, 7};
    interpret(vectors(List.of(), List.of(), block(
        store(h, 2, h1),
        new Stmt.Declare(loaded, new Value.Splat(at(h, 7), 4)),
        new Stmt.Assign(loaded, call(Fun.ADD, get(loaded), new Value.Splat(new Value.Reduce(Fun.ADD, get(loaded)), 4))),
        store(h, 4, get(loaded)))), NO_SIZES, array);
    assertThat(array).containsExactly(0, 1, 1, 2, 35, 35, 35, 35);
  }

  @Test
  void companionsStepWithTheirLoop() {
    Buffer out = buffer("out", DType.I32, 12, Role.OUTPUT);
    Symbol i = var("i");
    Symbol up = var("up");
    Symbol down = var("down");
    var companions = List.of(new Stmt.Along(up, Dim.of(1), 3), new Stmt.Along(down, Dim.of(11), -2));
    Stmt body = block(
        store(out, up, new Value.Position(Dim.of(i))),
        store(out, down, new Value.Position(Dim.of(i).plus(100))));
    var result = new int[12];
    interpret(program("p", List.of(), List.of(out),
        new Stmt.For(i, Dim.ZERO, Dim.of(5), 2, Order.SEQUENTIAL, companions, body)), NO_SIZES, result);
    assertThat(result).containsExactly(0, 0, 0, 0, 2, 0, 0, 104, 0, 102, 0, 100);
  }

  @Test
  void boundsOfALoopAreReadOnce() {
    Dim steps = Dim.of(Symbol.measured("steps"));
    Buffer out = buffer("out", DType.I32, 1, Role.OUTPUT);
    Kernel count = kernel("count", store(out, 0, call(Fun.ADD, at(out, 0), i32(1))));
    Stmt grow = new Stmt.Measure(steps.symbols().iterator().next(), i32(50));
    var result = new int[1];
    interpret(LoopProgram.of("p", 1, List.of(), List.of(out), driver(
        new Stmt.Measure(steps.symbols().iterator().next(), i32(3)),
        loop(var("t"), steps, Order.SEQUENTIAL, run(count), grow))), new int[1], result);
    assertThat(result).containsExactly(3);
  }

  @Test
  void aKernelMayCountAVariableThatIsCountedAroundIt() {
    Buffer out = buffer("out", DType.I32, 8, Role.OUTPUT);
    Symbol t = var("t");
    Kernel inner = kernel("inner", loop(t, 3, Order.PARALLEL, store(out, Dim.of(t).plus(5), i32(9))));
    Kernel after = kernel("after", store(out, t, new Value.Position(Dim.of(t).plus(1))));
    var result = new int[8];
    interpret(LoopProgram.of("p", 1, List.of(), List.of(out), driver(
        loop(t, 2, Order.SEQUENTIAL, run(inner), run(after)))), NO_SIZES, result);
    assertThat(result).containsExactly(1, 2, 0, 0, 0, 9, 9, 9);
  }

  @Test
  void gathersAndScatters() {
    Buffer words = buffer("words", DType.I64, 3, Role.INPUT);
    Buffer table = buffer("table", DType.F64, 8, Role.INPUT);
    Buffer out = buffer("out", DType.F64, 8, Role.OUTPUT);
    Symbol i = var("i");
    Symbol j = var("j");
    var row = new Value.Gather(table, Dim.of(j), Dim.of(2), at(words, i));
    Stmt body = new Stmt.Scatter(out, Dim.of(j).plus(1), Dim.of(3), new Value.Position(Dim.of(i)), row);
    var result = new double[8];
    interpret(program("p", List.of(words, table), List.of(out),
        loop(i, 3, Order.SEQUENTIAL, loop(j, 1, Order.PARALLEL, body))),
        NO_SIZES, new long[] {3, 0, 2}, new double[] {10, 11, 12, 13, 14, 15, 16, 17}, result);
    assertThat(result).containsExactly(0, 16, 0, 0, 10, 0, 0, 14);
  }

  @Test
  void whileAndIf() {
    Buffer out = buffer("out", DType.I32, 2, Role.OUTPUT);
    var n = new Local("n", DType.I32, 1);
    var steps = new Local("steps", DType.I32, 1);
    Value isOdd = call(Fun.EQ, call(Fun.AND, get(n), i32(1)), i32(1));
    Stmt triple = new Stmt.Assign(n, call(Fun.ADD, call(Fun.MUL, get(n), i32(3)), i32(1)));
    Stmt half = new Stmt.Assign(n, call(Fun.SHIFT_RIGHT, get(n), i32(1)));
    var result = new int[2];
    interpret(program("p", List.of(), List.of(out), block(
        new Stmt.Declare(n, i32(27)),
        new Stmt.Declare(steps, i32(0)),
        new Stmt.While(call(Fun.NE, get(n), i32(1)), block(
            new Stmt.If(isOdd, triple, half),
            new Stmt.Assign(steps, call(Fun.ADD, get(steps), i32(1))))),
        store(out, 0, get(steps)))), NO_SIZES, result);
    assertThat(result).containsExactly(111, 0);
  }

  @Test
  void castsAreThoseOfJava() {
    double[] x = {Double.NaN, 1e20, -2.75, 0};
    assertThat((int[]) cast(x, DType.I32)).containsExactly(0, Integer.MAX_VALUE, -2, 0);
    assertThat((long[]) cast(x, DType.I64)).containsExactly(0, Long.MAX_VALUE, -2, 0);
    assertThat((float[]) cast(x, DType.F32)).containsExactly(Float.NaN, 1e20f, -2.75f, 0);
    assertThat((double[]) cast(x, DType.F64)).containsExactly(x);
    assertThat((boolean[]) cast(x, DType.BOOL)).containsExactly(true, true, true, false);
    float[] f = {Float.NaN, 1e20f, -2.75f, -0f};
    assertThat((int[]) cast(f, DType.I32)).containsExactly(0, Integer.MAX_VALUE, -2, 0);
    assertThat((long[]) cast(f, DType.I64)).containsExactly(0, Long.MAX_VALUE, -2, 0);
    assertThat((double[]) cast(f, DType.F64)).containsExactly(Double.NaN, 1.0000000200408773e20, -2.75, -0.0);
    assertThat((boolean[]) cast(f, DType.BOOL)).containsExactly(true, true, true, false);
    long[] l = {(1L << 53) + 1, -1, 5_000_000_000L, 0};
    assertThat((int[]) cast(l, DType.I32)).containsExactly(1, -1, 705032704, 0);
    assertThat((float[]) cast(l, DType.F32)).containsExactly(9007199254740992f, -1, 5e9f, 0);
    assertThat((double[]) cast(l, DType.F64)).containsExactly(9007199254740992.0, -1, 5e9, 0);
    assertThat((boolean[]) cast(l, DType.BOOL)).containsExactly(true, true, true, false);
    int[] i = {16777217, -1, Integer.MIN_VALUE, 0};
    assertThat((long[]) cast(i, DType.I64)).containsExactly(16777217, -1, Integer.MIN_VALUE, 0);
    assertThat((float[]) cast(i, DType.F32)).containsExactly(16777216f, -1, -2147483648f, 0);
    assertThat((double[]) cast(i, DType.F64)).containsExactly(16777217, -1, -2147483648.0, 0);
    assertThat((boolean[]) cast(i, DType.BOOL)).containsExactly(true, true, true, false);
    boolean[] b = {true, false, true, false};
    assertThat((int[]) cast(b, DType.I32)).containsExactly(1, 0, 1, 0);
    assertThat((long[]) cast(b, DType.I64)).containsExactly(1, 0, 1, 0);
    assertThat((float[]) cast(b, DType.F32)).containsExactly(1, 0, 1, 0);
    assertThat((double[]) cast(b, DType.F64)).containsExactly(1, 0, 1, 0);
  }

  private static Object cast(Object from, DType to) {
    Buffer x = buffer("x", DType.ofArray(from), 4, Role.INPUT);
    Buffer out = buffer("out", to, 4, Role.OUTPUT);
    Symbol i = var("i");
    Object result = to.newArray(4);
    interpret(program("p", List.of(x), List.of(out),
        loop(i, 4, Order.PARALLEL, store(out, i, new Value.Cast(to, at(x, i))))), NO_SIZES, from, result);
    return result;
  }

  @Test
  void measuredExtentsReachTheCallerAndWhatIsComputedFromThem() {
    Symbol steps = Symbol.measured("steps");
    Dim blocks = Dim.of(steps).ceilDiv(4);
    Buffer wanted = buffer("wanted", DType.I64, 1, Role.INPUT);
    Buffer out = buffer("out", DType.I32, blocks.plus(1), Role.OUTPUT);
    Symbol i = var("i");
    LoopProgram program = LoopProgram.of("p", 1, List.of(wanted), List.of(out), driver(
        new Stmt.Measure(steps, at(wanted, 0)),
        run(kernel("k", loop(i, blocks, Order.PARALLEL, store(out, i, new Value.Position(Dim.of(steps))))))));
    int[] sizes = new int[2];
    var result = new int[8];
    interpret(program, sizes, new long[] {10}, result);
    assertThat(result).containsExactly(10, 10, 10, 0, 0, 0, 0, 0);
    Map<Symbol, Integer> after = new HashMap<>();
    for (int k = 0; k < 2; k++) after.put(program.symbols().get(k), sizes[k]);
    assertThat(after).containsEntry(steps, 10).containsEntry(blocks.symbols().iterator().next(), 3);

    assertThatThrownBy(() -> interpret(program, new int[2], new long[] {1L << 31}, result))
        .isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(WeftException.Kind.SIZE))
        .hasMessage("p: extent steps would be 2147483648, and extents end at 2147483647; make the inputs smaller");
  }

  @Test
  void aRequirementThatDoesNotHoldIsTheUsersError() {
    Buffer x = buffer("x", DType.I32, 1, Role.INPUT);
    LoopProgram program = LoopProgram.of("p", 1, List.of(x), List.of(), driver(new Stmt.Require(
        call(Fun.LT, at(x, 0), i32(5)), WeftException.Kind.INDEX, "index %d is 100% wrong", at(x, 0))));
    interpret(program, NO_SIZES, new int[] {4});
    assertThatThrownBy(() -> interpret(program, NO_SIZES, new int[] {5}))
        .isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(WeftException.Kind.INDEX))
        .hasMessage("index 5 is 100% wrong");
  }

  @Test
  void anIndexOutsideItsBufferNamesKernelBufferAndIndex() {
    Dim n = Dim.named("n");
    Buffer x = buffer("x", DType.F32, n.times(2), Role.INPUT);
    Buffer w = buffer("W", DType.F32, n, Role.PARAMETER);
    Symbol i = var("i");
    Buffer out = buffer("out", DType.F32, n.times(4), Role.OUTPUT);
    LoopProgram late = program("late", List.of(x), List.of(out), loop(i, n.plus(1), Order.PARALLEL,
        store(out, i, at(x, Dim.of(i).times(2)))));
    assertThatThrownBy(() -> interpret(late, new int[] {3}, new float[99], new float[99]))
        .isInstanceOf(WeftException.class)
        .hasMessage("kernel late: index 6 is outside x f32[2*n = 6]");
    LoopProgram early = program("early", List.of(x), List.of(out), loop(i, n, Order.PARALLEL,
        store(out, Dim.of(i).minus(1), f32(0))));
    assertThatThrownBy(() -> interpret(early, new int[] {3}, new float[6], new float[12]))
        .hasMessage("kernel early: index -1 is outside out f32[4*n = 12]");
    LoopProgram wide = vectors(List.of(), List.of(out), loop(i, n.plus(2), Order.SEQUENTIAL,
        store(out, i, new Value.Load(w, Dim.of(i).plus(30), 4))));
    assertThatThrownBy(() -> interpret(wide, new int[] {8}, new float[32], new float[64]))
        .hasMessage("kernel k: index 30 with 4 lanes is outside W f32[n = 8]");
  }

  @Test
  void arraysMustFitTheirBuffers() {
    Dim n = Dim.named("n");
    Buffer x = buffer("x", DType.F32, n, Role.INPUT);
    Compiled compiled = new Interpreter().compile(program("p", List.of(x), List.of(), block()));
    assertThatThrownBy(() -> compiled.run(new Object[] {new float[3]}, new int[] {4}))
        .hasMessage("p: INPUT x needs 4 elements, but its array has 3");
    assertThatThrownBy(() -> compiled.run(new Object[] {new int[4]}, new int[] {4}))
        .hasMessage("p: INPUT x is f32, but its array is int[]");
    assertThatThrownBy(() -> compiled.run(new Object[0], new int[] {4}))
        .hasMessage("p: takes 1 arrays and 1 sizes, but got 0 and 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 400})
  void valuesMayNestDeeply(int depth) {
    Buffer x = buffer("x", DType.F32, 1, Role.INPUT);
    Buffer out = buffer("out", DType.F32, 1, Role.OUTPUT);
    Value value = at(x, 0);
    for (int i = 0; i < depth; i++) value = call(Fun.NEG, call(Fun.ADD, f32(1), value));
    var result = new float[1];
    interpret(program("p", List.of(x), List.of(out), store(out, 0, value)), NO_SIZES, new float[] {5}, result);
    assertThat(result[0]).isEqualTo(depth % 2 == 0 ? 5 : -6);
    assertThat(LoopPrinter.text(value)).startsWith("-(1 + ").hasSize("x[0]".length() + depth * "-(1 + )".length());
  }

  /** One call of the Elman net and what it should give. */
  private static final class ElmanRun {
    final Programs.Elman elman;
    private final int time;
    private final Map<Buffer, float[]> arrays = new HashMap<>();

    ElmanRun(int time, Random random) {
      this(new Programs.Elman(), time, random);
    }

    ElmanRun(Programs.Elman elman, int time, Random random) {
      this.elman = elman;
      this.time = time;
      for (Buffer b : List.of(elman.x, elman.wx, elman.wh, elman.b)) {
        var all = new float[b == elman.x ? time * 3 : (int) b.size().constant()];
        for (int i = 0; i < all.length; i++) all[i] = (float) random.nextGaussian();
        arrays.put(b, all);
      }
      arrays.put(elman.h, new float[time * 4 + 4]);
      arrays.put(elman.loss, new float[1]);
    }

    void run(Compiled compiled) {
      compiled.run(elman.program.buffers().stream().map(arrays::get).toArray(), new int[] {time});
    }

    float loss() {
      return arrays.get(elman.loss)[0];
    }

    float expected() {
      float[] x = arrays.get(elman.x);
      double[] h = new double[4];
      for (int t = 0; t < time; t++) {
        double[] next = new double[4];
        for (int j = 0; j < 4; j++) {
          double sum = arrays.get(elman.b)[j];
          for (int k = 0; k < 3; k++) sum += x[t * 3 + k] * arrays.get(elman.wx)[k * 4 + j];
          for (int k = 0; k < 4; k++) sum += h[k] * arrays.get(elman.wh)[k * 4 + j];
          next[j] = Math.tanh(sum);
        }
        h = next;
      }
      return (float) (h[0] + h[1] + h[2] + h[3]);
    }
  }
}
