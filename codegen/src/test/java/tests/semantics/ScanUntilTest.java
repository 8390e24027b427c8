package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.dim;
import static weft.Tensors.extent;
import static weft.Tensors.grad;
import static weft.Tensors.max;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.taps;
import static weft.Tensors.tanh;

import java.util.List;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.Scanned;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** Scans that stop by themselves, in every mode. */
class ScanUntilTest {
  private final Dim time = dim("time");
  private final Expr x = f64("x", time);

  private static double[] counted(int n) {
    var row = new double[n];
    for (int i = 0; i < n; i++) row[i] = i;
    return row;
  }

  @Test
  void s20_theStepThatEndsItCounts() {
    Scanned run = scan().over(x).run(s -> s.emit(s.row().plus(1)).until(s.row().plus(1).gt(3)));
    var f = Modes.function(x).returns(run.emitted(), run.steps(), extent(run.emitted(), 0));
    var rows = new double[50];
    rows[23] = 4;

    Tensor[] some = f.callAll((Object) rows);
    assertThat(some[0].shape()).containsExactly(24);
    assertThat(some[0].toDoubles()[22]).isEqualTo(1);
    assertThat(some[0].toDoubles()[23]).isEqualTo(5);
    assertThat(some[1].item()).isEqualTo(24);
    assertThat(some[2].item()).isEqualTo(24);
    assertThat(f.callAll((Object) new double[7])[0].shape()).containsExactly(7);
    assertThat(f.callAll((Object) new double[0])[0].shape()).containsExactly(0);
  }

  @Test
  void s20_theNumberOfStepsAlone() {
    Scanned run = scan().over(x).run(s -> s.until(s.row().gt(3)));
    var rows = new double[50];
    rows[23] = 4;
    assertThat(Modes.function(x).returns(run.steps()).call((Object) rows).item()).isEqualTo(24);
  }

  @Test
  void s21_fibonacciUntilItIsLarge() {
    var init = f64("init", 2);
    var n = scalar("n", I32);
    Scanned run = scan().carry(init, taps(-2, -1)).steps(n)
        .run(s -> s.next(s.prev(0, -1).plus(s.prev(0, -2))).until(s.prev(0, -1).ge(34)));
    var f = Modes.function(init, n).returns(run.last(), run.steps(), run.all(0));
    double[] ones = {1, 1};

    Tensor[] all = f.callAll(ones, 1000);
    assertThat(all[0].item()).isEqualTo(55);
    assertThat(all[1].item()).isEqualTo(8);
    assertNumbers(all[2], 2, 3, 5, 8, 13, 21, 34, 55);
    assertNumbers(f.callAll(ones, 1)[2], 2);
    assertThat(f.callAll(ones, 0)[0].item()).isEqualTo(1);
  }

  @Test
  void s11_oneStepThatStopsIsLikeAnyOther() {
    var n = scalar("n", I32);
    for (boolean backwards : new boolean[] {false, true}) {
      var fixed = scan().over(x).carry(0.).steps(1);
      var counted = scan().over(x).carry(0.).steps(n);
      if (backwards) fixed.backwards();
      if (backwards) counted.backwards();
      Expr one = fixed.run(s -> s.next(s.row().plus(s.prev())).until(s.row().gt(100))).all(0);
      Expr same = counted.run(s -> s.next(s.row().plus(s.prev())).until(s.row().gt(100))).all(0);
      Tensor[] both = Modes.function(x, n).returns(one, same).callAll(new double[] {1, 2, 3}, 1);
      assertNumbers(both[0], backwards ? 3 : 1);
      assertNumbers(both[1], backwards ? 3 : 1);
    }
  }

  @Test
  void d06_gradientsEndWhereTheScanDid() {
    var y = scan().over(x).run(s -> s.emit(s.row().times(s.row())).until(s.row().gt(5.5))).emitted();
    Tensor[] d = Slopes.check(List.of(x), y.sum(), List.of(x), counted(15));
    assertNumbers(d[0], 0, 2, 4, 6, 8, 10, 12, 0, 0, 0, 0, 0, 0, 0, 0);
    assertNumbers(Modes.function(x).returns(y).call((Object) counted(15)), 0, 1, 4, 9, 16, 25, 36);
  }

