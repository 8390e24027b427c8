package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Program.program;
import static weft.Tensors.*;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import weft.Backend;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.Program;
import weft.runtime.Parameter;
import weft.runtime.Tensor;

/** The methods of a program take turns with one workspace, and none sees what another left there. */
class MemoriesTest {
  private static final int WIDTH = 64;
  private static final int ROWS = 4000;

  /** Two nets that keep a state for each row in memory, and train the same weights. */
  public interface Twins {
    float one(Tensor x);

    Tensor other(Tensor x);
  }

  /** What both methods read and update. */
  private static final class Definition {
    final weft.graph.Expr w = param("w", normal(new Random(1), 0.1, WIDTH, WIDTH));
    final weft.graph.Expr v = param("v", normal(new Random(2), 0.1, WIDTH, WIDTH));

    FunctionBuilder one(int threads) {
      var x = matrix("x", dim("rows"), WIDTH);
      var loss = mean(sqr(tanh(tanh(x.dot(w)).dot(v))));
      return function(x).named("one").returns(loss).updates(sgd(loss, List.of(w, v), 0.5)).threads(threads);
    }

    FunctionBuilder other(int threads) {
      var x = matrix("x", dim("rows"), WIDTH);
      return function(x).named("other").returns(softmax(sigmoid(x.dot(w)).dot(v)).sum(0)).threads(threads);
    }

    Program<Twins> program(int threads) {
      return Program.program(Twins.class).method("one", one(threads)).method("other", other(threads));
    }
  }

  private static Tensor rows(int n) {
    return normal(new Random(n), 1, n, WIDTH);
  }

  private static long allocated(Runnable call) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    call.run();
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
  }

  /** The second method finds the memory that the first one had allocated, a state of 4 bytes for each of these numbers. */
  @Test
  void secondMethodAllocatesNoWorkspaceOfItsOwn() {
    // Without vectors, which are objects until they are compiled.
    var scalar = new Definition();
    Twins made = Jit.compile(program(Twins.class).method("one", scalar.one(1).lanes(1)).method("other", scalar.other(1).lanes(1)));
    Tensor x = rows(ROWS);
    assertThat(allocated(() -> made.one(x))).isGreaterThan(4L * ROWS * WIDTH);
    assertThat(allocated(() -> made.other(x))).isLessThan(4L * ROWS * WIDTH / 2);
    CompiledFunction apart = new Definition().other(1).lanes(1).compile();
    assertThat(allocated(() -> apart.call(x))).isGreaterThan(4L * ROWS * WIDTH);
  }

  /** Lengths that grow and shrink, each method in the memory that the other one leaves; threads and versions as well. */
  @Test
  void nobodySeesWhatAnotherLeft() {
    for (int threads : new int[] {1, 2}) {
      var apart = new Definition();
      CompiledFunction one = apart.one(threads).compile(Backend.BYTECODE);
      CompiledFunction other = apart.other(threads).compile(Backend.BYTECODE);
      List<CompiledFunction> shared = new Definition().program(threads).compile(Backend.BYTECODE);
      shared.get(0).warmUp(Duration.ofMillis(1), rows(1));
      shared.get(1).warmUp(Duration.ofMillis(1), rows(3));
      if (Simd.lanes() > 1) assertThat(shared.get(0).explain()).contains("rows = 1:");
      for (int n : new int[] {1, 70, 3, 1, 200, 3, 70, 1, 500, 201, 1}) {
        same(one.call(rows(n)), shared.get(0).call(rows(n)));
        same(other.call(rows(n)), shared.get(1).call(rows(n)));
        same(other.call(rows(n + 1)), shared.get(1).call(rows(n + 1)));
      }
      for (Parameter p : one.parameters()) {
        for (Parameter q : shared.get(0).parameters()) if (p.name().equals(q.name())) same(p.get(), q.get());
      }
    }
  }

  private static void same(Tensor wanted, Tensor found) {
    assertThat(Tensor.contentEquals(wanted, found)).as("%s and %s", wanted, found).isTrue();
  }

  /** Calls at the same time have memory of their own, whichever method they are of. */
  @Test
  void callsAtTheSameTimeAreApart() throws Exception {
    var definition = new Definition();
    var x = matrix("x", dim("rows"), WIDTH);
    var program = program(Pair.class).method("one", function(x).returns(tanh(tanh(x.dot(definition.w)).dot(definition.v))))
        .method("other", definition.other(1));
    Pair made = Jit.compile(program);
    var wanted = new ArrayList<Tensor>();
    for (int n = 1; n < 40; n++) wanted.addAll(List.of(made.one(rows(n)), made.other(rows(n))));
    var pool = Executors.newFixedThreadPool(4);
    try {
      var tasks = new ArrayList<Callable<Void>>();
      for (int t = 0; t < 4; t++) {
        int first = t;
        tasks.add(() -> {
          for (int i = 0; i < 200; i++) {
            int k = (i * 7 + first * 11) % wanted.size();
            same(wanted.get(k), k % 2 == 0 ? made.one(rows(k / 2 + 1)) : made.other(rows(k / 2 + 1)));
          }
          return null;
        });
      }
      for (var done : pool.invokeAll(tasks)) done.get();
    } finally {
      pool.shutdown();
    }
  }

  /** Methods that read. */
  public interface Pair {
    Tensor one(Tensor x);

    Tensor other(Tensor x);
  }

  /** Once both have grown to size, taking turns costs no memory. */
  @Test
  void takingTurnsAllocatesNothing() {
    var scalar = new Definition();
    Twins made = Jit.compile(program(Twins.class).method("one", scalar.one(1).lanes(1)).method("other", scalar.other(1).lanes(1)));
    Tensor x = rows(200);
    for (int i = 0; i < 3; i++) {
      made.one(x);
      made.other(x);
    }
    long bytes = allocated(() -> {
      for (int i = 0; i < 20; i++) {
        made.one(x);
        made.other(x);
      }
    });
    assertThat(bytes).as("results and the interface's own, but no workspace").isLessThan(20 * 4L * WIDTH * 20);
  }
}
