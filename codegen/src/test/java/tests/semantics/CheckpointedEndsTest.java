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
import static weft.Tensors.printed;
import static weft.Tensors.scan;
import static weft.Tensors.tanh;
import static weft.Tensors.taps;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.Backend;
import weft.ScanBuilder;
import weft.Scanned;
import weft.Tensors;
import weft.Update;
import weft.graph.Expr;
import weft.loop.Sizes;
import weft.runtime.Prints;
import weft.runtime.Tensor;
import weft.type.Dim;
import weft.type.Symbol;

/** Checkpoints in scans that stop by themselves or truncate gradients: values of a plain loop, gradients as without checkpoints. */
class CheckpointedEndsTest {
  private static final double[][] WEIGHTS = {{.5, -.2}, {.3, .6}};
  private static final double[][] START = {{.1, .2}, {-.3, .4}};

  private final Expr x = f64("x", dim("time"), 2);
  private final Expr h0 = f64("h0", 2, 2);
  private final Expr w = f64("W", 2, 2);

  private Scanned net(UnaryOperator<ScanBuilder> options, Double end) {
    return options.apply(scan("net").over(x).carry(h0, taps(-1, -2))).run(s -> {
      Expr h = tanh(s.row().plus(s.prev(0, -1).dot(w)).plus(s.prev(0, -2).times(.3)));
      s.next(h).emit(h.times(s.row()).sum());
      if (end != null) s.until(s.row().sum().gt(end));
    });
  }

  /** Rows that grow, so that step 5 and no earlier one sees a sum above 1. */
  private static double[][] rows(int steps) {
    var rows = new double[steps][2];
    for (int t = 0; t < steps; t++) rows[t] = new double[] {.3 * t - .5, .8 - .08 * t};
    return rows;
  }

  private static Tensor given(int steps) {
    return Tensor.ofShape(F64, Arrays.stream(rows(steps)).flatMapToDouble(Arrays::stream).toArray(), steps, 2);
  }

  /** The carries of a plain loop after each step, and how many there were. */
  private static List<double[]> loop(double[][] rows, boolean backwards, double end) {
    var all = new ArrayList<double[]>();
    double[] before = START[0];
    double[] h = START[1];
    for (int k = 0; k < rows.length; k++) {
      double[] row = rows[backwards ? rows.length - 1 - k : k];
      var next = new double[2];
      for (int j = 0; j < 2; j++) {
        next[j] = Math.tanh(row[j] + h[0] * WEIGHTS[0][j] + h[1] * WEIGHTS[1][j] + .3 * before[j]);
      }
      before = h;
      h = next;
      all.add(next);
      if (row[0] + row[1] > end) break;
    }
    return all;
  }

  private static void assertSame(Tensor is, Tensor should) {
    assertThat(is.shape()).isEqualTo(should.shape());
    assertThat(is.toDoubles()).containsExactly(should.toDoubles(), within(1e-10));
  }

  /** Cost, values and gradients of a scan. */
  private List<Expr> results(Scanned run) {
    Expr cost = run.all(0).times(run.all(0)).sum().plus(run.emitted().times(run.emitted()).sum()).plus(run.last().sum());
    var results = new ArrayList<>(List.of(cost, run.last(), run.all(0), run.emitted(), run.steps()));
    results.addAll(grad(cost, List.of(x, h0, w)));
    return results;
  }

  private void same(UnaryOperator<ScanBuilder> plain, Double end, int every, int... lengths) {
    UnaryOperator<ScanBuilder> cut = b -> every > 0 ? plain.apply(b).checkpoint(every) : plain.apply(b).checkpoint();
    List<Expr> results = results(net(plain, end));
    int each = results.size();
    results.addAll(results(net(cut, end)));
    Modes both = Modes.function(x, h0, w).returns(results.toArray(Expr[]::new));
    for (int steps : lengths) {
      Tensor[] r = both.callAll(given(steps), START, WEIGHTS);
      for (int i = 0; i < each; i++) assertSame(r[each + i], r[i]);
    }
  }

  @Test
  void stopsByItselfInSegments() {
    for (int every : new int[] {1, 2, 3, 6, 7}) same(b -> b, 1., every, 0, 1, 4, 5, 6, 9, 17);
    same(b -> b, 1., 0, 0, 1, 2, 5, 6, 17);
    same(ScanBuilder::backwards, -.1, 2, 0, 1, 3, 12);
  }

