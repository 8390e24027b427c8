package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F64;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.range;
import static weft.Tensors.scan;
import static weft.Tensors.taps;
import static weft.Tensors.tanh;
import static weft.Tensors.zeros;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.RandomStream;
import weft.ScanBuilder;
import weft.Scanned;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/** Gradients truncated window by window where a scan stops by itself, or its step updates parameters: against plain loops over the windows. */
class WindowsTest {
  private static final int[][] WINDOWS = {{1, 3}, {2, 2}, {3, 4}, {4, 20}};
  private static final double[] ROWS = {.3, -.2, .5, .7, -.4, .9, .1, .2, -.6};

  private final Dim time = dim("time");
  private final Expr u = f64("u", time);
  private final Expr x0 = f64("x0");
  private final Expr a = f64("a");
  private final Expr w = f64("w", time);

  private static double[] weights(int steps) {
    var weights = new double[steps];
    for (int t = 0; t < steps; t++) weights[t] = .1 * (t + 1);
    return weights;
  }

  /** Windows lie over the steps that were taken: from the first one, the last block ends with the step that stopped. */
  @Test
  void scansThatStopByThemselves() {
    for (int[] k : WINDOWS) {
      for (boolean backwards : new boolean[] {false, true}) {
        ScanBuilder builder = scan().over(u).carry(x0).truncate(k[0], k[1]);
        Scanned h = (backwards ? builder.backwards() : builder)
            .run(s -> s.next(tanh(s.row().plus(s.prev().times(a)))).emit(s.prev().times(s.row())).until(s.row().gt(.8)));
        Expr cost = h.all(0).times(w.at(range(0, h.all(0).dim(0)))).sum().plus(h.emitted().sum()).plus(h.last());
        List<Expr> d = grad(cost, List.of(u, x0, a));
        Modes f = Modes.function(u, x0, a, w).returns(h.all(0), h.last(), h.steps(), cost, d.get(0), d.get(1), d.get(2));
        for (int rows : new int[] {9, 3, 1, 0}) {
          double[] us = Arrays.copyOf(ROWS, rows);
          check(f.callAll(us, .2, .8, weights(rows)), us, backwards, k);
        }
      }
    }
  }

  /** By hand: each block goes back through its window, in which what was before counts as given. */
  private static void check(Tensor[] is, double[] us, boolean backwards, int[] k) {
    var row = new ArrayList<Integer>();
    var x = new ArrayList<>(List.of(.2));
    for (int i = 0; i < us.length; i++) {
      int at = backwards ? us.length - 1 - i : i;
      row.add(at);
      x.add(Math.tanh(us[at] + x.get(i) * .8));
      if (us[at] > .8) break;
    }
    int steps = row.size();
    double cost = x.get(steps);
    for (int t = 0; t < steps; t++) cost += .1 * (t + 1) * x.get(t + 1) + x.get(t) * us[row.get(t)];
    double[] du = new double[us.length];
    double dx0 = steps == 0 ? 1 : 0;
    double da = 0;
    for (int first = 0; first < steps; first += k[0]) {
      int end = Math.min(first + k[0], steps);
      double back = end == steps ? 1 : 0;
      for (int t = end - 1; t >= Math.max(0, end - k[1]); t--) {
        double now = x.get(t + 1);
        double g = (back + (t >= first ? .1 * (t + 1) : 0)) * (1 - now * now);
        boolean counts = t >= first;
        du[row.get(t)] += g + (counts ? x.get(t) : 0);
        da += g * x.get(t);
        back = g * .8 + (counts ? us[row.get(t)] : 0);
        if (t == 0) dx0 += back;
      }
    }
    assertNumbers(is[0], x.stream().skip(1).mapToDouble(v -> v).toArray());
    assertNumbers(is[1], x.get(steps));
    assertThat(is[2].item()).isEqualTo(steps);
    assertNumbers(is[3], cost);
    assertNumbers(is[4], du);
    assertNumbers(is[5], dx0);
    assertNumbers(is[6], da);
  }

  /** A window as long as the scan gives slopes, of the second order too; with taps, checkpoints and emitted rows. */
  @Test
  void windowsOfAllStepsAreNoTruncation() {
    Expr h0 = f64("h0", 2);
    for (boolean checkpoint : new boolean[] {false, true}) {
      ScanBuilder builder = scan().over(u).carry(h0, taps(-1, -2)).truncate(3, 20);
      Scanned h = (checkpoint ? builder.checkpoint(2) : builder).run(s -> {
        s.next(tanh(s.row().plus(s.prev(0, -1).times(a)).minus(s.prev(0, -2)))).emit(s.prev(0, -2).times(a));
        s.until(s.row().gt(.8));
      });
      Expr cost = h.all(0).times(h.all(0)).sum().plus(h.emitted().times(h.last()).sum());
      Object[] point = {ROWS, new double[] {.1, -.3}, .8};
      double[] values = Modes.function(u, h0, a).returns(h.steps(), h.all(0)).callAll(point)[1].toDoubles();
      assertThat(values.length).isEqualTo(6);
      Slopes.check(List.of(u, h0, a), cost, List.of(u, h0, a), point);
      Slopes.check(List.of(u, h0, a), grad(cost, a), List.of(u, h0, a), point);
    }
  }

