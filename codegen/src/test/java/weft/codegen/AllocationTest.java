package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.codegen.Loops.*;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import weft.loop.Buffer;
import weft.loop.Compiled;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.schedule.Expand;
import weft.type.Dim;
import weft.type.Symbol;

/** A warm call allocates nothing, vectors included: one that escapes would be an object in every iteration. */
class AllocationTest {
  private static final int STEPS = 20;
  private static final int HIDDEN = 64;

  /**
   * In a virtual machine of its own: vectors of two widths in one of them would spoil each other's type
   * profiles.
   */
  @Test
  void nothing() throws Exception {
    String out = Jvm.run(List.of("--add-modules", "jdk.incubator.vector"), AllocationTest.class);
    assertThat(out).contains("numbers: 0 bytes", "vectors: 0 bytes");
  }

  public static void main(String[] args) {
    System.out.println("numbers: " + bytes(recurrence(1)) + " bytes");
    System.out.println("vectors: " + bytes(recurrence(new BytecodeBackEnd().lanes())) + " bytes");
  }

  /** What 100 calls allocate in the end; the first ones may, until HotSpot has compiled them. */
  private static long bytes(LoopProgram program) {
    Compiled compiled = new BytecodeBackEnd().compile(Expand.program(program));
    Object[] arrays = program.buffers().stream().map(b -> b.dtype().newArray(1 << 17)).toArray();
    int[] sizes = program.symbols().stream().mapToInt(s -> STEPS).toArray();
    return Allocated.inTheEnd(100, 2000, 30, () -> compiled.run(arrays, sizes));
  }

  /** A gated recurrence over time with a sum over the lanes, a measured length and a choice. */
  private static LoopProgram recurrence(int lanes) {
    Symbol time = Symbol.free("time");
    Symbol length = Symbol.measured("length");
    Buffer x = in("x", DType.F32, STEPS * HIDDEN);
    Buffer w = in("w", DType.F32, HIDDEN * HIDDEN);
    Buffer counts = in("counts", DType.I32, 1);
    Buffer h = new Buffer("h", DType.F32, Dim.of(HIDDEN), Buffer.Role.WORKSPACE, null);
    Buffer sums = new Buffer("sums", DType.F32, Dim.of(HIDDEN), Buffer.Role.WORKSPACE, null);
    Buffer loss = out("loss", DType.F32, 1);
    Symbol t = var("t");
    Symbol j = var("j");
    Symbol k = var("k");
    Symbol row = var("row");
    int tile = Math.max(1, Math.min(4, HIDDEN / lanes));
    var accumulators = new ArrayList<Local>();
    var body = new ArrayList<Stmt>();
    var inner = new ArrayList<Stmt>();
    for (int a = 0; a < tile; a++) {
      var sum = new Local("sum" + a, DType.F32, lanes);
      accumulators.add(sum);
      body.add(declare(sum, load(x, d(t).times(HIDDEN).plus(d(j)).plus(a * lanes), lanes)));
      Value weight = load(w, d(row).plus(a * lanes), lanes);
      inner.add(assign(sum, call(Fun.FMA, wide(load(h, k), lanes), weight, get(sum))));
    }
    body.add(new Stmt.For(k, Dim.ZERO, Dim.of(HIDDEN), 1, Stmt.Order.SEQUENTIAL,
        List.of(new Stmt.Along(row, d(j), HIDDEN)), new Stmt.Block(inner)));
    for (int a = 0; a < tile; a++) body.add(store(sums, d(j).plus(a * lanes), get(accumulators.get(a))));
    Kernel product = kernel("product", loop(j, Dim.of(HIDDEN), tile * lanes, body.toArray(Stmt[]::new)));
    var gate = new Local("gate", DType.F32, lanes);
    Value next = call(Fun.SELECT, call(Fun.GT, get(gate), wide(num(DType.F32, 0.1), lanes)), get(gate),
        load(h, d(j), lanes));
    Kernel gates = kernel("gates",
        loop(j, Dim.of(HIDDEN), lanes, declare(gate, call(Fun.SIGMOID, load(sums, d(j), lanes))),
        store(h, j, call(Fun.ADD, call(Fun.TANH, next), call(Fun.EXP, call(Fun.NEG, get(gate)))))));
    var total = new Local("total", DType.F32, lanes);
    Value sum = lanes > 1 ? new Value.Reduce(Fun.ADD, get(total)) : get(total);
    Kernel score = kernel("score", declare(total, wide(num(DType.F32, 0), lanes)),
        loop(k, Dim.of(HIDDEN), lanes, assign(total, call(Fun.ADD, get(total), load(h, d(k), lanes)))),
        store(loss, Dim.ZERO, sum));
    return program(lanes, driver("main", new Stmt.Measure(length, load(counts, Dim.ZERO)),
        loop(t, d(time).plus(d(length)), new Stmt.Run(product), new Stmt.Run(gates)), new Stmt.Run(score)));
  }

  private static Value wide(Value number, int lanes) {
    return lanes > 1 ? splat(number, lanes) : number;
  }
}
