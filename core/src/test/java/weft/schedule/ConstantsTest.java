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
import weft.loop.LoopVerifier;
import weft.loop.Stmt;
import weft.loop.Stmt.Order;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/** Which vectors of one number are made before the loops of a kernel. */
class ConstantsTest {
  private static final int LANES = 8;
  private static final int ELEMENTS = 32;

  private final Symbol i = Symbol.loopVariable("i");
  private final Buffer x = new Buffer("x", DType.F32, Dim.of(ELEMENTS), Role.INPUT, null);
  private final Buffer z = new Buffer("z", DType.F32, Dim.of(ELEMENTS), Role.OUTPUT, null);

  /** z = value in vectors, expanded. */
  private LoopProgram program(Value value) {
    return program(new Stmt.For(i, Dim.ZERO, Dim.of(ELEMENTS), LANES, Order.PARALLEL, new Stmt.Store(z, Dim.of(i), value)));
  }

  private LoopProgram program(Stmt body) {
    var main = new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Run(new Kernel("each", "", "", Kernel.Kind.LOOPS, body)));
    LoopProgram expanded = Expand.program(LoopProgram.of("test", LANES, List.of(x), List.of(z), main));
    return Schedule.eachKernel(expanded, Constants::apply);
  }

  private Value load() {
    return new Value.Load(x, Dim.of(i), LANES);
  }

  @Test
  void oneVectorForEachNumberAndNoneInTheLoop() {
    LoopProgram program = program(new Value.Call(Fun.TANH, load()));
    LoopVerifier.check(program);
    String[] parts = LoopPrinter.text(program).split("for i in");
    assertThat(parts).hasSize(2);
    assertThat(parts[0]).containsOnlyOnce("f32x8(1)").contains("i32x8(");
    assertThat(parts[1]).doesNotContain("f32x8(").doesNotContain("i32x8(");
  }

  /** 2ⁿ by way of its bits: a vector of 23s would be masked lane by lane. */
  @Test
  void whatShiftsAreByStaysANumber() {
    LoopProgram program = program(new Value.Call(Fun.SIGMOID, load()));
    LoopVerifier.check(program);
    assertThat(LoopPrinter.text(program).split("for i in")[1]).contains("<< i32x8(23)").doesNotContain("f32x8(");
    float[] from = new float[ELEMENTS];
    float[] to = new float[ELEMENTS];
    from[1] = 100;
    from[2] = -200;
    new Interpreter().compile(program).run(new Object[] {from, to}, new int[0]);
    assertThat(to).startsWith(0.5f, 1, 0, 0.5f).endsWith(0.5f);
  }

  /** A sum of products and then its tanh: what the tanh reads is made behind the loop, where the registers are free. */
  @Test
  void whatIsReadBehindALoopIsMadeThere() {
    var sum = new Local("sum", DType.F32, LANES);
    Value more = new Value.Call(Fun.FMA, load(), load(), new Value.Get(sum));
    Stmt loop = new Stmt.For(i, Dim.ZERO, Dim.of(ELEMENTS), LANES, Order.SEQUENTIAL, new Stmt.Assign(sum, more));
    Stmt body = new Stmt.Block(List.of(new Stmt.Declare(sum, new Value.Splat(Value.number(DType.F32, 0), LANES)), loop,
        new Stmt.Store(z, Dim.ZERO, new Value.Call(Fun.TANH, new Value.Get(sum)))));
    LoopProgram program = program(body);
    LoopVerifier.check(program);
    String[] parts = LoopPrinter.text(program).split("for i in");
    assertThat(parts[0]).containsOnlyOnce("f32x8(").contains("f32x8(0)").doesNotContain("i32x8(");
    assertThat(parts[1].split("sum = fma")[1]).contains("f32x8(1)").contains("i32x8(");
  }

  /** As many bits as a vector that is itself shifted: only the count is left where it is. */
  @Test
  void whatIsShiftedIsMadeBefore() {
    Value shifted = new Value.Call(Fun.SHIFT_LEFT, new Value.Splat(new Value.Num(DType.I32, 127), LANES), new Value.Splat(new Value.Num(DType.I32, 23), LANES));
    LoopProgram program = program(new Value.Call(Fun.MUL, load(), new Value.Call(Fun.FROM_BITS, shifted)));
    String[] parts = LoopPrinter.text(program).split("for i in");
    assertThat(parts[0]).contains("i32x8(127)").doesNotContain("i32x8(23)");
    assertThat(parts[1]).contains("<< i32x8(23)");
  }
}
