package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.scan;
import static weft.Tensors.taps;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.Backend;
import weft.CompiledFunction;
import weft.Scanned;
import weft.graph.Expr;
import weft.runtime.Tensor;

/** Scans that go together through their steps become one loop. */
class ScanMergeTest {
  private final Expr x = f64("x", dim("n"));
  private final Expr y = f64("y", dim("m"));
  private static final double[] FIVE = {1, 2, 3, 4, 5};
  private static final double[] FOUR = {.5, .25, .125, 1};

  private static Expr sums(Expr x, Object start) {
    return scan().over(x).carry(start).run(s -> s.next(s.prev().plus(s.row()))).all(0);
  }

  private static Expr sums(Expr x, int steps, double start) {
    return scan().over(x).steps(steps).carry(start).run(s -> s.next(s.prev().plus(s.row()))).all(0);
  }

  private static double[] plain(double[] x, int steps, double start) {
    var sums = new double[steps];
    for (int t = 0; t < steps; t++) sums[t] = (t == 0 ? start : sums[t - 1]) + x[t];
    return sums;
  }

  /** How many loops over time are left. */
  private static long loops(List<Expr> inputs, Expr... results) {
    return compiled(inputs, results).loops().lines().filter(l -> l.startsWith("driver ") && !l.equals("driver f")).count();
  }

  private static CompiledFunction compiled(List<Expr> inputs, Expr... results) {
    return function(inputs.toArray(Expr[]::new)).named("f").returns(results).lanes(1).compile(Backend.INTERPRETER);
  }

  @Test
  void e05_sequencesOfTheirOwnLengths() {
    Expr[] both = {sums(x, 0.), sums(y, 1.)};
    Tensor[] r = Modes.function(x, y).returns(both).callAll(FIVE, FOUR);
    assertNumbers(r[0], plain(FIVE, 5, 0));
    assertNumbers(r[1], plain(FOUR, 4, 1));
    assertThat(loops(List.of(x, y), both)).isEqualTo(2);
    assertThat(compiled(List.of(x, y), both).explain()).contains("since one has n steps, the other m");
  }

  /** Numbers of steps at which nothing is unrolled. */
  @Test
  void e05_numbersOfSteps() {
    double[] many = new double[500];
    for (int i = 0; i < 500; i++) many[i] = Math.sin(i);
    for (int other : new int[] {420, 421}) {
      Expr[] both = {sums(x, 420, 0), sums(y, other, 1)};
      Tensor[] r = Modes.function(x, y).returns(both).callAll(many, many);
      assertNumbers(r[0], plain(many, 420, 0));
      assertNumbers(r[1], plain(many, other, 1));
      var explanation = compiled(List.of(x, y), both).explain();
      assertThat(loops(List.of(x, y), both)).as(explanation).isEqualTo(other == 420 ? 1 : 2);
      if (other == 420) assertThat(explanation).contains("merged with scan at ScanMergeTest.java");
    }
  }

  /** The same scan written twice is there once, with one carry. */
  @Test
  void e05_theSameSequence() {
    Expr[] both = {sums(x, 2.), sums(x, 2.)};
    Tensor[] r = Modes.function(x).returns(both).callAll((Object) FIVE);
    assertNumbers(r[0], plain(FIVE, 5, 2));
    assertNumbers(r[1], plain(FIVE, 5, 2));
    assertThat(loops(List.of(x), both)).isEqualTo(1);
    assertThat(compiled(List.of(x), both).explain()).contains("prev is always prev");
    Expr[] apart = {sums(x, 2.), sums(x, 3.)};
    assertNumbers(Modes.function(x).returns(apart).callAll((Object) FIVE)[1], plain(FIVE, 5, 3));
    assertThat(loops(List.of(x), apart)).isEqualTo(1);
  }

