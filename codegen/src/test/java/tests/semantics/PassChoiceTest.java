package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.cast;
import static weft.Tensors.dim;
import static weft.Tensors.embedding;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.ifElse;
import static weft.Tensors.log;
import static weft.Tensors.param;
import static weft.Tensors.scan;
import static weft.Tensors.softmax;
import static weft.Tensors.sqr;
import static weft.Tensors.sum;
import static weft.Tensors.tanh;
import static weft.Tensors.vector;
import static weft.Tensors.zeros;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.Backend;
import weft.FunctionBuilder;
import weft.Mode;
import weft.Recipe;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;

/** Passes switched on and off one by one: programs compute the same numbers, those of plain loops. */
class PassChoiceTest {
  private static final double[][] ROWS = {{0.1, 0.2}, {-0.3, 0.4}, {0.5, -0.6}, {0.7, 0.05}, {-0.15, 0.25}};
  private static final double[][] WX = {{0.5, -0.25}, {0.125, 0.75}};
  private static final double[][] WH = {{-0.3, 0.6}, {0.2, 0.1}};

  private final Expr x = Cases.f64("x", dim("time"), 2);
  private final Expr words = vector("words", I32, dim("count"));

  static List<String> passes() {
    return Mode.FAST.passes();
  }

  static List<String> dispensable() {
    return passes().stream().filter(p -> !p.equals("expand")).toList();
  }

  @AfterEach
  void noDefault() {
    System.clearProperty("weft.without");
  }

  @ParameterizedTest
  @MethodSource("dispensable")
  void nothingIsLostWithout(String pass) {
    trains(f -> f.withoutPasses(pass));
    scansTwice(f -> f.withoutPasses(pass));
    stops(f -> f.withoutPasses(pass));
  }

  @ParameterizedTest
  @MethodSource("passes")
  void eachOneAlone(String pass) {
    trains(f -> f.mode(Mode.NO_REWRITES).withPasses(pass));
    scansTwice(f -> f.mode(Mode.FAST_COMPILE).withPasses(pass));
    stops(f -> f.mode(Mode.NO_REWRITES).withPasses(pass));
  }

  private interface Choice {
    FunctionBuilder of(FunctionBuilder f);
  }

  /** An Elman net and its gradients, against the same by hand. */
  private void trains(Choice choice) {
    Expr wx = param("wx", Tensor.of(WX));
    Expr wh = param("wh", Tensor.of(WH));
    Expr cost = sum(sqr(scan(x, zeros(F64, 2), (row, h) -> tanh(row.dot(wx).plus(h.dot(wh)))).all()));
    var slopes = grad(cost, List.of(wx, wh));
    double[][] h = new double[ROWS.length + 1][2];
    double[][] dx = new double[2][2];
    double[][] dh = new double[2][2];
    double expected = 0;
    for (int t = 0; t < ROWS.length; t++) {
      for (int j = 0; j < 2; j++) {
        double sum = 0;
        for (int i = 0; i < 2; i++) sum += ROWS[t][i] * WX[i][j] + h[t][i] * WH[i][j];
        h[t + 1][j] = Math.tanh(sum);
        expected += h[t + 1][j] * h[t + 1][j];
      }
    }
    double[] back = new double[2];
    for (int t = ROWS.length - 1; t >= 0; t--) {
      double[] before = new double[2];
      for (int j = 0; j < 2; j++) {
        double d = (back[j] + 2 * h[t + 1][j]) * (1 - h[t + 1][j] * h[t + 1][j]);
        for (int i = 0; i < 2; i++) {
          dx[i][j] += ROWS[t][i] * d;
          dh[i][j] += h[t][i] * d;
          before[i] += WH[i][j] * d;
        }
      }
      back = before;
    }
    for (Backend backend : List.of(Backend.INTERPRETER, Backend.BYTECODE)) {
      Tensor[] results = choice.of(function(x).returns(cost, slopes.get(0), slopes.get(1))).compile(backend).callAll(Tensor.of(ROWS));
      assertThat(results[0].item()).isCloseTo(expected, within(1e-9));
      Cases.assertRows(results[1], dx);
      Cases.assertRows(results[2], dh);
    }
  }

