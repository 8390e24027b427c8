package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.assertRows;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F32;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.arange;
import static weft.Tensors.constant;
import static weft.Tensors.dim;
import static weft.Tensors.dot;
import static weft.Tensors.iterate;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.vector;

import java.util.List;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/** What scans give, in every mode; the numbers are NumPy's for the same recurrences. */
class ScanForwardTest {
  private static final double[] U = {1, -2, 3, .5};

  private final Dim time = dim("time");
  private final Expr u = f64("u", time);
  private final Expr x0 = f64("x0");
  private final Expr win = f64("Win");
  private final Expr w = f64("W");

  @Test
  void s01_oneScalarDoubledFiveTimes() {
    var n = scalar("n", I32);
    var h = iterate(n, x0, p -> p.times(2));

    assertNumbers(Modes.function(n, x0).returns(h.all()).call(5, .3), .6, 1.2, 2.4, 4.8, 9.6);
  }

  @Test
  void s01_inFloats() {
    var n = scalar("n", I32);
    var start = scalar("start");
    var modes = Modes.function(n, start).returns(iterate(n, start, p -> p.times(2)).all());

    assertThat(modes.call(5, .3f).floats()).startsWith(.6f, 1.2f, 2.4f, 4.8f, 9.6f);
    assertThat(modes.call(2, .25f).floats()).startsWith(.5f, 1f);
  }

  @Test
  void s02_onlyACapturedMatrix() {
    var x = f64("X", 2, 2);
    var both = scan().steps(2).run(s -> s.emit(x)).emitted();
    double[][] rows = {{1, 2}, {3, 4}};

    assertNumbers(Modes.function(x).returns(both).call((Object) rows), 1, 2, 3, 4, 1, 2, 3, 4);
    assertRows(Slopes.check(List.of(x), both.sum(), List.of(x), (Object) rows)[0],
        new double[][] {{2, 2}, {2, 2}});
  }

  @Test
  void s03_aWeightedSumOfInputsAndState() {
    var h = scan(u, x0, (ut, p) -> ut.times(win).plus(p.times(w)));
    var modes = Modes.function(u, x0, win, w).returns(h.all(), h.last());

    Tensor[] both = modes.callAll(U, .2, .7, .3);
    assertNumbers(both[0], .76, -1.172, 1.7484, .87452);
    assertNumbers(both[1], .87452);
  }

  @Test
  void s03_theSameFunctionAtOtherLengths() {
    var h = scan(u, x0, (ut, p) -> ut.times(win).plus(p.times(w)));
    var modes = Modes.function(u, x0, win, w).returns(h.all(), h.last());

    assertNumbers(modes.callAll(U, .2, .7, .3)[0], .76, -1.172, 1.7484, .87452);
    assertNumbers(modes.callAll(new double[] {1, -2}, .2, .7, .3)[0], .76, -1.172);
    assertNumbers(modes.callAll(new double[0], .2, .7, .3)[1], .2);
    assertNumbers(modes.callAll(new double[] {1}, .2, .7, .3)[1], .76);
    assertNumbers(modes.callAll(U, .2, .7, .3)[1], .87452);
  }

  @Test
  void s04_parametersThatChangeBetweenCalls() {
    var a = param("Win", Tensor.scalar(.7));
    var b = param("W", Tensor.scalar(.3));
    var h = scan(u, x0, (ut, p) -> ut.times(a).plus(p.times(b)));
    var modes = Modes.function(u, x0).returns(h.all());

    assertNumbers(modes.call(U, .2), .76, -1.172, 1.7484, .87452);
    parameter(a).set(Tensor.scalar(1.));
    parameter(b).set(Tensor.scalar(0.));
    assertNumbers(modes.call(U, .2), 1, -2, 3, .5);
  }

