package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.*;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import weft.Backend;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.Initializer;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.type.Dim;

/** What {@link VersionsTest} holds versions to, each in a virtual machine that has compiled nothing else. */
final class VersionsRuns {
  private VersionsRuns() {}

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "bits" -> {
        for (String cell : List.of("lstm", "gru", "elman")) {
          for (int lanes : new int[] {4, 8, 16}) {
            theSameBits(cell, F32, lanes);
            if (lanes > 4) theSameBits(cell, F64, lanes);
          }
        }
        for (int rows : new int[] {1, 4, 6, 7, 12, 23}) aProductOfRows(rows);
      }
      case "choice" -> {
        lengthsNeverCompileAgain();
        onlyWhereItGains();
        for (boolean last : new boolean[] {false, true}) stepsThatFillTiles(last);
      }
      case "threads" -> madeBesideItsCallers();
      case "allocation" -> nothingIsAllocated();
      default -> throw new IllegalArgumentException(args[0]);
    }
    System.out.println("done");
  }

  private static final int IN = 5;
  private static final int HIDDEN = 24;

  /** A recurrent net whose batch is known when it is called, and its function before it is compiled. */
  static final class Net {
    final Dim time = dim("time");
    final Dim batch = dim("batch");
    final Expr w;
    final Expr u;
    final FunctionBuilder train;
    final FunctionBuilder predict;
    private final DType dtype;

    Net(String cell, DType dtype, int lanes) {
      this.dtype = dtype;
      var normal = Initializer.normal(new Random(1), .3);
      int gates = cell.equals("lstm") ? 4 : cell.equals("gru") ? 3 : 1;
      w = param("w", dtype, normal, IN, gates * HIDDEN);
      u = param("u", dtype, normal, HIDDEN, gates * HIDDEN);
      var x = tensor3("x", dtype, time, batch, Dim.of(IN));
      Expr zeros = zeros(dtype, batch, Dim.of(HIDDEN));
      var scan = scan().over(x.dot(w));
      var h = cell.equals("lstm") ? scan.carry(zeros, zeros).run(s -> {
        Expr a = s.row().plus(s.prev(0).dot(u));
        Expr c = sigmoid(gate(a, 1)).times(s.prev(1)).plus(sigmoid(gate(a, 0)).times(tanh(gate(a, 2))));
        s.next(sigmoid(gate(a, 3)).times(tanh(c)), c);
      }) : scan.carry(zeros).run(s -> {
        Expr a = s.prev().dot(u);
        if (gates == 1) {
          s.next(tanh(s.row().plus(a)));
        } else {
          Expr z = sigmoid(gate(s.row(), 0).plus(gate(a, 0)));
          Expr n = tanh(gate(s.row(), 2).plus(sigmoid(gate(s.row(), 1).plus(gate(a, 1))).times(gate(a, 2))));
          s.next(n.minus(z.times(n)).plus(z.times(s.prev())));
        }
      });
      Expr loss = mean(sqr(h.all(0)));
      predict = inVectors(function(x).named("predict").returns(h.last(0)), lanes);
      train = inVectors(function(x).named("train").returns(loss, h.last(0)).updates(sgd(loss, List.of(w, u), .5f)), lanes);
    }

    /** @param lanes 0 for what the machine has */
    private static FunctionBuilder inVectors(FunctionBuilder f, int lanes) {
      return lanes == 0 ? f : f.lanes(lanes);
    }

    private static Expr gate(Expr a, int i) {
      return a.slice(1, i * HIDDEN, (i + 1) * HIDDEN);
    }

    Tensor sequence(int steps, int batch) {
      return Initializer.uniform(new Random(31L * steps + batch), -1, 1).create(dtype, steps, batch, IN);
    }
  }

  private static CompiledFunction compile(FunctionBuilder f) {
    return f.compile(Backend.BYTECODE);
  }

  private static CompiledFunction with(CompiledFunction f, Tensor... arguments) {
    f.warmUp(Duration.ofMillis(1), (Object[]) arguments);
    return f;
  }

  /** What is computed does not depend on the version, to the last bit, and neither do the parameters after training. */
  private static void theSameBits(String cell, DType dtype, int lanes) {
    for (int batch : new int[] {1, 2, 3, 5, 7, 13, 16, 19}) {
      var general = new Net(cell, dtype, lanes);
      var special = new Net(cell, dtype, lanes);
      CompiledFunction one = compile(general.train.general());
      CompiledFunction other = with(compile(special.train.specialise(special.batch)), special.sequence(3, batch));
      assertThat(other.explain()).contains("batch = " + batch + ":").doesNotContain("runs the general");
      for (int steps = 1; steps < 5; steps++) {
        Tensor[] want = one.callAll(general.sequence(steps, batch));
        Tensor[] got = other.callAll(special.sequence(steps, batch));
        for (int i = 0; i < want.length; i++) assertThat(Tensor.contentEquals(got[i], want[i])).as("batch %d, steps %d", batch, steps).isTrue();
      }
      assertThat(Tensor.contentEquals(parameter(special.w).get(), parameter(general.w).get())).isTrue();
      assertThat(Tensor.contentEquals(parameter(special.u).get(), parameter(general.u).get())).isTrue();
    }
  }

  /** Against a plain loop, for a product that each version tiles in another way. */
  private static void aProductOfRows(int rows) {
    var w = param("w", F32, Initializer.normal(new Random(5), 1), IN, HIDDEN);
    var x = matrix("x", dim("rows"), Dim.of(IN));
    CompiledFunction f = function(x).returns(x.dot(w)).compile(Backend.BYTECODE);
    Tensor in = Initializer.uniform(new Random(rows), -1, 1).create(F32, rows, IN);
    float[] got = with(f, in).call(in).floats();
    float[] b = parameter(w).get().floats();
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < HIDDEN; c++) {
        float sum = 0;
        for (int k = 0; k < IN; k++) sum = Math.fma(in.floats()[r * IN + k], b[k * HIDDEN + c], sum);
        assertThat(got[r * HIDDEN + c]).isEqualTo(sum, within(1e-5f));
      }
    }
  }

  /** However many lengths come, there is nothing but the versions for batches, and no more of those than four. */
  private static void lengthsNeverCompileAgain() {
    var net = new Net("elman", F32, 8);
    CompiledFunction f = compile(net.predict);
    for (int batch = 1; batch <= 7; batch++) {
      with(f, net.sequence(2, batch));
      for (int steps = 1; steps <= 100; steps++) f.call(net.sequence(steps, batch));
    }
    String text = f.explain();
    assertThat(text.split("batch = ", -1)).hasSize(5);
    assertThat(text).doesNotContain("time = ").contains("batch = 7: ");
  }

  private static void onlyWhereItGains() {
    var net = new Net("lstm", F32, 8);
    assertThat(with(compile(net.predict), net.sequence(2, 60)).explain()).doesNotContain("specialised");
    assertThat(with(compile(net.predict.general()), net.sequence(2, 7)).explain()).doesNotContain("specialised");
    assertThat(with(compile(net.predict.specialise(net.batch)), net.sequence(2, 60)).explain()).contains("batch = 60: ");
    assertThat(with(compile(net.predict.specialise(net.time)), net.sequence(2, 7)).explain()).doesNotContain("specialised");
    assertThat(with(compile(new Net("lstm", F32, 1).predict), net.sequence(2, 7)).explain()).doesNotContain("specialised");
  }

  /**
   * Rows that fill tiles exactly gain where a product leaves the steps of the general version; the bits stay, after training, too.
   *
   * @param last whether the terms that may leave the steps are written behind the one that may not
   */
  private static void stepsThatFillTiles(boolean last) {
    var results = new ArrayList<Tensor>();
    for (boolean general : new boolean[] {true, false}) {
      var w = param("w", F32, Initializer.normal(new Random(1), .2), 256, 72);
      var u = param("u", F32, Initializer.normal(new Random(2), .2), 72, 72);
      var x = tensor3("x", F32, dim("time"), dim("batch"), Dim.of(256));
      var b = param("b", F32, Initializer.normal(new Random(4), .2), 72);
      Expr h = scan(x, zeros(x.dim(1), 72),
          (row, before) -> tanh(last ? before.dot(u).plus(row.dot(w)).plus(b) : row.dot(w).plus(before.dot(u)))).all();
      FunctionBuilder f = function(x).returns(h).updates(sgd(mean(sqr(h)), List.of(w, u), .5f)).lanes(8);
      Tensor in = Initializer.uniform(new Random(3), -1, 1).create(F32, 5, 60, 256);
      CompiledFunction made = compile(general ? f.general() : f);
      if (!general) assertThat(with(made, in).explain()).contains("batch = 60: ");
      for (int i = 0; i < 3; i++) results.add(made.call(in));
      results.add(parameter(w).get());
      results.add(parameter(u).get());
    }
    for (int i = 0; i < 5; i++) assertThat(Tensor.contentEquals(results.get(5 + i), results.get(i))).as("result %d", i).isTrue();
    assertThat(Tensor.contentEquals(results.get(0), results.get(1))).as("trained").isFalse();
  }

  /** By itself, beside callers in many threads, none of which sees anything of it. */
  private static void madeBesideItsCallers() throws Exception {
    var net = new Net("gru", F32, 8);
    CompiledFunction f = compile(net.predict);
    Tensor x = net.sequence(20, 7);
    Tensor want = compile(net.predict.general()).call(x);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    var pool = Executors.newFixedThreadPool(3);
    try {
      var callers = new ArrayList<Future<Boolean>>();
      for (int i = 0; i < 3; i++) {
        callers.add(pool.submit(() -> {
          boolean same = true;
          int after = 0;
          for (int n = 0; after < 20 && System.nanoTime() < deadline; n++) {
            same &= Tensor.contentEquals(f.call(x), want);
            if (n % 50 == 0 && f.explain().contains("batch = 7: ")) after++;
          }
          return same && after == 20;
        }));
      }
      for (Future<Boolean> caller : callers) assertThat(caller.get()).isTrue();
    } finally {
      pool.shutdown();
    }
  }

  private static void nothingIsAllocated() {
    var net = new Net("lstm", F32, 8);
    CompiledFunction f = compile(net.train);
    Tensor[] x = {net.sequence(4, 7)};
    with(f, x);
    Tensor[] results = f.callAll((Object[]) x);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    long bytes = 1;
    while (bytes > 0 && System.nanoTime() < deadline) {
      long before = threads.getThreadAllocatedBytes(id);
      for (int i = 0; i < 500; i++) f.callInto(results, x);
      bytes = threads.getThreadAllocatedBytes(id) - before;
    }
    assertThat(bytes).isZero();
  }
}
