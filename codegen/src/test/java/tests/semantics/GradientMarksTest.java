package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.assertRows;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.I64;
import static weft.Tensors.crossEntropy;
import static weft.Tensors.dim;
import static weft.Tensors.disconnectedGrad;
import static weft.Tensors.dot;
import static weft.Tensors.grad;
import static weft.Tensors.gradClip;
import static weft.Tensors.gradScale;
import static weft.Tensors.gradient;
import static weft.Tensors.iterate;
import static weft.Tensors.map;
import static weft.Tensors.matrix;
import static weft.Tensors.param;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.softmax;
import static weft.Tensors.stack;
import static weft.Tensors.take;
import static weft.Tensors.tanh;
import static weft.Tensors.vector;
import static weft.Tensors.zeroGrad;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.grad.Gradient;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** Gradients of parts, of integers, inside steps, cut short and marked, in every mode. */
class GradientMarksTest {
  private final Dim time = dim("time");
  private final Expr x = f64("x");

  @Test
  void d05_theLastStepsOnly() {
    var u = f64("u", time);
    var x0 = f64("x0");
    var w = f64("w", time);
    double[] ones = {1, 1, 1, 1, 1};
    double[] weights = {.1, .2, .3, .4, .5};
    for (int k = 1; k <= 7; k++) {
      var h = scan().over(u).carry(x0).truncate(k).run(s -> s.next(s.row().plus(s.prev())));
      var d = grad(h.all(0).times(w).sum(), List.of(u, x0));
      Tensor[] is = Modes.function(u, x0, w).returns(d.get(0), d.get(1)).callAll(ones, 0., weights);
      double[] expected = new double[5];
      for (int t = Math.max(0, 5 - k); t < 5; t++) for (int s = t; s < 5; s++) expected[t] += weights[s];
      assertNumbers(is[0], expected);
      assertThat(is[1].item()).isEqualTo(k < 5 ? 0 : 1.5, org.assertj.core.api.Assertions.within(1e-12));
    }
  }

  /** The losses of each block of k1 steps go back through the k2 steps that end with it: by hand, for a recurrence with a weight. */
  @Test
  void d05_blocksOfLossesGoBackThroughWindows() {
    double[] us = {.3, -.2, .5, .7, -.4, .9, .1};
    double[] weights = {.1, .2, .3, .4, .5, .6, .7};
    int[][] all = {{1, 1}, {1, 3}, {2, 2}, {2, 5}, {3, 4}, {7, 7}, {4, 20}, {9, 9}};
    for (int[] k : all) {
      for (boolean backwards : new boolean[] {false, true}) {
        var u = f64("u", time);
        var x0 = f64("x0");
        var a = f64("a");
        var w = f64("w", time);
        var builder = scan().over(u).carry(x0).truncate(k[0], k[1]);
        var h = (backwards ? builder.backwards() : builder).run(s -> s.next(tanh(s.row().plus(s.prev().times(a)))));
        var d = grad(h.all(0).times(w).sum(), List.of(u, x0, a));
        Tensor[] is = Modes.function(u, x0, a, w).returns(h.all(0), h.last(), d.get(0), d.get(1), d.get(2)).callAll(us, .2, .8, weights);
        int steps = us.length;
        double[] x = new double[steps + 1];
        double[] du = new double[steps];
        double[] rows = new double[steps];
        double dx0 = 0;
        double da = 0;
        x[0] = .2;
        // Backwards, step t reads row T - 1 - t and leaves row t of the output in processing order.
        for (int t = 0; t < steps; t++) {
          x[t + 1] = Math.tanh(us[backwards ? steps - 1 - t : t] + x[t] * .8);
          rows[t] = x[t + 1];
        }
        for (int first = 0; first < steps; first += k[0]) {
          int end = Math.min(first + k[0], steps);
          double back = 0;
          for (int t = end - 1; t >= Math.max(0, end - k[1]); t--) {
            double g = (back + (t >= first ? weights[t] : 0)) * (1 - x[t + 1] * x[t + 1]);
            du[backwards ? steps - 1 - t : t] += g;
            da += g * x[t];
            back = g * .8;
            if (t == 0) dx0 += back;
          }
        }
        assertNumbers(is[0], rows);
        assertNumbers(is[1], x[steps]);
        assertNumbers(is[2], du);
        assertNumbers(is[3], dx0);
        assertNumbers(is[4], da);
      }
    }
  }

