package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.END;
import static weft.Tensors.F64;
import static weft.Tensors.constant;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.printed;
import static weft.Tensors.scan;
import static weft.Tensors.slice;
import static weft.Tensors.tanh;

import java.util.List;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.Backend;
import weft.CompiledFunction;
import weft.Scanned;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Steps whose results nobody reads are not taken. */
class ScanStepsTest {
  private final Expr u = f64("u", dim("time"));

  private static CompiledFunction compiled(List<Expr> inputs, Expr... results) {
    return function(inputs.toArray(Expr[]::new)).named("f").returns(results).lanes(1).compile(Backend.INTERPRETER);
  }

  private static double[] counted(int n) {
    var u = new double[n];
    for (int i = 0; i < n; i++) u[i] = i + 1;
    return u;
  }

  private static double sum(int n) {
    return n * (n + 1) / 2.;
  }

  private static Scanned sums(Expr u) {
    return scan("sums").over(u).carry(0.).run(s -> {
      Expr sum = s.prev().plus(s.row());
      s.next(sum).emit(sum.times(2), sum.times(3), sum.times(5), tanh(sum));
    });
  }

  /** Of 20 rows those from the end on reach furthest: row -10 is row 10. */
  @Test
  void e07_asManyStepsAsTheFurthestRowNeeds() {
    Expr x = f64("x", 20);
    Scanned run = sums(x);
    var results = new Expr[] {run.emitted(0).slice(0, 0, 2), run.emitted(1).row(4), run.emitted(2).row(-10), run.all(0).slice(0, 0, -15)};
    Tensor[] r = Modes.function(x).returns(results).callAll((Object) counted(20));
    assertNumbers(r[0], 2, 6);
    assertNumbers(r[1], 45);
    assertNumbers(r[2], 5 * sum(11));
    assertNumbers(r[3], 1, 3, 6, 10, 15);
    assertThat(compiled(List.of(x), results).explain()).contains("takes only 11 of its 20 steps, since nothing reads what the others give");
  }

  /** Ten steps of which the eighth is the last that is needed; the same where nobody knows that there are ten. */
  @Test
  void e07_theThirdRowFromTheEnd() {
    Expr x = f64("x", 10);
    Expr third = sums(x).all(0).row(-3);
    assertNumbers(Modes.function(x).returns(third).call((Object) counted(10)), 36);
    assertThat(compiled(List.of(x), third).explain()).contains("takes only 8 of its 10 steps");

    Expr open = sums(u).all(0).row(-3);
    Modes all = Modes.function(u).returns(open);
    assertNumbers(all.call((Object) counted(10)), 36);
    assertNumbers(all.call((Object) counted(3)), 1);
    for (int n : new int[] {0, 1, 2}) {
      assertThatThrownBy(() -> all.call((Object) counted(n))).isInstanceOfSatisfying(WeftException.class,
          e -> assertThat(e.kind()).isEqualTo(Kind.INDEX)).hasMessageContaining("there is no index time - 3 in axis 0");
    }
    assertThat(compiled(List.of(u), open).explain()).contains("takes only time - 2 of its time steps", "only the last row is kept");
  }

  /** Which of the two needs more steps depends on the length. */
  @Test
  void e07_rowsFromBothEnds() {
    Scanned run = sums(u);
    var results = new Expr[] {run.emitted(0).row(4), run.emitted(1).row(-10), run.emitted(2).slice(0, 1, 3)};
    Modes all = Modes.function(u).returns(results);
    for (int n : new int[] {10, 12, 14, 15, 16, 30}) {
      Tensor[] r = all.callAll((Object) counted(n));
      assertNumbers(r[0], 2 * sum(5));
      assertNumbers(r[1], 3 * sum(n - 9));
      assertNumbers(r[2], 15, 30);
    }
    assertThatThrownBy(() -> all.call((Object) counted(9))).hasMessageContaining("there is no index time - 10");
    assertThat(compiled(List.of(u), results).explain()).contains("takes only max(5, time - 9) of its time steps");
  }

