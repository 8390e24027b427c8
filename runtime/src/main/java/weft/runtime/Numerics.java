package weft.runtime;

import weft.runtime.WeftException.Kind;

/**
 * What every scalar function of Weft means: interpreter, emitted bytecode and generated source all call
 * these.
 *
 * <p>The {@code float} forms of exp, tanh, sigmoid and the logarithms are those of {@link Approximations}, which vector code
 * repeats to the bit. All other {@code float} forms round the {@code double} form, so their error is 0.5 ULP
 * and a little. The {@code double} forms are those of {@link Math} with its error bounds, or built from them.
 */
public final class Numerics {
  /**
   * Whether {@link #fma} rounds once; otherwise it is a product and a sum. Set by {@code -Dweft.fma=on|off}.
   */
  public static final boolean FMA = Products.fused();

  private Numerics() {}

  /** {@code a * b + c}, rounded once where the processor can and twice where it cannot. */
  public static float fma(float a, float b, float c) {
    return FMA ? Math.fma(a, b, c) : a * b + c;
  }

  /** {@code a * b + c}, rounded once where the processor can and twice where it cannot. */
  public static double fma(double a, double b, double c) {
    return FMA ? Math.fma(a, b, c) : a * b + c;
  }

  public static float exp(float x) {
    return Approximations.exp(x);
  }

  public static double exp(double x) {
    return Math.exp(x);
  }

  public static float tanh(float x) {
    return Approximations.tanh(x);
  }

  public static double tanh(double x) {
    return Math.tanh(x);
  }

  public static float sigmoid(float x) {
    return Approximations.sigmoid(x);
  }

  /** {@code 1 / (1 + e⁻ˣ)}, in the form that keeps the lower tail's digits. */
  public static double sigmoid(double x) {
    var t = Math.exp(-Math.abs(x));
    return (x < 0 ? t : 1) / (1 + t);
  }

  public static float log(float x) {
    return Approximations.log(x);
  }

  public static double log(double x) {
    return Math.log(x);
  }

  public static float log1p(float x) {
    return Approximations.log1p(x);
  }

  public static double log1p(double x) {
    return Math.log1p(x);
  }

  public static float expm1(float x) {
    return (float) Math.expm1(x);
  }

  public static double expm1(double x) {
    return Math.expm1(x);
  }

  public static float softplus(float x) {
    return Approximations.softplus(x);
  }

  /** {@code log(1 + eˣ)} as {@code max(x, 0) + log1p(e^-|x|)}, which neither overflows nor cancels. */
  public static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  public static float logSigmoid(float x) {
    return -Approximations.softplus(-x);
  }

  /** {@code log(sigmoid(x))} as {@code -softplus(-x)}. */
  public static double logSigmoid(double x) {
    return -softplus(-x);
  }

  public static float relu(float x) {
    return Math.max(x, 0f);
  }

  public static double relu(double x) {
    return Math.max(x, 0.0);
  }

  public static float erf(float x) {
    return (float) Erf.erf(x);
  }

  public static double erf(double x) {
    return Erf.erf(x);
  }

  public static float erfc(float x) {
    return (float) Erf.erfc(x);
  }

  public static double erfc(double x) {
    return Erf.erfc(x);
  }

  public static float sqrt(float x) {
    return (float) Math.sqrt(x);
  }

  public static double sqrt(double x) {
    return Math.sqrt(x);
  }

  public static float pow(float x, float y) {
    return (float) Math.pow(x, y);
  }

  public static double pow(double x, double y) {
    return Math.pow(x, y);
  }

  public static float sin(float x) {
    return (float) Math.sin(x);
  }

  public static double sin(double x) {
    return Math.sin(x);
  }

  public static float cos(float x) {
    return (float) Math.cos(x);
  }

  public static double cos(double x) {
    return Math.cos(x);
  }

  public static float tan(float x) {
    return (float) Math.tan(x);
  }

  public static double tan(double x) {
    return Math.tan(x);
  }

  public static float asin(float x) {
    return (float) Math.asin(x);
  }

  public static double asin(double x) {
    return Math.asin(x);
  }

  public static float acos(float x) {
    return (float) Math.acos(x);
  }

  public static double acos(double x) {
    return Math.acos(x);
  }

  /** The angle of the point (x, y), from -π to π. */
  public static float atan2(float y, float x) {
    return (float) Math.atan2(y, x);
  }

  public static double atan2(double y, double x) {
    return Math.atan2(y, x);
  }

  public static float atan(float x) {
    return (float) Math.atan(x);
  }

  public static double atan(double x) {
    return Math.atan(x);
  }

  public static float sinh(float x) {
    return (float) Math.sinh(x);
  }

  public static double sinh(double x) {
    return Math.sinh(x);
  }

  public static float cosh(float x) {
    return (float) Math.cosh(x);
  }

  public static double cosh(double x) {
    return Math.cosh(x);
  }

