package weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.scan;
import static weft.Tensors.taps;
import static weft.ScansTest.f64;
import static weft.op.Ops.sigmoid;
import static weft.op.Ops.sum;
import static weft.op.Ops.tanh;
import static weft.op.Ops.times;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import weft.PlainGraph.Array;
import weft.grad.Gradient;
import weft.graph.Expr;
import weft.op.Ops;
import weft.rewrite.ScanPasses;
import weft.type.Dim;

/** Gradients through scans, against NumPy's numbers and central differences, first and second order. */
class ScanGradientsTest {
  private final SplittableRandom random = new SplittableRandom(7);
  private final Dim time = Dim.named("time");

  private static void check(Expr cost, Map<Expr, Array> inputs, Expr... wrt) {
    Differences.check(cost, inputs, wrt);
    Differences.check(cost, inputs, results -> ScanPasses.apply(results, why -> {}), wrt);
  }

  private Array random(int... shape) {
    int size = 1;
    for (int s : shape) size *= s;
    return new Array(random.doubles(size, -1, 1).toArray(), shape);
  }

  @Test
  void theWeightedSumOfInputsAndItself() {
    Expr u = f64("u", time);
    Expr x0 = f64("x0");
    Expr win = f64("Win");
    Expr w = f64("W");
    var h = scan(u, x0, (ut, prev) -> ut.times(win).plus(prev.times(w)));
    Expr weights = f64("weights", time);
    Expr cost = sum(times(h.all(), weights));
    var inputs = Map.of(weights, Array.of(.1, .3, .5, .9), u, Array.of(1, -2, 3, .5), x0, Array.scalar(.2),
        win, Array.scalar(.7), w, Array.scalar(.3));

    List<Array> found = Runs.run(Gradient.of(cost).wrt(List.of(u, x0, win, w)), inputs);

    assertThat(found.get(0).data()).containsExactly(new double[] {.18151, .3717, .539, .63}, within(1e-9));
    assertThat(found.get(1).data()[0]).isCloseTo(.07779, within(1e-9));
    assertThat(found.get(2).data()[0]).isCloseTo(1.9573, within(1e-9));
    assertThat(found.get(3).data()[0]).isCloseTo(1.12654, within(1e-9));
    check(cost, inputs, u, x0, win, w);
  }

  @Test
  void anElmanNetWithABatchAndItsLastStateOnly() {
    Expr x = f64("x", time, Dim.of(2), Dim.of(3));
    Expr h0 = f64("h0", Dim.of(2), Dim.of(4));
    Expr wx = f64("Wx", Dim.of(3), Dim.of(4));
    Expr wh = f64("Wh", Dim.of(4), Dim.of(4));
    Expr b = f64("b", Dim.of(4));
    var h = scan(x, h0, (xt, prev) -> tanh(xt.dot(wx).plus(prev.dot(wh)).plus(b)));
    Expr cost = sum(times(h.last(), h.last()));
    var inputs = Map.of(x, random(3, 2, 3), h0, random(2, 4), wx, random(3, 4), wh, random(4, 4), b, random(4));

    check(cost, inputs, x, h0, wx, wh, b);
  }

  @Test
  void anLstmWithAMaskBackwards() {
    Expr x = f64("x", time, Dim.of(2), Dim.of(2));
    Expr mask = f64("mask", time, Dim.of(2));
    Expr h0 = f64("h0", Dim.of(2), Dim.of(2));
    Expr wx = f64("Wx", Dim.of(2), Dim.of(8));
    Expr wh = f64("Wh", Dim.of(2), Dim.of(8));
    Expr wo = f64("Wo", Dim.of(2), Dim.of(3));
    var lstm = scan("lstm").over(x).mask(mask).carry(h0, Ops.zerosLike(h0)).backwards().run(s -> {
      Expr gates = s.row().dot(wx).plus(s.prev(0).dot(wh));
      Expr c = sigmoid(gates.slice(1, 0, 2)).times(s.prev(1))
          .plus(sigmoid(gates.slice(1, 2, 4)).times(tanh(gates.slice(1, 4, 6))));
      Expr h = sigmoid(gates.slice(1, 6, 8)).times(tanh(c));
      s.next(h, c).emit(tanh(h.dot(wo)));
    });
    Expr cost = sum(lstm.emitted().times(lstm.emitted())).plus(sum(lstm.last(1)))
        .plus(sum(Ops.sqr(lstm.all(0))));
    var inputs = new HashMap<>(Map.of(x, random(3, 2, 2), h0, random(2, 2), wx, random(2, 8), wh,
        random(2, 8), wo, random(2, 3)));
    inputs.put(mask, new Array(new double[] {1, 1, 1, 0, 0, 1}, 3, 2));

    check(cost, inputs, x, h0, wx, wh, wo);
  }