  /**
   * A truncated scan through which a gradient goes is two loops, of the steps that it flows through and of those before; neither is as
   * long as the whole. Without a gradient it is the whole.
   */
  @Test
  void e05_truncatedScans() {
    var w = f64("w");
    Expr whole = scan().over(x).carry(0.).run(s -> s.next(s.prev().times(w).plus(s.row()))).all(0);
    Expr cut = scan().over(x).truncate(2).carry(0.).run(s -> s.next(s.prev().times(w).plus(s.row()))).all(0);
    Expr same = scan().over(x).truncate(2).carry(1.).run(s -> s.next(s.prev().times(w).plus(s.row()))).all(0);
    Expr other = scan().over(x).truncate(3).carry(1.).run(s -> s.next(s.prev().times(w).plus(s.row()))).all(0);
    Tensor[] r = Modes.function(x, w).returns(whole, cut, same, other, grad(cut.row(-1), x), grad(other.row(-1), x)).callAll(FIVE, .5);
    double[] states = {1, 2.5, 4.25, 6.125, 8.0625};
    assertNumbers(r[0], states);
    assertNumbers(r[1], states);
    double[] later = {1.5, 2.75, 4.375, 6.1875, 8.09375};
    assertNumbers(r[2], later);
    assertNumbers(r[3], later);
    assertNumbers(r[4], 0, 0, 0, .5, 1);
    assertNumbers(r[5], 0, 0, .25, .5, 1);
    assertThat(loops(List.of(x, w), cut)).isEqualTo(1);
    assertThat(loops(List.of(x, w), whole, cut)).isEqualTo(1);
    assertThat(loops(List.of(x, w), cut, same)).isEqualTo(1);
    assertThat(loops(List.of(x, w), cut, other)).isEqualTo(1);
    assertThat(loops(List.of(x, w), cut, grad(cut.row(-1), x))).as("a gradient that reads no state").isEqualTo(2);
    Expr curved = scan().over(x).truncate(2).carry(0.).run(s -> s.next(s.prev().times(s.prev()).times(w).plus(s.row()))).all(0);
    assertThat(loops(List.of(x, w), curved, grad(curved.row(-1), x))).isEqualTo(3);
    assertThat(compiled(List.of(x, w), cut).explain()).contains("one loop, since no gradient goes through its last steps alone");
    Tensor[] alone = Modes.function(x, w).returns(whole, cut, other).callAll(FIVE, .5);
    assertNumbers(alone[0], states);
    assertNumbers(alone[1], states);
    assertNumbers(alone[2], later);
    assertNumbers(Modes.function(x, w).returns(cut, other).callAll(new double[] {3}, .5)[1], 3.5);
    assertNumbers(Modes.function(x, w).returns(cut, other).callAll(new double[0], .5)[0]);
  }

  /** Backwards, with taps, with what each step gives, and where only the end is read. */
  @Test
  void e05_truncatedScansOfEveryKind() {
    var w = f64("w", 2);
    for (boolean backwards : new boolean[] {false, true}) {
      var builder = scan().over(x).carry(w, taps(-1, -2)).truncate(2);
      if (backwards) builder.backwards();
      Scanned cut = builder.run(s -> s.next(s.prev().plus(s.prev(0, -2)).plus(s.row())).emit(s.prev().times(s.row())));
      Expr[] read = {cut.all(0), cut.emitted(), cut.last(), cut.carry(0).withInitial()};
      double[] rows = {.5, 2, 0, 0, 0, 0, 0};
      double[] given = new double[5];
      for (int t = 0; t < 5; t++) {
        double now = FIVE[backwards ? 4 - t : t];
        rows[t + 2] = rows[t + 1] + rows[t] + now;
        given[t] = rows[t + 1] * now;
      }
      Tensor[] r = Modes.function(x, w).returns(read).callAll(FIVE, new double[] {.5, 2});
      assertNumbers(r[0], Arrays.copyOfRange(rows, 2, 7));
      assertNumbers(r[1], given);
      assertNumbers(r[2], rows[6]);
      assertNumbers(r[3], rows);
      assertThat(loops(List.of(x, w), cut.all(0), cut.emitted(), cut.last())).isEqualTo(1);
      assertNumbers(Modes.function(x, w).returns(cut.last()).call(FIVE, new double[] {.5, 2}), rows[6]);
    }
  }

  /** Of three scans two go together, and the one that needs the first comes behind. */
  @Test
  void e05_noCircle() {
    Expr first = sums(x, 0.);
    Expr behind = sums(first, 1.);
    Expr beside = sums(x, 5.);
    double[] below = plain(FIVE, 5, 0);
    for (Expr[] order : new Expr[][] {{first, behind, beside}, {beside, behind}, {behind, beside}}) {
      Tensor[] r = Modes.function(x).returns(order).callAll((Object) FIVE);
      for (int i = 0; i < order.length; i++) {
        assertNumbers(r[i], order[i] == first ? below : order[i] == behind ? plain(below, 5, 1) : plain(FIVE, 5, 5));
      }
      assertThat(loops(List.of(x), order)).isEqualTo(2);
    }
    assertThat(compiled(List.of(x), behind, beside).explain()).contains("since the second needs what the first gives");
  }

