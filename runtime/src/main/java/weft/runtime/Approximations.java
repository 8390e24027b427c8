package weft.runtime;

/**
 * The {@code float} forms of exp, tanh, sigmoid and the logarithms, with the constants that vector code needs to repeat them.
 *
 * <p>Each step is one operation that a vector unit has (with {@link Numerics#fma(float, float, float)} for
 * fma), so lanes that do the same steps get the same bits. A clamp may be a compare and select, as in exp, or
 * min and max, as in tanh: the bounds are no zeros and NaN passes through both, so the bits are the same.
 * HotSpot turns a loop over the scalar tanh into vector code because of its min and max; where that is out of
 * reach, as in exp, a select is faster.
 *
 * <p>The largest errors, in units in the last place of the exact result, found by trying every float:
 * <table>
 * <caption>errors</caption>
 * <tr><th>function</th><th>with fma</th><th>without</th></tr>
 * <tr><td>exp</td><td>0.87</td><td>1.17</td></tr>
 * <tr><td>sigmoid</td><td>2.49</td><td>2.49</td></tr>
 * <tr><td>tanh</td><td>4.97</td><td>5.89</td></tr>
 * <tr><td>log</td><td>0.94</td><td>1.07</td></tr>
 * <tr><td>log1p</td><td>1.55</td><td>1.71</td></tr>
 * <tr><td>softplus</td><td>1.98</td><td>2.02</td></tr>
 * </table>
 * Of the last three all floats from 0.2 to 2 were tried, and every 61st of the others.
 */
public final class Approximations {
  /** Arguments of exp above this give the same infinity as this, arguments below its negative the same 0. */
  public static final float EXP_LIMIT = 104f;
  /** 1 / ln 2. */
  public static final float EXP_LOG2E = 0x1.715476p0f;
  /** Adding 1.5·2²³ rounds to an integer, which then stands in the low bits, here with the bias of two exponents. */
  public static final float EXP_ROUND = 0x1.8p23f + 254;
  /** -ln 2, the part with trailing zeros, so that its products are exact. */
  public static final float EXP_LN2_HIGH = -0x1.62e4p-1f;
  /** -ln 2, the rest. */
  public static final float EXP_LN2_LOW = -0x1.7f7d1cp-20f;
  /** The coefficients of r⁶ … r² of eʳ for |r| ≤ ln 2 / 2; those of r and 1 are 1. From Microsoft's MLAS. */
  public static final float EXP_P6 = 0x1.694000p-10f;
  /** See {@link #EXP_P6}. */
  public static final float EXP_P5 = 0x1.125edcp-7f;
  /** See {@link #EXP_P6}. */
  public static final float EXP_P4 = 0x1.555b5ap-5f;
  /** See {@link #EXP_P6}. */
  public static final float EXP_P3 = 0x1.555450p-3f;
  /** See {@link #EXP_P6}. */
  public static final float EXP_P2 = 0x1.fffff6p-2f;

  /** Arguments of sigmoid above this give 1, as this does, arguments below its negative 0. */
  public static final float SIGMOID_LIMIT = 88f;
  /** As {@link #EXP_ROUND}, with the bias of one exponent and 1 more. */
  public static final float SIGMOID_ROUND = EXP_ROUND - 126;

  /** Where tanh becomes ±1: the first float whose quotient below is exactly 1. */
  public static final float TANH_LIMIT = Numerics.FMA ? 0x1.feff76p2f : 0x1.f9ea18p2f;
  /**
   * The coefficients of q⁴ … q of the numerator; that of 1 is 1. The quotient x·P(x²)/Q(x²) is the best of
   * its degrees over |x| ≤ 9.05 (Lawson's iteration, coefficients rounded one by one); its relative error is
   * 2.4·10⁻⁸.
   */
  public static final float TANH_P4 = 0x1.ca0ae4p-27f;
  /** See {@link #TANH_P4}. */
  public static final float TANH_P3 = 0x1.5991dep-16f;
  /** See {@link #TANH_P4}. */
  public static final float TANH_P2 = 0x1.ca1d9cp-9f;
  /** See {@link #TANH_P4}. */
  public static final float TANH_P1 = 0x1.1209a2p-3f;
  /** The coefficients of q⁴ … q of the denominator; that of 1 is 1. */
  public static final float TANH_Q4 = 0x1.a110eep-21f;
  /** See {@link #TANH_Q4}. */
  public static final float TANH_Q3 = 0x1.586dbap-12f;
  /** See {@link #TANH_Q4}. */
  public static final float TANH_Q2 = 0x1.a7f206p-6f;
  /** See {@link #TANH_Q4}. */
  public static final float TANH_Q1 = 0x1.de5a1ep-2f;

