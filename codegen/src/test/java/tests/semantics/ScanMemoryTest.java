package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.END;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.concat;
import static weft.Tensors.constant;
import static weft.Tensors.dim;
import static weft.Tensors.expandDims;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.index;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.sigmoid;
import static weft.Tensors.softmax;
import static weft.Tensors.taps;
import static weft.Tensors.tanh;
import static weft.Tensors.zeros;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.Backend;
import weft.CompiledFunction;
import weft.Scanned;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** Of what a scan stacks only the rows that are read are kept. */
class ScanMemoryTest {
  private final Dim time = dim("time");
  private final Expr u = f64("u", time);

  private static CompiledFunction loops(List<Expr> inputs, Expr... results) {
    return function(inputs.toArray(Expr[]::new)).named("f").returns(results).lanes(1).compile(Backend.INTERPRETER);
  }

  /** How many rows there are in each buffer of the workspace. */
  private static List<String> workspace(CompiledFunction f) {
    return Pattern.compile("(\\w+) f64\\[([^]]*)] workspace").matcher(f.loops()).results().map(m -> m.group(1) + " " + m.group(2)).toList();
  }

  private static double[] counted(int n) {
    var u = new double[n];
    for (int i = 0; i < n; i++) u[i] = i + 1;
    return u;
  }

  @Test
  void aPartWithoutRows() {
    Expr start = f64("start", 2);
    Expr rows = scan().carry(start).steps(0).run(s -> s.next(s.prev().times(2))).all(0);
    var f = Modes.function(start).returns(rows.sum(), rows);
    Tensor[] found = f.callAll((Object) new double[] {1, 2});
    assertThat(found[0].item()).isZero();
    assertThat(found[1].shape()).containsExactly(0, 2);
  }

  /** Rows that hold the sum so far and more, of which the last 7, 3, 6 and 1 are needed. */
  @Test
  void e06_asManyRowsAsAreRead() {
    var x0 = f64("x0", 2);
    var y0 = f64("y0", 3);
    Scanned run = scan("run").over(u).carry(0.).carry(x0, taps(-1, -2)).carry(y0, taps(-1, -3)).run(s -> {
      Expr sum = s.prev(0).plus(s.row());
      s.next(sum, s.row().plus(s.prev(1, -2)), s.row().plus(s.prev(2, -3)));
      s.emit(sum.times(2), sum.times(3), sum.times(5));
    });
    var results = new Expr[] {run.emitted(0).row(-7), run.emitted(1).slice(0, -3, -1), run.emitted(2).slice(0, -6, END),
        run.all(0).slice(0, -2, END), run.last(1), run.all(2).row(-1)};
    for (int n : new int[] {7, 8, 20}) {
      Tensor[] r = Modes.function(u, x0, y0).returns(results).callAll(counted(n), new double[] {.5, .25}, new double[] {.1, .2, .3});
      assertNumbers(r[0], 2 * sum(n - 6));
      assertNumbers(r[1], 3 * sum(n - 2), 3 * sum(n - 1));
      assertNumbers(r[2], 5 * sum(n - 5), 5 * sum(n - 4), 5 * sum(n - 3), 5 * sum(n - 2), 5 * sum(n - 1), 5 * sum(n));
      assertNumbers(r[3], sum(n - 1), sum(n));
      assertNumbers(r[4], every(n, 2, .5, .25));
      assertNumbers(r[5], every(n, 3, .1, .2, .3));
    }
    CompiledFunction f = loops(List.of(u, x0, y0), results);
    assertThat(f.workspace().isConstant()).isTrue();
    // From five elements on there is room for whole vectors.
    assertThat(workspace(f)).contains("times_rows 8", "times_rows_2 3", "times_rows_3 8", "prev0_rows 2");
    assertThat(f.explain()).contains("of prev0 only the last 2 rows are kept", "only the last 7 rows are kept", "only the last 3 rows are kept",
        "only the last 6 rows are kept", "of y0_prev only the last row is kept");
  }

