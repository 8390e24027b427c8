package tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.crossEntropyWithLogits;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.I32;
import static weft.Tensors.matrix;
import static weft.Tensors.mean;
import static weft.Tensors.param;
import static weft.Tensors.scan;
import static weft.Tensors.sgd;
import static weft.Tensors.sigmoid;
import static weft.Tensors.sqr;
import static weft.Tensors.tanh;
import static weft.Tensors.tensor3;
import static weft.Tensors.vector;
import static weft.Tensors.zeros;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.type.Dim;

/** Several threads share the work of a call: the same bits, errors and parameters as one thread gives. */
class ThreadsTest {
  private static Tensor random(Random r, int... shape) {
    Tensor t = Tensor.zeros(DType.F32, shape);
    float[] a = t.floats();
    for (int i = 0; i < t.size(); i++) a[i] = (float) (r.nextGaussian() * 0.3);
    return t;
  }

  /** An LSTM whose number of sequences is known only when called, trained for some steps. */
  private static final class Net {
    final List<Parameter> parameters = new ArrayList<>();
    final CompiledFunction train;
    final CompiledFunction predict;

    Net(int threads, int lanes, int in, int hidden) {
      var r = new Random(3);
      Dim time = dim("time");
      Dim batch = dim("batch");
      Expr x = tensor3("x", time, batch, in);
      Expr y = tensor3("y", time, batch, hidden);
      Expr w = param("W", random(r, in, 4 * hidden));
      Expr u = param("U", random(r, hidden, 4 * hidden));
      Expr b = param("b", random(r, 4 * hidden));
      Expr zero = zeros(batch, hidden);
      Expr h = scan().over(x.dot(w).plus(b)).carry(zero, zero).run(s -> {
        Expr a = s.row().plus(s.prev(0).dot(u));
        Expr c = sigmoid(gate(a, 1, hidden)).times(s.prev(1)).plus(sigmoid(gate(a, 0, hidden)).times(tanh(gate(a, 2, hidden))));
        s.next(sigmoid(gate(a, 3, hidden)).times(tanh(c)), c);
      }).all(0);
      Expr loss = mean(sqr(h.minus(y)));
      train = function(x, y).named("train").returns(loss).updates(sgd(loss, List.of(w, u, b), 0.1)).threads(threads).lanes(lanes).compile();
      predict = function(x).named("predict").returns(h).threads(threads).lanes(lanes).compile();
      parameters.addAll(train.parameters());
    }

    private static Expr gate(Expr a, int i, int hidden) {
      return a.slice(1, i * hidden, (i + 1) * hidden);
    }

