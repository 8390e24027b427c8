package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.dim;
import static weft.Tensors.grad;
import static weft.Tensors.gradient;
import static weft.Tensors.hessian;
import static weft.Tensors.hessianVector;
import static weft.Tensors.ifElse;
import static weft.Tensors.jacobian;
import static weft.Tensors.jvp;
import static weft.Tensors.scan;
import static weft.Tensors.tanh;
import static weft.Tensors.taps;
import static weft.Tensors.vjp;

import java.util.List;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.Scanned;
import weft.grad.Gradient.Disconnected;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/** Derivatives of derivatives through scans that stop by themselves, choose, look back, go backwards and are cut short. */
class HigherOrderTest {
  private final Dim time = dim("time");
  private final Expr u = f64("u", time);
  private final Expr w = f64("w");

  /** p ← p·w + u until p is above 20: from 1, w = 2 and u = 1 it stops after 3, 7, 15, 31. */
  private Scanned stopping() {
    return scan().over(u).carry(1.).run(s -> {
      Expr next = s.prev().times(w).plus(s.row());
      s.next(next).until(next.gt(20));
    });
  }

  @Test
  void productsThroughAScanThatStops() {
    Expr last = stopping().last();
    Expr v = f64("v", time);
    // w⁴ + u0·w³ + u1·w² + u2·w + u3, whatever comes behind.
    Tensor[] r = Modes.function(u, w, v).returns(jvp(last, w, w), jvp(last, u, v), jacobian(last, u), hessian(last, w),
        grad(grad(grad(last, w), w), w), vjp(last, w, w))
        .callAll(new double[] {1, 1, 1, 1, 9, 9}, 2., new double[] {1, 2, 3, 4, 5, 6});
    double slope = 4 * 8 + 3 * 4 + 2 * 2 + 1;
    assertNumbers(r[0], slope * 2);
    assertNumbers(r[1], 8 + 2 * 4 + 3 * 2 + 4);
    assertNumbers(r[2], 8, 4, 2, 1, 0, 0);
    assertNumbers(r[3], 12 * 4 + 6 * 2 + 2);
    assertNumbers(r[4], 24 * 2 + 6);
    assertNumbers(r[5], slope * 2);
  }

  @Test
  void theHessianOfAScanThatStopsAlongAVector() {
    Expr all = stopping().all(0);
    Expr cost = all.times(all).sum();
    Expr v = f64("v", time);
    List<Expr> product = hessianVector(cost, List.of(w, u), List.of(w, v));
    Expr weighted = grad(cost, w).times(w).plus(grad(cost, u).times(v).sum());
    double[] us = {1, 1.25, 1, .5, 9};
    // The gradient of the gradient's product with a vector that counts as given.
    Expr given = gradient(weighted).disconnected(Disconnected.ZERO).wrt(u);
    Tensor[] r = Modes.function(u, w, v).returns(product.get(1), given).callAll(us, 2., new double[] {1, 2, 3, 4, 5});
    assertNumbers(r[0], r[1].toDoubles());
    Slopes.check(List.of(u, w, v), weighted, List.of(u, w, v), us, 2., new double[] {1, 2, 3, 4, 5});
  }

  @Test
  void secondDerivativesThroughTapsBackwardsAndCutShort() {
    Expr init = f64("init", 2);
    Scanned run = scan().over(u, taps(0, 1)).carry(init, taps(-1, -2)).backwards().run(s -> s.next(tanh(
        s.row(0, 1).times(s.prev(0, -2)).plus(s.prev(0, -1).times(w)).plus(s.row(0, 0)))));
    Expr cost = run.all(0).times(run.all(0)).sum();
    Expr slopes = grad(cost, init).sum().plus(grad(cost, w)).plus(grad(cost, u).times(u).sum());
    Object[] at = {new double[] {.5, -.25, .75, .3}, .6, new double[] {.2, -.4}};
    Slopes.check(List.of(u, w, init), cost, List.of(u, w, init), at);
    Slopes.check(List.of(u, w, init), slopes, List.of(u, w, init), at);

    Expr cut = scan().over(u).carry(w).truncate(2).run(s -> s.next(s.prev().times(s.prev()).times(s.row()))).last();
    // ((given²·u2)²·u3): of u2, 2·given⁴·u2·u3 and of that again 2·given⁴·u3.
    Expr first = grad(cut, u);
    Expr second = grad(first.row(2), u);
    Tensor[] r = Modes.function(u, w).returns(first, second).callAll(new double[] {2, 1, 3, 5}, 1.);
    double given = 4;
    assertNumbers(r[0], 0, 0, 2 * Math.pow(given, 4) * 3 * 5, Math.pow(given, 4) * 9);
    assertNumbers(r[1], 0, 0, 2 * Math.pow(given, 4) * 5, 2 * Math.pow(given, 4) * 3);
  }

  @Test
  void derivativesOfWhatWasChosen() {
    Expr cubes = scan().over(u).carry(w).run(s -> s.next(ifElse(s.row().gt(0),
        () -> s.prev().times(s.prev()).times(s.prev()), () -> s.prev().times(s.row())))).last();
    // (w³ · -2)³ = -8·w⁹
    Tensor[] r = Modes.function(u, w).returns(cubes, grad(cubes, w), grad(grad(cubes, w), w), jvp(cubes, w, w))
        .callAll(new double[] {1, -2, 1}, 1.5);
    assertThat(r[0].item()).isCloseTo(-8 * Math.pow(1.5, 9), within(1e-9));
    assertThat(r[1].item()).isCloseTo(-72 * Math.pow(1.5, 8), within(1e-9));
    assertThat(r[2].item()).isCloseTo(-576 * Math.pow(1.5, 7), within(1e-8));
    assertThat(r[3].item()).isCloseTo(-72 * Math.pow(1.5, 9), within(1e-9));
  }
}
