package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.runtime.WeftException.Kind;

/**
 * More words that work element by element, or bring a tensor to one scale: activations, logarithms, bits, norms.
 *
 * <p>All throw {@link weft.runtime.WeftException} of kind DTYPE for integers where a function wants floats, and of
 * kind SHAPE for what does not broadcast and for axes that a tensor does not have.
 */
public abstract class MoreWords extends LinearWords {
  private static final double SELU_ALPHA = 1.6732632423543772;
  private static final double SELU_SCALE = 1.0507009873554805;

  protected MoreWords() {}

  /** 2 to the power x. */
  public static Expr exp2(Expr x) {
    return pow(2, x);
  }

  /** The logarithm to the base 2, within 2 ULP. */
  public static Expr log2(Expr x) {
    return div(log(x), Math.log(2));
  }

  /** The logarithm to the base 10, within 2 ULP. */
  public static Expr log10(Expr x) {
    return div(log(x), Math.log(10));
  }

  /** log(e^a + e^b), which neither overflows nor cancels. */
  public static Expr logAddExp(Expr a, Expr b) {
    Expr sum = plus(a, b);
    Expr left = Ops.broadcastTo(cast(a, sum.dtype()), sum.type().dims());
    return Apply.one(new LogAddExp(), left, Ops.broadcastTo(cast(b, sum.dtype()), sum.type().dims()));
  }

  /** Towards 0 to the next integer, derivative 0; integers stay as they are. */
  public static Expr trunc(Expr x) {
    return Message.needed("trunc: x", x).dtype().isInteger() ? x : where(lt(x, 0), ceil(x), floor(x));
  }

  /** To the nearest integer, ties away from 0, derivative 0; integers stay as they are. */
  public static Expr roundHalfAway(Expr x) {
    if (Message.needed("roundHalfAway: x", x).dtype().isInteger()) return x;
    Expr whole = trunc(x);
    return where(ge(abs(minus(x, whole)), 0.5), plus(whole, sign(x)), whole);
  }

  /** Where x is ∞ or -∞. */
  public static Expr isInf(Expr x) {
    return Message.needed("isInf: x", x).dtype().isFloat() ? eq(abs(x), Double.POSITIVE_INFINITY) : ne(x, x);
  }

  /** Where x is neither infinite nor NaN. */
  public static Expr isFinite(Expr x) {
    return Message.needed("isFinite: x", x).dtype().isFloat() ? lt(abs(x), Double.POSITIVE_INFINITY) : eq(x, x);
  }

  /** Where a and b differ by no more than {@code absolute + relative · |b|}; infinities are close to themselves, NaN to nothing. */
  public static Expr isClose(Object a, Object b, double relative, double absolute) {
    if (Operands.areIntegers(a, b)) return isClose(Operands.toFloat(a), Operands.toFloat(b), relative, absolute);
    Expr same = eq(a, b);
    Expr apart = abs(minus(a, b));
    return or(same, and(isFinite(apart), le(apart, plus(times(abs(plus(b, zerosLike(apart))), relative), absolute))));
  }

  /** Whether all elements are close, as one bool. */
  public static Expr allClose(Object a, Object b, double relative, double absolute) {
    return all(isClose(a, b, relative, absolute));
  }

  /**
   * e^(x²)·erfc(x), which goes on where erfc underflows (Shepherd and Laframboise, Mathematics of Computation 36, 1981). Its derivative
   * 2x·z - 2 / √π loses digits where x is large, one for each that x has before the point, and twice.
   */
  public static Expr erfcx(Expr x) {
    return Apply.one(new Erfcx(), Message.needed("erfcx: x", x));
  }

  /** The Bessel function of the first kind J₀ (Abramowitz and Stegun 9.1). */
  public static Expr besselJ0(Expr x) {
    return Apply.one(new BesselJ(0), Message.needed("besselJ0: x", x));
  }

  /** The Bessel function of the first kind J₁ (Abramowitz and Stegun 9.1); at 0 it has derivatives up to the second. */
  public static Expr besselJ1(Expr x) {
    return Apply.one(new BesselJ(1), Message.needed("besselJ1: x", x));
  }

