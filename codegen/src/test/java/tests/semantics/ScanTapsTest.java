package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.assertRows;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F32;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.dim;
import static weft.Tensors.dot;
import static weft.Tensors.grad;
import static weft.Tensors.iterate;
import static weft.Tensors.param;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.sgd;
import static weft.Tensors.taps;
import static weft.Tensors.tensor;
import static weft.Tensors.zeros;

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

/** Taps, numbers of steps, none at all, and the order of what comes out, in every mode. */
class ScanTapsTest {
  private final Dim time = dim("time");
  private final Dim longer = dim("longer");

  private final Expr u1 = f64("u1", time, 2);
  private final Expr u2 = f64("u2", longer, 2);
  private final Expr x0 = f64("x0", 2);
  private final Expr y0 = f64("y0", 3);
  private final Expr w1 = f64("W1", 2, 2);
  private final Expr w2 = f64("w2", 2);
  private final Expr w = f64("W", 2, 2);
  private final Expr wout = f64("wout", 2);
  private final List<Expr> s06Inputs = List.of(u1, u2, x0, y0, w1, w2, w, wout);
  private final Object[] s06Arguments = {S06.U1, S06.U2, S06.X0, S06.Y0, S06.W1, S06.W2, S06.W, S06.WOUT};

  /** x = u1·W1 + (u2[t] + u2[t-1]·u2[t+1])·w2 + x[t-1]·W, y = (y[t-1] + y[t-3])·(x[t-1]·wout), z = u1·W1. */
  private Scanned s06() {
    return scan().over(u1).over(u2, taps(-1, 0, 1)).carry(x0).carry(y0, taps(-1, -3)).run(s -> {
      var in = s.row(0).dot(w1);
      var x = in.plus(s.row(1, 0).plus(s.row(1, -1).times(s.row(1, 1))).times(w2)).plus(s.prev(0).dot(w));
      var y = s.prev(1, -1).plus(s.prev(1, -3)).times(dot(s.prev(0), wout));
      s.next(x, y).emit(in);
    });
  }

  @Test
  void s06_tapsOfSequencesAndCarries() {
    Scanned run = s06();
    Tensor[] xyz = Modes.function(s06Inputs.toArray(Expr[]::new)).returns(run.all(0), run.all(1), run.emitted())
        .callAll(s06Arguments);
    assertRows(xyz[0], S06.X);
    assertNumbers(xyz[1], S06.Y);
    assertRows(xyz[2], S06.Z);
  }

  @Test
  void d03_gradientsThroughTaps() {
    Scanned run = s06();
    var cost = run.all(0).times(run.all(0)).sum().plus(run.all(1).sum())
        .plus(run.emitted().times(run.all(0)).sum());
    Slopes.check(s06Inputs, cost, s06Inputs, s06Arguments);
  }

  @Test
  void s06_aSequenceThatIsTooShortForItsTaps() {
    var x = f64("x", time);
    var y = scan().over(x, taps(-2, 1)).run(s -> s.emit(s.row(0, -2).plus(s.row(0, 1)))).emitted();
    var f = Modes.function(x).returns(y);

    assertNumbers(f.call((Object) new double[] {1, 2, 3, 4, 5}), 5, 7);
    assertThat(f.call((Object) new double[] {1, 2, 3}).size()).isZero();
    assertThatThrownBy(() -> f.call((Object) new double[] {1, 2})).isInstanceOfSatisfying(WeftException.class,
        e -> assertThat(e.kind()).isEqualTo(Kind.STEPS));
  }

  @Test
  void s07_tapsThatReachBack() {
    var u = f64("u", time);
    var init = f64("init", 2);
    var h = scan().over(u, taps(-2)).carry(init, taps(-1, -2)).run(s -> s
        .next(s.row().times(.7).plus(s.prev(0, -2).times(.3)).plus(s.prev(0, -1).times(0))));
    assertNumbers(Modes.function(u, init).returns(h.all(0))
        .call(new double[] {1, 2, 3, 4}, new double[] {.5, -.5}),
        .7 + .3 * .5, 1.4 + .3 * -.5);
  }