  /** A function without gradients takes each step once. */
  @Test
  void d05_withoutGradientsThereAreNoWindows() {
    var u = f64("u", time);
    Expr h = scan().over(u).carry(0.).truncate(2, 4).run(s -> s.next(tanh(s.row().plus(s.prev())))).all(0);
    assertThat(weft.Tensors.function(u).returns(h).compile().loops()).containsOnlyOnce("driver scan").doesNotContain("windows");
  }

  /** A loss of the initial rows is one of the steps that come first: it counts where gradients reach back to those. */
  @Test
  void d05_initialRows() {
    double[] us = {.3, -.2, .5, .7};
    double[] starts = {.4, -.6};
    double[] weights = {1, 2, 3, 4, 5, 6};
    for (int[] k : new int[][] {{3}, {4}, {6}, {1, 1}, {2, 3}, {3, 7}}) {
      for (boolean backwards : new boolean[] {false, true}) {
        var u = f64("u", time);
        var x0 = f64("x0", 2);
        var w = f64("w", time.plus(2));
        var one = scan().over(u).carry(x0.row(1));
        var two = scan().over(u).carry(x0, weft.Tensors.taps(-1, -2));
        for (var b : List.of(one, two)) {
          if (backwards) b.backwards();
          if (k.length == 1) b.truncate(k[0]);
          else b.truncate(k[0], k[1]);
        }
        Expr plain = one.run(s -> s.next(s.row().times(2).plus(s.prev()))).carry(0).withInitial();
        Expr tapped = two.run(s -> s.next(s.row().times(2).plus(s.prev(0, -1)).plus(s.prev(0, -2).times(.5)))).carry(0).withInitial();
        Expr dPlain = grad(plain.times(w.slice(0, 1, weft.Tensors.END)).sum(), x0);
        Expr dTapped = grad(tapped.times(w).sum(), x0);
        Tensor[] is = Modes.function(u, x0, w).returns(plain, tapped, dPlain, dTapped).callAll(us, starts, weights);

        double[] rows = new double[6];
        System.arraycopy(starts, 0, rows, 0, 2);
        double[] sums = rows.clone();
        for (int t = 0; t < 4; t++) {
          double input = us[backwards ? 3 - t : t] * 2;
          sums[t + 2] = input + sums[t + 1];
          rows[t + 2] = input + rows[t + 1] + rows[t] * .5;
        }
        assertNumbers(is[0], Arrays.copyOfRange(sums, 1, 6));
        assertNumbers(is[1], rows);
        assertNumbers(is[2], 0, startSlopes(k, weights, 0)[1]);
        assertNumbers(is[3], startSlopes(k, weights, .5));
      }
    }
  }

  /** The slopes by the two rows before the first of four steps, each of which adds the row before and {@code second} of that before it. */
  private static double[] startSlopes(int[] k, double[] weights, double second) {
    double[] slopes = new double[2];
    if (k.length == 1 && k[0] < 4) return slopes;
    int block = k.length == 1 ? 4 : k[0];
    slopes[0] = weights[0];
    slopes[1] = weights[1];
    for (int first = 0; first < 4; first += block) {
      int end = Math.min(first + block, 4);
      if (k.length == 2 && end > k[1]) continue;
      double[] g = new double[6];
      for (int t = end - 1; t >= 0; t--) {
        double all = g[t + 2] + (t >= first ? weights[t + 2] : 0);
        g[t + 1] += all;
        g[t] += all * second;
      }
      slopes[0] += g[0];
      slopes[1] += g[1];
    }
    return slopes;
  }

  @Test
  void d05_windowsOfSequencesInABatchWithAMask() {
    var u = f64("u", time, 2);
    var x0 = f64("x0", 2);
    var lengths = vector("lengths", I32, 2);
    var full = scan().over(u).carry(x0).lengths(lengths).run(s -> s.next(tanh(s.row().plus(s.prev()))));
    var cut = scan().over(u).carry(x0).lengths(lengths).truncate(2, 50).run(s -> s.next(tanh(s.row().plus(s.prev()))));
    var du = grad(full.all(0).sum(), u);
    var dc = grad(cut.all(0).sum(), u);
    double[][] us = {{.1, .2}, {-.3, .4}, {.5, -.6}, {.7, .8}, {.2, .1}};
    Tensor[] is = Modes.function(u, x0, lengths).returns(du, dc, full.last(), cut.last())
        .callAll(us, new double[] {.1, -.2}, new int[] {3, 5});
    assertNumbers(is[1], Arrays.copyOf(is[0].doubles(), 10));
    assertNumbers(is[3], Arrays.copyOf(is[2].doubles(), 2));
  }

