package tests.semantics;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.bidirectional;
import static weft.Tensors.dim;
import static weft.Tensors.grad;
import static weft.Tensors.scan;
import static weft.Tensors.tanh;
import static weft.Tensors.taps;
import static weft.Tensors.vector;
import static weft.Tensors.zeros;

import java.util.List;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.BothWays;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/** Scans that go both ways, in every mode and against plain loops. */
class BidirectionalTest {
  private final Dim time = dim("time");

  @Test
  void eachRowSeesWhatComesBeforeAndBehind() {
    Expr u = f64("u", time);
    BothWays sums = bidirectional(u, 0., (row, prev) -> prev.plus(row), (row, prev) -> prev.times(2).plus(row));
    Expr last = sums.last();
    var f = Modes.function(u).returns(sums.aligned(), last, sums.forwards().all(0), sums.backwards().all(0));
    Tensor[] r = f.callAll((Object) new double[] {1, 2, 3});
    assertNumbers(r[0], 1, 17, 3, 8, 6, 3);
    assertNumbers(r[1], 6, 17);
    assertNumbers(r[2], 1, 3, 6);
    assertNumbers(r[3], 3, 8, 17);
    assertNumbers(f.callAll((Object) new double[0])[1], 0, 0);
  }

  /** A batch whose second sequence has two rows: its backward scan starts at the second one. */
  @Test
  void lengthsHoldForBothDirections() {
    Expr x = f64("x", time, 2, 3);
    Expr w = f64("w", 3, 2);
    Expr v = f64("v", 3, 2);
    Expr lengths = vector("lengths", I32, 2);
    BothWays h = scan("encoder").over(x).lengths(lengths).carry(zeros(F64, 2, 2)).bidirectional(
        s -> s.next(tanh(s.row().dot(w).plus(s.prev()))).emit(s.prev()),
        s -> s.next(tanh(s.row().dot(v).minus(s.prev()))).emit(s.row().dot(v)));
    double[][][] xs = new double[3][2][3];
    for (int t = 0; t < 3; t++) for (int b = 0; b < 2; b++) for (int k = 0; k < 3; k++) xs[t][b][k] = Math.sin(7 * t + 3 * b + k);
    double[][] ws = {{.1, -.2}, {.3, .4}, {-.5, .6}};
    double[][] vs = {{.7, .1}, {-.3, .2}, {.5, -.4}};
    int[] rows = {3, 2};
    double[] states = new double[3 * 2 * 4];
    double[] lasts = new double[2 * 4];
    double[] emitted = new double[3 * 2 * 4];
    for (int b = 0; b < 2; b++) {
      for (int j = 0; j < 2; j++) {
        double there = 0;
        for (int t = 0; t < 3; t++) {
          emitted[8 * t + 4 * b + j] = there;
          if (t < rows[b]) there = Math.tanh(product(xs[t][b], ws, j) + there);
          states[8 * t + 4 * b + j] = there;
        }
        double home = 0;
        for (int t = 2; t >= 0; t--) {
          emitted[8 * t + 4 * b + 2 + j] = product(xs[t][b], vs, j);
          if (t < rows[b]) home = Math.tanh(product(xs[t][b], vs, j) - home);
          states[8 * t + 4 * b + 2 + j] = home;
        }
        lasts[4 * b + j] = there;
        lasts[4 * b + 2 + j] = home;
      }
    }
    Object[] point = {Tensor.ofShape(F64, flat(xs), 3, 2, 3), ws, vs, rows};
    Tensor[] r = Modes.function(x, w, v, lengths).returns(h.aligned(), h.last(), h.emitted(0)).callAll(point);
    assertNumbers(r[0], states);
    assertNumbers(r[1], lasts);
    assertNumbers(r[2], emitted);
    Expr cost = h.aligned().times(h.aligned()).sum().plus(h.last().sum());
    Slopes.check(List.of(x, w, v, lengths), cost, List.of(x, w, v), point);
    Slopes.check(List.of(x, w, v, lengths), grad(cost, w).sum(), List.of(v, w), point);
  }

  @Test
  void carriesWithTaps() {
    Expr u = f64("u", time);
    BothWays twice = scan().over(u).carry(Tensor.of(1., 2), taps(-1, -2))
        .bidirectional(s -> s.next(s.row().plus(s.prev(0, -2))), s -> s.next(s.row().times(s.prev(0, -2))));
    assertNumbers(Modes.function(u).returns(twice.aligned()).call((Object) new double[] {5, 6, 7}), 6, 35, 8, 12, 13, 7);
  }

  @Test
  void whatCannotGoBothWays() {
    Expr u = f64("u", time);
    assertThatThrownBy(() -> scan().over(u).carry(0.).backwards().bidirectional(s -> s.next(s.row()), s -> s.next(s.row())))
        .hasMessageContaining("scan: both ways, and backwards");
    assertThatThrownBy(() -> scan().over(u).carry(0.).bidirectional(s -> s.next(s.row()).until(s.row().gt(1)), s -> s.next(s.row())))
        .hasMessageContaining("bidirectional: a step ends the scan");
  }

  private static double product(double[] row, double[][] w, int j) {
    return row[0] * w[0][j] + row[1] * w[1][j] + row[2] * w[2][j];
  }

  private static double[] flat(double[][][] x) {
    double[] all = new double[x.length * 6];
    for (int i = 0; i < all.length; i++) all[i] = x[i / 6][i / 3 % 2][i % 3];
    return all;
  }
}