  @Test
  void d06_gradientsOfRows() {
    var tile = f64("tile", time, 2);
    var y = scan().over(tile).run(s -> s.emit(s.row().times(s.row())).until(s.row().sum().gt(11))).emitted();
    var rows = new double[15][2];
    for (int i = 0; i < 15; i++) rows[i] = new double[] {i, i};
    Tensor[] d = Slopes.check(List.of(tile), y.sum(), List.of(tile), (Object) rows);
    for (int i = 0; i < 30; i++) assertThat(d[0].toDoubles()[i]).isEqualTo(i / 2 < 7 ? 2 * (i / 2) : 0);
  }

  @Test
  void d06_truncatedToTheLastStepsThatWereTaken() {
    var y = scan().over(x).truncate(3).run(s -> s.emit(s.row().times(s.row())).until(s.row().gt(5.5))).emitted();
    assertNumbers(Modes.function(x).returns(grad(y.sum(), x)).call((Object) counted(15)),
        0, 0, 0, 0, 8, 10, 12, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void d06_truncatedWithTaps() {
    Expr y = scan().over(x, taps(-2, 0)).truncate(3)
        .run(s -> s.emit(s.row(0, -2).times(s.row(0, 0))).until(s.row(0, 0).gt(6))).emitted();
    // steps see rows 0·2, 1·3, … and the one with row 7 is the last; gradients flow through 3·5, 4·6, 5·7
    assertNumbers(Modes.function(x).returns(grad(y.sum(), x)).call((Object) counted(15)),
        0, 0, 0, 5, 6, 7 + 3, 4, 5, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void truncatedCarriesAreGivenWhereTheLateStepsBegin() {
    var h0 = scalar("h0", F64);
    Scanned run = scan().over(x).carry(h0).truncate(2)
        .run(s -> s.next(s.row().plus(s.prev().times(.5))).until(s.row().gt(3)));
    Expr cost = run.all(0).sum();
    Tensor[] d = Modes.function(x, h0).returns(cost, grad(cost, x), grad(cost, h0)).callAll(counted(9), 1.);
    double h = 1;
    double sum = 0;
    for (int i = 0; i <= 4; i++) sum += h = i + .5 * h;
    assertNumbers(d[0], sum);
    assertNumbers(d[1], 0, 0, 0, 1.5, 1, 0, 0, 0, 0);
    assertNumbers(d[2], 0);
    Tensor[] all = Modes.function(x, h0).returns(grad(cost, x), grad(cost, h0)).callAll(new double[] {1, 9}, 1.);
    assertNumbers(all[0], 1.5, 1);
    assertNumbers(all[1], .5 + .25);
  }

  /** A recurrent net of two units that stops when its state is large. */
  private Scanned net(Expr rows, Expr h0, Expr w, Expr u) {
    return scan("net").over(rows).carry(h0)
        .run(s -> s.next(tanh(s.row().dot(w).plus(s.prev().dot(u)))).emit(s.prev().times(s.row().sum()))
            .until(max(s.prev()).gt(.8)));
  }

  private static final double[][] ROWS = {{.1, .2}, {.3, -.1}, {.9, .4}, {1.2, .3}, {.5, .5}, {2, 1}, {3, 1}};
  private static final double[][] W = {{.5, -.3}, {.2, .8}};
  private static final double[][] U = {{.9, .1}, {-.2, .7}};

  private static int stepsOfNet() {
    double[] h = {.1, -.2};
    for (int t = 0; t < ROWS.length; t++) {
      boolean last = Math.max(h[0], h[1]) > .8;
      var next = new double[2];
      for (int j = 0; j < 2; j++) {
        next[j] = Math.tanh(ROWS[t][0] * W[0][j] + ROWS[t][1] * W[1][j] + h[0] * U[0][j] + h[1] * U[1][j]);
      }
      h = next;
      if (last) return t + 1;
    }
    return ROWS.length;
  }

  @Test
  void gradientsThroughARecurrentCarry() {
    var rows = f64("rows", time, 2);
    var h0 = f64("h0", 2);
    var w = f64("W", 2, 2);
    var u = f64("U", 2, 2);
    Scanned run = net(rows, h0, w, u);
    Expr cost = run.all(0).times(run.all(0)).sum().plus(run.last().sum()).plus(run.emitted().mean());
    var inputs = List.of(rows, h0, w, u);
    Object[] arguments = {ROWS, new double[] {.1, -.2}, W, U};
    int steps = stepsOfNet();
    assertThat(steps).isBetween(3, 5);
    assertThat(Modes.function(rows, h0, w, u).returns(run.steps()).call(arguments).item()).isEqualTo(steps);
    Tensor[] d = Slopes.check(inputs, cost, inputs, arguments);
    for (int i = 2 * steps; i < 14; i++) assertThat(d[0].toDoubles()[i]).isZero();
  }

  @Test
  void secondDerivatives() {
    var rows = f64("rows", time, 2);
    var h0 = f64("h0", 2);
    var w = f64("W", 2, 2);
    var u = f64("U", 2, 2);
    Scanned run = net(rows, h0, w, u);
    Expr cost = run.all(0).times(run.all(0)).sum().plus(run.emitted().mean());
    var first = grad(cost, u);
    var inputs = List.of(rows, h0, w, u);
    Slopes.check(inputs, first.times(first).sum(), inputs, ROWS, new double[] {.1, -.2}, W, U);
  }

  @Test
  void gradientsThatNeedNothingButTheNumberOfSteps() {
    var h0 = scalar("h0", F64);
    Scanned run = scan().over(x).carry(h0).run(s -> s.next(s.prev().times(2)).until(s.row().gt(2)));
    Expr d = grad(run.last(), h0);
    assertThat(Modes.function(x, h0).returns(d).call(counted(9), 1.).item()).isEqualTo(16);
    Expr all = grad(run.all(0).sum(), h0);
    assertThat(Modes.function(x, h0).returns(all).call(counted(9), 1.).item()).isEqualTo(30);
  }

  @Test
  void backwardsThroughTheLastRows() {
    Scanned run = scan().over(x).backwards().carry(0.).run(s -> {
      var sum = s.row().plus(s.prev());
      s.next(sum).emit(s.row().times(10)).until(sum.gt(10));
    });
    Expr cost = run.all(0).times(run.all(0)).sum();
    Tensor[] r = Modes.function(x).returns(run.all(0), run.carry(0).aligned(), run.emitted(), run.emittedAligned(0),
        run.carry(0).withInitial()).callAll((Object) new double[] {1, 2, 3, 4, 5});
    assertNumbers(r[0], 5, 9, 12);
    assertNumbers(r[1], 12, 9, 5);
    assertNumbers(r[2], 50, 40, 30);
    assertNumbers(r[3], 30, 40, 50);
    assertNumbers(r[4], 0, 5, 9, 12);
    assertNumbers(Slopes.check(List.of(x), cost, List.of(x), (Object) new double[] {1, 2, 3, 4, 5})[0],
        0, 0, 24, 18 + 24, 10 + 18 + 24);
  }

  @Test
  void aScanOverWhatAnotherOneLeft() {
    var first = scan("first").over(x).run(s -> s.emit(s.row().times(2)).until(s.row().gt(3.5))).emitted();
    Scanned second = scan("second").over(first).carry(0.)
        .run(s -> s.next(s.prev().plus(s.row())).until(s.prev().gt(2.5)));
    Tensor[] r = Modes.function(x).returns(first, second.all(0), second.steps()).callAll((Object) counted(20));
    assertNumbers(r[0], 0, 2, 4, 6, 8);
    assertNumbers(r[1], 0, 2, 6, 12);
    assertThat(r[2].item()).isEqualTo(4);
    Slopes.check(List.of(x), second.all(0).times(second.all(0)).sum(), List.of(x), (Object) counted(20));
  }

  /** Each outer step halves its row until it is small; how often that is differs from step to step. */
  private Scanned halvings(Expr rate) {
    return scan("outer").over(x).carry(0.).run(s -> {
      Scanned inner = scan("inner").steps(20).carry(s.row().plus(s.prev().times(rate)))
          .run(i -> i.next(i.prev().times(rate)).until(i.prev().times(rate).lt(1)));
      s.next(inner.all(0).times(inner.all(0)).sum().times(.1)).emit(inner.steps());
    });
  }

  @Test
  void nested_everyStepStopsByItself() {
    var rate = scalar("rate", F64);
    Scanned run = halvings(rate);
    double[] rows = {3, 17, 0, 9};
    var sums = new double[4];
    var steps = new double[4];
    double carry = 0;
    for (int t = 0; t < 4; t++) {
      double v = rows[t] + carry * .5;
      double sum = 0;
      for (int k = 0; k < 20; k++) {
        v *= .5;
        sum += v * v;
        steps[t]++;
        if (v < 1) break;
      }
      sums[t] = carry = .1 * sum;
    }
    Tensor[] r = Modes.function(x, rate).returns(run.all(0), run.emitted()).callAll(rows, .5);
    assertNumbers(r[0], sums);
    assertThat(r[1].toDoubles()).containsExactly(steps);
    Expr cost = run.all(0).sum();
    Slopes.check(List.of(x, rate), cost, List.of(x, rate), rows, .5);
    Expr d = grad(cost, rate);
    Slopes.check(List.of(x, rate), d, List.of(x, rate), rows, .5);
  }

  @Test
  void nested_rowsOfDifferentLengthCannotBeStacked() {
    assertThatThrownBy(() -> scan().over(x).run(s -> s.emit(scan().steps(5).carry(s.row())
        .run(i -> i.next(i.prev().plus(1)).until(i.prev().gt(3))).all(0))))
        .isInstanceOfSatisfying(WeftException.class, e -> {
          assertThat(e.kind()).isEqualTo(Kind.SHAPE);
          assertThat(e).hasMessageContaining("length");
        });
  }

  @Test
  void aConditionIsOneBool() {
    assertThatThrownBy(() -> scan().over(x).run(s -> s.emit(s.row()).until(s.row())))
        .isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DTYPE));
  }

  @Test
  void aRowThatNoStepCameToIsAnError() {
    var y = scan().over(x).run(s -> s.emit(s.row()).until(s.row().gt(3))).emitted();
    var f = Modes.function(x).returns(y.row(4));
    assertThat(f.call((Object) counted(9)).item()).isEqualTo(4);
    assertThatThrownBy(() -> f.call((Object) new double[] {1, 2, 9, 4, 5, 6, 7})).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.INDEX));
  }

