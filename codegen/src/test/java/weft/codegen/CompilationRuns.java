package weft.codegen;

import static weft.Tensors.F32;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import weft.Backend;
import weft.CompiledFunction;
import weft.runtime.Tensor;

/** Trains an LSTM, a GRU and an Elman net until calls allocate nothing, and says what they allocate, for {@link CompilationTest}. */
final class CompilationRuns {
  private CompilationRuns() {}

  public static void main(String[] args) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    for (String cell : List.of("lstm", "gru", "elman")) {
      var net = new VersionsRuns.Net(cell, F32, 0);
      CompiledFunction train = net.train.named("train_" + cell).general().compile(Backend.BYTECODE);
      Tensor[] x = {net.sequence(4, 6)};
      Tensor[] results = train.callAll((Object[]) x);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(18);
      long bytes = 1;
      int quiet = 0;
      while (quiet < 10 && System.nanoTime() < deadline) {
        long before = threads.getThreadAllocatedBytes(id);
        for (int i = 0; i < 500; i++) train.callInto(results, x);
        bytes = threads.getThreadAllocatedBytes(id) - before;
        quiet = bytes == 0 ? quiet + 1 : 0;
      }
      System.out.println("\n" + cell + " allocates " + bytes);
    }
  }
}
