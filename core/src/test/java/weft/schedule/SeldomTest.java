package weft.schedule;

import static org.assertj.core.api.Assertions.assertThat;

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
import weft.loop.Stmt;
import weft.loop.Stmt.Order;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/** Which kernels stay numbers: small ones of large programs that run once a call. */
class SeldomTest {
  private static final int SMALL = 64;

  private final Symbol i = Symbol.loopVariable("i");
  private final Symbol k = Symbol.loopVariable("k");
  private final Symbol t = Symbol.loopVariable("t");

  private Kernel twice(String name, Buffer from, Buffer to, Fun... then) {
    Dim at = Dim.of(i);
    Value value = new Value.Call(Fun.ADD, new Value.Load(from, at, 1), new Value.Load(from, at, 1));
    for (Fun fun : then) value = new Value.Call(fun, value);
    Stmt store = new Stmt.Store(to, at, value);
    return new Kernel(name, "", "", Kernel.Kind.LOOPS, new Stmt.For(i, Dim.ZERO, from.size(), 1, Order.PARALLEL, store));
  }

  private static Buffer buffer(String name, int size, Role role) {
    return new Buffer(name, DType.F32, Dim.of(size), role, null);
  }

  /** y = 2·x of many elements, so often, and b = 2·a of 64. */
  private LoopProgram program(int elements, int times, int timesSmall, Fun... then) {
    Buffer x = buffer("x", elements, Role.INPUT);
    Buffer y = buffer("y", elements, Role.OUTPUT);
    Buffer a = buffer("a", SMALL, Role.INPUT);
    Buffer b = buffer("b", SMALL, Role.OUTPUT);
    Stmt body = new Stmt.Block(List.of(steps(times, twice("large", x, y)), steps(timesSmall, twice("small", a, b, then))));
    return LoopProgram.of("main", 8, List.of(x, a), List.of(y, b), new Kernel("main", "", "", Kernel.Kind.DRIVER, body));
  }

  private Stmt steps(int times, Kernel kernel) {
    Stmt run = new Stmt.Run(kernel);
    return times == 1 ? run : new Stmt.For(t, Dim.ZERO, Dim.of(times), 1, Order.SEQUENTIAL, run);
  }

  private static List<String> names(LoopProgram program) {
    return Seldom.of(program).stream().map(Kernel::name).toList();
  }

  @Test
  void aSmallKernelThatRunsOnceInALargeProgram() {
    assertThat(names(program(1 << 20, 100, 1))).containsExactly("small");
    assertThat(names(program(1 << 20, 100, 1, Fun.SQRT))).containsExactly("small");
    assertThat(names(program(1 << 20, 100, 1, Fun.EXP))).as("HotSpot makes no vectors of exponentials").isEmpty();
    assertThat(names(program(1 << 20, 100, 2))).as("runs often").isEmpty();
    assertThat(names(program(1 << 10, 100, 1))).as("such a program has soon been called often").isEmpty();
    assertThat(names(program(1 << 23, 1, 1))).as("large ones are taken apart").containsExactly("small");
  }

  /** y[i] = Σₖ x[k]: its sum over a lane's elements must not become a sum of eight sums. */
  @Test
  void onlyWhatVectorsWouldNotChangeStaysNumbers() {
    Buffer x = buffer("x", 33, Role.INPUT);
    Buffer y = buffer("y", SMALL, Role.OUTPUT);
    var sum = new Local("sum", DType.F32, 1);
    Stmt add = new Stmt.Assign(sum, new Value.Call(Fun.ADD, new Value.Get(sum), new Value.Load(x, Dim.of(k), 1)));
    Stmt sums = new Stmt.For(k, Dim.ZERO, x.size(), 1, Order.REDUCTION, add);
    Stmt body = new Stmt.Block(List.of(new Stmt.Declare(sum, Value.number(DType.F32, 0)), sums, new Stmt.Store(y, Dim.of(i), new Value.Get(sum))));
    var inside = new Kernel("inside", "", "", Kernel.Kind.LOOPS, new Stmt.For(i, Dim.ZERO, y.size(), 1, Order.PARALLEL, body));
    assertThat(LoopPrinter.text(Vectorise.apply(inside, 8, false))).contains("f32x8");
    assertThat(Vectorise.apply(inside, 8, true)).isSameAs(inside.body());
    float[] in = new float[33];
    for (int n = 0; n < in.length; n++) in[n] = 1f / (n + 3);
    float want = 0;
    for (float v : in) want += v;
    for (boolean numbers : new boolean[] {false, true}) assertThat(run(inside, numbers, x, y, in)).containsOnly(want);
  }

  /** Σₖ 2·x[k] as eight sums of every eighth element, halves of which are added, and the rest behind: as a vector of eight lanes would. */
  @Test
  void sumsOfNumbersAreAddedInTheOrderOfLanes() {
    Buffer x = buffer("x", 37, Role.INPUT);
    Buffer y = buffer("y", 1, Role.OUTPUT);
    var sum = new Local("sum", DType.F32, 1);
    var twice = new Local("twice", DType.F32, 1);
    Value element = new Value.Load(x, Dim.of(k), 1);
    Stmt add = new Stmt.Block(List.of(new Stmt.Declare(twice, new Value.Call(Fun.ADD, element, element)),
        new Stmt.Assign(sum, new Value.Call(Fun.ADD, new Value.Get(sum), new Value.Get(twice)))));
    Stmt sums = new Stmt.For(k, Dim.ZERO, x.size(), 1, Order.REDUCTION, add);
    Stmt whole = new Stmt.Block(List.of(new Stmt.Declare(sum, Value.number(DType.F32, 0)), sums, new Stmt.Store(y, Dim.ZERO, new Value.Get(sum))));
    var kernel = new Kernel("whole", "", "", Kernel.Kind.LOOPS, whole);
    assertThat(LoopPrinter.text(Vectorise.apply(kernel, 8, false))).contains("f32x8");
    assertThat(LoopPrinter.text(Vectorise.apply(kernel, 8, true))).doesNotContain("f32x8");
    float[] in = new float[37];
    for (int n = 0; n < in.length; n++) in[n] = 1f / (n + 3);
    float[] lanes = new float[8];
    for (int n = 0; n < 32; n++) lanes[n % 8] += 2 * in[n];
    float want = ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
    for (int n = 32; n < 37; n++) want += 2 * in[n];
    for (boolean numbers : new boolean[] {false, true}) assertThat(run(kernel, numbers, x, y, in)).containsExactly(want);
  }

  private static float[] run(Kernel kernel, boolean numbers, Buffer x, Buffer y, float[] in) {
    Kernel applied = kernel.with(Vectorise.apply(kernel, 8, numbers));
    LoopProgram program = LoopProgram.of("main", 8, List.of(x), List.of(y), new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Run(applied)));
    float[] out = new float[Math.toIntExact(y.size().constant())];
    new Interpreter().compile(program).run(new Object[] {in, out}, new int[0]);
    return out;
  }
}