  @Test
  void d05_whatCannotBeTruncatedSo() {
    assertThatThrownBy(() -> scan().truncate(0, 3)).hasMessageContaining("every 0 steps");
    assertThatThrownBy(() -> scan().truncate(3, 2)).hasMessageContaining("truncated to 2 steps");
  }

  @Test
  void d13_ofAParameterInAMap() {
    var x1 = param("x1", Tensor.scalar(3.));
    var v = f64("v", time);
    assertNumbers(Modes.function(v).returns(grad(map(v, e -> e.times(x1)).sum(), x1))
        .call((Object) new double[] {2, 3}), 5);
    var s = param("s", Tensor.scalar(1.));
    var last = iterate(10, s, p -> p.plus(1)).last();
    Tensor[] both = Modes.function().returns(last, grad(last, s)).callAll();
    assertNumbers(both[0], 11);
    assertNumbers(both[1], 1);
  }

  @Test
  void d15_aJacobianRowByRow() {
    var v = f64("v", 3);
    var w = f64("W", 3, 3);
    var m = tanh(v.dot(w));
    var byHand = stack(0, grad(m.row(0), v), grad(m.row(1), v), grad(m.row(2), v));
    var scanned = scan().over(weft.Tensors.arange(3)).run(s -> s.emit(grad(take(m, s.row(), 0), v))).emitted();
    double[][] weights = {{.1, -.2, .3}, {.4, .5, -.6}, {.7, .8, .9}};
    double[] at = {.3, -.1, .2};
    Tensor[] both = Modes.function(v, w).returns(byHand, scanned).callAll(at, weights);
    double[] expected = new double[9];
    for (int i = 0; i < 3; i++) {
      double z = at[0] * weights[0][i] + at[1] * weights[1][i] + at[2] * weights[2][i];
      for (int j = 0; j < 3; j++) expected[3 * i + j] = (1 - Math.tanh(z) * Math.tanh(z)) * weights[j][i];
    }
    assertNumbers(both[0], expected);
    assertNumbers(both[1], expected);
  }

  @Test
  void d17_rowsPickedByIndex() {
    var w = param("W", Tensor.zeros(F64, 3, 3));
    var i = vector("i", I32, time);
    var d = grad(map(i, row -> take(w, row, 0)).sum(), w);
    assertRows(Modes.function(i).returns(d).call((Object) new int[] {1, 2}),
        new double[][] {{0, 0, 0}, {1, 1, 1}, {1, 1, 1}});
    assertRows(Modes.function(i).returns(d).call((Object) new int[] {1, -2, 1}),
        new double[][] {{0, 0, 0}, {3, 3, 3}, {0, 0, 0}});
  }

  @Test
  void d21_aLossThatIsAScanOfAScan() {
    var xs = f64("xs", time, 4, 2);
    var t = matrix("t", I32, time, 4);
    var w = param("W", Tensor.of(new double[][] {{.3, -.5}, {.7, .2}}));
    var p = map(xs, row -> softmax(row.dot(w)));
    var loss = map(p, t, (pt, target) -> crossEntropy(pt, target).mean()).mean();
    double[] data = new double[24];
    for (int k = 0; k < 24; k++) data[k] = Math.sin(k);
    Slopes.check(List.of(xs, t), loss, List.of(w), Tensor.ofShape(F64, data, 3, 4, 2),
        new int[][] {{0, 1, 1, 0}, {1, 1, 0, 0}, {0, 0, 0, 1}});
  }

  @Test
  void d27_gradientsInsideAStep() {
    // Leapfrog steps of a particle in the potential q⁴/4 + q²: energy hardly changes, and the plain loop agrees.
    var q0 = f64("q0");
    var p0 = f64("p0");
    double step = .05;
    var run = scan().steps(20).carry(q0, p0).run(s -> {
      Expr q = s.prev(0);
      Expr half = s.prev(1).minus(grad(potential(q), q).times(step / 2));
      Expr next = q.plus(half.times(step));
      s.next(next, half.minus(grad(potential(next), next).times(step / 2)));
    });
    double q = 1;
    double p = .5;
    for (int t = 0; t < 20; t++) {
      p -= step / 2 * (q * q * q + 2 * q);
      q += step * p;
      p -= step / 2 * (q * q * q + 2 * q);
    }
    Tensor[] is = Modes.function(q0, p0).returns(run.last(0), run.last(1)).callAll(1., .5);
    assertNumbers(is[0], q);
    assertNumbers(is[1], p);
    Slopes.check(List.of(q0, p0), run.last(0).times(run.last(1)), List.of(q0, p0), 1., .5);
  }