  /** The bits of 2/3: what is from there to 4/3 has no power of two taken out of it by the logarithms. */
  public static final int LOG_CUT = 0x3f2aaaab;
  /** ln 2. */
  public static final float LOG_LN2 = 0x1.62e43p-1f;
  /**
   * The coefficients of m¹⁰ … m³ of ln(1 + m) for |m| ≤ 1/3; those of m² and m are -1/2 and 1. The best of their degree (Lawson's iteration, coefficients
   * rounded one by one); their relative error is 4.7·10⁻⁹.
   */
  public static final float LOG_P10 = -0x1.07bc3p-3f;
  /** See {@link #LOG_P10}. */
  public static final float LOG_P9 = 0x1.1e6ecap-3f;
  /** See {@link #LOG_P10}. */
  public static final float LOG_P8 = -0x1.f335d2p-4f;
  /** See {@link #LOG_P10}. */
  public static final float LOG_P7 = 0x1.1ed506p-3f;
  /** See {@link #LOG_P10}. */
  public static final float LOG_P6 = -0x1.559c54p-3f;
  /** See {@link #LOG_P10}. */
  public static final float LOG_P5 = 0x1.99d054p-3f;
  /** See {@link #LOG_P10}. */
  public static final float LOG_P4 = -0x1.fffefap-3f;
  /** See {@link #LOG_P10}. */
  public static final float LOG_P3 = 0x1.555506p-2f;

  /** What takes the bits of infinity to the largest integer, and those of NaN, added to them, beyond it: vectors compare the size of floats so. */
  public static final int CLAMP = Integer.MAX_VALUE - 0x7f800000;
  /** The bits of {@link #EXP_LIMIT} with {@link #CLAMP} added. */
  public static final int EXP_CLAMP = clamp(EXP_LIMIT);
  /** The bits of {@link #SIGMOID_LIMIT} with {@link #CLAMP} added. */
  public static final int SIGMOID_CLAMP = clamp(SIGMOID_LIMIT);
  /** The bits of {@link #TANH_LIMIT} with {@link #CLAMP} added. */
  public static final int TANH_CLAMP = clamp(TANH_LIMIT);

  private Approximations() {}

  private static int clamp(float limit) {
    return Float.floatToRawIntBits(limit) + CLAMP;
  }

  /** {@code eˣ}, subnormal results included; 0 from -104 down, infinite from 88.73 up, NaN for NaN. */
  public static float exp(float x) {
    var below = x > EXP_LIMIT ? EXP_LIMIT : x;
    var inside = below < -EXP_LIMIT ? -EXP_LIMIT : below;
    return expInside(inside);
  }

  /**
   * {@code eˣ} for x of a size up to {@link #EXP_LIMIT}, or NaN: x = n·ln 2 + r, a polynomial in r,
   * then two multiplications by powers of two whose exponents sum to n, since 2ⁿ alone may be no normal
   * float.
   */
  public static float expInside(float x) {
    var shifted = Numerics.fma(x, EXP_LOG2E, EXP_ROUND);
    var n = shifted - EXP_ROUND;
    var r = Numerics.fma(n, EXP_LN2_HIGH, x);
    r = Numerics.fma(n, EXP_LN2_LOW, r);
    var p = Numerics.fma(EXP_P6, r, EXP_P5);
    p = Numerics.fma(p, r, EXP_P4);
    p = Numerics.fma(p, r, EXP_P3);
    p = Numerics.fma(p, r, EXP_P2);
    p = Numerics.fma(p, r, 1f);
    p = Numerics.fma(p, r, 1f);
    // The shift to the exponent's place drops the bits above the lowest nine, which are those of 1.5·2²³.
    var k = Float.floatToRawIntBits(shifted);
    var half = k >> 1;
    var scaled = p * Float.intBitsToFloat(half << 23);
    return scaled * Float.intBitsToFloat((k - half) << 23);
  }