  /** What depends on no step needs no rows at all. */
  @Test
  void e06_rowsOfALoopThatIsNone() {
    Scanned run = scan().over(u).run(s -> s.emit(s.row().plus(1), s.row().plus(2), s.row().plus(3)));
    var results = new Expr[] {run.emitted(0).row(-7), run.emitted(1).slice(0, -3, -1), run.emitted(2).slice(0, -6, END)};
    Tensor[] r = Modes.function(u).returns(results).callAll((Object) counted(9));
    assertNumbers(r[0], 4);
    assertNumbers(r[1], 9, 10);
    assertNumbers(r[2], 7, 8, 9, 10, 11, 12);
    assertThat(workspace(loops(List.of(u), results))).isEmpty();
  }

  @Test
  void e06_fewerRowsThanAreRead() {
    Expr sums = scan().over(u).carry(0.).run(s -> s.next(s.prev().plus(s.row()))).all(0);
    Modes three = Modes.function(u).returns(sums.slice(0, -3, END));
    assertNumbers(three.call((Object) counted(3)), 1, 3, 6);
    for (int n : new int[] {0, 1, 2}) {
      assertThatThrownBy(() -> three.call((Object) counted(n))).isInstanceOfSatisfying(WeftException.class,
          e -> assertThat(e.kind()).isEqualTo(Kind.SHAPE)).hasMessageContaining("too few for those from time - 3 to time");
    }
  }

  /** The carry that the scan starts with is one of the rows, if there are few steps. */
  @Test
  void e06_theInitialCarryIsOneOfTheRows() {
    for (boolean backwards : new boolean[] {false, true}) {
      var builder = scan("h").over(u).carry(constant(10.));
      Expr all = (backwards ? builder.backwards() : builder).run(s -> s.next(s.prev().plus(s.row()))).carry(0).withInitial();
      Modes two = Modes.function(u).returns(all.slice(0, -2, END), all.row(-3));
      Tensor[] r = two.callAll((Object) counted(2));
      assertNumbers(r[0], backwards ? 12 : 11, 13);
      assertNumbers(r[1], 10);
      Expr last = all.slice(0, -2, END);
      assertNumbers(Modes.function(u).returns(last).call((Object) counted(1)), 10, 11);
      assertNumbers(Modes.function(u).returns(last).call((Object) counted(5)), backwards ? 24 : 20, 25);
      assertThat(workspace(loops(List.of(u), last))).containsExactlyInAnyOrder("prev 1", "prev_rows 2");
    }
  }

  @Test
  void e06_backwards() {
    var w = f64("W", 2, 2);
    var x = f64("x", time, 2);
    var h = scan("h").over(x).carry(zeros(F64, 2)).backwards().run(s -> s.next(tanh(s.row().plus(s.prev().dot(w)))));
    double[][] rows = {{.1, .2}, {.3, -.4}, {-.5, .6}, {.7, .8}};
    double[][] weights = {{.5, -.2}, {.3, .6}};
    var states = new double[5][2];
    for (int t = 3; t >= 0; t--) {
      for (int j = 0; j < 2; j++) {
        states[t][j] = Math.tanh(rows[t][j] + states[t + 1][0] * weights[0][j] + states[t + 1][1] * weights[1][j]);
      }
    }
    Expr run = h.all(0).slice(0, -2, END);
    Expr aligned = h.carry(0).aligned().slice(0, 0, 3);
    Tensor[] r = Modes.function(x, w).returns(run, aligned).callAll(rows, weights);
    assertNumbers(r[0], states[1][0], states[1][1], states[0][0], states[0][1]);
    assertNumbers(r[1], states[0][0], states[0][1], states[1][0], states[1][1], states[2][0], states[2][1]);
    CompiledFunction f = loops(List.of(x, w), run, aligned);
    assertThat(f.workspace().isConstant()).isTrue();
    assertThat(f.explain()).contains("only the last 3 rows are kept");
    Slopes.check(List.of(x, w), run.times(run).sum(), List.of(x, w), rows, weights);
  }

