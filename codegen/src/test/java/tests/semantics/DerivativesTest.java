package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.arange;
import static weft.Tensors.dim;
import static weft.Tensors.dot;
import static weft.Tensors.flatten;
import static weft.Tensors.grad;
import static weft.Tensors.gradScale;
import static weft.Tensors.hessian;
import static weft.Tensors.hessianVector;
import static weft.Tensors.iterate;
import static weft.Tensors.jacobian;
import static weft.Tensors.jvp;
import static weft.Tensors.param;
import static weft.Tensors.reshape;
import static weft.Tensors.scan;
import static weft.Tensors.stack;
import static weft.Tensors.take;
import static weft.Tensors.tanh;
import static weft.Tensors.taps;
import static weft.Tensors.tensordot;
import static weft.Tensors.vector;
import static weft.Tensors.vjp;
import static weft.Tensors.zeroGrad;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.Scanned;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/** Jacobians, Hessians and their products with vectors, in every mode, against plain loops and central differences. */
class DerivativesTest {
  private static final int T = 20;
  private static final int D = 5;
  private static final double STEP = 1e-5;

  private final SplittableRandom random = new SplittableRandom(5);
  private final Dim time = dim("time");

  private double[] numbers(int count) {
    return random.doubles(count, -.7, .7).toArray();
  }

  /** tanh(W(u_t + y)) after the last step, row-major W and u. */
  private static double[] last(double[] w, double[] u, double[] start) {
    double[] y = start;
    for (int t = 0; t < u.length / D; t++) {
      double[] next = new double[D];
      for (int i = 0; i < D; i++) {
        for (int j = 0; j < D; j++) next[i] += w[i * D + j] * (u[t * D + j] + y[j]);
        next[i] = Math.tanh(next[i]);
      }
      y = next;
    }
    return y;
  }

  private static double[] along(double[] point, double[] direction, double by) {
    double[] moved = point.clone();
    for (int i = 0; i < moved.length; i++) moved[i] += by * direction[i];
    return moved;
  }

  private static void assertClose(Tensor actual, double[] expected) {
    assertThat(actual.toDoubles()).containsExactly(expected, within(1e-6));
  }

  @Test
  void d15_threeWaysToAJacobian() {
    var v = f64("v", 3);
    var w = f64("W", 3, 4);
    var m = tanh(v.dot(w));
    var byHand = stack(0, grad(m.row(0), v), grad(m.row(1), v), grad(m.row(2), v), grad(m.row(3), v));
    var scanned = scan().over(arange(4)).run(s -> s.emit(grad(take(m, s.row(), 0), v))).emitted();
    double[] weights = numbers(12);
    double[] at = numbers(3);
    Tensor[] all = Modes.function(v, w).returns(byHand, scanned, jacobian(m, v))
        .callAll(at, Tensor.ofShape(F64, weights, 3, 4));
    double[] expected = new double[12];
    for (int i = 0; i < 4; i++) {
      double z = at[0] * weights[i] + at[1] * weights[4 + i] + at[2] * weights[8 + i];
      for (int j = 0; j < 3; j++) expected[3 * i + j] = (1 - Math.tanh(z) * Math.tanh(z)) * weights[4 * j + i];
    }
    for (Tensor each : all) {
      assertNumbers(each, expected);
      assertThat(each.shape()).containsExactly(4, 3);
    }
  }

  @Test
  void d15_ranksOfJacobians() {
    var n = dim("n");
    var x = f64("x", n, 2);
    var s = f64("s");
    Expr y = x.times(x).times(s);
    List<Expr> two = jacobian(y, List.of(x, s));
    Tensor[] r = Modes.function(x, s).returns(two.get(0), two.get(1), jacobian(x.sum(), x), jacobian(s.times(s), s))
        .callAll(new double[][] {{1, 2}, {3, 4}, {5, 6}}, 10.);
    assertThat(r[0].shape()).containsExactly(3, 2, 3, 2);
    double[] diagonal = new double[36];
    for (int i = 0; i < 6; i++) diagonal[7 * i] = 20 * (i + 1);
    assertNumbers(r[0], diagonal);
    assertThat(r[1].shape()).containsExactly(3, 2);
    assertNumbers(r[1], 1, 4, 9, 16, 25, 36);
    assertNumbers(r[2], 1, 1, 1, 1, 1, 1);
    assertNumbers(r[3], 20);
  }