  /** What stops both counts the same steps, though other carries come before it and other rows with it. */
  @Test
  void e05_equalConditions() {
    var limit = f64("limit");
    Scanned one = scan("one").over(x).carry(0.).run(s -> {
      Expr sum = s.prev().plus(s.row());
      s.next(sum).emit(sum.times(2)).until(sum.gt(limit));
    });
    Scanned other = scan("other").over(y, x).carry(1., 0.).run(s -> {
      Expr sum = s.prev(1).plus(s.row(1));
      s.next(s.prev(0).times(s.row(0)), sum).until(sum.gt(limit));
    });
    var z = f64("z", x.dim(0));
    Scanned another = scan("another").over(z, x).carry(1., 0.).run(s -> {
      Expr sum = s.prev(1).plus(s.row(1));
      s.next(s.prev(0).times(s.row(0)), sum).until(sum.gt(limit));
    });
    double[] factors = {2, 3, 4, 5, 6};
    Expr[] results = {one.all(0), one.emitted(), another.all(0), another.steps(), another.last(), one.carry(0).withInitial().row(-2)};
    Modes all = Modes.function(x, z, limit).returns(results);
    for (double at : new double[] {5, 100, 0}) {
      int n = at == 5 ? 3 : at == 100 ? 5 : 1;
      Tensor[] r = all.callAll(FIVE, factors, at);
      var sums = plain(FIVE, n, 0);
      var doubled = new double[n];
      var products = new double[n];
      for (int t = 0; t < n; t++) {
        doubled[t] = 2 * sums[t];
        products[t] = (t == 0 ? 1 : products[t - 1]) * factors[t];
      }
      assertNumbers(r[0], sums);
      assertNumbers(r[1], doubled);
      assertNumbers(r[2], products);
      assertNumbers(r[3], n);
      assertNumbers(r[4], products[n - 1]);
      assertNumbers(r[5], n == 1 ? 0 : sums[n - 2]);
    }
    assertThat(loops(List.of(x, z, limit), results)).isEqualTo(1);
    assertThat(compiled(List.of(x, z, limit), results).explain()).contains("merged with scan another", "is always");
    // With a sequence that may end earlier the two need not stop together.
    assertThat(loops(List.of(x, y, limit), one.all(0), other.all(0))).isEqualTo(2);
  }

  @Test
  void e05_otherConditions() {
    Expr[] both = new Expr[2];
    for (int i = 0; i < 2; i++) {
      double limit = i == 0 ? 5 : 6;
      both[i] = scan().over(x).carry(0.).run(s -> {
        Expr sum = s.prev().plus(s.row());
        s.next(sum).until(sum.ge(limit));
      }).all(0);
    }
    double[] halves = {2, 3.5, 1, 1, 1};
    Tensor[] r = Modes.function(x).returns(both).callAll((Object) halves);
    assertNumbers(r[0], 2, 5.5);
    assertNumbers(r[1], 2, 5.5, 6.5);
    assertThat(loops(List.of(x), both)).isEqualTo(2);
  }

  /** In every step of a scan around, with gradients through both. */
  @Test
  void e05_equalConditionsInAStep() {
    var rows = f64("rows", dim("b"), 4);
    Expr totals = scan("outer").over(rows).carry(0.).run(o -> {
      var parts = new ArrayList<Expr>();
      for (double factor : new double[] {1, 3}) {
        Scanned inner = scan("inner").over(o.row()).carry(0., 1.).run(s -> {
          Expr sum = s.prev(0).plus(s.row());
          s.next(sum, s.prev(1).plus(s.row().times(s.row()).times(factor))).until(sum.gt(3));
        });
        parts.add(inner.last(1).plus(inner.all(1).sum()));
      }
      o.next(o.prev().times(.5).plus(parts.get(0).times(parts.get(1))));
    }).all(0);
    double[][] given = {{1, 1.5, 1, 9}, {4, 7, 8, 9}, {.5, .25, .125, .5}};
    double[] expected = new double[3];
    for (int b = 0; b < 3; b++) {
      double product = 1;
      for (double factor : new double[] {1, 3}) {
        double sum = 0;
        double square = 1;
        double all = 0;
        for (int t = 0; t < 4 && sum <= 3; t++) {
          sum += given[b][t];
          square += given[b][t] * given[b][t] * factor;
          all += square;
        }
        product *= square + all;
      }
      expected[b] = (b == 0 ? 0 : expected[b - 1] * .5) + product;
    }
    assertNumbers(Modes.function(rows).returns(totals).call((Object) given), expected);
    Slopes.check(List.of(rows), totals.sum(), List.of(rows), (Object) given);
    assertThat(loops(List.of(rows), totals)).isEqualTo(2);
  }
}
