package weft.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import weft.loop.Buffer;
import weft.loop.Buffer.Role;
import weft.loop.Fun;
import weft.loop.Interpreter;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.LoopPrinter;
import weft.loop.LoopProgram;
import weft.loop.LoopVerifier;
import weft.loop.Stmt;
import weft.loop.Stmt.Order;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/** Which kernels get vectors that nobody reads, so that C2 stops to look through calls elsewhere than in a reinterpretation. */
class FillersTest {
  private static final int LANES = 8;
  private static final int ELEMENTS = 32;
  /** Operations that C2 takes in whole before it stops. */
  private static final int ENOUGH = 46;

  private final Symbol i = Symbol.loopVariable("i");
  private final Buffer x = new Buffer("x", DType.F32, Dim.of(ELEMENTS), Role.INPUT, null);
  private final Buffer z = new Buffer("z", DType.F32, Dim.of(ELEMENTS), Role.OUTPUT, null);

  /** z = x + 1 + … + 1, its bits and floats again between some of the sums. */
  private Kernel kernel(int before, int reinterpretations, int after) {
    var body = new ArrayList<Stmt>();
    var sum = new Local("sum", DType.F32, LANES);
    Value get = new Value.Get(sum);
    body.add(new Stmt.Declare(sum, new Value.Load(x, Dim.of(i), LANES)));
    Stmt add = new Stmt.Assign(sum, new Value.Call(Fun.ADD, get, new Value.Splat(Value.number(DType.F32, 1), LANES)));
    for (int n = 0; n < before; n++) body.add(add);
    Stmt bits = new Stmt.Assign(sum, new Value.Call(Fun.FROM_BITS, new Value.Call(Fun.BITS, get)));
    for (int n = 0; n < reinterpretations; n++) body.add(bits);
    for (int n = 0; n < after; n++) body.add(add);
    body.add(new Stmt.Store(z, Dim.of(i), get));
    return new Kernel("each", "", "", Kernel.Kind.LOOPS,
        new Stmt.For(i, Dim.ZERO, Dim.of(ELEMENTS), LANES, Order.PARALLEL, new Stmt.Block(body)));
  }

  private int fillers(int before, int reinterpretations, int after) {
    String text = LoopPrinter.text(Constants.apply(kernel(before, reinterpretations, after)));
    return text.split("f32x8 filler", -1).length - 1;
  }

  @Test
  void whereOnlySumsStandAroundTheCutoff() {
    assertThat(fillers(2 * ENOUGH, 0, 0)).isZero();
    assertThat(fillers(5, 1, 2 * ENOUGH)).as("long before").isZero();
    assertThat(fillers(2 * ENOUGH, 1, 5)).as("long behind").isZero();
    assertThat(fillers(10, 2, 10)).as("a small kernel").isZero();
  }

  /** All places of one reinterpretation: some are at the cutoff, and a few fillers are always enough. */
  @Test
  void aReinterpretationAtTheCutoffIsMovedBehindIt() {
    var all = new ArrayList<Integer>();
    for (int before = 0; before < 2 * ENOUGH; before++) all.add(fillers(before, 1, 2 * ENOUGH - before));
    assertThat(all).contains(0).anyMatch(n -> n > 0).allMatch(n -> n < 10);
    int first = all.indexOf(all.stream().filter(n -> n > 0).findFirst().orElseThrow());
    assertThat(first).isBetween(ENOUGH - 8, ENOUGH);
    assertThat(all.get(first)).as("the earliest ones have most of the way to go").isEqualTo(all.stream().mapToInt(n -> n).max().getAsInt());
  }

  /** C2 takes small kernels into each place where drivers call them. */
  @Test
  void driversInWhichTheCutoffMayBeMet() {
    Kernel small = kernel(4, 2, 4);
    assertThat(Fillers.meetInDrivers(driver(small))).isFalse();
    assertThat(Fillers.meetInDrivers(driver(small, small))).isFalse();
    assertThat(Fillers.meetInDrivers(driver(small, driver(small, small)))).isTrue();
    Kernel large = kernel(ENOUGH, 2, ENOUGH);
    assertThat(Fillers.meetInDrivers(driver(large, large, large))).as("too large to be taken in").isFalse();
    assertThat(Fillers.isDelicate(small)).isTrue();
    assertThat(Fillers.isDelicate(kernel(6, 0, 6))).isFalse();
  }

  private static Kernel driver(Kernel... kernels) {
    List<Stmt> runs = new ArrayList<>();
    for (Kernel k : kernels) runs.add(new Stmt.Run(k));
    return new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Block(runs));
  }

  @Test
  void theyChangeNoNumber() {
    Kernel kernel = kernel(ENOUGH - 3, 1, ENOUGH);
    assertThat(fillers(ENOUGH - 3, 1, ENOUGH)).isPositive();
    var main = new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Run(kernel));
    LoopProgram program = Schedule.eachKernel(LoopProgram.of("test", LANES, List.of(x), List.of(z), main), Constants::apply);
    LoopVerifier.check(program);
    float[] to = new float[ELEMENTS];
    new Interpreter().compile(program).run(new Object[] {new float[ELEMENTS], to}, new int[0]);
    assertThat(to).containsOnly(2 * ENOUGH - 3);
  }
}
