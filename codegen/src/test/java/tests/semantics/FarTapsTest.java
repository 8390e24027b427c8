package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.index;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.taps;
import static weft.Tensors.tanh;
import static weft.Tensors.vector;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Modes;
import weft.ScanBuilder;
import weft.Scanned;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Carries of which a step sees values of very long ago. */
class FarTapsTest {
  private final Expr x = vector("x", F64, dim("time"));
  private final Random rng = new Random(1);

  /** All values, the initial ones first: the hyperbolic tangent of a row and of so much of what was there before. */
  private static double[] plain(double[] x, double[] initial, int[] taps, double[] w) {
    int depth = initial.length;
    double[] all = Arrays.copyOf(initial, depth + x.length);
    for (int t = 0; t < x.length; t++) {
      double sum = x[t];
      for (int k = 0; k < taps.length; k++) sum += w[k] * all[depth + t + taps[k]];
      all[depth + t] = Math.tanh(sum);
    }
    return all;
  }

  private static double squares(double[] of) {
    return Arrays.stream(of).map(v -> v * v).sum();
  }

  private static Expr sum(weft.Step s, Expr w, int... taps) {
    Expr v = s.row();
    for (int k = 0; k < taps.length; k++) v = v.plus(index(w, 0, k).times(s.prev(0, taps[k])));
    return tanh(v);
  }

  private static Consumer<weft.Step> step(Expr w, int... taps) {
    return s -> s.next(sum(s, w, taps));
  }

  private double[] numbers(int count) {
    return rng.doubles(count, -1, 1).toArray();
  }

  /** Fewer steps than a block has, as many, some more, several blocks, and none. */
  @ParameterizedTest
  @ValueSource(strings = {"-100", "-100 -1", "-70 -100", "-1 -3 -65 -200"})
  void valuesAndGradients(String which) {
    int[] taps = Arrays.stream(which.split(" ")).mapToInt(Integer::parseInt).toArray();
    int depth = -Arrays.stream(taps).min().getAsInt();
    var initial = vector("initial", F64, depth);
    var w = vector("w", F64, taps.length);
    Expr all = scan().over(x).carry(initial, taps(taps)).run(step(w, taps)).carry(0).withInitial();
    Expr cost = all.times(all).sum();
    var f = Modes.function(x, initial, w).returns(all, grad(cost, w), grad(cost, x), grad(cost, initial));
    for (int length : new int[] {0, 1, 65, 70, 100, 101, 330}) {
      double[] xs = numbers(length);
      double[] start = numbers(depth);
      double[] ws = numbers(taps.length);
      Tensor[] is = f.callAll(xs, start, ws);
      assertThat(is[0].toDoubles()).as("%d steps", length).containsExactly(plain(xs, start, taps, ws), within(1e-9));
      for (int k = 0; k < 3; k++) {
        double[] moved = k == 0 ? ws : k == 1 ? xs : start;
        if (moved.length == 0) continue;
        int at = moved.length / 2;
        double here = moved[at];
        moved[at] = here + 1e-6;
        double up = squares(plain(xs, start, taps, ws));
        moved[at] = here - 1e-6;
        double down = squares(plain(xs, start, taps, ws));
        moved[at] = here;
        assertThat(is[k + 1].toDoubles()[at]).as("slope %d, %d steps", k, length).isCloseTo((up - down) / 2e-6, within(1e-5));
      }
    }
  }

  private ScanBuilder far(Object initial, int... taps) {
    return scan().over(x).carry(initial, taps(taps));
  }

  /** Backwards, with a mask, a number to start with, a plain carry beside it and rows that are emitted. */
  @Test
  void withAllElse() {
    var mask = vector("mask", F64, x.dim(0));
    var w = vector("w", F64, 2);
    Scanned run = far(.5, -80, -2).carry(0.).mask(mask).backwards()
        .run(s -> s.next(sum(s, w, -80, -2), s.prev(1).plus(s.prev(0, -80))).emit(s.prev(0, -80)));
    var f = Modes.function(x, mask, w).returns(run.carry(0).aligned(), run.last(1), run.emitted(0), run.emittedAligned(0), run.all(0));
    double[] xs = numbers(190);
    double[] ws = numbers(2);
    double[] masks = rng.ints(190, 0, 4).mapToDouble(v -> v == 0 ? 0 : 1).toArray();
    double[] all = new double[80 + 190];
    Arrays.fill(all, 0, 80, .5);
    double[] seen = new double[190];
    double total = 0;
    for (int t = 0; t < 190; t++) {
      seen[t] = all[t];
      boolean runs = masks[189 - t] != 0;
      all[80 + t] = runs ? Math.tanh(xs[189 - t] + ws[0] * all[t] + ws[1] * all[78 + t]) : all[79 + t];
      if (runs) total += all[t];
    }
    Tensor[] is = f.callAll(xs, masks, ws);
    for (int t = 0; t < 190; t++) {
      assertThat(is[0].toDoubles()[189 - t]).isCloseTo(all[80 + t], within(1e-9));
      assertThat(is[2].toDoubles()[t]).isCloseTo(seen[t], within(1e-9));
      assertThat(is[3].toDoubles()[189 - t]).isCloseTo(seen[t], within(1e-9));
      assertThat(is[4].toDoubles()[t]).isCloseTo(all[80 + t], within(1e-9));
    }
    assertThat(is[1].item()).isCloseTo(total, within(1e-9));
  }

