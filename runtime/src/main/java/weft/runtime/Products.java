package weft.runtime;

import java.util.Locale;

/**
 * Sums of products in the order of loops, many in one call: until it is compiled, code takes longer to call and to find its operands
 * than to multiply.
 */
public final class Products {
  /** A NaN with a mark in the digits that arithmetic does not look at. */
  private static final long MARKED = 0x7ff8000000001234L;

  private Products() {}

  /**
   * {@code c} and eight products, added one after the other, each as by {@link Numerics#fma}: those of the given numbers with the
   * elements {@code at}, {@code at + step}, … of {@code b}.
   */
  public static float fma(float a0, float a1, float a2, float a3, float a4, float a5, float a6, float a7,
      float[] b, int at, int step, float c) {
    if (Numerics.FMA) {
      var half = Math.fma(a3, b[at + 3 * step], Math.fma(a2, b[at + 2 * step], Math.fma(a1, b[at + step], Math.fma(a0, b[at], c))));
      return Math.fma(a7, b[at + 7 * step], Math.fma(a6, b[at + 6 * step], Math.fma(a5, b[at + 5 * step],
          Math.fma(a4, b[at + 4 * step], half))));
    }
    var half = a3 * b[at + 3 * step] + (a2 * b[at + 2 * step] + (a1 * b[at + step] + (a0 * b[at] + c)));
    return a7 * b[at + 7 * step] + (a6 * b[at + 6 * step] + (a5 * b[at + 5 * step] + (a4 * b[at + 4 * step] + half)));
  }

  /**
   * {@code c} and eight products, added one after the other, each as by {@link Numerics#fma}: those of the given numbers with the
   * elements {@code at}, {@code at + step}, … of {@code b}.
   */
  public static double fma(double a0, double a1, double a2, double a3, double a4, double a5, double a6, double a7,
      double[] b, int at, int step, double c) {
    if (Numerics.FMA) {
      var half = Math.fma(a3, b[at + 3 * step], Math.fma(a2, b[at + 2 * step], Math.fma(a1, b[at + step], Math.fma(a0, b[at], c))));
      return Math.fma(a7, b[at + 7 * step], Math.fma(a6, b[at + 6 * step], Math.fma(a5, b[at + 5 * step],
          Math.fma(a4, b[at + 4 * step], half))));
    }
    var half = a3 * b[at + 3 * step] + (a2 * b[at + 2 * step] + (a1 * b[at + step] + (a0 * b[at] + c)));
    return a7 * b[at + 7 * step] + (a6 * b[at + 6 * step] + (a5 * b[at + 5 * step] + (a4 * b[at + 4 * step] + half)));
  }

  /**
   * Adds eight products to each of {@code n} sums, one after the other as {@link #fma} does: those of the elements {@code k}, {@code k +
   * stride}, … of {@code a} with the rows of {@code b} that begin at {@code at}, {@code at + step}, …; the sums begin at {@code to} of
   * {@code c}. Called with numbers it becomes, once HotSpot compiles its caller for good, loops of vectors.
   */
  public static void add(float[] a, int k, int stride, float[] b, int at, int step, float[] c, int to, int n) {
    var a0 = a[k];
    var a1 = a[k + stride];
    var a2 = a[k + 2 * stride];
    var a3 = a[k + 3 * stride];
    var a4 = a[k + 4 * stride];
    var a5 = a[k + 5 * stride];
    var a6 = a[k + 6 * stride];
    var a7 = a[k + 7 * stride];
    for (var j = 0; j < n; j++) {
      c[to + j] = fma(a0, a1, a2, a3, a4, a5, a6, a7, b, at + j, step, c[to + j]);
    }
  }

  /**
   * Adds eight products to each of {@code n} sums, one after the other as {@link #fma} does: those of the elements {@code k}, {@code k +
   * stride}, … of {@code a} with the rows of {@code b} that begin at {@code at}, {@code at + step}, …; the sums begin at {@code to} of
   * {@code c}. Called with numbers it becomes, once HotSpot compiles its caller for good, loops of vectors.
   */
  public static void add(double[] a, int k, int stride, double[] b, int at, int step, double[] c, int to, int n) {
    var a0 = a[k];
    var a1 = a[k + stride];
    var a2 = a[k + 2 * stride];
    var a3 = a[k + 3 * stride];
    var a4 = a[k + 4 * stride];
    var a5 = a[k + 5 * stride];
    var a6 = a[k + 6 * stride];
    var a7 = a[k + 7 * stride];
    for (var j = 0; j < n; j++) {
      c[to + j] = fma(a0, a1, a2, a3, a4, a5, a6, a7, b, at + j, step, c[to + j]);
    }
  }

  /** Whether a fused multiply-add is one instruction, or is wished for; without one the JVM would compute it by big decimals. */
  static boolean fused() {
    var wish = System.getProperty("weft.fma", "").toLowerCase(Locale.ROOT);
    return wish.equals("on") || !wish.equals("off") && isInstruction();
  }

  /** The instruction hands a NaN on as it is, the JDK's own code gives the one NaN that Java names: no clock and no reflection. */
  private static boolean isInstruction() {
    var sum = Math.fma(Double.longBitsToDouble(MARKED), 1.0, 1.0);
    return Double.doubleToRawLongBits(sum) == MARKED;
  }
}
