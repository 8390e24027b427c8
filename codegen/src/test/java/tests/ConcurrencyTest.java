package tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static weft.Tensors.F32;
import static weft.Tensors.F64;
import static weft.Tensors.I64;
import static weft.Tensors.dim;
import static weft.Tensors.expandDims;
import static weft.Tensors.function;
import static weft.Tensors.matrix;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.pick;
import static weft.Tensors.scan;
import static weft.Tensors.tanh;
import static weft.Tensors.tensor3;
import static weft.Tensors.vector;
import static weft.Tensors.zeros;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.Backend;
import weft.CompiledFunction;
import weft.Initializer;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

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

  static List<Mode> modesAndTeams() {
    var all = new ArrayList<>(modes());
    all.add(new Mode(Backend.BYTECODE, true, 1, Mode.Form.TEAM));
    all.add(new Mode(Backend.BYTECODE, true, 8, Mode.Form.TEAM));
    return all;
  }

  /** What a failing call may fail at: before anything is computed, in the last of its steps, and behind all of them. */
  private static Kind wrong(CompiledFunction f, int which) {
    var x = Tensor.zeros(F32, 6, 7, 4);
    var each = Tensor.zeros(I64, 6, 7);
    var i = Tensor.zeros(I64, 7);
    if (which == 1) each.set(4, 5, 6);
    if (which == 2) i.set(5, 6);
    Object[] arguments = which == 0 ? new Object[] {x, each, Tensor.zeros(I64, 6)}
        : which == 3 ? new Object[] {Tensor.zeros(F32, 6, 7), each, i} : new Object[] {x, each, i};
    return catchThrowableOfType(WeftException.class, () -> f.callAll(arguments)).kind();
  }

  /** Calls of several batches, with versions of their own for some, half of which fail somewhere. */
  @ParameterizedTest
  @MethodSource("modesAndTeams")
  void callsThatFailTouchNothing(Mode mode) throws Exception {
    var batch = dim("batch");
    var x = tensor3("x", dim("time"), batch, 4);
    var each = matrix("each", I64, x.dim(0), batch);
    var i = vector("i", I64, batch);
    var w = param("w", Initializer.uniform(new Random(1), -1, 1).create(F32, 4, 5));
    var u = param("u", Initializer.uniform(new Random(2), -1, 1).create(F32, 5, 5));
    var calls = param("calls", Tensor.zeros(F64));
    var rows = param("rows", Tensor.zeros(F64));
    Expr h = scan().over(x, each).carry(zeros(batch, 5)).run(s ->
        s.next(tanh(s.row(0).dot(w).plus(s.prev().dot(u)).plus(expandDims(pick(s.row(0), s.row(1)), 1))))).last();
    CompiledFunction f = mode.configure(function(x, each, i).returns(pick(h, i), calls).updates(new Update(parameter(calls), calls.plus(1)),
        new Update(parameter(rows), rows.plus(pick(h, i).times(0).plus(1).sum().cast(F64)))).specialise(batch)).compile(mode.backend());
    var given = new ArrayList<Object[]>();
    var expected = new ArrayList<Tensor>();
    for (int k = 0; k < 12; k++) {
      int rowsNow = 1 + k % 4 * 2;
      var indices = new Random(k).ints(rowsNow, 0, 5).asDoubleStream().toArray();
      given.add(new Object[] {Initializer.uniform(new Random(k), -1, 1).create(F32, k % 5, rowsNow, 4), Tensor.full(I64, k % 4, k % 5, rowsNow),
          Tensor.ofShape(I64, indices, rowsNow)});
      expected.add(f.callAll(given.get(k))[0]);
    }
    if (mode.lanes() > 1 && mode.backend() == Backend.BYTECODE) {
      f.warmUp(Duration.ofMillis(1), given.get(3));
      f.warmUp(Duration.ofMillis(1), given.get(1));
      assertThat(f.explain()).contains("batch = 7:");
    }
    parameter(calls).set(Tensor.zeros(F64));
    parameter(rows).set(Tensor.zeros(F64));
    var total = new AtomicLong();
    together(eachThread(thread -> {
      for (int k = 0; k < CALLS; k++) {
        int which = (thread * 5 + k) % given.size();
        assertThat(Close.bits(f.callAll(given.get(which))[0], expected.get(which))).as("call " + which).isNull();
        total.addAndGet(((Tensor) given.get(which)[2]).size());
        assertThat(wrong(f, (thread + k) % 4)).isEqualTo(List.of(Kind.SHAPE, Kind.INDEX, Kind.INDEX, Kind.SHAPE).get((thread + k) % 4));
      }
    }));
    assertThat(parameter(calls).get().item()).isEqualTo(THREADS * CALLS);
    assertThat(parameter(rows).get().item()).isEqualTo(total.get());
  }
}