  @Test
  void s05_severalSequencesAndResults() {
    var u1 = f64("u1", time, 2);
    var u2 = f64("u2", time);
    var start = f64("x0", 2);
    var w1 = f64("W1", 2, 2);
    var w2 = f64("w2", 2);
    var ww = f64("W", 2, 2);
    var wout = f64("wout", 2);
    var run = scan().over(u1, u2).carry(start).run(s -> s
        .next(s.row(0).dot(w1).plus(s.row(1).times(w2)).plus(s.prev().dot(ww)))
        .emit(dot(s.prev(), wout)));

    Tensor[] xy = Modes.function(u1, u2, start, w1, w2, ww, wout).returns(run.all(0), run.emitted())
        .callAll(S05.U1, S05.U2, S05.X0, S05.W1, S05.W2, S05.W, S05.WOUT);
    assertRows(xy[0], S05.X);
    assertNumbers(xy[1], S05.Y);
  }

  @Test
  void s10_backwards() {
    var all = scan().over(u).carry(x0).backwards().run(s -> s.next(s.row().times(win).plus(s.prev().times(w))));
    assertNumbers(Modes.function(u, x0, win, w).returns(all.all(0)).call(U, .2, .7, .3), .41, 2.223, -.7331,
        .48007);
    assertNumbers(Modes.function(u, x0, win, w).returns(all.carry(0).aligned()).call(U, .2, .7, .3), .48007,
        -.7331, 2.223, .41);

    var two = scan().over(u).carry(x0).backwards().steps(2)
        .run(s -> s.next(s.row().times(win).plus(s.prev().times(w))));
    assertNumbers(Modes.function(u, x0, win, w).returns(two.all(0)).call(U, .2, .7, .3), .41, 2.223);
  }

  @Test
  void s24_aScanOverTheResultOfAScan() {
    var h = scan(u, x0, (ut, p) -> ut.times(win).plus(p.times(w)));
    var doubled = scan().over(h.all(), arange(time, F64).plus(1)).carry(constant(0.)).run(s -> s
        .next(s.prev().plus(s.row(0).times(s.row(1)))));

    // .76·1, then + -1.172·2, + 1.7484·3, + .87452·4
    assertNumbers(Modes.function(u, x0, win, w).returns(doubled.all(0)).call(U, .2, .7, .3), .76, -1.584,
        3.6612, 7.15928);
  }

  @Test
  void s25_aPolynomialThatStartsAsAnInteger() {
    var c = vector("c", F64, time);
    var x = scalar("x", F64);
    for (Object start : List.of(0, 0., constant(0), constant(0f))) {
      var p = scan().over(c, arange(1000)).carry(start)
          .run(s -> s.next(s.prev().plus(s.row(0).times(x.pow(s.row(1).cast(F64))))));
      assertNumbers(Modes.function(c, x).returns(p.last()).call(new double[] {1, 0, 2}, 3.), 19);
    }
    var floats = vector("c", F32, time);
    var p = scan().over(floats).carry(0).run(s -> s.next(s.prev().plus(s.row())));
    assertNumbers(Modes.function(floats).returns(p.last()).call((Object) new float[] {1, 0, 2}), 3);
  }

  /** Rows that end within a vector: 17 and 21 numbers, for vectors of 8 and of 4. */
  @Test
  void rowsThatEndWithinAVector() {
    for (int width : new int[] {17, 21}) {
      Expr row = f64("row", width);
      Expr h = scan().over(u).carry(row).run(s -> s.next(s.prev().times(.5).plus(s.row()))).all(0);
      var start = new double[width];
      for (int i = 0; i < width; i++) start[i] = i + 1;
      Tensor all = Modes.function(u, row).returns(h).call(U, start);
      double[] plain = start.clone();
      for (int t = 0; t < U.length; t++) {
        for (int i = 0; i < width; i++) {
          plain[i] = plain[i] * .5 + U[t];
          assertThat(all.doubles()[t * width + i]).isEqualTo(plain[i]);
        }
      }
    }
  }
}
