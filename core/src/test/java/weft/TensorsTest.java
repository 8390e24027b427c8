package weft;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Tensors.*;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import weft.runtime.Parameter;
import weft.runtime.Tensor;

/** The words that bring values in. */
class TensorsTest {
  @Test
  void inputsHaveNamesAndTypes() {
    var time = dim("time");
    assertThat(scalar("s")).hasToString("s f32");
    assertThat(scalar("s", F64)).hasToString("s f64");
    assertThat(vector("v", time)).hasToString("v f32[time]");
    assertThat(vector("v", I32, 4)).hasToString("v i32[4]");
    assertThat(matrix("m", time, 3)).hasToString("m f32[time, 3]");
    assertThat(matrix("m", I64, time, 3)).hasToString("m i64[time, 3]");
    assertThat(tensor3("t", 2, time, 3)).hasToString("t f32[2, time, 3]");
    assertThat(tensor3("t", BOOL, 2, time, 3)).hasToString("t bool[2, time, 3]");
    assertThat(tensor("x")).hasToString("x f32");
    assertThat(tensor("x", 1, 2, 3, time.times(2))).hasToString("x f32[1, 2, 3, 2*time]");
    assertThat(tensor("x", F64, 1)).hasToString("x f64[1]");
  }

  @Test
  void dimensionsOfOneNameDifferUnlessTheyAreOne() {
    var time = dim("time");
    assertThat(vector("a", time).type()).isEqualTo(vector("b", time).type());
    assertThat(vector("a", time).type()).isNotEqualTo(vector("c", dim("time")).type());
  }

  @Test
  void parametersStartWithWhatIsGiven() {
    Parameter w = parameter(param("W", Tensor.of(new float[][] {{1, 2}, {3, 4}})));
    assertThat(w.name()).isEqualTo("W");
    assertThat(w.get().toDoubles()).containsExactly(1, 2, 3, 4);
    assertThat(parameter(param("b", zeros(3))).get().typeText()).isEqualTo("f32[3]");
    assertThat(parameter(param("s", full(0.5, F64))).get().item()).isEqualTo(0.5);
    assertThat(parameter(param("c", constant(7))).get().typeText()).isEqualTo("i32");
    assertThat(parameter(param("g", Initializer.constant(2), 2)).get().toDoubles()).containsExactly(2, 2);
    var uniform = Initializer.uniform(new SplittableRandom(3), 0, 1);
    assertThat(parameter(param("u", F64, uniform, 2, 2)).get().typeText())
        .isEqualTo("f64[2, 2]");
  }

  @Test
  void oneParameterIsOneWhereverItIsRead() {
    var w = new Parameter("W", Tensor.of(1f));
    assertThat(param(w).op()).isEqualTo(param(w).op());
    assertThat(parameter(param(w))).isSameAs(w);
  }

  @Test
  void constantsAreCopies() {
    Tensor data = Tensor.of(1f, 2f);
    var literal = constant(data);
    data.set(9, 0);
    var function = function().returns(literal.plus(ones(2)), constant(true), full(3, I64, 2))
        .compile(Backend.INTERPRETER);
    Tensor[] results = function.callAll();
    assertThat(results[0].toDoubles()).containsExactly(2, 3);
    assertThat(results[1].typeText()).isEqualTo("bool");
    assertThat(results[2].toDoubles()).containsExactly(3, 3);
  }
}