  @Test
  void tapsOfSequencesAndCarries() {
    Expr u = f64("u", time);
    Expr y0 = f64("y0", Dim.of(3));
    Expr w = f64("w");
    var run = scan().over(u, taps(-1, 0, 2)).carry(y0, taps(-1, -3)).run(s -> s.next(tanh(
        s.row(0, -1).times(s.prev(0, -3)).plus(s.row(0, 2).times(w)).plus(s.prev(0, -1).times(s.row(0, 0))))));
    Expr cost = sum(Ops.sqr(run.carry(0).withInitial()));

    check(cost, Map.of(u, random(7), y0, random(3), w, Array.scalar(.6)), u, y0, w);
  }

  @Test
  void aScanInsideAScan() {
    Expr x = f64("x", time, Dim.of(3));
    Expr w = f64("w");
    Expr v = f64("v", Dim.of(3));
    var outer = scan(x, v, (xt, prev) -> {
      var inner = scan(xt, w, (e, p) -> tanh(e.times(p).plus(w)));
      return tanh(prev.times(inner.last()).plus(inner.all()));
    });
    Expr cost = sum(times(outer.last(), outer.last()));

    check(cost, Map.of(x, random(2, 3), w, Array.scalar(.6), v, random(3)), x, w, v);
  }

  @Test
  void noStepsHandTheCotangentToTheInitialCarry() {
    Expr u = f64("u", time);
    Expr x0 = f64("x0");
    var h = scan(u, x0, (ut, prev) -> tanh(ut.times(prev)));
    Expr cost = h.last().times(h.last()).plus(sum(h.all()));
    var inputs = Map.of(u, new Array(new double[0], 0), x0, Array.scalar(.5));

    assertThat(Runs.run(cost, inputs).data()).containsExactly(.25);
    assertThat(Runs.run(Gradient.of(cost).wrt(List.of(x0, u)), inputs).get(0).data()).containsExactly(1);
  }

  @Test
  void thePolynomialAndItsDerivatives() {
    Expr c = f64("c", time);
    Expr x = f64("x");
    Expr p = scan().over(Ops.arange(Dim.of(1000), weft.runtime.DType.F64), c).carry(0.0)
        .run(s -> s.next(s.prev().plus(s.row(1).times(x.pow(s.row(0)))))).last();
    Expr slope = Gradient.of(p).wrt(x);
    Expr curvature = Gradient.of(slope).wrt(x);
    var inputs = Map.of(c, Array.of(1, 2, -3, 4), x, Array.scalar(2));

    assertThat(Runs.run(slope, inputs).data()[0]).isCloseTo(38, within(1e-9));
    assertThat(Runs.run(curvature, inputs).data()[0]).isCloseTo(42, within(1e-9));
  }

  @Test
  void aCarryThatNothingWantsHasNoCotangent() {
    Expr x = f64("x", time);
    Expr w = f64("w");
    var run = scan().over(x).carry(0.0, 1.0).run(s ->
        s.next(s.prev(0).plus(s.row().times(w)), s.prev(1).times(s.row())));
    Expr cost = sum(run.all(0));
    Expr dw = Gradient.of(cost).wrt(w);

    var back = (weft.op.Scan) dw.op();
    assertThat(back.reverse()).isTrue();
    assertThat(back.carries()).isEqualTo(2);
    check(cost, Map.of(x, random(4), w, Array.scalar(.6)), x, w);
  }
}
