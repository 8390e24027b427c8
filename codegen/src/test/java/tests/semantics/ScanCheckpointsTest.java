package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static tests.semantics.Cases.f64;
import static weft.Tensors.I32;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.taps;
import static weft.Tensors.tanh;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.Scanned;
import weft.graph.Expr;
import weft.loop.Sizes;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;

/** Scans that keep only some carries for gradients: the same values and gradients as the plain scan, in every mode. */
class ScanCheckpointsTest {
  private static final int ROOT = -1;

  /** A to the power 101, from 1: element by element. */
  @Test
  void d23_aPowerWithACheckpointEverySoOften() {
    var a = f64("a", 3);
    double[] at = {.99, 1.01, 1.02};
    for (int every : new int[] {100, 7, 101, 1, 200}) {
      Expr power = scan().carry(a).steps(100).checkpoint(every).run(s -> s.next(s.prev().times(a))).last();
      Tensor[] r = Modes.function(a).returns(power, grad(power.sum(), a)).callAll((Object) at);
      for (int i = 0; i < 3; i++) {
        assertThat(r[0].toDoubles()[i]).isCloseTo(Math.pow(at[i], 101), within(1e-9));
        assertThat(r[1].toDoubles()[i]).isCloseTo(101 * Math.pow(at[i], 100), within(1e-8));
      }
    }
  }

  /** 100 steps go in tens, 99 in nine tens and nine, 1 alone. */
  @Test
  void d23_asOftenAsTheSquareRootOfTheSteps() {
    var a = f64("a", 3);
    double[] at = {.99, 1.01, 1.02};
    for (int steps : new int[] {100, 99, 1}) {
      Expr power = scan().carry(a).steps(steps).checkpoint().run(s -> s.next(s.prev().times(a))).last();
      Tensor[] r = Modes.function(a).returns(power, grad(power.sum(), a)).callAll((Object) at);
      for (int i = 0; i < 3; i++) {
        assertThat(r[0].toDoubles()[i]).isCloseTo(Math.pow(at[i], steps + 1), within(1e-9));
        assertThat(r[1].toDoubles()[i]).isCloseTo((steps + 1) * Math.pow(at[i], steps), within(1e-8));
      }
    }
  }

  private static Scanned net(Expr x, Expr h0, Expr w, int every, boolean backwards) {
    var builder = scan("net").over(x).carry(h0, taps(-1, -2));
    if (backwards) builder.backwards();
    if (every > 0) builder.checkpoint(every);
    else if (every == ROOT) builder.checkpoint();
    return builder.run(s -> {
      Expr h = tanh(s.row().plus(s.prev(0, -1).dot(w)).plus(s.prev(0, -2).times(.3)));
      s.next(h).emit(h.times(s.row()).sum());
    });
  }

  @Test
  void d23_everythingThatAScanGives() {
    var x = f64("x", dim("time"), 2);
    var h0 = f64("h0", 2, 2);
    var w = f64("W", 2, 2);
    double[][] rows = new double[8][2];
    for (int i = 0; i < 16; i++) rows[i / 2][i % 2] = Math.sin(i);
    Object[] arguments = {rows, new double[][] {{.1, .2}, {-.3, .4}}, new double[][] {{.5, -.2}, {.3, .6}}};
    for (boolean backwards : new boolean[] {false, true}) {
      Scanned plain = net(x, h0, w, 0, backwards);
      Scanned cut = net(x, h0, w, 3, backwards);
      Tensor[] r = Modes.function(x, h0, w).returns(plain.last(), plain.all(0), plain.emitted(), plain.carry(0).aligned(),
          cut.last(), cut.all(0), cut.emitted(), cut.carry(0).aligned()).callAll(arguments);
      for (int i = 0; i < 4; i++) {
        assertThat(r[4 + i].shape()).isEqualTo(r[i].shape());
        for (int k = 0; k < r[i].size(); k++) assertThat(r[4 + i].toDoubles()[k]).isCloseTo(r[i].toDoubles()[k], within(1e-12));
      }
      Expr cost = cut.all(0).times(cut.all(0)).sum().plus(cut.emitted().times(cut.emitted()).sum()).plus(cut.last().sum());
      Slopes.check(List.of(x, h0, w), cost, List.of(x, h0, w), arguments);
      Expr first = grad(cost, w);
      Slopes.check(List.of(x, h0, w), first.times(first).sum(), List.of(x, h0, w), arguments);
    }
  }

  @Test
  void d23_fewerStepsThanASegment() {
    var x = f64("x", dim("time"), 2);
    var h0 = f64("h0", 2, 2);
    var w = f64("W", 2, 2);
    Scanned cut = net(x, h0, w, 5, false);
    for (int steps : new int[] {0, 1, 5, 6}) {
      double[] rows = new double[2 * steps];
      for (int i = 0; i < rows.length; i++) rows[i] = Math.cos(i);
      Slopes.check(List.of(x, h0, w), cut.last().sum().plus(cut.all(0).sum()), List.of(x, h0, w), Tensor.ofShape(weft.Tensors.F64, rows, steps, 2),
          new double[][] {{.1, .2}, {-.3, .4}}, new double[][] {{.5, -.2}, {.3, .6}});
    }
  }