  @Test
  void s07_theStateTwoStepsBack() {
    var u = f64("u", time);
    var init = f64("init", 2);
    var h = scan().over(u, taps(-2)).carry(init, taps(-1, -2)).run(s -> s
        .next(s.row().times(.7).plus(s.prev(0, -1).times(.3)).plus(s.prev(0, -2))));
    // .7·1 + .3·-.5 + .5 = 1.05; .7·2 + .3·1.05 - .5 = 1.215
    assertNumbers(Modes.function(u, init).returns(h.all(0))
        .call(new double[] {1, 2, 3, 4}, new double[] {.5, -.5}), 1.05, 1.215);
  }

  @Test
  void s09_singleTaps() {
    var x = f64("x", time);
    var before = scan().over(x, taps(-1)).run(s -> s.emit(s.row())).emitted();
    assertNumbers(Modes.function(x).returns(before).call((Object) new double[] {0, 1, 2, 3, 4}), 0, 1, 2, 3);

    var two = scan().over(x, taps(-2, -1)).run(s -> s.emit(s.row(0, -2))).emitted();
    assertNumbers(Modes.function(x).returns(two).call((Object) new double[] {1, 2, 3, 4, 5}), 1, 2, 3);

    var ahead = scan().over(x, taps(2)).steps(1).run(s -> s.emit(s.row())).emitted().sum();
    double[] twenty = new double[20];
    for (int i = 0; i < 20; i++) twenty[i] = i;
    assertNumbers(Modes.function(x).returns(ahead).call((Object) twenty), 2);
  }

  @Test
  void s11_oneStepIsLikeAnyOther() {
    var u = f64("u", time);
    var init = f64("init", 2);
    var n = scalar("n", I32);
    var arguments = new Object[] {new double[] {1, 2, 3}, new double[] {.5, -.5}, 1};
    for (boolean backwards : new boolean[] {false, true}) {
      var fixed = scan().over(u).carry(init, taps(-1, -2)).steps(1);
      var counted = scan().over(u).carry(init, taps(-1, -2)).steps(n);
      if (backwards) fixed.backwards();
      if (backwards) counted.backwards();
      Expr one = fixed.run(s -> s.next(s.row().plus(s.prev(0, -2)))).all(0);
      Expr same = counted.run(s -> s.next(s.row().plus(s.prev(0, -2)))).all(0);
      Tensor[] both = Modes.function(u, init, n).returns(one, same).callAll(arguments);
      assertNumbers(both[0], backwards ? 3.5 : 1.5);
      assertNumbers(both[1], backwards ? 3.5 : 1.5);
      assertThat(both[1].shape()).isEqualTo(new int[] {1});
    }
  }

  @Test
  void s13_fewerStepsThanRowsAndUnequalLengths() {
    var x = f64("x", time);
    var y = f64("y", longer);
    var some = scan().over(x).steps(20).run(s -> s.emit(s.row().times(2))).emitted();
    assertThat(Modes.function(x).returns(some).call((Object) new double[30]).shape()).isEqualTo(new int[] {20});
    var both = scan().over(x, y).run(s -> s.emit(s.row(0).plus(s.row(1)))).emitted();
    assertThat(Modes.function(x, y).returns(both).call(new double[4], new double[1000]).shape())
        .isEqualTo(new int[] {4});
    assertThat(Modes.function(x, y).returns(both).call(new double[40], new double[3]).shape())
        .isEqualTo(new int[] {3});
  }

  @Test
  void s14_noStepAtAll() {
    var n = scalar("n", I32);
    var h0 = tensor("h0", F32, 3);
    var run = scan().carry(h0).steps(n).run(s -> s.next(s.prev().times(2)).emit(s.prev().sum()));
    var f = Modes.function(n, h0).returns(run.all(0), run.emitted(), run.last(), run.carry(0).withInitial());
    for (int twice = 0; twice < 2; twice++) {
      Tensor[] none = f.callAll(0, new float[] {1, 2, 3});
      assertThat(none[0].typeText()).isEqualTo("f32[0, 3]");
      assertThat(none[1].typeText()).isEqualTo("f32[0]");
      assertThat(none[2].toDoubles()).containsExactly(1, 2, 3);
      assertThat(none[3].typeText()).isEqualTo("f32[1, 3]");
      assertThat(f.callAll(2, new float[] {1, 2, 3})[2].toDoubles()).containsExactly(4, 8, 12);
    }
  }