  @Test
  void d16_aVectorThroughALoopForwards() {
    var u = f64("u", time, D);
    var w = f64("W", D, D);
    var y0 = f64("y0", D);
    Expr y = scan(u, y0, (ut, prev) -> tanh(w.dot(ut.plus(prev)))).last();
    var du = f64("du", time, D);
    var dw = f64("dW", D, D);
    var dy = f64("dy", D);
    double[] us = numbers(T * D);
    double[] ws = numbers(D * D);
    double[] ys = numbers(D);
    double[] vu = numbers(T * D);
    double[] vw = numbers(D * D);
    double[] vy = numbers(D);

    Expr whole = jvp(y, List.of(u, w, y0), List.of(du, dw, dy));
    Expr byMatrix = dot(reshape(jacobian(y, w), D, D * D), flatten(dw));
    Tensor[] r = Modes.function(u, w, y0, du, dw, dy)
        .returns(whole, jvp(y, w, dw), byMatrix, jvp(y, u, du), tensordot(jacobian(y, u), du, 2))
        .callAll(Tensor.ofShape(F64, us, T, D), Tensor.ofShape(F64, ws, D, D), ys,
            Tensor.ofShape(F64, vu, T, D), Tensor.ofShape(F64, vw, D, D), vy);

    assertClose(r[0], slope(last(along(ws, vw, STEP), along(us, vu, STEP), along(ys, vy, STEP)),
        last(along(ws, vw, -STEP), along(us, vu, -STEP), along(ys, vy, -STEP))));
    assertClose(r[1], slope(last(along(ws, vw, STEP), us, ys), last(along(ws, vw, -STEP), us, ys)));
    assertClose(r[2], r[1].toDoubles());
    assertClose(r[3], slope(last(ws, along(us, vu, STEP), ys), last(ws, along(us, vu, -STEP), ys)));
    assertClose(r[4], r[3].toDoubles());
  }

  private static double[] slope(double[] above, double[] below) {
    double[] slope = new double[above.length];
    for (int i = 0; i < slope.length; i++) slope[i] = (above[i] - below[i]) / (2 * STEP);
    return slope;
  }

  @Test
  void d16_aVectorBackwards() {
    var u = f64("u", time, D);
    var w = f64("W", D, D);
    var v = f64("v", D);
    var y0 = f64("y0", D);
    Expr y = scan(u, y0, (ut, prev) -> tanh(w.dot(ut.plus(prev)))).last();
    Tensor[] r = Modes.function(u, w, y0, v).returns(vjp(y, w, v), tensordot(v, jacobian(y, w), 1),
        grad(dot(y, v), w)).callAll(Tensor.ofShape(F64, numbers(6 * D), 6, D), Tensor.ofShape(F64, numbers(D * D), D, D),
            numbers(D), numbers(D));
    assertNumbers(r[0], r[2].toDoubles());
    assertNumbers(r[1], r[2].toDoubles());
  }

  @Test
  void d16_theHessianOfALoopAlongAVector() {
    var u = f64("u", time, D);
    var w = f64("W", D, D);
    var y0 = f64("y0", D);
    var dw = f64("dW", D, D);
    Expr y = scan(u, y0, (ut, prev) -> tanh(w.dot(ut.plus(prev)))).last();
    Expr cost = y.times(y).sum();
    Expr direct = hessianVector(cost, w, dw);
    Expr byHand = grad(grad(cost, w).times(dw).sum(), w);
    double[] us = numbers(4 * D);
    double[] ws = numbers(D * D);
    double[] ys = numbers(D);
    double[] vw = numbers(D * D);
    Tensor[] r = Modes.function(u, w, y0, dw).returns(direct, byHand, hessian(cost, y0), grad(cost, w))
        .callAll(Tensor.ofShape(F64, us, 4, D), Tensor.ofShape(F64, ws, D, D), ys, Tensor.ofShape(F64, vw, D, D));
    assertNumbers(r[1], r[0].toDoubles());
    double[] expected = new double[D * D];
    double h = 1e-4;
    for (int k = 0; k < expected.length; k++) {
      double[] unit = new double[D * D];
      unit[k] = 1;
      expected[k] = (cost(along(along(ws, vw, h), unit, h), us, ys) - cost(along(along(ws, vw, h), unit, -h), us, ys)
          - cost(along(along(ws, vw, -h), unit, h), us, ys) + cost(along(along(ws, vw, -h), unit, -h), us, ys)) / (4 * h * h);
    }
    assertClose(r[0], expected);
    assertThat(r[2].shape()).containsExactly(D, D);
    double[] hessian = r[2].toDoubles();
    for (int i = 0; i < D; i++) for (int j = 0; j < D; j++) {
      assertThat(hessian[D * i + j]).isCloseTo(hessian[D * j + i], within(1e-9));
      double[] a = new double[D];
      a[i] = 1;
      double[] b = new double[D];
      b[j] = 1;
      double mixed = (cost(ws, us, along(along(ys, a, h), b, h)) - cost(ws, us, along(along(ys, a, h), b, -h))
          - cost(ws, us, along(along(ys, a, -h), b, h)) + cost(ws, us, along(along(ys, a, -h), b, -h))) / (4 * h * h);
      assertThat(hessian[D * i + j]).isCloseTo(mixed, within(1e-6));
    }
  }