  @Test
  void e04_productsOfTheSequenceAreHoistedAndTheLoopStays() {
    var rows = f64("rows", time, 2);
    var w = f64("W", 2, 2);
    Scanned run = scan().over(rows).carry(weft.Tensors.zeros(F64, 2))
        .run(s -> s.next(s.row().dot(w).plus(s.prev())).until(max(s.prev()).gt(1)));
    var f = weft.Tensors.function(rows, w).returns(run.all(0)).compile(weft.Backend.INTERPRETER);
    assertThat(f.explain()).contains("hoisted dot");
    Tensor got = Modes.function(rows, w).returns(run.all(0)).call(ROWS, W);
    var h = new double[2];
    for (int t = 0; t < got.shape()[0]; t++) {
      for (int j = 0; j < 2; j++) {
        h[j] += ROWS[t][0] * W[0][j] + ROWS[t][1] * W[1][j];
        assertThat(got.toDoubles()[2 * t + j]).isCloseTo(h[j], org.assertj.core.api.Assertions.within(1e-12));
      }
    }
    assertThat(got.shape()[0]).isBetween(3, 6);
  }

  @Test
  void theNumberOfStepsAtMostIsAnInputThatIsUsed() {
    var n = scalar("n", I32);
    Expr last = scan().carry(1.).steps(n).run(s -> s.next(s.prev().times(2)).until(s.prev().gt(30))).last();
    var f = weft.Tensors.function(n).returns(last).compile();
    assertThat(f.call(3).item()).isEqualTo(8);
    assertThat(f.call(30).item()).isEqualTo(64);
  }

