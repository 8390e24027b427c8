package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.*;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import weft.Backend;
import weft.CompiledFunction;
import weft.Mode;
import weft.RandomStream;
import weft.Recipe;
import weft.graph.Expr;
import weft.runtime.Prints;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** What a function is compiled for: the same numbers in every mode, and what each does besides. */
class ModeTest {
  private final Expr x = Cases.f64("x", dim("n"), 2);
  private final Expr w = param("w", Tensor.of(new double[][] {{0.5, -0.25}, {0.125, 0.75}}));
  private final Expr rate = Cases.f64("rate");

  @AfterEach
  void noDefault() {
    System.clearProperty("weft.mode");
    Prints.to(null);
  }

  private Expr cost() {
    return scan(x, zeros(F64, 2), (row, h) -> tanh(row.plus(h.dot(w)))).all().sum();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void trainsAsAPlainLoopDoes(Mode mode) {
    Expr cost = cost();
    CompiledFunction train = function(x, rate).returns(cost).updates(sgd(cost, List.of(w), rate)).mode(mode).compile();
    double[][] rows = {{0.1, 0.2}, {0.3, 0.4}, {0.5, 0.6}};
    double[] plain = {0.5, -0.25, 0.125, 0.75};
    for (int call = 0; call < 3; call++) {
      double expected = plainStep(rows, plain, 0.1);
      assertThat(train.call(Tensor.of(rows), 0.1).item()).isCloseTo(expected, within(1e-9));
      assertThat(parameter(w).get().toDoubles()).containsExactly(plain, within(1e-9));
    }
  }

  /** One step of descent by hand: the sum of all states, and the weights after it. */
  private static double plainStep(double[][] rows, double[] w, double rate) {
    var h = new double[rows.length + 1][2];
    double sum = 0;
    for (int t = 0; t < rows.length; t++) {
      for (int j = 0; j < 2; j++) {
        h[t + 1][j] = Math.tanh(rows[t][j] + h[t][0] * w[j] + h[t][1] * w[2 + j]);
        sum += h[t + 1][j];
      }
    }
    var slope = new double[4];
    var back = new double[2];
    for (int t = rows.length - 1; t >= 0; t--) {
      var d = new double[2];
      for (int j = 0; j < 2; j++) d[j] = (back[j] + 1) * (1 - h[t + 1][j] * h[t + 1][j]);
      for (int k = 0; k < 2; k++) {
        back[k] = d[0] * w[2 * k] + d[1] * w[2 * k + 1];
        for (int j = 0; j < 2; j++) slope[2 * k + j] += h[t][k] * d[j];
      }
    }
    for (int i = 0; i < 4; i++) w[i] -= rate * slope[i];
    return sum;
  }

  @Test
  void modesDoWhatTheySay() {
    Expr cost = cost();
    assertThat(function(x).returns(cost).mode(Mode.FAST).compile().loops()).contains("f64x").contains("dot");
    assertThat(function(x).returns(cost).mode(Mode.FAST_COMPILE).compile().loops()).doesNotContain("f64x");
    assertThat(function(x).returns(x.times(1)).mode(Mode.NO_REWRITES).compile().explain()).contains("1 ops as written, 1 after");
    assertThat(function(x).returns(x.times(1)).mode(Mode.FAST_COMPILE).compile().explain()).contains("1 ops as written, 0 after");
  }

  @Test
  void aPropertyNamesTheModeOfAllFunctions() {
    System.setProperty("weft.mode", "no-rewrites");
    assertThat(function(x).returns(x.times(1)).compile().explain()).contains("1 ops as written, 1 after");
    assertThat(function(x).returns(x.times(1)).mode(Mode.FAST).compile().explain()).contains("1 ops as written, 0 after");
    System.setProperty("weft.mode", "fastest");
    assertThatThrownBy(() -> function(x)).isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(Kind.ARGUMENT))
        .hasMessageContaining("-Dweft.mode: there is no mode fastest")
        .hasMessageContaining("Name one of fast, fast-compile, no-rewrites, checked.");
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void checkedCallsDrawAndPrintOnce(Backend backend) {
    var lines = new ArrayList<String>();
    Prints.to(lines::add);
    Expr y = printed(x.sum(), "sum").plus(new RandomStream(7).uniform(0, 1, 1).sum());
    CompiledFunction checked = function(x).returns(y).mode(Mode.CHECKED).compile(backend);
    CompiledFunction plain = function(x).returns(printed(x.sum(), "sum").plus(new RandomStream(7).uniform(0, 1, 1).sum())).compile(backend);
    Tensor given = Tensor.of(new double[][] {{1, 2}});
    for (int i = 0; i < 3; i++) assertThat(checked.call(given).item()).isEqualTo(plain.call(given).item()).isBetween(3.0, 4.0);
    assertThat(lines).hasSize(6).containsOnly("sum: f64 3.0");
  }

  @Test
  void checkedErrorsAreTheUsers() {
    Expr last = scan(x, zeros(F64, 2), (row, h) -> require(h.plus(row), row.gt(0), "positive")).last();
    CompiledFunction checked = function(x).returns(last).mode(Mode.CHECKED).compile();
    assertThat(checked.call(Tensor.of(new double[][] {{1, 2}, {3, 4}})).toDoubles()).containsExactly(4, 6);
    assertThatThrownBy(() -> checked.call(Tensor.of(new double[][] {{1, 2}, {3, -4}}))).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.ASSERTION)).hasMessageContaining("in step 1 of");
    assertThatThrownBy(() -> checked.call(Tensor.of(1.0))).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.SHAPE));
  }

  @Test
  void aRecipeKeepsTheMode() {
    byte[] bytes = Recipe.of(function(x).returns(x.times(1)).mode(Mode.NO_REWRITES));
    assertThat(Recipe.read(bytes).compile().explain()).contains("1 ops as written, 1 after");
    CompiledFunction checked = Recipe.read(Recipe.of(function(x).returns(cost()).mode(Mode.CHECKED))).compile();
    assertThat(checked.call(Tensor.of(new double[][] {{0.1, 0.2}})).item()).isCloseTo(Math.tanh(0.1) + Math.tanh(0.2), within(1e-12));
    assertThat(checked.recipe()).isEqualTo(Recipe.read(checked.recipe()).compile().recipe());
  }
}
