package tests;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Tensors.*;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weft.Backend;
import weft.CompiledFunction;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Tensor;

/** What callers rely on from call to call: nothing is allocated, threads do not meet, updates are whole. */
class CallTest {
  private final Random random = new Random(7);
  private final Expr wx = param("Wx", normal(random, 0.3, 5, 20));
  private final Expr wh = param("Wh", normal(random, 0.3, 20, 20));
  private final Expr wy = param("Wy", normal(random, 0.3, 20, 3));
  private final Expr x = matrix("x", dim("time"), 5);
  private final Expr y = vector("y", 3);
  private final Expr rate = scalar("rate");
  private final Expr p = softmax(scan(x, zeros(20), (xt, h) -> tanh(xt.dot(wx).plus(h.dot(wh)))).last().dot(wy));
  private final Expr loss = crossEntropy(p, y);

  private CompiledFunction train(int lanes) {
    return function(x, y, rate).returns(loss).updates(sgd(loss, List.of(wx, wh, wy), rate)).lanes(lanes).compile(Backend.BYTECODE);
  }

  private CompiledFunction predict(int lanes) {
    return function(x).returns(p).lanes(lanes).compile(Backend.BYTECODE);
  }

  /** With 1 lane and with what the machine has. */
  @ParameterizedTest
  @ValueSource(ints = {1, 0})
  void aSteadyCallAllocatesNothing(int lanes) {
    CompiledFunction train = train(lanes);
    CompiledFunction predict = predict(lanes);
    Tensor[] lossOut = {Tensor.scalar(0f)};
    Tensor[] pOut = {Tensor.zeros(F32, 3)};
    Tensor xs = normal(random, 1, 12, 5);
    Tensor ys = Tensor.of(0f, 1f, 0f);
    Tensor[] step = {xs, ys, Tensor.scalar(0.01f)};
    Tensor[] sequence = {xs};
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 400 && least > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 100; i++) {
        train.callInto(lossOut, step);
        predict.callInto(pOut, sequence);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).as("bytes in 200 calls, once compiled").isZero();
    assertThat(lossOut[0].item()).isLessThan(0.2);
  }

  @Test
  void threadsGetWhatOneThreadGets() throws Exception {
    CompiledFunction predict = predict(0);
    var inputs = new ArrayList<Tensor>();
    var expected = new ArrayList<Tensor>();
    for (int length = 0; length < 40; length++) {
      inputs.add(normal(random, 1, length, 5));
      expected.add(predict.call(inputs.get(length)));
    }
    for (List<Tensor> results : inThreads(8, () -> {
      var results = new ArrayList<Tensor>();
      for (int round = 0; round < 20; round++) for (Tensor in : inputs) results.add(predict.call(in));
      return results;
    })) {
      for (int i = 0; i < results.size(); i++) {
        assertThat(Tensor.contentEquals(results.get(i), expected.get(i % expected.size()))).as("call %s", i).isTrue();
      }
    }
  }

  @Test
  void updatesOfManyThreadsAreWhole() throws Exception {
    Expr a = param("a", Tensor.zeros(F64, 33));
    Expr b = param("b", Tensor.zeros(F64, 33));
    Expr step = scalar("step", F64);
    var count = function(step).returns(a.minus(b)).updates(new Update(parameter(a), a.plus(step)),
        new Update(parameter(b), b.plus(step))).compile(Backend.BYTECODE);
    for (List<Tensor> differences : inThreads(8, () -> {
      var seen = new ArrayList<Tensor>();
      for (int i = 0; i < 500; i++) seen.add(count.call(1));
      return seen;
    })) {
      for (Tensor d : differences) assertThat(d.toDoubles()).containsOnly(0);
    }
    assertThat(parameter(a).get().toDoubles()).containsOnly(4000);
    assertThat(parameter(b).get().toDoubles()).containsOnly(4000);
  }

  private static <T> List<T> inThreads(int threads, Callable<T> work) throws Exception {
    var pool = Executors.newFixedThreadPool(threads);
    try {
      var running = new ArrayList<Future<T>>();
      for (int i = 0; i < threads; i++) running.add(pool.submit(work));
      var results = new ArrayList<T>();
      for (Future<T> each : running) results.add(each.get());
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void argumentsAreNeverWrittenAndMayBeGivenTwice() {
    Expr u = vector("u", 40);
    Expr v = vector("v", 40);
    var f = function(u, v).returns(u.plus(v), u.times(2)).compile(Backend.BYTECODE);
    Tensor same = normal(random, 1, 40);
    Tensor before = same.copy();
    Tensor[] out = f.callAll(same, same);
    for (int i = 0; i < 40; i++) assertThat(out[0].get(i)).isEqualTo(2 * before.get(i));
    assertThat(Tensor.contentEquals(same, before)).isTrue();
    Tensor[] into = {same, Tensor.zeros(F32, 40)};
    f.callInto(into, same, before);
    for (int i = 0; i < 40; i++) assertThat(into[0].get(i)).isEqualTo(2 * before.get(i));
    for (int i = 0; i < 40; i++) assertThat(into[1].get(i)).isEqualTo(2 * before.get(i));
  }
}