  private static Expr potential(Expr q) {
    return q.pow(4).div(4).plus(q.times(q));
  }

  @Test
  void d28_marks() {
    assertNumbers(Modes.function(x).returns(grad(x.times(zeroGrad(x)), x)).call(3.), 3);
    assertNumbers(Modes.function(x).returns(grad(x.times(x).times(zeroGrad(x)), x)).call(3.), 18);
    assertNumbers(Modes.function(x).returns(grad(gradClip(x, -1, 1).pow(2), x)).call(2.), 1);
    assertNumbers(Modes.function(x).returns(grad(x.pow(2), x)).call(2.), 4);
    assertNumbers(Modes.function(x).returns(grad(gradScale(x, 2).pow(2), x)).call(2.), 8);
    assertNumbers(Modes.function(x)
        .returns(gradient(x.times(x)).constant(x.times(x)).disconnected(Gradient.Disconnected.ZERO)
        .wrt(x)).call(2.), 4);
    assertNumbers(Modes.function(x).returns(grad(x.plus(disconnectedGrad(x.times(x))), x)).call(2.), 1);
    assertThatThrownBy(() -> grad(disconnectedGrad(x.times(x)), x)).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.DISCONNECTED));
  }

  @Test
  void d28_marksInsideALoop() {
    var u = f64("u", time);
    var h = scan(u, x, (ut, p) -> ut.times(zeroGrad(p)).plus(p));
    // h' = h + u·const, so the derivative by the start is 1 whatever u is.
    assertNumbers(Modes.function(u, x).returns(grad(h.last(), x)).call(new double[] {2, 3, 4}, .5), 1);
  }

  @Test
  void d29_layerByLayer() {
    var v = f64("v", 3);
    var w1 = param("W1", Tensor.of(new double[][] {{.3, -.5}, {.7, .2}, {-.4, .6}}));
    var w2 = param("W2", Tensor.of(new double[] {1.5, -.5}));
    var hidden = tanh(v.dot(w1));
    var cost = dot(hidden, w2);
    var whole = grad(cost, List.of(w1, w2));
    var upper = gradient(cost).wrt(List.of(hidden, w2));
    var lower = Gradient.ofKnown().known(hidden, upper.get(0)).wrt(w1);
    Tensor[] r = Modes.function(v).returns(whole.get(0), lower, whole.get(1), upper.get(1))
        .callAll((Object) new double[] {1, -2, .5});
    assertNumbers(r[1], r[0].toDoubles());
    assertNumbers(r[3], r[2].toDoubles());
  }

  @Test
  void d29_aKnownGradientOfAnInteger() {
    var i = scalar("i", I64);
    var known = Gradient.ofKnown().known(i, weft.Tensors.constant(.6)).wrt(i);
    assertNumbers(Modes.function(i).returns(known).call(3), .6);
  }

  @Test
  void d30_integersAsFloats() {
    var w = f64("W", 2, 3);
    var ints = matrix("ints", I64, 4, 2);
    var floats = f64("floats", 4, 2);
    var b = f64("b", 3);
    double[][] weights = {{.1, -.2, .3}, {.4, .5, -.6}};
    double[] bias = {.1, .2, .3};
    Expr viaInts = grad(tanh(ints.cast(F64).dot(w).plus(b)).mean(), ints);
    Expr viaFloats = grad(tanh(floats.dot(w).plus(b)).mean(), floats);
    Tensor same = Modes.function(floats, w, b).returns(viaFloats)
        .call(new double[][] {{1, 0}, {2, -1}, {0, 0}, {3, 1}}, weights, bias);
    Tensor is = Modes.function(ints, w, b).returns(viaInts)
        .call(new long[][] {{1, 0}, {2, -1}, {0, 0}, {3, 1}}, weights, bias);
    assertNumbers(is, same.toDoubles());
  }

  @Test
  void d30_aCountedStateNextToAFloat() {
    var u = f64("u", time);
    var run = scan().over(u).carry(0, 1.)
        .run(s -> s.next(s.prev(0).plus(1), s.prev(1).times(s.row()).plus(s.prev(0).cast(F64))));
    assertThat(run.last(0).dtype()).isEqualTo(I32);
    // ((1·2 + 0)·3 + 1)·4 + 2 = 30
    Tensor[] r = Modes.function(u).returns(run.last(0), run.last(1)).callAll((Object) new double[] {2, 3, 4});
    assertNumbers(r[0], 3);
    assertNumbers(r[1], 30);
    Slopes.check(List.of(u), run.last(1), List.of(u), (Object) new double[] {2, 3, 4});
  }
}
