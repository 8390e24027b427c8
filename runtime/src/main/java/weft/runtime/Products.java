package weft.runtime;

/** Sums of products in the order of loops, many in one call: until it is compiled, code takes longer to call than to multiply. */
public final class Products {
  private Products() {}

  /** {@code c} and eight products, added one after the other, each as by {@link Numerics#fma}. */
  public static float fma(float a0, float b0, float a1, float b1, float a2, float b2, float a3, float b3,
      float a4, float b4, float a5, float b5, float a6, float b6, float a7, float b7, float c) {
    var half = Numerics.fma(a3, b3, Numerics.fma(a2, b2, Numerics.fma(a1, b1, Numerics.fma(a0, b0, c))));
    return Numerics.fma(a7, b7, Numerics.fma(a6, b6, Numerics.fma(a5, b5, Numerics.fma(a4, b4, half))));
  }

  /** {@code c} and eight products, added one after the other, each as by {@link Numerics#fma}. */
  public static double fma(double a0, double b0, double a1, double b1, double a2, double b2, double a3, double b3,
      double a4, double b4, double a5, double b5, double a6, double b6, double a7, double b7, double c) {
    var half = Numerics.fma(a3, b3, Numerics.fma(a2, b2, Numerics.fma(a1, b1, Numerics.fma(a0, b0, c))));
    return Numerics.fma(a7, b7, Numerics.fma(a6, b6, Numerics.fma(a5, b5, Numerics.fma(a4, b4, half))));
  }
}
