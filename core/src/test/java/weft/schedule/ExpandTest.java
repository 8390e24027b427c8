package weft.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import weft.loop.Buffer;
import weft.loop.Buffer.Role;
import weft.loop.Fun;
import weft.loop.Interpreter;
import weft.loop.Kernel;
import weft.loop.LoopPrinter;
import weft.loop.LoopProgram;
import weft.loop.LoopVerifier;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.type.Dim;

class ExpandTest {
  private final Buffer x = new Buffer("x", DType.F32, Dim.of(8), Role.INPUT, null);
  private final Buffer z = new Buffer("z", DType.F32, Dim.of(8), Role.OUTPUT, null);

  private LoopProgram program(Stmt body) {
    var kernel = new Kernel("body", "", "", Kernel.Kind.LOOPS, body);
    var main = new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Run(kernel));
    return LoopProgram.of("test", 8, List.of(x), List.of(z), main);
  }

  private Value load() {
    return new Value.Load(x, Dim.ZERO, 8);
  }

  private float[] run(LoopProgram program, float... values) {
    LoopVerifier.check(program);
    float[] result = new float[8];
    new Interpreter().compile(program).run(new Object[] {values, result}, new int[0]);
    return result;
  }

  @Test
  void signOfVectors() {
    var expanded = Expand.program(program(new Stmt.Store(z, Dim.ZERO, new Value.Call(Fun.SIGN, load()))));
    assertThat(run(expanded, 3, -4, 0f, -0f, Float.NaN, Float.NEGATIVE_INFINITY, 1e-45f, -1e-45f))
        .containsExactly(1, -1, 0f, -0f, Float.NaN, -1, 1, -1);
  }

  /** exp(0) = 1, exp(ln 2) = 2 and the ends of its range; tanh and sigmoid at points whose value is exact. */
  @Test
  void valuesKnownExactly() {
    var exp = Expand.program(program(new Stmt.Store(z, Dim.ZERO, new Value.Call(Fun.EXP, load()))));
    assertThat(run(exp, 0, (float) Math.log(2), 89, -104, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY,
        Float.NaN, -0f))
        .containsExactly(1, 2, Float.POSITIVE_INFINITY, 0, Float.POSITIVE_INFINITY, 0, Float.NaN, 1);
    var tanh = Expand.program(program(new Stmt.Store(z, Dim.ZERO, new Value.Call(Fun.TANH, load()))));
    assertThat(run(tanh, 0f, -0f, 20, -20, 1e-30f, -1e-30f, Float.NaN, Float.POSITIVE_INFINITY))
        .containsExactly(0f, -0f, 1, -1, 1e-30f, -1e-30f, Float.NaN, 1);
    var sigmoid = Expand.program(program(new Stmt.Store(z, Dim.ZERO, new Value.Call(Fun.SIGMOID, load()))));
    assertThat(run(sigmoid, 0f, -0f, 100, -200, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 30))
        .containsExactly(0.5f, 0.5f, 1, 0, Float.NaN, 1, 0, 1);
  }

  @Test
  void numbersStayCalls() {
    Value number = new Value.Call(Fun.EXP, new Value.Load(x, Dim.ZERO, 1));
    LoopProgram program = program(new Stmt.Store(z, Dim.ZERO, number));
    assertThat(Expand.program(program)).isSameAs(program);
  }

  /** One call used twice is computed once. */
  @Test
  void sharedCallsAreExpandedOnce() {
    Value e = new Value.Call(Fun.EXP, load());
    var expanded = Expand.program(program(new Stmt.Store(z, Dim.ZERO, new Value.Call(Fun.DIV, e, e))));
    assertThat(LoopPrinter.text(expanded)).containsOnlyOnce("shifted = ");
    assertThat(run(expanded, 1, 2, 3, 4, 5, 6, 7, 8)).containsOnly(1);
  }

  @Test
  void conditionsOfWhileLoopsAreRefused() {
    Value sum = new Value.Reduce(Fun.ADD, new Value.Call(Fun.TANH, load()));
    Value condition = new Value.Call(Fun.GT, sum, Value.number(DType.F32, 0));
    LoopProgram program = program(new Stmt.While(condition, new Stmt.Store(z, Dim.ZERO, load())));
    assertThatThrownBy(() -> Expand.program(program)).isInstanceOf(WeftException.class)
        .hasMessageContaining("while");
  }
}