  /** The scan that reads the other one's rows needs five of them. */
  @Test
  void e07_oneScanBehindTheOther() {
    Expr lower = sums(u).all(0);
    Expr upper = scan("upper").over(lower).carry(constant(0.)).run(s -> s.next(s.prev().plus(s.row()))).all(0);
    Expr row = upper.row(4);
    assertNumbers(Modes.function(u).returns(row).call((Object) counted(9)), 1 + 3 + 6 + 10 + 15);
    assertThat(compiled(List.of(u), row).explain()).contains("takes only 5 of its time steps");
    assertThat(compiled(List.of(u), row).explain().split("takes only 5 of its", -1)).hasSize(3);
  }

  @Test
  void e07_backwards() {
    Scanned run = scan("back").over(u).carry(0.).backwards().run(s -> s.next(s.prev().plus(s.row())).emit(s.prev().times(2)));
    Expr second = run.all(0).row(1);
    Expr aligned = run.carry(0).aligned().row(-3);
    Expr ends = slice(run.emitted(), 0, 0, 3, 2);
    Tensor[] r = Modes.function(u).returns(second, aligned, ends).callAll((Object) counted(9));
    assertNumbers(r[0], 17);
    assertNumbers(r[1], 24);
    assertNumbers(r[2], 0, 34);
    assertThat(compiled(List.of(u), second, aligned, ends).explain()).contains("takes only 3 of its time steps");
    assertThatThrownBy(() -> Modes.function(u).returns(aligned).call((Object) counted(2))).hasMessageContaining("there is no index");
  }

  /** The gradient by rows that the result does not depend on is zero. */
  @Test
  void e07_gradientsOfFewSteps() {
    var w = f64("w");
    Expr h = scan("h").over(u).carry(0.).run(s -> s.next(tanh(s.row().plus(s.prev().times(w))))).all(0);
    Expr cost = h.row(2).plus(h.slice(0, 0, -4).sum());
    double[] rows = {.1, -.2, .3, .4, -.5, .6};
    Slopes.check(List.of(u, w), cost, List.of(u, w), rows, .7);
    Slopes.check(List.of(u, w), grad(cost, w), List.of(u, w), rows, .7);
    Slopes.check(List.of(u, w), grad(h.row(2), u).slice(0, 0, 4).sum(), List.of(w), rows, .7);
    assertNumbers(Modes.function(u, w).returns(grad(h.row(2), u).slice(0, 3, END)).call(rows, .7), 0, 0, 0);
  }

  /** A scan that takes no step leaves what it started with, and needs no sequence. */
  @Test
  void e07_noStepAtAll() {
    Expr start = scan("h").over(u).carry(constant(4.)).run(s -> s.next(s.prev().plus(s.row()))).carry(0).withInitial().row(0);
    Modes all = Modes.function(u).returns(start);
    assertNumbers(all.call((Object) counted(3)), 4);
    assertNumbers(all.call((Object) counted(0)), 4);
    assertThat(compiled(List.of(u), start).loops()).doesNotContain("driver h");
  }

  /** What a step does is done in every step. */
  @Test
  void e07_stepsThatDoSomethingAreTaken() {
    Expr said = scan("h").over(u).carry(0.).run(s -> s.next(printed(s.prev().plus(s.row()), "sum"))).all(0).row(0);
    assertThat(compiled(List.of(u), said).explain()).doesNotContain("takes only");
    Expr count = param("count", Tensor.scalar(0.));
    Scanned counting = scan("h").over(u).carry(0.).run(s -> s.next(s.prev().plus(s.row())).updates(new Update(parameter(count), count.plus(1))));
    Modes all = Modes.function(u).returns(counting.all(0).row(1)).updates(counting.updates());
    assertNumbers(all.call((Object) counted(5)), 3);
    assertNumbers(parameter(count).get(), 5);
  }

  /** Nothing tells beforehand how many steps there are until something happens. */
  @Test
  void e07_untilSomethingHappens() {
    Scanned run = scan("h").over(u).carry(0.).run(s -> {
      Expr sum = s.prev().plus(s.row());
      s.next(sum).until(sum.gt(20));
    });
    Expr second = run.all(0).row(1);
    assertNumbers(Modes.function(u).returns(second).call((Object) counted(9)), 3);
    assertThat(compiled(List.of(u), second).explain()).doesNotContain("takes only");
  }
}