  /** How many steps a segment has shows when the function is called: 16 go in fours, 17 in three fives and two, 3 in a two and one. */
  @Test
  void d23_theSquareRootOfALengthThatTheCallGives() {
    var x = f64("x", dim("time"), 2);
    var h0 = f64("h0", 2, 2);
    var w = f64("W", 2, 2);
    double[][] start = {{.1, .2}, {-.3, .4}};
    double[][] weights = {{.5, -.2}, {.3, .6}};
    for (boolean backwards : new boolean[] {false, true}) {
      Scanned plain = net(x, h0, w, 0, backwards);
      Scanned cut = net(x, h0, w, ROOT, backwards);
      Expr some = plain.all(0).times(plain.all(0)).sum().plus(plain.emitted().sum()).plus(plain.last().sum());
      Expr cost = cut.all(0).times(cut.all(0)).sum().plus(cut.emitted().sum()).plus(cut.last().sum());
      var results = new ArrayList<>(List.of(plain.last(), plain.all(0), plain.emitted(), plain.carry(0).aligned(), some));
      results.addAll(grad(some, List.of(x, h0, w)));
      results.addAll(List.of(cut.last(), cut.all(0), cut.emitted(), cut.carry(0).aligned(), cost));
      results.addAll(grad(cost, List.of(x, h0, w)));
      Modes all = Modes.function(x, h0, w).returns(results.toArray(Expr[]::new));
      for (int steps : new int[] {0, 1, 2, 3, 4, 16, 17}) {
        double[] rows = new double[2 * steps];
        for (int i = 0; i < rows.length; i++) rows[i] = Math.cos(i);
        Tensor[] r = all.callAll(Tensor.ofShape(weft.Tensors.F64, rows, steps, 2), start, weights);
        for (int i = 0; i < 8; i++) {
          assertThat(r[8 + i].shape()).isEqualTo(r[i].shape());
          for (int k = 0; k < r[i].size(); k++) assertThat(r[8 + i].toDoubles()[k]).isCloseTo(r[i].toDoubles()[k], within(1e-10));
        }
      }
      double[][] five = {{.1, -.2}, {.3, .4}, {-.5, .6}, {.7, .8}, {-.9, .1}};
      Slopes.check(List.of(x, h0, w), cost, List.of(x, h0, w), five, start, weights);
      Expr first = grad(cost, w);
      Slopes.check(List.of(x, h0, w), first.times(first).sum(), List.of(w), five, start, weights);
    }
  }

  /** Of 10,000 steps with 64 numbers each 200 are in memory, and at most 100 more that fill no segment. */
  @Test
  void memoryIsThatOfTheSquareRoot() {
    var n = scalar("n", I32);
    var h0 = f64("h0", 64);
    var w = f64("w", 64);
    Expr cut = scan().carry(h0).steps(n).checkpoint().run(s -> s.next(tanh(s.prev().times(w)))).last();
    var f = function(n, h0, w).returns(grad(cut.sum(), w)).compile(weft.Backend.INTERPRETER);
    assertThat(bytes(f.workspace(), 10_000)).isLessThan(8 * 64 * 330);
    assertThat(bytes(f.workspace(), 1_000_000)).isBetween(9 * bytes(f.workspace(), 10_000), 11 * bytes(f.workspace(), 10_000));
  }

  private static long bytes(Dim workspace, long steps) {
    return Sizes.evaluate(workspace, new ToLongFunction<Symbol>() {
      @Override
      public long applyAsLong(Symbol s) {
        return Sizes.isComputed(s) ? Sizes.evaluate(s.definition(), this) : steps;
      }
    });
  }

  /** 10,000 steps of 64 keep 640,000 numbers; a checkpoint every 100 keeps 200 rows of them. */
  @Test
  void memoryIsThatOfTheSegments() {
    var h0 = f64("h0", 64);
    var w = f64("w", 64);
    Expr plain = scan().carry(h0).steps(10_000).run(s -> s.next(tanh(s.prev().times(w)))).last();
    Expr cut = scan().carry(h0).steps(10_000).checkpoint(100).run(s -> s.next(tanh(s.prev().times(w)))).last();
    long all = workspace(grad(plain.sum(), w), h0, w);
    long some = workspace(grad(cut.sum(), w), h0, w);
    assertThat(all).isGreaterThan(64 * 10_000);
    assertThat(some).isLessThan(all / 10);
    Expr root = scan().carry(h0).steps(10_000).checkpoint().run(s -> s.next(tanh(s.prev().times(w)))).last();
    assertThat(workspace(grad(root.sum(), w), h0, w)).isEqualTo(some);
  }

  private static long workspace(Expr result, Expr... inputs) {
    long elements = 0;
    var loops = weft.Tensors.function(inputs).returns(result).compile(weft.Backend.INTERPRETER).loops();
    var sizes = java.util.regex.Pattern.compile("f64\\[(\\d+)\\] workspace").matcher(loops);
    while (sizes.find()) elements += Long.parseLong(sizes.group(1));
    return elements;
  }

  @Test
  void segmentsHaveSteps() {
    assertThatThrownBy(() -> scan().over(f64("x", dim("time"))).checkpoint(0)).isInstanceOf(WeftException.class)
        .hasMessageContaining("every 0 steps");
  }
}