  @Test
  void stopsLikeAPlainLoop() {
    for (boolean backwards : new boolean[] {false, true}) {
      double end = backwards ? -.1 : 1;
      Scanned run = net(b -> backwards ? b.backwards().checkpoint(2) : b.checkpoint(2), end);
      Expr cost = run.all(0).times(run.all(0)).sum().plus(run.emitted().sum()).plus(run.last().sum());
      for (int steps : new int[] {3, 12}) {
        List<double[]> should = loop(rows(steps), backwards, end);
        Tensor[] r = Modes.function(x, h0, w).returns(run.all(0), run.steps(), run.last()).callAll(rows(steps), START, WEIGHTS);
        assertThat(r[1].item()).isEqualTo(should.size());
        assertNumbers(r[0], should.stream().flatMapToDouble(Arrays::stream).toArray());
        assertNumbers(r[2], should.get(should.size() - 1));
        Slopes.check(List.of(x, h0, w), cost, List.of(x, h0, w), rows(steps), START, WEIGHTS);
      }
      Expr first = grad(cost, w);
      Slopes.check(List.of(x, h0, w), first.times(first).sum(), List.of(x, h0, w), rows(12), START, WEIGHTS);
    }
  }

  @Test
  void truncatedInSegments() {
    for (int every : new int[] {1, 2, 4, 9}) {
      same(b -> b.truncate(4), null, every, 0, 1, 3, 4, 5, 11);
      same(b -> b.backwards().truncate(4), null, every, 3, 11);
      same(b -> b.truncate(3, 5), null, every, 0, 1, 4, 11);
    }
    same(b -> b.truncate(4), null, 0, 0, 1, 5, 11);
    same(b -> b.backwards().truncate(2, 4), null, 0, 0, 1, 5, 11);
    same(b -> b.truncate(4), 1., 2, 0, 1, 4, 6, 9, 17);
    same(b -> b.backwards().truncate(3), -.1, 2, 0, 1, 3, 12);
    same(b -> b.truncate(4), 1., 0, 0, 1, 9);
    same(b -> b.truncate(3, 5), 1., 2, 0, 1, 4, 6, 17);
    same(b -> b.backwards().truncate(2, 3), -.1, 0, 0, 3, 12);
  }

  /** x_t = u_t + x_(t-1), cost 0.1·x_0 + … + 0.5·x_4: the gradient by u_t is what weights from t on add up to, behind the cut. */
  @Test
  void truncatedSumsHaveKnownGradients() {
    var u = f64("u", dim("n"));
    var c = f64("c", u.dim(0));
    double[] weights = {.1, .2, .3, .4, .5};
    Expr late = scan().over(u).carry(0.).truncate(3).checkpoint(2).run(s -> s.next(s.row().plus(s.prev()))).all(0);
    assertNumbers(Modes.function(u, c).returns(grad(late.times(c).sum(), u)).call(new double[5], weights), 0, 0, 1.2, .9, .5);
    Expr windows = scan().over(u).carry(0.).truncate(2, 2).checkpoint(1).run(s -> s.next(s.row().plus(s.prev()))).all(0);
    assertNumbers(Modes.function(u, c).returns(grad(windows.times(c).sum(), u)).call(new double[5], weights), .3, .2, .7, .9, .5);
    Expr stopped = scan().over(u).carry(0.).truncate(3).checkpoint(2)
        .run(s -> s.next(s.row().plus(s.prev())).until(s.row().gt(0))).all(0);
    assertNumbers(Modes.function(u).returns(grad(stopped.sum(), u)).call((Object) new double[] {0, 0, 0, 0, 1, 7}), 0, 0, 3, 2, 1, 0);
  }

  /** Inside another scan whose gradient needs what the inner one ends with, and not what measures how long that is. */
  @Test
  void secondDerivativesOfOneInAnother() {
    var rows = f64("rows", dim("n"), 2);
    var limit = f64("limit");
    var start = f64("start", 2);
    Expr all = scan().over(rows).carry(0.).run(outer -> {
      Scanned inner = scan().over(outer.row()).carry(start, taps(-1, -2)).carry(0.).checkpoint(3).run(s -> {
        s.next(tanh(s.prev(0, -1)), s.prev(0, -1));
        s.until(s.row().gt(limit));
      });
      outer.next(inner.last(1));
    }).carry(0).withInitial();
    Expr slope = grad(all.sum(), start).sum();
    for (double end : new double[] {9, .4}) {
      Object[] given = {new double[][] {{.1, .2}, {.5, .3}}, end, new double[] {.3, -.4}};
      Slopes.check(List.of(rows, limit, start), slope, List.of(start), given);
      double twoSteps = 1 - Math.tanh(-.4) * Math.tanh(-.4);
      double should = twoSteps + (end == 9 ? twoSteps : 1);
      assertThat(Modes.function(rows, limit, start).returns(slope).call(given).item()).isCloseTo(should, within(1e-9));
    }
  }

  private static final List<UnaryOperator<ScanBuilder>> ENDS = List.of(b -> b, b -> b.checkpoint(2), b -> b.truncate(2),
      b -> b.truncate(2).checkpoint(1));