  /** The modified Bessel function of the first kind I₀ (Abramowitz and Stegun 9.6). */
  public static Expr besselI0(Expr x) {
    return Apply.one(new BesselI(0), Message.needed("besselI0: x", x));
  }

  /** The modified Bessel function of the first kind I₁ (Abramowitz and Stegun 9.6); at 0 it has derivatives up to the second. */
  public static Expr besselI1(Expr x) {
    return Apply.one(new BesselI(1), Message.needed("besselI1: x", x));
  }

  /**
   * The regularised lower incomplete gamma function γ(a, x) / Γ(a) (Abramowitz and Stegun 6.5.1); NaN unless a is above 0 and x is not below.
   * By x it has a gradient; to ask for the one by a is an error of kind NO_GRADIENT.
   */
  public static Expr gammaP(Object a, Object x) {
    return gammaRatio("gammaP", false, a, x);
  }

  /** 1 - {@link #gammaP}, which keeps its digits where that is near 1. */
  public static Expr gammaQ(Object a, Object x) {
    return gammaRatio("gammaQ", true, a, x);
  }

  private static Expr gammaRatio(String what, boolean upper, Object a, Object x) {
    Expr sum = plus(Message.needed(what + ": a", a), Message.needed(what + ": x", x));
    return Apply.one(new GammaRatio(upper), alike(what, a, sum), alike(what, x, sum));
  }

  /** An operand with the dtype and shape of a sum. */
  private static Expr alike(String what, Object operand, Expr sum) {
    Expr one = operand instanceof Number ? Operands.numberLike(what, operand, sum) : cast(Operands.expr(what, operand), sum.dtype());
    return Ops.broadcastTo(one, sum.type().dims());
  }

  /**
   * How probable it is that the sum of the squares of k standard normal numbers is above x: {@code gammaQ(k / 2, x / 2)}, with a gradient
   * by x.
   *
   * @param x floats
   * @param k the degrees of freedom, a number or floats; any number above 0
   */
  public static Expr chi2sf(Expr x, Object k) {
    Object half = k instanceof Number n ? (Object) (n.doubleValue() / 2) : times(Message.needed("chi2sf: k", k), 0.5);
    return gammaQ(half, times(Message.needed("chi2sf: x", x), 0.5));
  }

  /** Γ(x), by {@link #logGamma}: it loses as many digits as its logarithm has before the point; infinite at 0, -1, -2 …. */
  public static Expr gamma(Expr x) {
    Expr size = exp(logGamma(x));
    return where(and(lt(x, 0), ne(mod(floor(x), 2), 0)), neg(size), size);
  }

  /** The area whose hyperbolic sine is x, as sign(x) · log(|x| + √(x² + 1)), exact near 0. */
  public static Expr asinh(Expr x) {
    Expr a = abs(x);
    return times(sign(x), log1p(plus(a, div(sqr(a), plus(sqrt(plus(sqr(a), 1)), 1)))));
  }

  /** The positive number whose hyperbolic cosine is x, NaN below 1. */
  public static Expr acosh(Expr x) {
    Expr above = minus(x, 1);
    return log1p(plus(above, sqrt(times(above, plus(x, 1)))));
  }

  /** The number whose hyperbolic tangent is x, NaN outside [-1, 1]. */
  public static Expr atanh(Expr x) {
    return times(minus(log1p(x), log1p(neg(x))), 0.5);
  }

  /** Degrees as radians. */
  public static Expr deg2rad(Expr x) {
    return times(x, Math.PI / 180);
  }

  /** Radians as degrees. */
  public static Expr rad2deg(Expr x) {
    return times(x, 180 / Math.PI);
  }

  /** x · Φ(x), where Φ is the normal distribution (Hendrycks and Gimpel, 2016), by the error function. */
  public static Expr gelu(Expr x) {
    return times(times(x, 0.5), erfc(times(x, -Math.sqrt(0.5))));
  }

  /** x where it is positive, else α·(exp(x) - 1), scaled to keep mean and variance (Klambauer and others, 2017). */
  public static Expr selu(Expr x) {
    return times(where(gt(x, 0), x, times(expm1(minimum(x, 0)), SELU_ALPHA)), SELU_SCALE);
  }