  /** Weights' gradients are products over the steps taken, packed in memory for the most there can be. */
  @Test
  void wideProductsOverMoreStepsThanTheCallBefore() {
    var rows = weft.Tensors.tensor("rows", weft.Tensors.F32, time, 24);
    var stop = scalar("stop", I32);
    var w = weft.Tensors.tensor("W", weft.Tensors.F32, 24, 40);
    var index = weft.Tensors.tensor("index", I32, time);
    Scanned run = scan().over(rows, index).run(s -> s.emit(tanh(s.row(0).dot(w))).until(s.row(1).ge(stop)));
    var f = Modes.function(rows, index, stop, w).returns(grad(run.emitted().times(run.emitted()).sum(), w)).f32Within(1e-3);
    for (int steps : new int[] {2, 120, 17, 1}) {
      float[][] data = new float[150][24];
      for (int i = 0; i < 150 * 24; i++) data[i / 24][i % 24] = (float) Math.sin(i);
      float[][] weights = new float[24][40];
      for (int i = 0; i < 24 * 40; i++) weights[i / 40][i % 40] = (float) (.1 * Math.cos(i));
      int[] times = new int[150];
      for (int i = 0; i < 150; i++) times[i] = i;
      double[] d = f.call(data, times, steps - 1, weights).toDoubles();
      for (int k = 0; k < 24; k += 5) {
        for (int j = 0; j < 40; j += 7) {
          double sum = 0;
          for (int t = 0; t < steps; t++) {
            double z = 0;
            for (int i = 0; i < 24; i++) z += data[t][i] * weights[i][j];
            double y = Math.tanh(z);
            sum += 2 * y * (1 - y * y) * data[t][k];
          }
          assertThat(d[40 * k + j]).isCloseTo(sum, org.assertj.core.api.Assertions.within(1e-4));
        }
      }
    }
  }

