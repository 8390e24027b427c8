package tests.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.*;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/** Programs whose steps are scans themselves, against plain loops and differences: alignments, learning to learn, as many steps as are needed. */
class LoopsInLoopsTest {
  private static final double FAR = 1e9;

  private final SplittableRandom random = new SplittableRandom(11);

  private double[][] numbers(int rows, int columns) {
    var all = new double[rows][columns];
    for (double[] row : all) Arrays.setAll(row, i -> random.nextDouble(-1, 1));
    return all;
  }

  private static Tensor stacked(double[][]... matrices) {
    double[] all = Arrays.stream(matrices).flatMap(Arrays::stream).flatMapToDouble(Arrays::stream).toArray();
    return Tensor.ofShape(F64, all, matrices.length, matrices[0].length, matrices[0][0].length);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  }

  private static double[] stepped(double[] x, double[][] w, double[] h, double[][] u) {
    var next = new double[w[0].length];
    for (int j = 0; j < next.length; j++) {
      for (int i = 0; i < x.length; i++) next[j] += x[i] * w[i][j];
      for (int i = 0; i < h.length; i++) next[j] += h[i] * u[i][j];
      next[j] = Math.tanh(next[j]);
    }
    return next;
  }

  /** Dynamic time warping with a soft minimum (Cuturi and Blondel 2017): rows of a table, and its columns from tap to tap. */
  @Test
  void softDynamicTimeWarping() {
    Dim n = dim("n");
    Dim m = dim("m");
    Expr x = matrix("x", F64, n, 2);
    Expr y = matrix("y", F64, m, 2);
    Expr gamma = scalar("gamma", F64);
    Expr distances = sqr(expandDims(x, 1).minus(expandDims(y, 0))).sum(2);
    Expr table = scan("rows").over(distances).carry(concat(0, zeros(F64, 1), full(FAR, F64, m))).run(s -> {
      Expr row = scan("columns").over(s.row()).over(s.prev(), taps(-1, 0)).carry(FAR).run(t -> {
        Expr ways = stack(0, t.row(1, -1), t.row(1, 0), t.prev());
        t.next(t.row(0).minus(logSumExp(ways.div(gamma).neg(), 0).times(gamma)));
      }).all(0);
      s.next(concat(0, full(FAR, F64, 1), row));
    }).last();
    Expr cost = table.at(-1);
    List<Expr> inputs = List.of(x, y, gamma);
    for (int[] size : new int[][] {{4, 3}, {1, 1}, {2, 5}}) {
      Object[] point = {numbers(size[0], 2), numbers(size[1], 2), .3};
      Tensor[] is = Slopes.check(inputs, cost, inputs, point);
      assertThat(is[3].item()).isCloseTo(softly((double[][]) point[0], (double[][]) point[1]), within(1e-9));
    }
    Slopes.check(inputs, sqr(grad(cost, x)).sum(), inputs, numbers(3, 2), numbers(3, 2), .3);
  }

  private static double softly(double[][] x, double[][] y) {
    var table = new double[x.length + 1][y.length + 1];
    for (double[] row : table) Arrays.fill(row, FAR);
    table[0][0] = 0;
    for (int i = 1; i <= x.length; i++) {
      for (int j = 1; j <= y.length; j++) {
        double sum = Math.exp(-table[i - 1][j - 1] / .3) + Math.exp(-table[i - 1][j] / .3) + Math.exp(-table[i][j - 1] / .3);
        double[] d = {x[i - 1][0] - y[j - 1][0], x[i - 1][1] - y[j - 1][1]};
        table[i][j] = dot(d, d) - .3 * Math.log(sum);
      }
    }
    return table[x.length][y.length];
  }

  /** The distance of two words (Levenshtein 1966), in integers; words without letters are words, too. */
  @Test
  void editDistance() {
    Dim n = dim("n");
    Expr a = vector("a", I32, n);
    Expr b = vector("b", I32, dim("m"));
    Expr table = scan("rows").over(a, arange(n)).carry(arange(b.dim(0).plus(1))).run(s -> {
      Expr first = s.row(1).plus(1);
      Expr row = scan("columns").over(b).over(s.prev(), taps(-1, 0)).carry(first).run(t -> {
        Expr replaced = t.row(1, -1).plus(where(t.row(0).eq(s.row(0)), 0, 1));
        t.next(minimum(replaced, minimum(t.row(1, 0), t.prev()).plus(1)));
      }).all(0);
      s.next(concat(0, expandDims(first, 0), row));
    }).last();
    Modes distance = Modes.function(a, b).returns(table.at(-1));
    Object[][] cases = {{"kitten", "sitting", 3}, {"", "abc", 3}, {"abc", "", 3}, {"", "", 0}, {"flaw", "lawn", 2}, {"same", "same", 0}};
    for (Object[] c : cases) {
      assertThat(distance.call(((String) c[0]).chars().toArray(), ((String) c[1]).chars().toArray()).item()).isEqualTo((int) c[2]);
    }
  }