  @Test
  void s14_gradientsOfNoStep() {
    var x = f64("x", time, 3);
    var h0 = f64("h0", 3);
    var last = scan(x, h0, (xt, p) -> xt.times(p)).last();
    Tensor[] d =
        Slopes.check(List.of(x, h0), last.times(last).sum(), List.of(x, h0), Tensor.zeros(F64, 0, 3),
            new double[] {1, 2, 3});
    assertThat(d[0].typeText()).isEqualTo("f64[0, 3]");
    assertNumbers(d[1], 2, 4, 6);
  }

  @Test
  void s15_resultsInTheOrderOfTheStep() {
    var u = f64("u", time);
    var init = f64("y0", 3);
    var run = scan().over(u).carry(0.).carry(init, taps(-1, -3)).run(s -> s
        .next(s.row(), s.prev(1, -1).plus(s.prev(0)))
        .emit(s.prev(1, -3).plus(1), s.prev(1, -3).plus(2)));
    Tensor[] r = Modes.function(u, init).returns(run.emitted(0), run.emitted(1), run.all(0), run.all(1))
        .callAll(new double[] {10, 20, 30}, new double[] {1, 2, 3});
    assertNumbers(r[0], 2, 3, 4);
    assertNumbers(r[1], 3, 4, 5);
    assertNumbers(r[2], 10, 20, 30);
    assertNumbers(r[3], 3, 13, 33);
  }

  @Test
  void s26_aBroadcastRowAsInitialCarry() {
    var x = f64("x", 10, 2);
    var wx = param("W", Tensor.ofShape(F64, new double[] {.1, -.2, .3, .4, -.5, .6, .7, -.8}, 2, 4));
    var h = scan(x, zeros(F64, 1, 4), (xt, p) -> weft.Tensors.reshape(xt, 1, 2).dot(wx));
    var cost = h.all().mean();
    double[][] rows = new double[10][2];
    for (int i = 0; i < 20; i++) rows[i / 2][i % 2] = Math.sin(i);
    Slopes.check(List.of(x), cost, List.of(wx), (Object) rows);
    var train = Modes.function(x).returns(cost).updates(sgd(cost, List.of(wx), .1));
    assertThat(train.call((Object) rows).item()).isGreaterThan(train.call((Object) rows).item());
  }

  @Test
  void d04_gradientsOfACarryThatReachesFourBack() {
    var xinit = f64("xinit", 4, 2, 2);
    var ww = f64("w", 2, 2);
    var xs = scan().carry(xinit, taps(-4, -1)).steps(10).run(s -> s.next(ww.plus(s.prev(0, -4)))).all(0);
    var loss = xs.row(-1).times(xs.row(-1)).sum();
    double[] start = new double[16];
    for (int i = 0; i < 16; i++) start[i] = .1 * i - .7;
    Tensor[] d = Slopes.check(List.of(xinit, ww), loss, List.of(xinit, ww), Tensor.ofShape(F64, start, 4, 2, 2),
        new double[][] {{.3, -.1}, {.2, .5}});
    // x_10 = 3·w + xinit[1], so the gradient by w is 6·x_10
    for (int i = 0; i < 4; i++)
        assertThat(d[1].toDoubles()[i]).isEqualTo(6 * (3 * new double[] {.3, -.1, .2, .5}[i] + start[4 + i]),
        org.assertj.core.api.Assertions.within(1e-9));
  }

  @Test
  void d08_theSameNumberOfStepsAsDataOrAsLength() {
    var n = scalar("n", I32);
    var x = scalar("x", F64);
    var power = iterate(n, x, p -> p.times(x)).last();
    assertNumbers(Slopes.check(List.of(n, x), power, List.of(x), 4, 2.)[0], 80);
    assertNumbers(Modes.function(n, x).returns(grad(grad(power, x), x)).call(4, 2.), 160);
  }
}