  /** x · sigmoid(x), also known as swish. */
  public static Expr silu(Expr x) {
    return times(x, sigmoid(x));
  }

  /** x · tanh(softplus(x)) (Misra, 2019). */
  public static Expr mish(Expr x) {
    return times(x, tanh(softplus(x)));
  }

  /** x cut off at -1 and 1. */
  public static Expr hardTanh(Expr x) {
    return clip(x, -1, 1);
  }

  /** {@code and} of the bits of two integers. */
  public static Expr bitAnd(Object a, Object b) {
    return Operands.apply(Scalar.BIT_AND, a, b);
  }

  /** {@code or} of the bits of two integers. */
  public static Expr bitOr(Object a, Object b) {
    return Operands.apply(Scalar.BIT_OR, a, b);
  }

  /** {@code xor} of the bits of two integers. */
  public static Expr bitXor(Object a, Object b) {
    return Operands.apply(Scalar.BIT_XOR, a, b);
  }

  /** All bits of an integer inverted, {@code -x - 1}. */
  public static Expr bitNot(Expr x) {
    return bitXor(x, -1);
  }

  /** An integer's bits moved up, zeros after them; the distance counts modulo 32 or 64, as in Java. */
  public static Expr shiftLeft(Object x, Object by) {
    return Operands.apply(Scalar.SHIFT_LEFT, x, by);
  }

  /** An integer's bits moved down, its sign after them; the distance counts modulo 32 or 64, as in Java. */
  public static Expr shiftRight(Object x, Object by) {
    return Operands.apply(Scalar.SHIFT_RIGHT, x, by);
  }

  /** The largest minus the smallest element. */
  public static Expr ptp(Expr x, int... axes) {
    return minus(max(x, axes), min(x, axes));
  }

  /** The sum of the sizes |x|. */
  public static Expr norm1(Expr x, int... axes) {
    return sum(abs(x), axes);
  }

  /** The largest size |x|. */
  public static Expr normInf(Expr x, int... axes) {
    return max(abs(x), axes);
  }

  /** (Σ |x|^p)^(1/p), for any p other than 0. */
  public static Expr pNorm(Expr x, double p, int... axes) {
    if (p == 0) throw Operands.fail(Kind.ARGUMENT, "pNorm: p is 0", Message.operands("pNorm", x), "Count with sum(ne(x, 0)).");
    if (p == 1) return norm1(x, axes);
    if (p == 2) return norm(x, axes);
    if (p == Double.POSITIVE_INFINITY) return normInf(x, axes);
    return pow(sum(pow(abs(x), p), axes), 1 / p);
  }

  /**
   * The last axis brought to mean 0 and variance 1, then times {@code gain} plus {@code bias} (Ba, Kiros and Hinton,
   * 2016).
   *
   * @param epsilon what is added to the variance
   */
  public static Expr layerNorm(Expr x, Object gain, Object bias, double epsilon) {
    Expr mean = meanKeepDims(x, -1);
    Expr variance = meanKeepDims(sqr(minus(x, mean)), -1);
    return batchNorm(x, gain, bias, mean, variance, epsilon);
  }

  /** {@code (x - mean) / √(variance + epsilon) · gain + bias}, with what was measured in training. */
  public static Expr batchNorm(Expr x, Object gain, Object bias, Object mean, Expr variance, double epsilon) {
    Expr centred = minus(x, mean);
    return plus(times(div(centred, sqrt(plus(variance, epsilon))), gain), bias);
  }

  /** What a batch became, and the mean and variance that it had. */
  public record Normalised(Expr value, Expr mean, Expr variance) {}

  /** Each feature of the last axis brought to mean 0 and variance 1 over all other axes (Ioffe and Szegedy, 2015). */
  public static Normalised batchNorm(Expr x, Object gain, Object bias, double epsilon) {
    int[] others = Axes.array(Axes.range(0, Axes.check("batchNorm", x, -1)));
    Expr mean = others.length == 0 ? x : mean(x, others);
    Expr variance = others.length == 0 ? zerosLike(x) : var(x, others);
    return new Normalised(batchNorm(x, gain, bias, mean, variance, epsilon), mean, variance);
  }
}
