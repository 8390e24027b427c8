package tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.F64;
import static weft.Tensors.I64;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.matrix;
import static weft.Tensors.pick;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.tanh;
import static weft.Tensors.vector;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import weft.graph.Expr;
import weft.graph.GraphPrinter;
import weft.graph.Graphs;
import weft.runtime.Tensor;

/**
 * Graphs that are long, wide and deep compile, gradients included, on a thread with the stack that threads have by
 * default; whatever takes time in proportion to the square of the graph, or recurses over it, does not get through.
 */
class LargeProgramsTest {
  private static final int DEFAULT_STACK = 1 << 20;
  private static final long MOST_MINUTES = 4;

  /** The value and the derivative by w, whatever w stands for. */
  private static Tensor[] compileAndCall(List<Expr> inputs, Expr value, Expr by, Object... arguments) throws Exception {
    return onADefaultStack(() -> {
      Expr slope = grad(value, by);
      assertThat(GraphPrinter.text(value, slope)).endsWith("\n");
      return function(inputs.toArray(Expr[]::new)).returns(value, slope).lanes(4).compile().callAll(arguments);
    });
  }

  private static <T> T onADefaultStack(Callable<T> work) throws Exception {
    var task = new FutureTask<>(work);
    var thread = new Thread(null, task, "large program", DEFAULT_STACK);
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(MOST_MINUTES, TimeUnit.MINUTES);
    } catch (ExecutionException e) {
      throw new AssertionError("did not compile", e.getCause());
    }
  }

  @Test
  void fiftyThousandAppliesBehindEachOther() throws Exception {
    int links = 19_000;
    var x = scalar("x", F64);
    Expr y = x;
    double value = .3;
    double slope = 1;
    for (int i = 0; i < links; i++) {
      y = (i % 7 == 0 ? tanh(y) : y.times(.99)).plus(x);
      double t = Math.tanh(value);
      slope = (i % 7 == 0 ? (1 - t * t) * slope : .99 * slope) + 1;
      value = (i % 7 == 0 ? t : .99 * value) + .3;
    }
    Expr last = y;
    assertThat(Graphs.order(List.of(last, grad(last, x)))).hasSizeGreaterThan(50_000);
    Tensor[] is = compileAndCall(List.of(x), last, x, .3);
    assertThat(is[0].item()).isCloseTo(value, within(1e-9 * value));
    assertThat(is[1].item()).isCloseTo(slope, within(1e-9 * slope));
  }

  @Test
  void tenThousandAppliesBesideEachOther() throws Exception {
    int terms = 2_000;
    var x = vector("x", F64, 3);
    Expr sum = null;
    double value = 0;
    double slope = 0;
    for (int i = 0; i < terms; i++) {
      Expr term = tanh(x.times(i * .001)).sum();
      sum = sum == null ? term : sum.plus(term);
      double t = Math.tanh(i * .001 * .5);
      value += 3 * t;
      slope += (1 - t * t) * i * .001;
    }
    Tensor[] is = compileAndCall(List.of(x), sum, x, (Object) new double[] {.5, .5, .5});
    assertThat(is[0].item()).isCloseTo(value, within(1e-9 * value));
    assertThat(is[1].toDoubles()[2]).isCloseTo(slope, within(1e-9 * slope));
  }

  /** Read along all its paths, this would be 2^200 things. */
  @Test
  void onePickOfTwoHundredThingsThatAreUsedTwice() throws Exception {
    var rows = dim("rows");
    var x = matrix("x", F64, rows, 3);
    var i = vector("i", I64, rows);
    Expr y = x;
    double[] value = {.5, -1.5};
    double slope = 1;
    for (int k = 0; k < 200; k++) {
      y = y.times(.5).plus(y.times(.25)).plus(x);
      for (int r = 0; r < 2; r++) value[r] = value[r] * .75 + new double[] {.5, -1.5}[r];
      slope = slope * .75 + 1;
    }
    Tensor[] is = compileAndCall(List.of(x, i), pick(y, i).sum(), x, new double[][] {{9, .5, 9}, {-1.5, 9, 9}}, new long[] {1, 0});
    assertThat(is[0].item()).isCloseTo(value[0] + value[1], within(1e-9));
    assertThat(is[1].toDoubles()).containsExactly(new double[] {0, slope, 0, slope, 0, 0}, within(1e-9));
  }

  @Test
  void twoHundredCarries() throws Exception {
    int carries = 200;
    var x = vector("x", F64, dim("time"));
    var w = scalar("w", F64);
    var initial = new Object[carries];
    double[] value = new double[carries];
    double[] slope = new double[carries];
    for (int i = 0; i < carries; i++) {
      initial[i] = w.times(.01 * i);
      value[i] = .5 * .01 * i;
      slope[i] = .01 * i;
    }
    var run = scan().over(x).carry(initial).run(s -> {
      var next = new Object[carries];
      for (int i = 0; i < carries; i++) next[i] = tanh(s.prev(i).times(w).plus(s.prev((i + 1) % carries)).plus(s.row()));
      s.next(next);
    });
    Expr sum = run.last(0);
    for (int i = 1; i < carries; i++) sum = sum.plus(run.last(i));
    double[] xs = {.1, .2};
    for (double each : xs) {
      double[] before = value.clone();
      double[] slopes = slope.clone();
      for (int i = 0; i < carries; i++) {
        int other = (i + 1) % carries;
        value[i] = Math.tanh(before[i] * .5 + before[other] + each);
        slope[i] = (1 - value[i] * value[i]) * (slopes[i] * .5 + before[i] + slopes[other]);
      }
    }
    double values = 0;
    double slopes = 0;
    for (int i = 0; i < carries; i++) {
      values += value[i];
      slopes += slope[i];
    }
    Tensor[] is = compileAndCall(List.of(x, w), sum, w, xs, .5);
    assertThat(is[0].item()).isCloseTo(values, within(1e-9));
    assertThat(is[1].item()).isCloseTo(slopes, within(1e-9));
  }

  /** Two carries at each level, of which the second gets its cotangent through the first. */
  @Test
  void thirtyLoopsInEachOther() throws Exception {
    var x = vector("x", F64, dim("time"));
    var w = scalar("w", F64);
    Tensor[] is = compileAndCall(List.of(x, w), nested(30, x, w), w, new double[] {.1}, .5);
    double up = plain(30, .1, .5 + 1e-6);
    double down = plain(30, .1, .5 - 1e-6);
    assertThat(is[0].item()).isCloseTo(plain(30, .1, .5), within(1e-9));
    assertThat(is[1].item()).isCloseTo((up - down) / 2e-6, within(1e-6));
  }

  private static Expr nested(int depth, Expr x, Expr w) {
    return scan().over(x).carry(w, 1.).run(s -> {
      Expr p = s.prev(0).times(w).plus(s.row());
      Expr inner = depth > 1 ? p.plus(nested(depth - 1, tanh(x.plus(p)), s.prev(1).times(tanh(p)))) : p;
      s.next(tanh(inner.plus(s.prev(1))), s.prev(0).times(w));
    }).last(0);
  }

  /** The same for a sequence of one row. */
  private static double plain(int depth, double x, double w) {
    double p = w * w + x;
    double inner = depth > 1 ? p + plain(depth - 1, Math.tanh(x + p), Math.tanh(p)) : p;
    return Math.tanh(inner + 1);
  }
}