  /**
   * {@code 1 / (1 + e⁻ˣ)} as {@code 2 / (2 + 2e⁻ˣ)}, where x = -n·ln 2 + s and 2e⁻ˣ = 2ⁿ⁺¹·e⁻ˢ; NaN for NaN. It is 0 from -87.68
   * down, where the exact result is below 8.3·10⁻³⁹ and 2ⁿ⁺¹ no float any more: a second factor, as exp has it, would cost a tenth of
   * the time for that. Twice e⁻ˣ, since so one limit is right for both signs.
   */
  public static float sigmoid(float x) {
    var below = x > SIGMOID_LIMIT ? SIGMOID_LIMIT : x;
    var inside = below < -SIGMOID_LIMIT ? -SIGMOID_LIMIT : below;
    var shifted = Numerics.fma(inside, -EXP_LOG2E, SIGMOID_ROUND);
    var n = shifted - SIGMOID_ROUND;
    var s = Numerics.fma(n, -EXP_LN2_HIGH, inside);
    s = Numerics.fma(n, -EXP_LN2_LOW, s);
    var p = Numerics.fma(EXP_P6, s, -EXP_P5);
    p = Numerics.fma(p, s, EXP_P4);
    p = Numerics.fma(p, s, -EXP_P3);
    p = Numerics.fma(p, s, EXP_P2);
    p = Numerics.fma(p, s, -1f);
    p = Numerics.fma(p, s, 1f);
    var e = p * Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << 23);
    return 2f / (2f + e);
  }

  /** The hyperbolic tangent as a rational function; odd, never beyond ±1, x for tiny x, NaN for NaN. */
  public static float tanh(float x) {
    var below = Math.min(x, TANH_LIMIT);
    var inside = Math.max(below, -TANH_LIMIT);
    var q = inside * inside;
    var p = Numerics.fma(TANH_P4, q, TANH_P3);
    p = Numerics.fma(p, q, TANH_P2);
    p = Numerics.fma(p, q, TANH_P1);
    p = Numerics.fma(p, q, 1f);
    var d = Numerics.fma(TANH_Q4, q, TANH_Q3);
    d = Numerics.fma(d, q, TANH_Q2);
    d = Numerics.fma(d, q, TANH_Q1);
    d = Numerics.fma(d, q, 1f);
    var top = inside * p;
    return top / d;
  }

  /** {@code ln x}, -∞ at 0 and NaN below: x = 2ⁿ·(1 + m). */
  public static float log(float x) {
    var tiny = x < Float.MIN_NORMAL;
    var bits = Float.floatToRawIntBits(tiny ? x * 0x1p23f : x);
    var n = bits - LOG_CUT >> 23;
    var m = Float.intBitsToFloat(bits - (n << 23)) - 1f;
    var inside = logInside(m, tiny ? n - 23f : n);
    var finite = x == Float.POSITIVE_INFINITY ? x : inside;
    return x > 0f ? finite : x == 0f ? Float.NEGATIVE_INFINITY : Float.NaN;
  }

  /** {@code ln(1 + x)}, exact near 0, -∞ at -1 and NaN below. */
  public static float log1p(float x) {
    var inside = log1pInside(x);
    // Infinity is itself, and so is 0, whose sign is kept.
    var finite = x + x == x ? x : inside;
    return x > -1f ? finite : x == -1f ? Float.NEGATIVE_INFINITY : Float.NaN;
  }

  /** {@code ln(1 + x)} for finite x above -1: 1 + x = 2ⁿ·(1 + m), and m is {@code x / 2ⁿ + (1 / 2ⁿ - 1)}, which loses nothing of a small x. */
  public static float log1pInside(float x) {
    var n = Float.floatToRawIntBits(1f + x) - LOG_CUT >> 23;
    var power = n << 23;
    // A quarter of 4 / 2ⁿ, since 1 / 2ⁿ alone may be no normal float.
    var rest = 0.25f * Float.intBitsToFloat(0x40800000 - power) - 1f;
    return logInside(Float.intBitsToFloat(Float.floatToRawIntBits(x) - power) + rest, n);
  }

  private static float logInside(float m, float n) {
    var p = Numerics.fma(LOG_P10, m, LOG_P9);
    p = Numerics.fma(p, m, LOG_P8);
    p = Numerics.fma(p, m, LOG_P7);
    p = Numerics.fma(p, m, LOG_P6);
    p = Numerics.fma(p, m, LOG_P5);
    p = Numerics.fma(p, m, LOG_P4);
    p = Numerics.fma(p, m, LOG_P3);
    p = Numerics.fma(p, m, -0.5f);
    return Numerics.fma(n, LOG_LN2, Numerics.fma(p, m * m, m));
  }

  /** {@code ln(1 + eˣ)} as {@code max(x, 0) + ln(1 + e^-|x|)}, which neither overflows nor cancels. */
  public static float softplus(float x) {
    return Math.max(x, 0f) + log1pInside(exp(-Math.abs(x)));
  }
}