  private static double cost(double[] w, double[] u, double[] start) {
    double sum = 0;
    for (double y : last(w, u, start)) sum += y * y;
    return sum;
  }

  @Test
  void d16_throughTapsMasksAndLoopsInLoops() {
    var u = f64("u", time);
    var y0 = f64("y0", 2);
    var w = f64("w");
    Scanned run = scan().over(u, taps(-1, 0)).carry(y0, taps(-1, -2)).run(s -> s.next(tanh(
        s.row(0, -1).times(s.prev(0, -2)).plus(s.prev(0, -1).times(w)).plus(s.row(0, 0)))));
    Expr inner = scan(run.all(0), w, (a, p) -> iterate(2, p, q -> tanh(q.plus(a))).last()).last();
    var lengths = vector("lengths", I32, 2);
    var x = f64("x", time, 2);
    Expr masked = scan().over(x).lengths(lengths).carry(y0).run(s -> s.next(tanh(s.prev().times(w).plus(s.row())))).last();
    Expr cost = inner.plus(masked.times(masked).sum());
    var du = f64("du", time);
    var dy = f64("dy", 2);
    var dw = f64("dw");
    double[] us = numbers(4);
    double[] ys = numbers(2);
    double[] xs = numbers(8);
    double[] vu = numbers(4);
    double[] vy = numbers(2);
    Tensor found = Modes.function(u, y0, w, x, lengths, du, dy, dw).returns(jvp(cost, List.of(u, y0, w), List.of(du, dy, dw)))
        .call(us, ys, .6, Tensor.ofShape(F64, xs, 4, 2), new int[] {1, 3}, vu, vy, -.4);
    double above = plain(along(us, vu, STEP), along(ys, vy, STEP), .6 - .4 * STEP, xs);
    double below = plain(along(us, vu, -STEP), along(ys, vy, -STEP), .6 + .4 * STEP, xs);
    assertThat(found.item()).isCloseTo((above - below) / (2 * STEP), within(1e-6));
  }

  private static double plain(double[] u, double[] y0, double w, double[] x) {
    double older = y0[0];
    double old = y0[1];
    double p = w;
    for (int t = 1; t < u.length; t++) {
      double now = Math.tanh(u[t - 1] * older + old * w + u[t]);
      for (int k = 0; k < 2; k++) p = Math.tanh(p + now);
      older = old;
      old = now;
    }
    double sum = 0;
    int[] lengths = {1, 3};
    for (int b = 0; b < 2; b++) {
      double h = y0[b];
      for (int t = 0; t < lengths[b]; t++) h = Math.tanh(h * w + x[2 * t + b]);
      sum += h * h;
    }
    return p + sum;
  }

  @Test
  void d16_truncatedAndMarked() {
    var u = f64("u", time);
    var w = f64("w");
    var h = scan().over(u).carry(0.).truncate(2).run(s -> s.next(s.prev().times(w).plus(s.row())));
    Expr one = param("one", Tensor.scalar(1.));
    // h4 = ((u0 w + u1) w + u2) w + u3; of which what came before the last two steps counts as given: 2·2·3.5 + 3.
    Tensor[] r = Modes.function(u, w).returns(jvp(h.last(), w, one), jvp(gradScale(w, 2).times(w), w, one),
        jvp(w.times(w).plus(zeroGrad(w.times(w))), w, one), jvp(zeroGrad(w), w, one)).callAll(new double[] {1, 1.5, 3, 4}, 2.);
    assertNumbers(r[0], 2 * 2 * 3.5 + 3);
    assertNumbers(r[1], 6);
    assertNumbers(r[2], 4);
    assertNumbers(r[3], 0);
  }