  /** The parameter is what it was in each step, its new value is made once, and gradients through it end where windows begin. */
  @Test
  void parametersThatTheStepUpdates() {
    for (int[] k : WINDOWS) {
      var level = param("level", Tensor.scalar(.5));
      Scanned h = scan().over(u).carry(x0).truncate(k[0], k[1])
          .run(s -> s.updates(new Update(parameter(level), level.times(.5).plus(s.row()))).next(s.prev().times(a).plus(level.times(level))));
      Expr cost = h.all(0).times(w).sum();
      List<Expr> d = grad(cost, List.of(u, x0, a));
      Tensor[] is = Modes.function(u, x0, a, w).returns(h.all(0), d.get(0), d.get(1), d.get(2)).callAll(ROWS, .2, .8, weights(9));
      double[] x = new double[10];
      double[] p = new double[10];
      x[0] = .2;
      p[0] = .5;
      for (int t = 0; t < 9; t++) {
        x[t + 1] = .8 * x[t] + p[t] * p[t];
        p[t + 1] = .5 * p[t] + ROWS[t];
      }
      double[] du = new double[9];
      double dx0 = 0;
      double da = 0;
      for (int first = 0; first < 9; first += k[0]) {
        int end = Math.min(first + k[0], 9);
        double dx = 0;
        double dp = 0;
        for (int t = end - 1; t >= Math.max(0, end - k[1]); t--) {
          if (t >= first) dx += .1 * (t + 1);
          du[t] += dp;
          da += dx * x[t];
          dp = .5 * dp + dx * 2 * p[t];
          dx *= .8;
          if (t == 0) dx0 += dx;
        }
      }
      assertNumbers(is[0], Arrays.copyOfRange(x, 1, 10));
      assertNumbers(is[1], du);
      assertNumbers(is[2], dx0);
      assertNumbers(is[3], da);
      assertThat(parameter(level).get().item()).isCloseTo(p[9], within(1e-12));
    }
  }

  /** Masks that each step draws are the same where it is taken again, and are drawn once. */
  @Test
  void drawsInTheStep() {
    var whole = new RandomStream("masks", 7);
    var cut = new RandomStream("again", 7);
    Expr v = f64("v", time, 3);
    Expr plain = scan().over(v).carry(zeros(F64, 3))
        .run(s -> s.next(tanh(s.prev().times(a).plus(s.row())).times(whole.dropoutMask(F64, .4, 3)))).all(0);
    Expr windows = scan().over(v).carry(zeros(F64, 3)).truncate(2, 20)
        .run(s -> s.next(tanh(s.prev().times(a).plus(s.row())).times(cut.dropoutMask(F64, .4, 3)))).all(0);
    List<Expr> d = grad(plain.times(plain).sum(), List.of(v, a));
    List<Expr> again = grad(windows.times(windows).sum(), List.of(v, a));
    Modes f = Modes.function(v, a).returns(plain, windows, d.get(0), again.get(0), d.get(1), again.get(1));
    double[][] vs = new double[5][3];
    for (int t = 0; t < 5; t++) Arrays.setAll(vs[t], j -> Math.sin(3 * vs.length + j));
    double[] first = null;
    for (int call = 0; call < 2; call++) {
      Tensor[] is = f.callAll(vs, .7);
      for (int i = 0; i < 6; i += 2) assertThat(is[i + 1].toDoubles()).containsExactly(is[i].toDoubles(), within(1e-12));
      if (first != null) assertThat(is[0].toDoubles()).isNotEqualTo(first);
      first = is[0].toDoubles();
    }
    assertThat(cut.parameters().get(0).get().toDoubles()).containsExactly(whole.parameters().get(0).get().toDoubles());
  }

  /** Without gradients nothing is taken twice. */
  @Test
  void withoutGradientsThereAreNoWindows() {
    Expr h = scan().over(u).carry(0.).truncate(2, 4).run(s -> s.next(tanh(s.row().plus(s.prev()))).until(s.prev().gt(.9))).all(0);
    assertThat(function(u).returns(h).compile().loops()).containsOnlyOnce("driver scan").doesNotContain("windows");
  }
}