  /** Start values that learn fast (Finn et al. 2017): the loss after three steps of descent, and its slopes, which go through those. */
  @Test
  void learningToLearn() {
    Dim tasks = dim("tasks");
    Dim rows = dim("rows");
    Expr x = tensor3("x", F64, tasks, rows, 2);
    Expr y = matrix("y", F64, tasks, rows);
    Expr w0 = vector("w0", F64, 2);
    Expr rate = scalar("rate", F64);
    Expr losses = scan("tasks").over(x, y).run(task -> {
      Expr learnt = scan("descent").steps(3).carry(w0).run(s -> {
        Expr loss = sqr(tanh(task.row(0).dot(s.prev())).minus(task.row(1))).mean();
        s.next(s.prev().minus(grad(loss, s.prev()).times(rate)));
      }).last();
      task.emit(sqr(tanh(task.row(0).dot(learnt)).plus(task.row(1))).mean());
    }).emitted();
    double[][][] xs = {numbers(3, 2), numbers(3, 2)};
    double[][] ys = numbers(2, 3);
    double should = 0;
    for (int k = 0; k < 2; k++) {
      double[] w = {.3, -.4};
      for (int step = 0; step < 3; step++) {
        double[] slope = new double[2];
        for (int r = 0; r < 3; r++) {
          double out = Math.tanh(dot(xs[k][r], w));
          for (int j = 0; j < 2; j++) slope[j] += 2. / 3 * (out - ys[k][r]) * (1 - out * out) * xs[k][r][j];
        }
        for (int j = 0; j < 2; j++) w[j] -= .5 * slope[j];
      }
      for (int r = 0; r < 3; r++) should += Math.pow(Math.tanh(dot(xs[k][r], w)) + ys[k][r], 2) / 3;
    }
    List<Expr> inputs = List.of(x, y, w0, rate);
    Object[] point = {stacked(xs), ys, new double[] {.3, -.4}, .5};
    Tensor[] is = Slopes.check(inputs, losses.sum(), inputs, point);
    assertThat(is[4].item()).isCloseTo(should, within(1e-9));
    Slopes.check(inputs, sqr(grad(losses.sum(), w0)).sum(), List.of(w0, rate), point);
  }

  /** Adaptive computation time (Graves 2016): each step ponders until what it says of stopping adds up to enough. */
  @Test
  void asManyStepsAsAreNeeded() {
    Expr x = matrix("x", F64, dim("time"), 2);
    Expr w = matrix("W", F64, 2, 3);
    Expr u = matrix("U", F64, 3, 3);
    Expr p = vector("p", F64, 3);
    var net = scan("net").over(x).carry(zeros(F64, 3)).run(s -> {
      var ponder = scan("ponder").steps(6).carry(s.prev(), 0.).run(t -> {
        Expr h = tanh(s.row().dot(w).plus(t.prev(0).dot(u)));
        Expr halt = sigmoid(h.dot(p));
        t.next(h, t.prev(1).plus(halt)).emit(h.times(halt)).until(t.prev(1).plus(halt).gt(1.4));
      });
      s.next(ponder.emitted().sum(0)).emit(ponder.steps(), ponder.last(1));
    });
    Expr cost = sqr(net.all(0)).sum().plus(net.emitted(1).sum());
    double[][] xs = numbers(5, 2);
    double[][] ws = numbers(2, 3);
    double[][] us = numbers(3, 3);
    double[] ps = numbers(1, 3)[0];
    double[] h = new double[3];
    double[] steps = new double[5];
    double should = 0;
    for (int t = 0; t < 5; t++) {
      double said = 0;
      double[] state = h;
      h = new double[3];
      while (steps[t] < 6 && said <= 1.4) {
        state = stepped(xs[t], ws, state, us);
        double halt = 1 / (1 + Math.exp(-dot(state, ps)));
        for (int j = 0; j < 3; j++) h[j] += state[j] * halt;
        said += halt;
        steps[t]++;
      }
      should += said + dot(h, h);
    }
    List<Expr> inputs = List.of(x, w, u, p);
    Tensor[] is = Slopes.check(inputs, cost, inputs, xs, ws, us, ps);
    assertThat(is[4].item()).isCloseTo(should, within(1e-9));
    assertThat(Modes.function(x, w, u, p).returns(net.emitted(0)).call(xs, ws, us, ps).toDoubles()).containsExactly(steps);
    assertThat(Arrays.stream(steps).distinct().count()).isGreaterThan(1);
  }
}
