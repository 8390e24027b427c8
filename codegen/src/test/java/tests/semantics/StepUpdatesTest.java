package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.assertRows;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F32;
import static weft.Tensors.I32;
import static weft.Tensors.defaultUpdate;
import static weft.Tensors.dim;
import static weft.Tensors.grad;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.sgd;

import java.util.List;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Parameters that are updated inside the step of a scan, in every mode. */
class StepUpdatesTest {
  private final Expr x = param("x", Tensor.scalar(1.));
  private final Expr y = param("y", Tensor.scalar(1.));

  private static Update update(Expr parameter, Expr value) {
    return new Update(parameter(parameter), value);
  }

  private static double get(Expr parameter) {
    return parameter(parameter).get().item();
  }

  private static WeftException refused(Runnable wrong) {
    return catchThrowableOfType(WeftException.class, wrong::run);
  }

  @Test
  void u01_theFunctionThatContainsTheScanAppliesThem() {
    var seen = scan().steps(10).run(s -> s.updates(update(x, x.plus(1))).emit(x)).emitted();
    var f = Modes.function().returns(seen);
    assertNumbers(f.call(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    assertThat(get(x)).isEqualTo(11);
    assertNumbers(f.call(), 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
    assertThat(get(x)).isEqualTo(21);

    var frozen = Modes.function().returns(seen).configured(b -> b.withoutDefaultUpdates());
    assertThat(frozen.call().toDoubles()[9]).isEqualTo(30);
    assertThat(frozen.call().toDoubles()[9]).isEqualTo(30);
    assertThat(get(x)).isEqualTo(21);
    Modes.function().returns(seen).configured(b -> b.withoutDefaultUpdates(x)).call();
    assertThat(get(x)).isEqualTo(21);
    Modes.function().returns(seen).configured(b -> b.withoutDefaultUpdates(y)).call();
    assertThat(get(x)).isEqualTo(31);
  }

  @Test
  void u02_noInputAndNoOutput() {
    var n = scalar("n", I32);
    var v = param("v", Tensor.of(1., -3, .5));
    var doubled = scan().steps(n).run(s -> s.updates(update(v, v.times(2))));
    Modes.function(n).updates(doubled.updates()).callAll(3);
    assertNumbers(parameter(v).get(), 8, -24, 4);
    Modes.function(n).updates(doubled.updates()).callAll(0);
    assertNumbers(parameter(v).get(), 8, -24, 4);
  }

  @Test
  void u04_oneParameterFollowsAnother() {
    var r = scan().steps(10).run(s -> s.updates(update(x, x.plus(1)), update(y, x)));
    Modes.function().updates(r.updates()).callAll();
    assertThat(get(x)).isEqualTo(11);
    assertThat(get(y)).isEqualTo(10);
    assertThat(parameter(x).array()).isNotSameAs(parameter(y).array());
    parameter(x).set(Tensor.scalar(5.));
    assertThat(get(y)).isEqualTo(10);
  }

  @Test
  void u04_parametersExchangedAtEveryStep() {
    var a = param("a", Tensor.of(1., 2));
    var b = param("b", Tensor.of(3., 4));
    var r = scan().steps(3).run(s -> s.updates(update(a, b), update(b, a)).emit(a));
    assertRows(Modes.function().returns(r.emitted()).call(), new double[][] {{1, 2}, {3, 4}, {1, 2}});
    assertNumbers(parameter(a).get(), 3, 4);
    assertNumbers(parameter(b).get(), 1, 2);
  }

  @Test
  void u06_aDefaultUpdateIsMadeAtEveryStepThatReads() {
    defaultUpdate(x, x.times(2));
    var given = x.plus(100);
    var r = scan().steps(4).run(s -> s.emit(x, given));
    var f = Modes.function().returns(r.emitted(0), r.emitted(1), x);
    Tensor[] first = f.callAll();
    assertNumbers(first[0], 1, 2, 4, 8);
    assertNumbers(first[1], 101, 101, 101, 101);
    assertNumbers(first[2], 1);
    assertThat(get(x)).isEqualTo(16);
    assertNumbers(f.callAll()[0], 16, 32, 64, 128);

    parameter(x).set(Tensor.scalar(1.));
    var still = Modes.function().returns(r.emitted(0)).configured(b -> b.withoutDefaultUpdates());
    assertNumbers(still.call(), 1, 2, 4, 8);
    assertNumbers(still.call(), 1, 2, 4, 8);
    assertThat(get(x)).isEqualTo(1);
  }

  @Test
  void u06_aScanThatLeavesADefaultUpdateOut() {
    defaultUpdate(x, x.times(2));
    var all = scan().steps(3).withoutDefaultUpdates().run(s -> s.emit(x)).emitted();
    var some = scan().steps(3).withoutDefaultUpdates(x).run(s -> s.emit(x, y)).emitted();
    var others = scan().steps(3).withoutDefaultUpdates(y).run(s -> s.emit(x)).emitted();
    var f = Modes.function().returns(all, some);
    assertNumbers(f.callAll()[0], 1, 1, 1);
    assertNumbers(f.callAll()[1], 2, 2, 2);
    assertThat(get(x)).isEqualTo(4);
    assertNumbers(Modes.function().returns(others).call(), 4, 8, 16);
  }

  @Test
  void u06_chainedDefaultUpdatesInAStep() {
    defaultUpdate(x, x.plus(y));
    defaultUpdate(y, y.times(3));
    var r = scan().steps(4).run(s -> s.emit(x)).emitted();
    assertNumbers(Modes.function().returns(r).call(), 1, 2, 5, 14);
    assertThat(get(x)).isEqualTo(41);
    assertThat(get(y)).isEqualTo(81);
  }

  @Test
  void anExpressUpdateGoesBeforeTheDefaultOneAndTheScans() {
    defaultUpdate(x, x.times(2));
    var r = scan().steps(3).run(s -> s.updates(update(x, x.plus(10))).emit(x)).emitted();
    assertNumbers(Modes.function().returns(r).call(), 1, 11, 21);
    assertThat(get(x)).isEqualTo(31);
    Modes.function().returns(r).updates(update(x, x.minus(1))).call();
    assertThat(get(x)).isEqualTo(30);
  }

  @Test
  void anUpdateThatWasPreparedOutsideIsMadeAtEveryStep() {
    var more = update(x, x.plus(y));
    var old = x.times(1);
    var r = scan().steps(3).run(s -> s.updates(more).emit(x, old));
    Tensor[] both = Modes.function().returns(r.emitted(0), r.emitted(1)).callAll();
    assertNumbers(both[0], 1, 2, 3);
    assertNumbers(both[1], 1, 1, 1);
    assertThat(get(x)).isEqualTo(4);
  }

  @Test
  void nestedScans() {
    var inner = scan("outer").steps(3).run(o -> {
      var i = scan("inner").steps(2).run(s -> s.updates(update(x, x.plus(y))).emit(x));
      o.updates(update(y, y.times(10))).emit(i.emitted());
    }).emitted();
    assertRows(Modes.function().returns(inner).call(), new double[][] {{1, 2}, {3, 13}, {23, 123}});
    assertThat(get(x)).isEqualTo(223);
    assertThat(get(y)).isEqualTo(1000);

    parameter(x).set(Tensor.scalar(1.));
    parameter(y).set(Tensor.scalar(1.));
    var again = scan("outer").steps(3).withoutDefaultUpdates(x).run(o -> {
      var i = scan("inner").steps(2).run(s -> s.updates(update(x, x.plus(y))).emit(x));
      o.emit(i.emitted());
    }).emitted();
    assertRows(Modes.function().returns(again).call(), new double[][] {{1, 2}, {1, 2}, {1, 2}});
    assertThat(get(x)).isEqualTo(1);
  }

  @Test
  void backwardsWithSequencesTapsAndTruncation() {
    var u = f64("u", dim("time"));
    var r = scan().over(u).backwards().carry(0.)
        .run(s -> s.updates(update(x, x.plus(s.row()))).next(s.prev().plus(x)));
    assertNumbers(Modes.function(u).returns(r.all(0)).call((Object) new double[] {1, 2, 3}), 1, 5, 11);
    assertThat(get(x)).isEqualTo(7);

    parameter(x).set(Tensor.scalar(1.));
    var cut = scan().over(u).carry(Tensor.of(0., 0), weft.Tensors.taps(-1, -2)).truncate(2)
        .run(s -> s.updates(update(x, x.times(2))).next(s.prev(0, -2).plus(x)));
    var five = new double[] {1, 2, 3, 4, 5};
    assertNumbers(Modes.function(u).returns(cut.all(0)).call((Object) five), 1, 2, 5, 10, 21);
    assertThat(get(x)).isEqualTo(32);
  }

  @Test
  void gradientsFlowThroughAnUpdatedParameter() {
    var u = f64("u", 3);
    var r = scan().over(u).run(s -> s.updates(update(x, x.times(s.row()))).emit(x.times(x)));
    var cost = r.emitted().sum();
    double[] at = {.5, 3, -1};
    // squares 1, .25, 2.25 of x = 1, so the cost is 3.5·x² before the last product
    Tensor[] both = Modes.function(u).returns(cost, grad(cost, x), grad(cost, u)).callAll((Object) at);
    assertNumbers(both[0], 3.5);
    assertNumbers(both[1], 7);
    // cost = x²(1 + u0²(1 + u1²))
    assertNumbers(both[2], 2 * .5 * (1 + 9), 2 * .25 * 3, 0);
    assertThat(get(x)).isEqualTo(-1.5);
    parameter(x).set(Tensor.scalar(1.));
    assertNumbers(Modes.function(u).returns(grad(cost, x)).call((Object) at), 7);
    assertThat(get(x)).isEqualTo(-1.5);
  }

  @Test
  void aNetThatLearnsInsideAScan() {
    var u = f64("u", dim("time"));
    var r = scan().over(u).run(s -> {
      var miss = x.minus(s.row());
      var loss = miss.times(miss);
      s.updates(sgd(loss, List.of(x), .25)).emit(loss);
    });
    // x goes half of the way to each row
    assertNumbers(Modes.function(u).returns(r.emitted()).call((Object) new double[] {3, 4, 1}), 4, 4, 4);
    assertThat(get(x)).isEqualTo(2);
  }

  @Test
  void u09_anInputThatOnlyAnUpdateNeeds() {
    var inc = f64("inc");
    var c = param("c", Tensor.scalar(0.));
    var r = scan().steps(4).run(s -> s.updates(update(c, c.plus(inc))).emit(c));
    WeftException e = refused(() -> Modes.function().returns(r.emitted()).configured(f -> f.named("f")).call());
    assertThat(e.kind()).isEqualTo(Kind.MISSING_INPUT);
    assertThat(e).hasMessageStartingWith("f: input inc is needed but not given\n    inc       f64   input   at ")
        .hasMessageContaining("\n    scan(…)   f64           at StepUpdatesTest.java:").hasMessageEndingWith("Add it to function(…).");
    assertNumbers(Modes.function(inc).returns(r.emitted()).call(2.5), 0, 2.5, 5, 7.5);
    assertThat(get(c)).isEqualTo(10);
  }

  @Test
  void twoUpdatesOfOneParameter() {
    var e = refused(() -> scan("s").steps(2).run(s -> s.updates(update(x, x.plus(1)), update(x, y))));
    assertThat(e.kind()).isEqualTo(Kind.DUPLICATE);
    assertThat(e)
        .hasMessageStartingWith("scan: two updates of parameter x in one step\n  at StepUpdatesTest.java:")
        .hasMessageEndingWith("\n  Combine them into one expression.");
  }

  @Test
  void twoScansThatUpdateOneParameter() {
    var one = scan().steps(2).run(s -> s.updates(update(x, x.plus(1))).emit(x)).emitted();
    var other = scan().steps(3).run(s -> s.updates(update(x, x.times(2))).emit(x)).emitted();
    var e = refused(() -> Modes.function().returns(one, other).configured(f -> f.named("f")).callAll());
    assertThat(e.kind()).isEqualTo(Kind.DUPLICATE);
    assertThat(e)
        .hasMessageStartingWith("f: two scans update parameter x\n    scan(…)   f64      at StepUpdatesTest.java:")
        .hasMessageEndingWith("\n  Say what it becomes with updates(…).");
    var inside = refused(() -> scan().steps(2).run(o -> o.emit(
        scan().steps(2).run(s -> s.updates(update(x, x.plus(1))).emit(x)).emitted(),
        scan().steps(3).run(s -> s.updates(update(x, x.times(2))).emit(x)).emitted())));
    assertThat(inside.kind()).isEqualTo(Kind.DUPLICATE);

    Tensor[] told = Modes.function().returns(one, other).updates(update(x, x.plus(100))).callAll();
    assertNumbers(told[0], 1, 2);
    assertNumbers(told[1], 1, 2, 4);
    assertThat(get(x)).isEqualTo(101);
  }

  @Test
  void anUpdateOfAnotherType() {
    var e = refused(() -> scan().steps(2).run(s -> s.updates(update(x, x.cast(F32)))));
    assertThat(e.kind()).isEqualTo(Kind.DTYPE);
  }

  @Test
  void slopesOfAScanThatUpdates() {
    var u = f64("u", 4);
    var r = scan().over(u).carry(.5).run(s -> {
      var h = weft.Tensors.tanh(s.prev().times(x).plus(s.row()));
      s.updates(update(x, x.plus(h.times(.1)))).next(h);
    });
    Slopes.check(List.of(u), r.last().plus(r.all(0).sum()), List.of(u, x), new double[] {.3, -.2, .9, .1});
  }
}