    /** All numbers that come of training and predicting, at changing lengths. */
    List<float[]> story() {
      var all = new ArrayList<float[]>();
      var r = new Random(5);
      int in = parameters.get(0).shape()[0];
      int hidden = parameters.get(1).shape()[0];
      int[][] sizes = {{4, 3}, {6, 7}, {1, 1}, {5, 16}, {0, 2}, {3, 2}};
      for (int[] size : sizes) {
        if (size[0] > 0) all.add(train.call(random(r, size[0], size[1], in), random(r, size[0], size[1], hidden)).floats().clone());
        Tensor states = predict.call((Object) random(r, size[0], size[1], in));
        all.add(Arrays.copyOf(states.floats(), states.size()));
      }
      for (Parameter p : parameters) all.add(Arrays.copyOf(p.get().floats(), p.get().size()));
      return all;
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3, 1", "2, 8", "3, 8", "5, 8"})
  void theNumberOfThreadsDoesNotChangeABit(int threads, int lanes) {
    List<float[]> one = new Net(1, lanes, 5, 13).story();
    var team = new Net(threads, lanes, 5, 13);
    assertThat(team.train.explain()).contains(threads + " threads share these kernels out");
    List<float[]> many = team.story();
    assertThat(many).hasSameSizeAs(one);
    for (int i = 0; i < one.size(); i++) assertThat(many.get(i)).isEqualTo(one.get(i));
  }

  /** Each kernel is cut over a loop, and no more of them than there are: a plain sum of squares by hand. */
  @Test
  void everyRowIsComputedByOneThread() {
    Dim rows = dim("rows");
    Expr x = matrix("x", rows, 3);
    CompiledFunction f = function(x).returns(sqr(x).plus(1)).threads(4).compile();
    assertThat(f.loops()).contains("part").contains("meet");
    for (int n : new int[] {0, 1, 2, 3, 4, 5, 17}) {
      var data = new float[n * 3];
      for (int i = 0; i < data.length; i++) data[i] = i - 4;
      Tensor got = f.call((Object) Tensor.wrap(data, n, 3));
      for (int i = 0; i < data.length; i++) assertThat(got.floats()[i]).isEqualTo((i - 4) * (i - 4) + 1f);
    }
  }

  /** The rows that full tiles leave over are a tile that ends with the last row; a plain product by hand. */
  @ParameterizedTest
  @ValueSource(ints = {8, 16})
  void tilesOfRowsAreSharedOut(int lanes) {
    var r = new Random(9);
    Tensor w = random(r, 5, lanes);
    Dim rows = dim("rows");
    Expr x = matrix("x", rows, 5);
    CompiledFunction f = function(x).returns(tanh(x.dot(param("W", w)))).threads(3).lanes(lanes).compile();
    assertThat(f.loops()).contains("round").contains("part_end").contains("meet");
    for (int n = 0; n < 60; n++) {
      Tensor data = random(r, n, 5);
      Tensor got = f.call((Object) data);
      assertThat(got.shape()).containsExactly(n, lanes);
      for (int i = 0; i < n * lanes; i++) {
        double sum = 0;
        for (int k = 0; k < 5; k++) sum += (double) data.floats()[i / lanes * 5 + k] * w.floats()[k * lanes + i % lanes];
        assertThat((double) got.floats()[i]).as("%d rows, element %d", n, i).isCloseTo(Math.tanh(sum), within(1e-5));
      }
    }
  }

  /** Products of the inputs for some steps ahead of them, and small ones for some hundred steps at a time. */
  @ParameterizedTest
  @CsvSource({"16, 128, 128, 40, steps at once", "2, 8, 96, 2000, steps at a time"})
  void whatIsComputedForSomeStepsIsSharedOut(int batch, int in, int hidden, int steps, String says) {
    Tensor numbers = random(new Random(5), steps, batch, in);
    float[] one = null;
    for (int threads : new int[] {1, 2, 3}) {
      var r = new Random(3);
      Expr x = tensor3("x", dim("time"), batch, in);
      Expr w = param("W", random(r, in, hidden));
      Expr u = param("U", random(r, hidden, hidden));
      Expr h = scan().over(x.dot(w)).carry(zeros(batch, hidden)).run(s -> s.next(tanh(s.row().plus(s.prev().dot(u))))).all(0);
      CompiledFunction f = function(x).returns(h).threads(threads).compile();
      assertThat(f.explain()).contains(says);
      float[] is = f.call(numbers).floats();
      if (one == null) one = is;
      assertThat(is).as(threads + " threads").isEqualTo(one);
    }
  }

  @Test
  void whatIsSmallStaysWithOneThread() {
    Expr x = vector("x", 4);
    FunctionBuilder f = function(x).returns(x.plus(1));
    assertThat(f.compile().loops()).doesNotContain("meet");
    assertThat(f.threads(1).compile().explain()).doesNotContain("threads");
  }

  /** An index that is out of range is found by whichever thread meets it; the parameters stay, and the next call is right. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void anErrorReachesTheCaller(int threads) {
    Expr logits = param("logits", random(new Random(1), 6, 5));
    Expr y = vector("y", I32, 6);
    Expr loss = mean(crossEntropyWithLogits(logits.times(1), y));
    CompiledFunction f = function(y).returns(loss).updates(sgd(loss, List.of(logits), 1)).threads(threads).compile();
    float[] before = f.parameters().get(0).get().floats().clone();
    for (int round = 0; round < 20; round++) {
      assertThatThrownBy(() -> f.call((Object) Tensor.of(0, 1, 2, 3, 4, 77))).isInstanceOf(WeftException.class).hasMessageContaining("77");
      assertThat(f.parameters().get(0).get().floats()).isEqualTo(before);
    }
    assertThat(f.call((Object) Tensor.of(0, 1, 2, 3, 4, 0)).item()).isGreaterThan(0);
    assertThat(f.parameters().get(0).get().floats()).isNotEqualTo(before);
  }

  /** More callers than helpers: who finds none works alone. */
  @Test
  void manyCallersShareTheHelpers() throws Exception {
    var net = new Net(3, 8, 4, 9);
    var r = new Random(8);
    var inputs = new ArrayList<Tensor>();
    var expected = new ArrayList<float[]>();
    var alone = new Net(1, 8, 4, 9);
    for (int i = 0; i < 8; i++) {
      inputs.add(random(r, 3 + i, 2 + i % 3, 4));
      expected.add(alone.predict.call((Object) inputs.get(i)).floats().clone());
    }
    var work = new ArrayList<Callable<Void>>();
    for (int i = 0; i < 8; i++) {
      int mine = i;
      work.add(() -> {
        for (int call = 0; call < 30; call++) {
          assertThat(net.predict.call((Object) inputs.get(mine)).floats()).isEqualTo(expected.get(mine));
        }
        return null;
      });
    }
    var pool = Executors.newFixedThreadPool(8);
    try {
      for (Future<Void> f : pool.invokeAll(work)) f.get();
    } finally {
      pool.shutdownNow();
    }
    long helpers = Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().matches("weft-\\d+")).count();
    assertThat(helpers).isBetween(1L, 4L);
    assertThat(Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().matches("weft-\\d+"))).allMatch(Thread::isDaemon);
  }

  /** A version for one number of sequences is shared out like the general one. */
  @Test
  void versionsAreSharedOut() {
    var one = new Net(1, 8, 4, 9);
    var team = new Net(2, 8, 4, 9);
    Tensor x = random(new Random(4), 5, 7, 4);
    team.predict.warmUp(x);
    assertThat(team.predict.explain()).contains("specialised versions").contains("batch");
    assertThat(team.predict.call((Object) x).floats()).isEqualTo(one.predict.call((Object) x).floats());
  }

  /** Scalar code, since vectors are objects until HotSpot is done with them. */
  @Test
  void aCallAllocatesNothing() {
    var net = new Net(2, 1, 4, 9);
    var r = new Random(8);
    Tensor x = random(r, 5, 4, 4);
    Tensor[] arguments = {x, random(r, 5, 4, 9)};
    Tensor[] results = {Tensor.scalar(0f)};
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = Long.MAX_VALUE;
    for (int i = 0; i < 2000 && bytes > 0; i++) {
      long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
      net.train.callInto(results, arguments);
      bytes = Math.min(bytes, threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
    }
    assertThat(bytes).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 257})
  void theNumberOfThreadsIsChecked(int threads) {
    Expr x = vector("x", 4);
    assertThatThrownBy(() -> function(x).returns(x).threads(threads)).isInstanceOf(WeftException.class)
        .hasMessageContaining("threads(" + threads + ") must be from 1 to 256");
  }
}
