package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.I64;
import static weft.Tensors.at;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.param;
import static weft.Tensors.range;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.sum;
import static weft.Tensors.tanh;
import static weft.Tensors.zeros;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tests.Modes;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** One row of what a scan gives, at a place that is known only when the function is called: the value, and the steps that are taken for it. */
class PickedRowTest {
  private static final double[][] W = {{0.5, -0.25}, {0.125, 0.75}};

  private final Expr x = f64("x", dim("time"), 2);
  private final Expr w = param("w", Tensor.of(W));
  private final Expr place = scalar("place", I32);
  private final Expr states = scan(x, zeros(F64, 2), (row, h) -> tanh(row.plus(h.dot(w))).named("h")).all();

  private static double[][] rows(int n) {
    double[][] rows = new double[n][2];
    for (int t = 0; t < n; t++) for (int i = 0; i < 2; i++) rows[t][i] = Math.sin(3 * t + i);
    return rows;
  }

  private static double[][] plain(double[][] rows) {
    double[][] h = new double[rows.length][2];
    for (int t = 0; t < rows.length; t++) {
      for (int j = 0; j < 2; j++) {
        double sum = rows[t][j];
        for (int i = 0; t > 0 && i < 2; i++) sum += h[t - 1][i] * W[i][j];
        h[t][j] = Math.tanh(sum);
      }
    }
    return h;
  }

  @Test
  void states() {
    var f = Modes.function(x, place).returns(at(states, place));
    for (int n : new int[] {1, 7, 20}) {
      double[][] h = plain(rows(n));
      for (int at = -n; at < n; at++) Cases.assertNumbers(f.call(Tensor.of(rows(n)), at), h[at < 0 ? n + at : at]);
    }
  }

  @Test
  void outsideIsAnError() {
    var f = Modes.function(x, place).returns(at(states, place));
    for (int at : new int[] {5, -6, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> f.call(Tensor.of(rows(5)), at)).isInstanceOfSatisfying(WeftException.class, e -> {
        assertThat(e.kind()).isEqualTo(Kind.INDEX);
        assertThat(e).hasMessageContaining("the index " + at + " in place is outside");
      });
    }
    assertThatThrownBy(() -> f.call(Tensor.of(new double[0][2]), 0)).isInstanceOf(WeftException.class);
    Cases.assertNumbers(f.call(Tensor.of(rows(5)), 4), plain(rows(5))[4]);
  }

  /** What a step gives besides, a place of another dtype that is computed, no sequences, and steps known from the start. */
  @Test
  void otherScans() {
    Expr long64 = scalar("place", I64);
    Expr emitted = scan().over(x).carry(zeros(F64, 2)).run(s -> {
      s.emit(s.prev().times(s.row()));
      s.next(s.prev().plus(s.row()));
    }).emitted();
    Expr powers = scan().steps(40).carry(f64Start()).run(s -> s.next(s.prev().times(1.25))).all(0);
    var f = Modes.function(x, long64).returns(at(emitted, long64.times(2).minus(1)), at(powers, long64.plus(20)));
    double[][] rows = rows(9);
    for (long k = 1; k < 5; k++) {
      int t = (int) (2 * k - 1);
      double[] sum = new double[2];
      for (int s = 0; s < t; s++) for (int i = 0; i < 2; i++) sum[i] += rows[s][i];
      Tensor[] found = f.callAll(Tensor.of(rows), k);
      Cases.assertNumbers(found[0], sum[0] * rows[t][0], sum[1] * rows[t][1]);
      assertThat(found[1].item()).isCloseTo(3 * Math.pow(1.25, k + 21), within(1e-9));
    }
  }

  private static Expr f64Start() {
    return param("start", Tensor.scalar(3.0));
  }

  /** Backwards, more than one row, and a gradient need what they always did. */
  @Test
  void restOfTheRows() {
    Expr back = scan().over(x).backwards().carry(zeros(F64, 2)).run(s -> s.next(s.prev().times(0.5).plus(s.row()))).all(0);
    Expr both = at(states, place).plus(at(states, 0));
    Expr cost = sum(at(states, place));
    var f = Modes.function(x, place).returns(at(back, place), both, grad(cost, x));
    double[][] rows = rows(6);
    double[][] h = plain(rows);
    for (int at = 0; at < 6; at++) {
      double[] folded = new double[2];
      for (int t = 5; t >= 5 - at; t--) for (int i = 0; i < 2; i++) folded[i] = folded[i] * 0.5 + rows[t][i];
      Tensor[] found = f.callAll(Tensor.of(rows), at);
      Cases.assertNumbers(found[0], folded);
      Cases.assertNumbers(found[1], h[at][0] + h[0][0], h[at][1] + h[0][1]);
      for (int t = 0; t < 6; t++) {
        for (int i = 0; i < 2; i++) {
          double[][] more = rows(6);
          double[][] less = rows(6);
          more[t][i] += 1e-6;
          less[t][i] -= 1e-6;
          double slope = (plain(more)[at][0] + plain(more)[at][1] - plain(less)[at][0] - plain(less)[at][1]) / 2e-6;
          assertThat(found[2].toDoubles()[2 * t + i]).isCloseTo(slope, within(1e-7));
        }
      }
    }
  }

  private static int steps(Expr x, Expr place, Expr result, int n, Object at) {
    var runs = new ArrayList<Integer>();
    var f = function(x, place).onUnusedInput(weft.FunctionBuilder.Unused.IGNORE).returns(result).monitored(run -> {
      if (run.outputs().containsKey("h")) runs.addAll(run.steps());
    }).compile();
    f.call(Tensor.of(rows(n)), at);
    assertThat(runs).doesNotHaveDuplicates();
    return runs.size();
  }

  @ParameterizedTest
  @CsvSource({"20, 10, 11", "20, -3, 18", "10, -3, 8", "20, 0, 1", "20, 19, 20"})
  void takesOnlyTheStepsUpToIt(int n, int at, int expected) {
    assertThat(steps(x, place, at(states, place), n, at)).isEqualTo(expected);
    assertThat(steps(x, place, states.row(at), n, 0)).isEqualTo(expected);
  }

  @Test
  void takesAllForMore() {
    assertThat(steps(x, place, at(states, range(0, 7)), 20, 0)).isEqualTo(7);
    assertThat(steps(x, place, at(states, place).plus(states.row(-1)), 20, 3)).isEqualTo(20);
    assertThat(function(x, place).returns(at(states, place)).compile().explain())
        .contains("takes only the steps up to the row place, since nothing else is read of it");
    assertThat(function(x, place).returns(at(states, place)).withoutPasses("scan-pick").compile().explain())
        .doesNotContain("up to the row");
  }
}