  @Test
  void aMaskHoldsTheCarryAndTheConditionStillEnds() {
    var mask = weft.Tensors.tensor("mask", weft.Tensors.BOOL, time);
    Scanned run = scan().over(x).mask(mask).carry(0.)
        .run(s -> s.next(s.prev().plus(s.row())).until(s.prev().gt(3)));
    Tensor r = Modes.function(x, mask).returns(run.all(0))
        .call(new double[] {1, 2, 3, 4, 5, 6}, new boolean[] {true, false, true, true, true, true});
    // after 1, 1, 4: the next step sees 4 and is the last
    assertNumbers(r, 1, 1, 4, 8);
  }

  @Test
  void resultsGoIntoTensorsOfTheLengthThatCameOut() {
    var y = scan().over(x).run(s -> s.emit(s.row()).until(s.row().gt(1))).emitted();
    var f = weft.Tensors.function(x).returns(y).compile();
    var given = new Tensor[] {Tensor.zeros(F64, 3)};
    f.callInto(given, Tensor.of(counted(8)));
    assertNumbers(given[0], 0, 1, 2);
    Tensor longer = Tensor.zeros(F64, 8);
    given[0] = longer;
    f.callInto(given, Tensor.of(counted(8)));
    assertThat(given[0]).isNotSameAs(longer);
    assertNumbers(given[0], 0, 1, 2);
  }
}
