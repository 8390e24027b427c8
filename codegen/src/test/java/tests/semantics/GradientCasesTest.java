package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F64;
import static weft.Tensors.arange;
import static weft.Tensors.dim;
import static weft.Tensors.dot;
import static weft.Tensors.grad;
import static weft.Tensors.gradient;
import static weft.Tensors.param;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.sgd;
import static weft.Tensors.std;
import static weft.Tensors.tanh;
import static weft.Tensors.taps;
import static weft.Tensors.vector;

import java.util.List;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.Scanned;
import weft.grad.Gradient.Disconnected;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** Gradients of scans, in every mode and against central differences. */
class GradientCasesTest {
  private final Dim time = dim("time");

  @Test
  void d01_throughOneCarry() {
    var u = f64("u", time);
    var x0 = f64("x0");
    var win = f64("Win");
    var w = f64("W");
    var h = scan(u, x0, (ut, p) -> ut.times(win).plus(p.times(w)));
    var weights = f64("weights", time);
    var cost = h.all().times(weights).sum();

    Tensor[] d =
        Slopes.check(List.of(u, weights, x0, win, w), cost, List.of(u, x0, win, w), new double[] {1, -2, 3, .5},
        new double[] {.1, .3, .5, .9}, .2, .7, .3);
    assertNumbers(d[0], .18151, .3717, .539, .63);
    assertNumbers(d[1], .07779);
    assertNumbers(d[2], 1.9573);
    assertNumbers(d[3], 1.12654);
  }

  @Test
  void d02_throughSeveralResults() {
    var u1 = f64("u1", time, 2);
    var u2 = f64("u2", time);
    var start = f64("x0", 2);
    var y0 = f64("y0");
    var w1 = f64("W1", 2, 2);
    var w2 = f64("w2", 2);
    var w = f64("W", 2, 2);
    var wout = f64("wout", 2);
    Scanned run = scan().over(u1, u2).carry(start, y0).run(s -> s
        .next(s.row(0).dot(w1).plus(s.row(1).times(w2)).plus(s.prev(0).dot(w)), dot(s.prev(0), wout)));
    var cost = run.all(0).times(run.all(0)).sum().plus(run.all(1).times(u2).sum());
    List<Expr> inputs = List.of(u1, u2, start, y0, w1, w2, w, wout);

    List<Expr> used = List.of(u1, u2, start, w1, w2, w, wout);
    Slopes.check(inputs, cost, used, S05.U1, S05.U2, S05.X0, 0., S05.W1, S05.W2, S05.W, S05.WOUT);

    assertThatThrownBy(() -> grad(cost, y0)).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.DISCONNECTED));
    Expr zero = gradient(cost).disconnected(Disconnected.ZERO).wrt(y0);
    assertNumbers(Modes.function(inputs.toArray(Expr[]::new)).returns(zero)
        .call(S05.U1, S05.U2, S05.X0, 0., S05.W1, S05.W2, S05.W, S05.WOUT), 0);
  }

  @Test
  void d08_theSecondDerivativeOfAPolynomial() {
    var c = vector("c", F64, time);
    var x = scalar("x", F64);
    var p = scan().over(c, arange(1000, F64)).carry(0.)
        .run(s -> s.next(s.prev().plus(s.row(0).times(x.pow(s.row(1))))));
    var first = grad(p.last(), x);
    double[] coefficients = {1, 2, -3, 4};

    assertNumbers(Slopes.check(List.of(c, x), p.last(), List.of(x), coefficients, 2.)[0], 38);
    assertNumbers(Slopes.check(List.of(c, x), first, List.of(x), coefficients, 2.)[0], 42);
  }

  @Test
  void d22_aNetThatRemembersTwoStepsLearns() {
    var x = f64("x", time, 1);
    var t = f64("t", time, 1);
    var wih = param("Wih", Tensor.of(D22.WIH));
    var whh = param("Whh", Tensor.of(D22.WHH));
    var bh = param("bh", Tensor.of(D22.BH));
    var who = param("Who", Tensor.of(D22.WHO));
    var bo = param("bo", Tensor.of(D22.BO));
    var h0 = param("h0", Tensor.of(D22.H0));
    var y = scan().over(x).carry(h0, taps(-2, -1)).run(s -> {
      var h = tanh(s.row().dot(wih).plus(s.prev(0, -2).dot(whh)).plus(bh));
      s.next(h).emit(h.dot(who).plus(bo));
    }).emitted();
    var error = y.minus(t);
    var spread = std(y).minus(std(t));
    var cost = error.times(error).mean().times(.5).plus(spread.times(spread).times(.5));
    var params = List.of(wih, whh, bh, who, bo, h0);

    var sine = new double[49][1];
    var next = new double[49][1];
    for (int i = 0; i < 49; i++) {
      sine[i][0] = Math.sin(.21 * i);
      next[i][0] = Math.sin(.21 * (i + 1));
    }
    Slopes.check(List.of(x, t), cost, params, sine, next);

    var train = Modes.function(x, t).returns(cost).updates(sgd(cost, params, .1));
    double[] costs = new double[101];
    for (int i = 0; i <= 100; i++) costs[i] = train.call(sine, next).item();
    assertThat(new double[] {costs[0], costs[1], costs[10], costs[99], costs[100]})
        .containsExactly(D22.COSTS, within(1e-9));
    assertThat(costs[100]).isLessThan(.02);
  }
}