  public static float floor(float x) {
    return (float) Math.floor(x);
  }

  public static double floor(double x) {
    return Math.floor(x);
  }

  public static float ceil(float x) {
    return (float) Math.ceil(x);
  }

  public static double ceil(double x) {
    return Math.ceil(x);
  }

  /** The nearest integer, halves to the even one. */
  public static float rint(float x) {
    return (float) Math.rint(x);
  }

  /** The nearest integer, halves to the even one. */
  public static double rint(double x) {
    return Math.rint(x);
  }

  /** The nearest integer, halves away from zero. */
  public static float round(float x) {
    return (float) round((double) x);
  }

  /** The nearest integer, halves away from zero. */
  public static double round(double x) {
    var size = Math.abs(x);
    var below = Math.floor(size);
    return Math.copySign(size - below >= 0.5 ? below + 1 : below, x);
  }

  /** The integer between {@code x} and zero that is nearest to {@code x}. */
  public static float trunc(float x) {
    return (float) trunc((double) x);
  }

  /** The integer between {@code x} and zero that is nearest to {@code x}. */
  public static double trunc(double x) {
    return Math.copySign(Math.floor(Math.abs(x)), x);
  }

  /** -1, 1, or {@code x} itself where that is a zero or NaN. */
  public static float sign(float x) {
    return Math.signum(x);
  }

  /** -1, 1, or {@code x} itself where that is a zero or NaN. */
  public static double sign(double x) {
    return Math.signum(x);
  }

  public static int sign(int x) {
    return Integer.signum(x);
  }

  public static long sign(long x) {
    return Long.signum(x);
  }

  public static float abs(float x) {
    return Math.abs(x);
  }

  public static double abs(double x) {
    return Math.abs(x);
  }

  public static int abs(int x) {
    return Math.abs(x);
  }

  public static long abs(long x) {
    return Math.abs(x);
  }

  /** The smaller one, NaN if either is, {@code -0.0} below {@code 0.0}. */
  public static float min(float x, float y) {
    return Math.min(x, y);
  }

  /** The smaller one, NaN if either is, {@code -0.0} below {@code 0.0}. */
  public static double min(double x, double y) {
    return Math.min(x, y);
  }

  public static int min(int x, int y) {
    return Math.min(x, y);
  }

  public static long min(long x, long y) {
    return Math.min(x, y);
  }

  /** The larger one, NaN if either is, {@code 0.0} above {@code -0.0}. */
  public static float max(float x, float y) {
    return Math.max(x, y);
  }

  /** The larger one, NaN if either is, {@code 0.0} above {@code -0.0}. */
  public static double max(double x, double y) {
    return Math.max(x, y);
  }

  public static int max(int x, int y) {
    return Math.max(x, y);
  }

  public static long max(long x, long y) {
    return Math.max(x, y);
  }

  public static float reciprocal(float x) {
    return 1 / x;
  }

  public static double reciprocal(double x) {
    return 1 / x;
  }

  /** The quotient rounded down; division by zero is an error of kind ARGUMENT. */
  public static int floorDiv(int x, int y) {
    if (y == 0) {
      throw divisionByZero(x);
    }
    return Math.floorDiv(x, y);
  }

  /** The quotient rounded down; division by zero is an error of kind ARGUMENT. */
  public static long floorDiv(long x, long y) {
    if (y == 0) {
      throw divisionByZero(x);
    }
    return Math.floorDiv(x, y);
  }

  /** The remainder with the sign of {@code y}; division by zero is an error of kind ARGUMENT. */
  public static int mod(int x, int y) {
    if (y == 0) {
      throw divisionByZero(x);
    }
    return Math.floorMod(x, y);
  }

  /** The remainder with the sign of {@code y}; division by zero is an error of kind ARGUMENT. */
  public static long mod(long x, long y) {
    if (y == 0) {
      throw divisionByZero(x);
    }
    return Math.floorMod(x, y);
  }

  /** 64 random bits, as {@link Philox#bits}. */
  public static long philox(long key, long high, long low) {
    return Philox.bits(key, high, low);
  }

  private static WeftException divisionByZero(long x) {
    return new WeftException(Kind.ARGUMENT, "integer division of " + x + " by zero; make the divisor other than 0"
        + " or divide floating-point numbers");
  }

  /**
   * The remainder with the sign of {@code y}, as Python's {@code %}; NaN when {@code y} is 0 or {@code x}
   * infinite.
   */
  public static float mod(float x, float y) {
    var r = x % y;
    return r == 0 ? Math.copySign(0f, y) : (r < 0) != (y < 0) ? r + y : r;
  }

  /**
   * The remainder with the sign of {@code y}, as Python's {@code %}; NaN when {@code y} is 0 or {@code x}
   * infinite.
   */
  public static double mod(double x, double y) {
    var r = x % y;
    return r == 0 ? Math.copySign(0.0, y) : (r < 0) != (y < 0) ? r + y : r;
  }
}