  /** Which rows are the last ones shows only when the scan has stopped. */
  @Test
  void e06_untilSomethingHappens() {
    var limit = f64("limit");
    Scanned run = scan("fib").carry(constant(1.), constant(1.)).steps(1000).run(s -> {
      Expr next = s.prev(0).plus(s.prev(1));
      s.next(next, s.prev(0)).emit(next.times(10)).until(next.ge(limit));
    });
    Expr three = run.all(0).slice(0, -3, END);
    Expr twoBefore = run.emitted().slice(0, -4, -2);
    Expr first = run.carry(0).withInitial().row(-4);
    Tensor[] r = Modes.function(limit).returns(three, twoBefore, first, run.steps()).callAll(34.);
    assertNumbers(r[0], 13, 21, 34);
    assertNumbers(r[1], 80, 130);
    assertNumbers(r[2], 8);
    assertNumbers(r[3], 7);
    assertNumbers(Modes.function(limit).returns(three, first).callAll(4.)[0], 2, 3, 5);
    assertNumbers(Modes.function(limit).returns(three, first).callAll(4.)[1], 1);
    assertThatThrownBy(() -> Modes.function(limit).returns(three).call(3.)).hasMessageContaining("too few");
    CompiledFunction f = loops(List.of(limit), three, twoBefore, first, run.steps());
    assertThat(f.workspace().isConstant()).isTrue();
    assertThat(f.workspace().constant()).isLessThan(8 * 40);
  }

  /** What the backward scan reads stays whole. */
  @Test
  void e06_gradientsNeedTheWay() {
    var w = f64("w");
    Scanned run = scan("h").over(u).carry(0.).run(s -> {
      Expr h = tanh(s.row().plus(s.prev().times(w)));
      s.next(h).emit(h.times(h));
    });
    Expr cost = run.all(0).slice(0, -3, END).sum().plus(run.emitted().row(-2));
    Slopes.check(List.of(u, w), cost, List.of(u, w), new double[] {.1, -.2, .3, .4, -.5}, .7);
    Slopes.check(List.of(u, w), grad(cost, w), List.of(u, w), new double[] {.1, -.2, .3, .4, -.5}, .7);
    assertThat(loops(List.of(u, w), cost).workspace().isConstant()).isTrue();
    assertThat(loops(List.of(u, w), grad(cost, w)).workspace().isConstant()).isFalse();
  }

  /** Of six sums a step a gated unit's gradient reads the two that its reset gate is multiplied with. */
  @Test
  void gradientsKeepThePartThatTheyRead() {
    Expr w = f64("w", 2, 6);
    Expr b = f64("b", 6);
    Expr x = f64("x", time, 6);
    Expr h = scan("h").over(x).carry(zeros(F64, 2)).run(s -> {
      Expr sums = s.prev().dot(w).plus(b);
      Expr reset = sigmoid(part(s.row(), 0).plus(part(sums, 0)));
      Expr update = sigmoid(part(s.row(), 1).plus(part(sums, 1)));
      Expr next = tanh(part(s.row(), 2).plus(reset.times(part(sums, 2))));
      s.next(next.plus(update.times(s.prev().minus(next))));
    }).all(0);
    Expr cost = h.times(h).sum();
    double[][] ws = {{.1, -.2, .3, .4, -.5, .6}, {.2, .1, -.6, .3, .7, -.1}};
    double[][] xs = {{.5, .1, -.3, .2, .6, -.4}, {.3, -.7, .2, .1, -.2, .4}, {-.1, .2, .8, -.5, .3, .1}};
    double[] bs = {.1, .2, -.1, .3, -.2, .05};
    Slopes.check(List.of(x, w, b), cost, List.of(x, w, b), xs, ws, bs);
    List<String> kept = workspace(loops(List.of(x, w, b), grad(cost, b)));
    assertThat(kept).contains("slice 2*time").noneMatch(k -> k.startsWith("dot") && k.endsWith("time"));
  }

  private static Expr part(Expr sums, int i) {
    return sums.slice(0, 2 * i, 2 * i + 2);
  }

