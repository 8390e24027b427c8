package weft.codegen;

import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import weft.loop.Compiled;
import weft.schedule.VectorCost;

/**
 * A program as classes of this virtual machine.
 *
 * @param entry takes the arrays and the sizes
 * @param kernels of the program, before large ones were split
 * @param millis that emitting and defining took
 */
record Emitted(BiConsumer<Object[], int[]> entry, ProgramEmitter.Classes classes, int kernels,
    long millis) implements Compiled {
  @Override
  public void run(Object[] arrays, int[] sizes) {
    entry.accept(arrays, sizes);
  }

  @Override
  public String report() {
    int bytes = 0;
    Map.Entry<String, Integer> largest = null;
    for (var method : classes.sizes().entrySet()) {
      bytes += method.getValue();
      if (largest == null || method.getValue() > largest.getValue()) largest = method;
    }
    var text = new StringBuilder(String.format(Locale.ROOT,
        "%d kernels, %d methods, %,d bytes of code, largest %,d (%s), %d ms",
        kernels, classes.sizes().size(), bytes, largest.getValue(), largest.getKey(), millis));
    classes.costly().forEach((name, cost) -> text.append(String.format(Locale.ROOT,
        "; %s may stay slow, its vectors cost the first compiler %,d of %,d", name, cost, VectorCost.LIMIT)));
    return text.toString();
  }

  @Override
  public String listing() {
    var text = new StringBuilder();
    for (byte[] file : classes.files().values()) text.append(Listing.of(file));
    return text.toString();
  }
}
