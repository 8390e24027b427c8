package weft.codegen;

import static weft.Tensors.*;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import weft.Backend;
import weft.CompiledFunction;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/** Trains an LSTM, GRUs and an Elman net until calls allocate nothing, and says what they allocate, for {@link CompilationTest}. */
final class CompilationRuns {
  private CompilationRuns() {}

  private static final int ROWS = 7;
  private static final int UNITS = 64;

  public static void main(String[] args) {
    for (String cell : List.of("lstm", "gru", "elman")) {
      var net = new VersionsRuns.Net(cell, F32, 0);
      train(cell, net.train.named("train_" + cell).general().compile(Backend.BYTECODE), net.sequence(4, 6));
    }
    var random = new Random(1);
    train("few_rows", fewRows(random), normal(random, 1, 10, ROWS, UNITS), normal(random, 1, 10, ROWS, UNITS));
  }

  private static void train(String name, CompiledFunction step, Tensor... x) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    Tensor[] results = step.callAll((Object[]) x);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(18);
    long bytes = 1;
    int quiet = 0;
    while (quiet < 10 && System.nanoTime() < deadline) {
      long before = threads.getThreadAllocatedBytes(id);
      for (int i = 0; i < 500; i++) step.callInto(results, x);
      bytes = threads.getThreadAllocatedBytes(id) - before;
      quiet = bytes == 0 ? quiet + 1 : 0;
    }
    System.out.println("\n" + name + " allocates " + bytes);
  }

  /** A GRU whose steps have few rows, the gradient of whose state would make a tile's method too large for C1. */
  private static CompiledFunction fewRows(Random random) {
    Expr w = param("w", normal(random, 0.1, UNITS, 3 * UNITS));
    Expr u = param("u", normal(random, 0.1, UNITS, 3 * UNITS));
    Expr b = param("b", normal(random, 0.1, 3 * UNITS));
    Dim time = dim("time");
    Expr x = tensor3("x", time, ROWS, UNITS);
    Expr y = tensor3("y", time, ROWS, UNITS);
    Expr states = scan().over(x.dot(w).plus(b)).carry(zeros(ROWS, UNITS)).run(s -> {
      Expr sums = s.prev().dot(u);
      Expr reset = sigmoid(part(s.row(), 0).plus(part(sums, 0)));
      Expr update = sigmoid(part(s.row(), 1).plus(part(sums, 1)));
      Expr state = tanh(part(s.row(), 2).plus(reset.times(part(sums, 2))));
      s.next(state.minus(update.times(state)).plus(update.times(s.prev())));
    }).all(0);
    return function(x, y).returns(mean(sqr(states.minus(y)))).updates(sgd(mean(sqr(states.minus(y))), List.of(w, u, b), 0.01f))
        .named("train_few_rows").compile(Backend.BYTECODE);
  }

  private static Expr part(Expr gates, int i) {
    return gates.slice(1, i * UNITS, (i + 1) * UNITS);
  }
}