  /** A scan in the step of another: its last two rows, each a matrix that the steps around read. */
  @Test
  void e06_inAStep() {
    var x = f64("x", time, 3);
    var n = scalar("n", I32);
    Scanned outer = scan("outer").over(x).carry(zeros(F64, 3)).run(s -> {
      Expr inner = scan("inner").steps(n).carry(s.prev()).run(i -> i.next(i.prev().plus(s.row()))).all(0);
      s.next(inner.row(-1).minus(inner.row(-2).times(.5)));
    });
    double[][] rows = {{1, 2, 3}, {4, 5, 6}};
    // From p in n steps to p + n·x, from which half of p + (n - 1)·x is taken away.
    double[] state = new double[3];
    for (double[] row : rows) for (int i = 0; i < 3; i++) state[i] = .5 * state[i] + (5 - .5 * 4) * row[i];
    assertNumbers(Modes.function(x, n).returns(outer.last()).call(rows, 5), state);
    assertThat(loops(List.of(x, n), outer.last()).workspace().isConstant()).isTrue();
  }

  private static double sum(int n) {
    return n * (n + 1) / 2.;
  }

  /** What adding u to the row so many steps back comes to. */
  private static double every(int n, int back, double... initial) {
    var rows = new double[n + back];
    System.arraycopy(initial, 0, rows, 0, back);
    for (int i = 0; i < n; i++) rows[i + back] = i + 1 + rows[i];
    return rows[n + back - 1];
  }

  /** An output layer leaves the loop, and is computed for the last rows, since nothing reads the others. */
  @Test
  void e06_anOutputLayerOfTheLastRows() {
    var x = f64("x", time, 2);
    var u = f64("U", 2, 2);
    var wo = f64("Wo", 2, 3);
    var b = f64("b", 3);
    Scanned run = scan("net").over(x).carry(zeros(F64, 2)).run(s -> {
      Expr h = tanh(s.row().plus(s.prev().dot(u)));
      s.next(h).emit(softmax(h.dot(wo).plus(b)));
    });
    Expr last = run.emitted().row(-1);
    Expr two = run.emitted().slice(0, -2, END).sum(1);
    Expr top = index(run.emitted().slice(0, -2, END), 1, 2).plus(1);
    double[][] rows = {{.1, .2}, {.3, -.4}, {-.5, .6}, {.7, .8}};
    double[][] weights = {{.5, -.2}, {.3, .6}};
    double[][] out = {{1, -1, .5}, {.25, .75, -2}};
    double[] bias = {.1, .2, .3};
    var h = new double[2];
    var p = new double[4][3];
    for (int t = 0; t < 4; t++) {
      double[] before = h.clone();
      for (int j = 0; j < 2; j++) h[j] = Math.tanh(rows[t][j] + before[0] * weights[0][j] + before[1] * weights[1][j]);
      double total = 0;
      for (int k = 0; k < 3; k++) total += p[t][k] = Math.exp(h[0] * out[0][k] + h[1] * out[1][k] + bias[k]);
      for (int k = 0; k < 3; k++) p[t][k] /= total;
    }
    List<Expr> inputs = List.of(x, u, wo, b);
    Modes all = Modes.function(x, u, wo, b).returns(last, two, top);
    Tensor[] r = all.callAll(rows, weights, out, bias);
    assertNumbers(r[0], p[3]);
    assertNumbers(r[1], 1, 1);
    assertNumbers(r[2], 1 + p[2][2], 1 + p[3][2]);
    assertThatThrownBy(() -> all.callAll(new double[][] {{1, 1}}, weights, out, bias)).hasMessageContaining("time - 2");
    assertThatThrownBy(() -> Modes.function(x, u, wo, b).returns(last).call(Tensor.ofShape(F64, new double[0], 0, 2), weights, out, bias))
        .hasMessageContaining("time - 1");
    CompiledFunction f = loops(inputs, last, two, top);
    assertThat(f.workspace().isConstant()).as(f.explain()).isTrue();
    assertThat(f.explain()).contains("is computed of the rows alone that are read of it", "of prev only the last 2 rows are kept");
    Slopes.check(inputs, last.row(1).plus(two.times(top).sum()), inputs, rows, weights, out, bias);
  }