  /** Two scans over one sequence, of which little is wanted, a known number of steps, and looked-up rows that a softmax turns to shares. */
  private void scansTwice(Choice choice) {
    Expr sums = scan(x, zeros(F64, 2), (row, s) -> s.plus(row)).all().row(-2);
    Expr squares = scan(x, zeros(F64, 2), (row, s) -> s.plus(sqr(row))).last();
    Expr doubled = scan().steps(3).carry(squares).run(s -> s.next(s.prev().times(2))).last();
    Expr table = param("table", Tensor.of(WX));
    Expr shares = scan().over(embedding(table, words)).run(s -> s.emit(log(softmax(s.row())))).emitted();
    int[] at = {1, 0, 1};
    double[] rows = new double[2];
    double[] twice = new double[2];
    for (int j = 0; j < 2; j++) {
      for (int t = 0; t < ROWS.length; t++) {
        if (t < ROWS.length - 1) rows[j] += ROWS[t][j];
        twice[j] += 8 * ROWS[t][j] * ROWS[t][j];
      }
    }
    double[][] logs = new double[at.length][2];
    for (int t = 0; t < at.length; t++) {
      for (int j = 0; j < 2; j++) {
        logs[t][j] = WX[at[t]][j] - Math.log(Math.exp(WX[at[t]][0]) + Math.exp(WX[at[t]][1]));
      }
    }
    for (Backend backend : List.of(Backend.INTERPRETER, Backend.BYTECODE)) {
      Tensor[] results = choice.of(function(x, words).returns(sums, doubled, shares)).compile(backend)
          .callAll(Tensor.of(ROWS), Tensor.of(at));
      Cases.assertNumbers(results[0], rows);
      Cases.assertNumbers(results[1], twice);
      Cases.assertRows(results[2], logs);
    }
  }

  /** A scan that stops by itself, its gradient, and a choice behind it. */
  private void stops(Choice choice) {
    Expr from = Cases.f64("from");
    var powers = scan().steps(20).carry(from).run(s -> s.next(s.prev().times(s.prev())).until(s.prev().gt(5)));
    Expr slope = grad(powers.last(), from);
    Expr taken = ifElse(powers.steps().gt(2), () -> powers.last(), () -> powers.last().times(-1));
    for (Backend backend : List.of(Backend.INTERPRETER, Backend.BYTECODE)) {
      Tensor[] results = choice.of(function(from).returns(powers.all(0), slope, taken, cast(powers.steps(), F64))).compile(backend)
          .callAll(1.5);
      double[] expected = new double[3];
      double value = 1.5;
      double product = 1;
      for (int t = 0; t < 3; t++) {
        product *= 2 * value;
        value *= value;
        expected[t] = value;
      }
      Cases.assertNumbers(results[3], 3);
      for (int t = 0; t < 3; t++) assertThat(results[0].toDoubles()[t]).isCloseTo(expected[t], within(1e-9 * expected[t]));
      assertThat(results[1].item()).isCloseTo(product, within(1e-9 * product));
      assertThat(results[2].item()).isCloseTo(value, within(1e-9 * value));
    }
  }

  @Test
  void whatIsOffIsNotDone() {
    Expr w = param("w", Tensor.of(WX));
    Expr y = scan(x, zeros(F64, 2), (row, h) -> tanh(row.dot(w).plus(h))).last();
    String usual = function(x).returns(y).compile().explain();
    String without = function(x).returns(y).withoutPasses("scan-hoist").compile().explain();
    String alone = function(x).returns(y).mode(Mode.NO_REWRITES).withPasses("scan-hoist").compile().explain();
    String back = function(x).returns(y).withoutPasses("scan-hoist").withPasses("scan-hoist").compile().explain();
    assertThat(usual).contains("hoisted dot(x_t, w)").doesNotContain("switched o");
    assertThat(without).contains("switched off: scan-hoist").doesNotContain("hoisted");
    assertThat(alone).contains("switched on: scan-hoist").contains("hoisted dot(x_t, w)");
    assertThat(back).contains("hoisted dot(x_t, w)");
    System.setProperty("weft.without", "share, scan-hoist");
    assertThat(function(x).returns(y).compile().explain()).contains("switched off: scan-hoist, share");
    System.clearProperty("weft.without");
    FunctionBuilder kept = function(x).returns(y).withoutPasses("scan-hoist");
    assertThat(Recipe.read(Recipe.of(kept)).compile().explain()).contains("switched off: scan-hoist");
  }

  @Test
  void namesAreChecked() {
    assertThat(passes()).contains("share", "algebra", "stability", "scan-hoist", "scan-merge", "expand").doesNotHaveDuplicates();
    assertThat(Mode.NO_REWRITES.passes()).containsExactly("expand");
    assertThat(Mode.FAST_COMPILE.passes()).doesNotContain("scan-hoist");
    FunctionBuilder f = function(x).returns(x).named("f");
    assertThatThrownBy(() -> f.withoutPasses("hoist")).isInstanceOf(WeftException.class)
        .hasMessageContainingAll("f: withoutPasses: there is no pass hoist", "Name one of", "scan-hoist, scan-sink");
    assertThatThrownBy(() -> f.withPasses("Share")).isInstanceOf(WeftException.class).hasMessageContaining("there is no pass Share");
    assertThatThrownBy(() -> f.withoutPasses("expand")).isInstanceOf(WeftException.class)
        .hasMessageContainingAll("nothing can be lowered without pass expand", "share").hasMessageNotContaining("expand,");
    System.setProperty("weft.without", "nothing");
    assertThatThrownBy(() -> function(x)).isInstanceOf(WeftException.class).hasMessageContaining("-Dweft.without: there is no pass nothing");
  }
}
