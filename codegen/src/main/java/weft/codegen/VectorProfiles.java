package weft.codegen;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import weft.loop.LoopProgram;
import weft.runtime.DType;

/**
 * Shows HotSpot, once a virtual machine and width, every vector operation before the first kernel runs.
 *
 * <p>Kernels that warm up call one operation a million times before the next one is ever called. So the Vector API's own methods, which
 * all operations share, are compiled for that one, and trap when another comes. HotSpot adds up these traps over everything that it
 * inlines into a kernel, and above {@code PerMethodTrapLimit} (100) it trusts no type profile any more: then the results of that kernel
 * are objects on the heap for ever (seen on 17: every second start of an LSTM, at 0.7 of its speed). After a few hundred calls of all of
 * them in turn the shared methods are compiled for any. It has to be over before the first kernel runs: beside one that is hot already it
 * comes too late, and is itself what traps.
 */
public final class VectorProfiles {
  /**
   * Enough for the first compiler to have replaced the shared methods, and those that only one operation calls, by versions that count
   * types, and to count some: it compiles what was called 200 times.
   */
  public static final int ROUNDS = 300;

  private static final Map<Kind, CountDownLatch> SHOWN = new ConcurrentHashMap<>();

  private record Kind(DType dtype, int lanes) {}

  private VectorProfiles() {}

  /**
   * Starts to show, beside the caller, what the vectors of a program may do; nothing for widths and dtypes that were shown before, and
   * none that nobody uses: a virtual machine that has seen several widths keeps more vectors as objects.
   */
  static void begin(LoopProgram program) {
    for (Kind kind : kinds(program)) begin(kind);
  }

  private static List<Kind> kinds(LoopProgram program) {
    if (program.lanes() == 1) return List.of();
    return Stream.of(DType.F32, DType.F64).filter(d -> program.buffers().stream().anyMatch(b -> b.dtype() == d))
        .map(d -> new Kind(d, program.lanes())).toList();
  }

  private static CountDownLatch begin(Kind kind) {
    return SHOWN.computeIfAbsent(kind, k -> {
      var shown = new CountDownLatch(1);
      var thread = new Thread(() -> {
        try {
          show(k.lanes(), k.dtype());
        } finally {
          shown.countDown();
        }
      }, "weft-vector-profiles");
      thread.setDaemon(true);
      thread.start();
      return shown;
    });
  }

  /** Waits until everything has been shown that the vectors of a program may do: some hundredths of a second, once a virtual machine. */
  static void await(LoopProgram program) {
    for (Kind kind : kinds(program)) {
      try {
        begin(kind).await();
      } catch (InterruptedException e) {
        // It only costs speed not to wait; the call goes on, and whoever interrupts it is heard by what it calls.
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static void show(int lanes, DType dtype) {
    VectorOperations all = VectorOperations.all(lanes);
    LoopProgram program = all.program(dtype);
    ProgramEmitter.Classes classes = ProgramEmitter.emit(program, false, s -> 0);
    BiConsumer<Object[], int[]> entry = Definer.hidden(classes.files().get(classes.main()));
    Object[] arrays = {dtype.newArray(all.count(dtype)), dtype.newArray(all.count(dtype))};
    for (int i = 0; i < ROUNDS; i++) entry.accept(arrays, new int[0]);
  }
}