  @Test
  void theThirdDerivativeOfALoop() {
    var x = f64("x");
    var u = f64("u", time);
    // x⁴ by multiplying, and the sum of the u weighted by its powers: 1·x + 2·x² + 3·x³.
    Expr power = scan(u, x, (ut, p) -> p.times(x)).last();
    Expr sum = scan().over(u).carry(1., 0.).run(s -> s.next(s.prev(0).times(x),
        s.prev(1).plus(s.prev(0).times(x).times(s.row())))).last(1);
    Tensor[] r = Modes.function(x, u).returns(third(power, x), third(sum, x), third(power.times(sum), x))
        .callAll(1.5, new double[] {1, 2, 3});
    assertNumbers(r[0], 24 * 1.5);
    assertNumbers(r[1], 18);
    // x⁵ + 2x⁶ + 3x⁷
    assertNumbers(r[2], 60 * Math.pow(1.5, 2) + 240 * Math.pow(1.5, 3) + 630 * Math.pow(1.5, 4));
  }

  private static Expr third(Expr y, Expr x) {
    return grad(grad(grad(y, x), x), x);
  }

  @Test
  void theThirdDerivativeOfATappedLoop() {
    var init = f64("init", 2);
    var u = f64("u", time);
    Expr last = scan().over(u).carry(init, taps(-1, -2)).run(s -> s.next(s.prev(0, -1).times(s.prev(0, -2)).times(s.row()))).last();
    // a, b, then ab, ab², a²b³ for u = 1: derivatives of a²b³.
    Expr by = grad(last, init);
    Expr second = jacobian(by, init);
    Expr thirds = jacobian(second, init);
    Tensor[] r = Modes.function(init, u).returns(by, second, thirds).callAll(new double[] {2, 3}, new double[] {1, 1, 1});
    assertNumbers(r[0], 2 * 2 * 27, 3 * 4 * 9);
    assertNumbers(r[1], 2 * 27, 6 * 2 * 9, 6 * 2 * 9, 6 * 4 * 3);
    assertThat(r[2].shape()).containsExactly(2, 2, 2);
    assertNumbers(r[2], 0, 54, 54, 12 * 2 * 3, 54, 72, 72, 6 * 4);
  }

  @Test
  void oneExpressionCapturedTwice() {
    var w = f64("w");
    var square = w.times(w);
    var u = f64("u", time);
    Expr last = scan().over(u).carry(square).run(s -> s.next(s.prev().times(square).plus(square.times(s.row())))).last();
    // q = w²: (q² + 2q)q + 3q = q³ + 2q² + 3q
    Tensor[] r = Modes.function(w, u).returns(grad(last, w), grad(grad(last, w), w)).callAll(2., new double[] {2, 3});
    double q = 4;
    double slope = 3 * q * q + 4 * q + 3;
    assertNumbers(r[0], slope * 4);
    assertNumbers(r[1], (6 * q + 4) * 16 + slope * 2);
  }

  /** By the base and then by the exponent, and the other way round, also where the exponent is 0: d/dy (y·x^(y-1)). */
  @Test
  void mixedDerivativesOfAPower() {
    var x = f64("x", dim("n"));
    var y = f64("y", x.dim(0));
    Expr power = weft.Tensors.pow(x, y);
    var f = Modes.function(x, y).returns(grad(power.sum(), x), grad(grad(power.sum(), x).sum(), y), grad(grad(power.sum(), y).sum(), x));
    double[] xs = {2, .5, 3, 1.5, 2};
    double[] ys = {0, 0, 2, -1, 1};
    Tensor[] is = f.callAll(xs, ys);
    for (int i = 0; i < xs.length; i++) {
      double mixed = Math.pow(xs[i], ys[i] - 1) * (1 + ys[i] * Math.log(xs[i]));
      assertThat(is[0].toDoubles()[i]).isCloseTo(ys[i] * Math.pow(xs[i], ys[i] - 1), within(1e-12));
      assertThat(is[1].toDoubles()[i]).isCloseTo(mixed, within(1e-12));
      assertThat(is[2].toDoubles()[i]).isCloseTo(mixed, within(1e-12));
    }
    assertThat(f.callAll(new double[] {0, 0}, new double[] {0, 2})[0].toDoubles()).containsExactly(0, 0);
  }
}
