package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.Tensors.*;

import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.Update;
import weft.grad.Gradient;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Conditions that a call must keep: who fails says what, where and in which step, and parameters stay as they were, in every mode. */
class RequireTest {
  private final Expr x = Cases.f64("x", dim("n"));

  private static void fails(Modes function, Object argument, String... lines) {
    assertThatThrownBy(() -> function.callAll(argument)).isInstanceOfSatisfying(WeftException.class, e -> {
      assertThat(e.kind()).isEqualTo(Kind.ASSERTION);
      assertThat(e.getMessage().lines()).containsExactly(lines);
    });
  }

  @Test
  void givesTheValueWhereTheConditionHolds() {
    Expr y = require(x, x.lt(5), "small");
    Everywhere.of(x, Tensor.of(1.0, 2)).slopes(y.times(y), 1, 4);
  }

  @Test
  void namesTheElement() {
    Expr y = x.times(2).named("y");
    Modes function = Modes.function(x).returns(require(y, y.lt(5), "y must be small"));
    assertThat(function.call(Tensor.of(1.0, 2)).toDoubles()).containsExactly(2, 4);
    fails(function, Tensor.of(1.0, 3, 4), "require: y must be small", "    y   f64[n]   at RequireTest.java:36", "  element [1] is 6.0");
  }

  @Test
  void aConditionOfAnotherShape() {
    Modes function = Modes.function(x).returns(require(x, x.sum().gt(0), "100 %d of \"$L\""));
    fails(function, Tensor.of(-1.0), "require: 100 %d of \"$L\"", "    x   f64[n]   at RequireTest.java:43");
    fails(Modes.function(x).returns(require(x.sum(), x.gt(0), "positive")), Tensor.of(1.0, -3), "require: positive",
        "    sum(…)   f64   at RequireTest.java:45", "  element [1] is -2.0");
  }

  @Test
  void namesTheStepsFromTheInsideOut() {
    Expr m = Cases.f64("m", dim("rows"), dim("columns"));
    Expr last = scan(m, constant(0.0), (row, sum) -> scan(row, sum, (e, inner) -> {
      Expr next = inner.plus(e).named("next");
      return require(next, next.lt(9), "below nine");
    }).last()).last();
    Modes function = Modes.function(m).returns(last);
    assertThat(function.call(Tensor.of(new double[][] {{1, 2}, {2, 3}})).item()).isEqualTo(8);
    fails(function, Tensor.of(new double[][] {{1, 2}, {3, 4}}), "require: below nine", "    next   f64   at RequireTest.java:54",
        "  the value is 10.0", "  in step 1 of the scan at RequireTest.java:52", "  in step 1 of the scan at RequireTest.java:52");
  }

  @Test
  void noParameterChangesWhereOneNewValueIsRefused() {
    Expr a = param("a", Tensor.of(1.0, 1));
    Expr b = param("b", Tensor.of(2.0, 2));
    Expr two = Cases.f64("two", 2);
    Expr next = b.plus(two).named("next");
    Modes function = Modes.function(two).returns(a.sum()).updates(new Update(parameter(a), a.plus(two)),
        new Update(parameter(b), require(next, next.lt(4), "bounded")));
    assertThat(function.call(Tensor.of(1.0, 1)).item()).isEqualTo(2);
    assertThat(parameter(b).get().toDoubles()).containsExactly(3, 3);
    assertThatThrownBy(() -> function.call(Tensor.of(0.5, 1.5))).hasMessageContaining("element [1] is 4.5");
    assertThat(parameter(a).get().toDoubles()).containsExactly(2, 2);
    assertThat(parameter(b).get().toDoubles()).containsExactly(3, 3);
  }

  @Test
  void refusesStepsWhoseGradientIsTaken() {
    Expr p = scan(x, constant(1.0), (xt, h) -> require(h.times(xt), xt.gt(0), "positive")).last();
    Modes function = Modes.function(x).returns(p, Gradient.of(p).wrt(x));
    Tensor[] good = function.callAll(Tensor.of(2.0, 3, 5));
    assertThat(good[0].item()).isEqualTo(30);
    assertThat(good[1].toDoubles()).containsExactly(15, 10, 6);
    assertThatThrownBy(() -> function.callAll(Tensor.of(2.0, -3, 5))).hasMessageContaining("in step 1 of the scan at RequireTest.java:");
  }

  @Test
  void onlyTheBranchThatIsTaken() {
    Expr y = ifElse(x.sum().gt(0), () -> require(x, x.gt(0), "positive"), () -> x);
    Modes function = Modes.function(x).returns(y);
    assertThat(function.call(Tensor.of(-1.0, 0.5)).toDoubles()).containsExactly(-1, 0.5);
    assertThatThrownBy(() -> function.call(Tensor.of(-1.0, 5))).hasMessageContaining("element [0] is -1.0");
  }

  @Test
  void whatNothingNeedsIsNotChecked() {
    require(x, x.gt(100), "huge");
    assertThat(Modes.function(x).returns(x.sum()).call(Tensor.of(1.0, 2)).item()).isEqualTo(3);
  }

  @Test
  void theConditionIsOfBooleans() {
    assertThatThrownBy(() -> require(x, x, "what?")).isInstanceOfSatisfying(WeftException.class, e -> {
      assertThat(e.kind()).isEqualTo(Kind.DTYPE);
      assertThat(e).hasMessageContaining("require: the condition must be of booleans, not f64");
    });
  }
}