  /** Parameters are updated as often as there are steps, however often those are taken; 3 is the last factor where the scan stops. */
  @Test
  void stepsTakenAgainChangeNothing() {
    var u = f64("u", dim("n"));
    for (boolean stops : new boolean[] {true, false}) {
      for (UnaryOperator<ScanBuilder> end : ENDS) {
        var count = param("count", Tensor.scalar(0.));
        Scanned run = end.apply(scan().over(u).carry(1.)).run(s -> {
          s.next(s.prev().times(s.row())).updates(new Update(Tensors.parameter(count), count.plus(s.prev())));
          if (stops) s.until(s.row().gt(2));
        });
        Tensor[] r = Modes.function(u).returns(run.last(), grad(run.last(), u)).callAll((Object) new double[] {2, .5, 1.5, 3, 4});
        assertThat(r[0].item()).isEqualTo(stops ? 4.5 : 18);
        boolean cut = ENDS.indexOf(end) > 1;
        if (stops) assertNumbers(r[1], cut ? 0 : 2.25, cut ? 0 : 9, 3, 1.5, 0);
        else assertNumbers(r[1], cut ? 0 : 9, cut ? 0 : 36, cut ? 0 : 12, 6, 4.5);
        assertThat(Tensors.parameter(count).get().item()).isEqualTo(1 + 2 + 1 + 1.5 + (stops ? 0 : 4.5));
      }
    }
  }

  /** What a step shows it shows once. */
  @Test
  void stepsTakenAgainAreNotSeen() {
    var u = f64("u", dim("n"));
    var ends = new ArrayList<>(ENDS);
    ends.add(b -> b.truncate(2, 3));
    ends.add(b -> b.truncate(2, 3).checkpoint(2));
    for (UnaryOperator<ScanBuilder> end : ends) {
      boolean stops = ends.indexOf(end) < ENDS.size();
      Expr last = end.apply(scan().over(u).carry(1.)).run(s -> {
        s.next(printed(s.prev().times(s.row()), "at"));
        if (stops) s.until(s.row().gt(2));
      }).last();
      for (Expr result : List.of(last, grad(last, u))) {
        var f = function(u).returns(result).compile();
        var shown = new ArrayList<String>();
        Prints.listen((message, value, steps) -> shown.add(message));
        try {
          f.call((Object) new double[] {2, .5, 1.5, 3, 4});
        } finally {
          Prints.listen(null);
        }
        assertThat(shown).as("end %d", ends.indexOf(end)).hasSize(stops ? 4 : 5);
      }
    }
  }

  /** Without gradients nothing is taken again. */
  @Test
  void valuesAloneCostNothing() {
    UnaryOperator<ScanBuilder> none = b -> b;
    String plain = function(x, h0, w).named("f").returns(net(none, 1.).last()).compile(Backend.INTERPRETER).loops();
    String cut = function(x, h0, w).named("f").returns(net(b -> b.checkpoint(3), 1.).last()).compile(Backend.INTERPRETER).loops();
    assertThat(cut.replaceAll("CheckpointedEndsTest.java:\\d+", "")).isEqualTo(plain.replaceAll("CheckpointedEndsTest.java:\\d+", ""));
  }

  /** Of at most 10,000 steps with 64 numbers each a good 200 are in memory. */
  @Test
  void memoryIsThatOfTheSquareRoot() {
    var u = f64("u", dim("n"));
    var h = f64("h", 64);
    var v = f64("v", 64);
    Expr plain = scan().over(u).carry(h).run(s -> s.next(tanh(s.prev().times(v))).until(s.row().gt(0))).last();
    Expr cut = scan().over(u).carry(h).checkpoint().run(s -> s.next(tanh(s.prev().times(v))).until(s.row().gt(0))).last();
    Expr late = scan().over(u).carry(h).truncate(2500).checkpoint().run(s -> s.next(tanh(s.prev().times(v)))).last();
    assertThat(bytes(grad(plain.sum(), v), u, h, v)).isGreaterThan(8 * 64 * 10_000);
    assertThat(bytes(grad(cut.sum(), v), u, h, v)).isLessThan(8 * 64 * 450);
    assertThat(bytes(grad(late.sum(), v), u, h, v)).isLessThan(8 * 64 * 250);
  }

  /** Gradients that end go back through no step before. */
  @Test
  void nothingGoesBackThroughEarlySteps() {
    var u = f64("u", dim("n"));
    var v = f64("v", 64);
    Expr late = scan().over(u).carry(v).truncate(2500).run(s -> s.next(tanh(s.prev().times(v)))).last();
    assertThat(bytes(grad(late.sum(), v), u, v)).isLessThan(8 * 64 * 2520);
    String loops = function(u, v).returns(grad(late.sum(), v)).compile(Backend.INTERPRETER).loops();
    assertThat(loops).contains("driver scan_vjp").doesNotContain("driver scan_vjp_2");
  }

  private static long bytes(Expr result, Expr... inputs) {
    return Sizes.evaluate(function(inputs).returns(result).compile(Backend.INTERPRETER).workspace(), new ToLongFunction<Symbol>() {
      @Override
      public long applyAsLong(Symbol s) {
        if (s.definition() instanceof Symbol.Measured m && m.most() != null) return Sizes.evaluate(m.most(), this);
        return Sizes.isComputed(s) ? Sizes.evaluate(s.definition(), this) : 10_000;
      }
    });
  }
}
