package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.I32;
import static weft.Tensors.I64;
import static weft.Tensors.arange;
import static weft.Tensors.dim;
import static weft.Tensors.grad;
import static weft.Tensors.iterate;
import static weft.Tensors.map;
import static weft.Tensors.max;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.tanh;
import static weft.Tensors.taps;
import static weft.Tensors.vector;

import java.util.List;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.ScanBuilder;
import weft.Scanned;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Scans of as many steps as the program computes, in every mode and against plain loops. */
class ComputedStepsTest {
  private final Expr u = f64("u", dim("time"));
  private final Expr n = scalar("n", I32);

  private static void refused(Modes f, Kind kind, String message, Object... arguments) {
    assertThatThrownBy(() -> f.callAll(arguments)).isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(message);
  }

  @Test
  void asManyRowsAsTheLongestSequenceHas() {
    Expr lengths = vector("lengths", I64, dim("batch"));
    Scanned sums = scan().over(u).carry(0.).steps(max(lengths)).run(s -> s.next(s.prev().plus(s.row())).emit(s.row().times(2)));
    Expr doubled = sums.emitted();
    Modes f = Modes.function(u, lengths).returns(sums.all(0), sums.last(), doubled, sums.steps(), doubled.sum());
    double[] us = {1, 2, 3, 4, 5};
    for (int steps : new int[] {3, 5, 0, 1}) {
      Tensor[] r = f.callAll(us, new long[] {steps, 0, Math.min(steps, 1)});
      double[] rows = new double[steps];
      double[] twice = new double[steps];
      double sum = 0;
      for (int t = 0; t < steps; t++) {
        rows[t] = sum += us[t];
        twice[t] = 2 * us[t];
      }
      assertNumbers(r[0], rows);
      assertNumbers(r[1], sum);
      assertNumbers(r[2], twice);
      assertThat(r[3].item()).isEqualTo(steps);
      assertNumbers(r[4], 2 * sum);
    }
    refused(f, Kind.STEPS, "scan: u has 5 rows, too few for as many steps as max(…) says", us, new long[] {6});
    refused(f, Kind.STEPS, "scan: u has 5 rows, too few for", us, new long[] {1L << 40});
    refused(f, Kind.STEPS, "steps", us, new long[] {-1});
    refused(f, Kind.STEPS, "steps", us, new long[] {-7});
  }

  @Test
  void gradientsGoToTheRowsThatWereRead() {
    Expr w = f64("w", 2);
    for (int way = 0; way < 5; way++) {
      ScanBuilder builder = scan().over(u).carry(w, taps(-1, -2)).steps(n.plus(1));
      if (way == 1) builder.backwards();
      if (way == 2) builder.truncate(9);
      if (way == 3) builder.checkpoint(2);
      if (way == 4) builder.truncate(2, 9);
      Expr h = builder.run(s -> s.next(tanh(s.row().plus(s.prev().times(w.at(0))).plus(s.prev(0, -2))))).all(0);
      Expr cost = h.times(h).sum();
      double[] us = {.3, -.5, .2, .7, -.1};
      Tensor[] r = Slopes.check(List.of(u, n, w), cost, List.of(u), us, 2, new double[] {.4, -.3});
      assertThat(r[0].toDoubles()[way == 1 ? 1 : 3]).isZero();
      assertThat(r[0].toDoubles()[2]).isNotZero();
      Expr slope = grad(cost, w);
      Slopes.check(List.of(u, n, w), slope.times(slope).sum(), List.of(w, u), us, 2, new double[] {.4, -.3});
    }
  }

  @Test
  void withoutASequence() {
    Expr grown = scan().carry(1.).steps(n.times(2), 6).run(s -> s.next(s.prev().times(2))).all(0);
    Modes f = Modes.function(n).returns(grown, grown.sum());
    assertNumbers(f.callAll(2)[0], 2, 4, 8, 16);
    assertNumbers(f.callAll(3)[1], 126);
    assertNumbers(f.callAll(0)[0]);
    refused(f, Kind.STEPS, "scan: 7 steps, where 6 are the most", 4);
    Expr flags = scan().steps(n.times(2), u.dim(0)).run(s -> s.emit(3.)).emitted();
    assertNumbers(Modes.function(n, u).returns(flags.plus(u.at(0))).call(1, new double[] {1, 2, 3}), 4, 4);
    assertThatThrownBy(() -> iterate(n.plus(1), 1., h -> h)).hasMessageContaining("nothing says how many there are at most");
    assertThatThrownBy(() -> scan().steps(u.sum(), 3)).hasMessageContaining("not an integer scalar");
  }

  @Test
  void inEachStepAnotherNumber() {
    Expr powers = map(arange(4), k -> scan().carry(1.).steps(k, 4).run(s -> s.next(s.prev().times(u.at(0)))).last());
    Slopes.check(List.of(u), powers.sum(), List.of(u), new double[] {1.5, 7});
    assertNumbers(Modes.function(u).returns(powers).call((Object) new double[] {3}), 1, 3, 9, 27);
  }
}