  /** Nobody hands 100,000 values on from step to step. */
  @Test
  void aHundredThousandSteps() {
    var initial = vector("initial", F64, 100_000);
    var w = vector("w", F64, 1);
    Expr all = far(initial, -100_000).run(step(w, -100_000)).carry(0).withInitial();
    double[] xs = numbers(150_000);
    double[] start = numbers(100_000);
    Tensor is = function(x, initial, w).returns(all, grad(all.sum(), w)).compile().callAll(xs, start, new double[] {.5})[0];
    double[] want = plain(xs, start, new int[] {-100_000}, new double[] {.5});
    double[] found = is.toDoubles();
    assertThat(IntStream.range(0, want.length).mapToDouble(i -> Math.abs(found[i] - want[i])).max().getAsDouble()).isLessThan(1e-9);
  }

  @Test
  void updatesInTheStep() {
    var count = param("count", Tensor.scalar(0.));
    var w = vector("w", F64, 1);
    Expr last = far(0., -90).run(s -> s.next(sum(s, w, -90).plus(count.times(.01))).updates(new Update(parameter(count), count.plus(1)))).last();
    var f = Modes.function(x, w).returns(last);
    double[] xs = numbers(200);
    double[] all = new double[290];
    for (int t = 0; t < 200; t++) all[90 + t] = Math.tanh(xs[t] + .5 * all[t]) + t * .01;
    assertThat(f.call(xs, new double[] {.5}).item()).isCloseTo(all[289], within(1e-9));
    assertThat(parameter(count).get().item()).isEqualTo(200);
  }

  @Test
  void computedSteps() {
    var n = scalar("n", I32);
    var w = vector("w", F64, 1);
    Expr all = far(0., -90).steps(n.plus(1)).run(step(w, -90)).all(0);
    var f = Modes.function(x, n, w).returns(all, grad(all.sum(), w));
    double[] xs = numbers(200);
    for (int steps : new int[] {0, 50, 90, 150, 200}) {
      double[] want = plain(Arrays.copyOf(xs, steps), new double[90], new int[] {-90}, new double[] {.5});
      assertThat(f.call(xs, steps - 1, new double[] {.5}).toDoubles()).containsExactly(Arrays.copyOfRange(want, 90, 90 + steps), within(1e-9));
    }
  }

  @Test
  void aScanThatStopsByItself() {
    var w = vector("w", F64, 1);
    Expr all = far(0., -100).run(s -> {
      Expr next = sum(s, w, -100);
      s.next(next).until(next.gt(.9));
    }).all(0);
    double[] xs = new double[300];
    Arrays.fill(xs, .5);
    xs[220] = 5;
    double[] want = plain(Arrays.copyOf(xs, 221), new double[100], new int[] {-100}, new double[] {.5});
    assertThat(Modes.function(x, w).returns(all).call(xs, new double[] {.5}).toDoubles())
        .containsExactly(Arrays.copyOfRange(want, 100, 321), within(1e-9));
  }

  private static void refused(Runnable scan, Kind kind, String... says) {
    WeftException e = catchThrowableOfType(WeftException.class, scan::run);
    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e.getMessage()).contains(says);
  }

  @Test
  void whatIsRefused() {
    var w = vector("w", F64, 1);
    refused(() -> far(0., -5000).run(s -> s.next(sum(s, w, -5000)).until(s.row().gt(1))), Kind.ARGUMENT, "[-5000]", "stops by itself",
        "1000 steps at most", "FarTapsTest.java");
    refused(() -> far(0., -5000).truncate(3).run(step(w, -5000)), Kind.ARGUMENT, "[-5000]", "cuts gradients", "FarTapsTest.java");
    refused(() -> far(vector("short", F64, 99), -100).run(step(w, -100)), Kind.SHAPE, "needs 100 initial rows", "short");
    refused(() -> taps(Integer.MIN_VALUE), Kind.ARGUMENT, "-2147483648", "FarTapsTest.java");
    refused(() -> taps(0, Integer.MAX_VALUE), Kind.ARGUMENT, "2147483647");
  }
}
