package weft.codegen;

import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import weft.loop.Compiled;
import weft.loop.LoopProgram;
import weft.schedule.VectorCost;

/** A program as classes of this virtual machine, which it may share with others that are equal but for names. */
final class Emitted implements Compiled {
  private final LoopProgram program;
  private final BiConsumer<Object[], int[]> entry;
  private final long millis;
  /** Under the names of this program; null until somebody asks, where others had made the classes. */
  private ProgramEmitter.Classes classes;
  private boolean mayRun;

  /**
   * @param entry takes the arrays and the sizes
   * @param classes null if they were there already
   * @param millis that finding, or emitting and defining, took
   */
  Emitted(LoopProgram program, BiConsumer<Object[], int[]> entry, ProgramEmitter.Classes classes, long millis) {
    this.program = program;
    this.entry = entry;
    this.classes = classes;
    this.millis = millis;
  }

  BiConsumer<Object[], int[]> entry() {
    return entry;
  }

  /** What was emitted, or would be if nobody had emitted it before. */
  synchronized ProgramEmitter.Classes classes() {
    if (classes == null) classes = ProgramEmitter.emit(program, false, s -> 0);
    return classes;
  }

  @Override
  public void run(Object[] arrays, int[] sizes) {
    if (!mayRun) {
      VectorProfiles.await(program);
      mayRun = true;
    }
    entry.accept(arrays, sizes);
  }

  @Override
  public String report() {
    ProgramEmitter.Classes classes = classes();
    int bytes = 0;
    Map.Entry<String, Integer> largest = null;
    for (var method : classes.sizes().entrySet()) {
      bytes += method.getValue();
      if (largest == null || method.getValue() > largest.getValue()) largest = method;
    }
    var text = new StringBuilder(String.format(Locale.ROOT,
        "%d kernels, %d methods, %,d bytes of code, largest %,d (%s), %d ms",
        program.kernels().size(), classes.sizes().size(), bytes, largest.getValue(), largest.getKey(), millis));
    classes.costly().forEach((name, cost) -> text.append(String.format(Locale.ROOT,
        "; %s may stay slow, its vectors cost the first compiler %,d of %,d", name, cost, VectorCost.LIMIT)));
    return text.toString();
  }

  @Override
  public String listing() {
    var text = new StringBuilder();
    for (byte[] file : classes().files().values()) text.append(Listing.of(file));
    return text.toString();
  }
}
