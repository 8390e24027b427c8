package weft.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What one core of this machine can do at most: f32 multiply-adds out of registers, and reading from each level of
 * memory; the best of many short tries. Its main prints one {@code name=value} a line.
 */
public final class MachineLimits {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  /** Independent sums: enough to cover the latency of two multiply-add units, few enough for 16 registers. */
  static final int CHAINS = 12;
  private static final int READ_STEP = 8 * LANES;
  private static final long SPIN_NANOS = 1_000_000_000L;

  private static volatile float sink;

  private MachineLimits() {}

  public static void main(String[] args) {
    System.out.println("fma_gflops=" + round(peakGflops()));
    read().forEach((level, gigabytes) -> System.out.println(level + "_read_gb_s=" + round(gigabytes)));
  }

  private static double peakGflops() {
    int rounds = 20_000;
    double best = 0;
    for (long end = System.nanoTime() + 2 * SPIN_NANOS; System.nanoTime() < end; ) {
      long start = System.nanoTime();
      sink = multiplyAdd(rounds, 0.5f, 1f);
      best = Math.max(best, 2.0 * CHAINS * LANES * rounds / (System.nanoTime() - start));
    }
    return best;
  }

  /**
   * The sum of all lanes after s = factor·term + s, {@code rounds} times over every chain from zero. What is added to must be the chain:
   * were it a number that stays, HotSpot would copy it to a register each time, which a Cascade Lake pays for with a fifth of its peak.
   */
  static float multiplyAdd(int rounds, float factor, float term) {
    var f = FloatVector.broadcast(SPECIES, factor);
    var t = FloatVector.broadcast(SPECIES, term);
    var s0 = FloatVector.zero(SPECIES);
    var s1 = s0;
    var s2 = s0;
    var s3 = s0;
    var s4 = s0;
    var s5 = s0;
    var s6 = s0;
    var s7 = s0;
    var s8 = s0;
    var s9 = s0;
    var s10 = s0;
    var s11 = s0;
    for (int i = 0; i < rounds; i++) {
      s0 = f.fma(t, s0);
      s1 = f.fma(t, s1);
      s2 = f.fma(t, s2);
      s3 = f.fma(t, s3);
      s4 = f.fma(t, s4);
      s5 = f.fma(t, s5);
      s6 = f.fma(t, s6);
      s7 = f.fma(t, s7);
      s8 = f.fma(t, s8);
      s9 = f.fma(t, s9);
      s10 = f.fma(t, s10);
      s11 = f.fma(t, s11);
    }
    return s0.add(s1).add(s2.add(s3)).add(s4.add(s5).add(s6.add(s7))).add(s8.add(s9).add(s10.add(s11)))
        .reduceLanes(VectorOperators.ADD);
  }

  private static Map<String, Double> read() {
    var sizes = new LinkedHashMap<String, Long>();
    sizes.put("l1", cacheBytes(1, 32L << 10) / 2);
    sizes.put("l2", cacheBytes(2, 1L << 20) / 2);
    sizes.put("l3", Math.max(cacheBytes(3, 16L << 20) / 4, cacheBytes(2, 1L << 20) * 3));
    sizes.put("memory", Math.max(256L << 20, 4 * cacheBytes(3, 16L << 20)));
    var speeds = new LinkedHashMap<String, Double>();
    sizes.forEach((level, bytes) -> speeds.put(level, readGigabytes(bytes)));
    return speeds;
  }

  private static double readGigabytes(long bytes) {
    int floats = (int) (bytes / 4) / READ_STEP * READ_STEP;
    var array = new float[floats + LANES];
    long sweeps = Math.max(1, (4L << 20) / bytes);
    double best = 0;
    int from = 0;
    for (long end = System.nanoTime() + SPIN_NANOS; System.nanoTime() < end; ) {
      // Where a float array starts within a cache line is up to the heap, so every offset has its turn.
      from = (from + 1) % LANES;
      long start = System.nanoTime();
      for (long s = 0; s < sweeps; s++) {
        sink = sum(array, from, floats);
      }
      best = Math.max(best, 4.0 * floats * sweeps / (System.nanoTime() - start));
    }
    return best;
  }

  /** The sum of that many elements, a multiple of eight vectors. */
  static float sum(float[] array, int from, int count) {
    var s0 = FloatVector.zero(SPECIES);
    var s1 = s0;
    var s2 = s0;
    var s3 = s0;
    var s4 = s0;
    var s5 = s0;
    var s6 = s0;
    var s7 = s0;
    for (int i = from; i < from + count; i += READ_STEP) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, array, i));
      s1 = s1.add(FloatVector.fromArray(SPECIES, array, i + LANES));
      s2 = s2.add(FloatVector.fromArray(SPECIES, array, i + 2 * LANES));
      s3 = s3.add(FloatVector.fromArray(SPECIES, array, i + 3 * LANES));
      s4 = s4.add(FloatVector.fromArray(SPECIES, array, i + 4 * LANES));
      s5 = s5.add(FloatVector.fromArray(SPECIES, array, i + 5 * LANES));
      s6 = s6.add(FloatVector.fromArray(SPECIES, array, i + 6 * LANES));
      s7 = s7.add(FloatVector.fromArray(SPECIES, array, i + 7 * LANES));
    }
    return s0.add(s1).add(s2.add(s3)).add(s4.add(s5).add(s6.add(s7))).reduceLanes(VectorOperators.ADD);
  }

  /** The size of the first core's data cache of that level, or the guess where the system does not say. */
  private static long cacheBytes(int level, long guess) {
    for (int index = 0; index < 8; index++) {
      var folder = Path.of("/sys/devices/system/cpu/cpu0/cache/index" + index);
      try {
        if (Files.readString(folder.resolve("level")).strip().equals("" + level)
            && !Files.readString(folder.resolve("type")).strip().equals("Instruction")) {
          return kilobytes(Files.readString(folder.resolve("size")).strip()) << 10;
        }
      } catch (IOException absent) {
        return guess;
      }
    }
    return guess;
  }

  private static long kilobytes(String size) {
    return Long.parseLong(size.replace("K", ""));
  }

  private static String round(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