  /** Fibonacci's numbers: the last two, and the next one while it is computed, however many steps there may be. */
  @Test
  void s21_threeNumbersAreKept() {
    var init = f64("init", 2);
    var n = scalar("n", I32);
    Scanned run = scan("fib").carry(init, taps(-2, -1)).steps(n)
        .run(s -> s.next(s.prev(0, -1).plus(s.prev(0, -2))).until(s.prev(0, -1).ge(34)));
    for (Expr last : List.of(run.last(), run.all(0).row(-1))) {
      assertNumbers(Modes.function(init, n).returns(last).call(new double[] {1, 1}, 1000), 55);
      CompiledFunction f = loops(List.of(init, n), last);
      assertThat(workspace(f)).hasSize(3).allMatch(b -> b.endsWith(" 1"));
    }
  }

  /** Two that change places, one that follows the first of them, one that follows that, and one that follows what is computed. */
  @Test
  void carriesThatTakeOldValuesOfOthers() {
    for (boolean backwards : new boolean[] {false, true}) {
      var builder = scan("h").over(u).carry(1., 2., 3., 4., 5., 6.);
      Scanned run = (backwards ? builder.backwards() : builder).run(s -> s.next(s.prev(1), s.prev(0), s.prev(0), s.prev(2),
          s.prev(4).plus(s.row()), s.prev(4)));
      var state = new double[] {1, 2, 3, 4, 5, 6};
      double[] sequence = counted(5);
      for (int t = 0; t < 5; t++) {
        double x = sequence[backwards ? 4 - t : t];
        state = new double[] {state[1], state[0], state[0], state[2], state[4] + x, state[4]};
      }
      var lasts = new Expr[6];
      for (int i = 0; i < 6; i++) lasts[i] = run.last(i);
      Tensor[] r = Modes.function(u).returns(lasts).callAll((Object) sequence);
      for (int i = 0; i < 6; i++) assertNumbers(r[i], state[i]);
      Expr whole = run.all(4).sum().plus(run.last(5)).plus(run.last(3)).plus(run.all(2).row(-2));
      double all = 5 * 5 + (backwards ? 55 : 35);
      assertNumbers(Modes.function(u).returns(whole).call((Object) sequence), all + state[5] + state[3] + state[3]);
    }
  }

  /** A step that puts its carry together from parts, which are computed one after the other, each of the whole old one. */
  @Test
  void carriesMadeOfParts() {
    Expr x = f64("x", time, 2);
    Expr start = f64("start", 4);
    Expr mixed = constant(Tensor.of(new double[][] {{1, 0}, {0, 1}, {1, 1}, {0, 2}}));
    Expr turned = scan().over(x).carry(start).run(s -> {
      Expr old = s.prev();
      s.next(concat(0, old.slice(0, 2, 4).times(2).plus(s.row()), old.slice(0, 0, 2).plus(1)));
    }).last();
    Expr dotted = scan().over(x).carry(start).run(s -> {
      Expr old = s.prev();
      s.next(concat(0, old.slice(0, 2, 4).times(2).plus(s.row()), old.dot(mixed)));
    }).last();
    Expr inner = scan().over(x).carry(start).run(s -> {
      Expr old = s.prev();
      Expr sums = scan().over(old.slice(0, 1, 4)).carry(0.).run(t -> t.next(t.prev().plus(t.row()))).all(0);
      s.next(concat(0, expandDims(old.slice(0, 1, 4).sum().plus(s.row().sum()), 0), sums));
    }).last();
    double[][] xs = {{1, 2}, {3, 4}};
    Tensor[] got = Modes.function(x, start).returns(turned, dotted, inner).callAll(xs, new double[] {1, 2, 3, 4});
    assertThat(got[0].toDoubles()).containsExactly(7, 10, 8, 11);
    assertThat(got[1].toDoubles()).containsExactly(11, 30, 11, 40);
    assertThat(got[2].toDoubles()).containsExactly(23, 2, 7, 16);
  }
}
