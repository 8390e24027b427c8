package tests;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Tensors.F32;
import static weft.Tensors.F64;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.CompiledFunction;
import weft.Update;
import weft.runtime.Tensor;

/** One compiled function under eight threads. */
class ConcurrencyTest {
  private static final int THREADS = 8;
  private static final int CALLS = 60;

  static List<Mode> modes() {
    return Mode.all(8).stream().filter(Mode::rewrites).toList();
  }

  private static void together(List<Callable<Void>> work) throws InterruptedException, ExecutionException {
    var pool = Executors.newFixedThreadPool(work.size());
    try {
      for (Future<Void> f : pool.invokeAll(work)) f.get();
    } finally {
      pool.shutdownNow();
    }
  }

  private static List<Callable<Void>> eachThread(java.util.function.IntConsumer body) {
    var work = new ArrayList<Callable<Void>>();
    for (int t = 0; t < THREADS; t++) {
      int thread = t;
      work.add(() -> {
        body.accept(thread);
        return null;
      });
    }
    return work;
  }

  /** Different inputs of different lengths in every thread give what they give alone. */
  @ParameterizedTest
  @MethodSource("modes")
  void threadsDoNotSeeEachOther(Mode mode) throws Exception {
    var net = new Nets(mode, F32, 5, 17, 4);
    var expected = new ArrayList<Tensor>();
    for (int i = 0; i < THREADS * 4; i++) expected.add(net.predict.call((Object) net.sequence(i, i % 7, 5)));
    together(eachThread(thread -> {
      for (int k = 0; k < CALLS; k++) {
        int i = (thread * 4 + k) % expected.size();
        Tensor p = net.predict.call((Object) net.sequence(i, i % 7, 5));
        assertThat(Close.bits(p, expected.get(i))).as("sequence " + i).isNull();
      }
    }));
  }

  /** No update is lost, and none is seen half done. */
  @ParameterizedTest
  @MethodSource("modes")
  void updatesAreAtomic(Mode mode) throws Exception {
    var by = vector("by", F64, 3);
    var sum = param("sum", Tensor.zeros(F64, 3));
    var twice = param("twice", Tensor.zeros(F64, 3));
    CompiledFunction add = mode.configure(function(by).returns(sum, twice)
        .updates(new Update(parameter(sum), sum.plus(by)),
            new Update(parameter(twice), twice.plus(by).plus(by))))
        .compile(mode.backend());
    CompiledFunction read = mode.configure(function().returns(twice.minus(sum).minus(sum)))
        .compile(mode.backend());
    together(eachThread(thread -> {
      for (int k = 1; k <= CALLS; k++) {
        Tensor[] seen = add.callAll((Object) new double[] {1, k, thread});
        for (int i = 0; i < 3; i++) assertThat(seen[1].get(i)).isEqualTo(2 * seen[0].get(i));
        assertThat(read.call().toDoubles()).containsOnly(0);
      }
    }));
    double[] total =
        {THREADS * CALLS, THREADS * CALLS * (CALLS + 1) / 2.0, CALLS * THREADS * (THREADS - 1) / 2.0};
    assertThat(parameter(sum).get().toDoubles()).containsExactly(total);
    assertThat(parameter(twice).get().toDoubles()).containsExactly(2 * total[0], 2 * total[1], 2 * total[2]);
  }

  /** The new values of each call are those of one that ran between two others. */
  @ParameterizedTest
  @MethodSource("modes")
  void callsFollowOneAnother(Mode mode) throws Exception {
    var grown = vector("grown", F64, dim("n"));
    var state = param("state", Tensor.of(1.));
    CompiledFunction f = mode.configure(function(grown).returns(state)
        .updates(new Update(parameter(state), state.times(2).plus(grown.sum().times(0)))))
            .compile(mode.backend());
    var seen = java.util.Collections.synchronizedList(new ArrayList<Double>());
    together(eachThread(thread -> {
      for (int k = 0; k < 5; k++) seen.add(f.call((Object) new double[thread + k]).item());
    }));
    seen.sort(null);
    for (int i = 0; i < seen.size(); i++) assertThat(seen.get(i)).isEqualTo(Math.pow(2, i));
  }
}
