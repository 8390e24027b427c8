package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;

/**
 * The words for functions that work element by element.
 *
 * <p>Operands of type {@code Object} are expressions, Java numbers or booleans (which become constants of the
 * other side's dtype), tensors or parameters. Two sides broadcast as in NumPy where a type says 1 or has fewer
 * axes, and are brought to one dtype where that loses nothing: i32 to i64 and f64, f32 to f64, bool to any.
 *
 * <p>All throw {@link weft.runtime.WeftException} of kind SHAPE for dimensions that differ, and of kind DTYPE for
 * dtypes that do not go together and for integers where a function wants floats.
 */
public abstract class FunctionWords {
  protected FunctionWords() {}

  /** {@code a + b}. */
  public static Expr plus(Object a, Object b) {
    return Operands.apply(Scalar.ADD, a, b);
  }

  /** {@code a - b}. */
  public static Expr minus(Object a, Object b) {
    return Operands.apply(Scalar.SUB, a, b);
  }

  /** {@code a · b}, element by element. */
  public static Expr times(Object a, Object b) {
    return Operands.apply(Scalar.MUL, a, b);
  }

  /** {@code a / b}; two integer sides become f64 first. */
  public static Expr div(Object a, Object b) {
    if (Operands.areIntegers(a, b)) return div(Operands.toFloat(a), Operands.toFloat(b));
    return Operands.apply(Scalar.DIV, a, b);
  }

  /**
   * {@code ⌊a / b⌋}, of integers and floats; dividing an integer by 0 is an error of kind ARGUMENT at run time.
   */
  public static Expr floorDiv(Object a, Object b) {
    if (!Operands.areIntegers(a, b)) return floor(div(a, b));
    return Operands.apply(Scalar.FLOOR_DIV, a, b);
  }

  /** {@code a - b·⌊a / b⌋}: the remainder with the sign of b, as Python's {@code %}. */
  public static Expr mod(Object a, Object b) {
    return Operands.apply(Scalar.MOD, a, b);
  }

  /** The smaller one, NaN if either is; where both are equal the whole gradient flows to each. */
  public static Expr minimum(Object a, Object b) {
    return Operands.apply(Scalar.MIN, a, b);
  }

  /** The larger one, NaN if either is; where both are equal the whole gradient flows to each. */
  public static Expr maximum(Object a, Object b) {
    return Operands.apply(Scalar.MAX, a, b);
  }

  /** At least {@code low} and at most {@code high}. */
  public static Expr clip(Expr x, Object low, Object high) {
    if (low instanceof Number a && high instanceof Number b && a.doubleValue() > b.doubleValue()) {
      throw Operands.fail(Kind.ARGUMENT, "clip: nothing lies from " + a + " to " + b, List.of(), "Give the lower bound first.");
    }
    return minimum(maximum(x, low), high);
  }

  /** a to the power b; integers take an exponent that is an int from 0 to 63. */
  public static Expr pow(Object a, Object b) {
    boolean integers = a instanceof Expr x && x.dtype().isInteger();
    if (integers && b instanceof Integer n && n >= 0 && n < 64) return power((Expr) a, n);
    return Operands.apply(Scalar.POW, a, b);
  }

  private static Expr power(Expr x, int n) {
    if (n == 0) return Ops.onesLike(x);
    if (n == 1) return x;
    Expr half = power(x, n / 2);
    return n % 2 == 0 ? times(half, half) : times(times(half, half), x);
  }

  /** The angle of the point (x, y) from the x axis, from -π to π. */
  public static Expr atan2(Object y, Object x) {
    return Operands.apply(Scalar.ATAN2, y, x);
  }

  /** {@code -x}. */
  public static Expr neg(Expr x) {
    return Operands.apply(Scalar.NEG, x);
  }

  /** |x|, with derivative 0 at 0. */
  public static Expr abs(Expr x) {
    return Operands.apply(Scalar.ABS, x);
  }

  /** -1, 0 or 1; derivative 0. */
  public static Expr sign(Expr x) {
    return Operands.apply(Scalar.SIGN, x);
  }

  /** The square root, NaN below 0. */
  public static Expr sqrt(Expr x) {
    return Operands.apply(Scalar.SQRT, x);
  }

  /** {@code x·x}. */
  public static Expr sqr(Expr x) {
    return times(x, x);
  }

  /** {@code 1 / x}. */
  public static Expr reciprocal(Expr x) {
    return div(1, x);
  }

  /** e to the power x. */
  public static Expr exp(Expr x) {
    return Operands.apply(Scalar.EXP, x);
  }

  /** {@code exp(x) - 1}, exact near 0. */
  public static Expr expm1(Expr x) {
    return Operands.apply(Scalar.EXPM1, x);
  }

  /** The natural logarithm, -∞ at 0 and NaN below. */
  public static Expr log(Expr x) {
    return Operands.apply(Scalar.LOG, x);
  }

  /** {@code log(1 + x)}, exact near 0. */
  public static Expr log1p(Expr x) {
    return Operands.apply(Scalar.LOG1P, x);
  }

  /** The hyperbolic tangent. */
  public static Expr tanh(Expr x) {
    return Operands.apply(Scalar.TANH, x);
  }

  /** {@code 1 / (1 + exp(-x))}. */
  public static Expr sigmoid(Expr x) {
    return Operands.apply(Scalar.SIGMOID, x);
  }

  /** {@code log(1 + exp(x))}, which neither overflows nor cancels. */
  public static Expr softplus(Expr x) {
    return Operands.apply(Scalar.SOFTPLUS, x);
  }

  /** {@code log(sigmoid(x))}, finite where the sigmoid underflows. */
  public static Expr logSigmoid(Expr x) {
    return Operands.apply(Scalar.LOG_SIGMOID, x);
  }

  /** {@code max(x, 0)}, with derivative 0 at 0. */
  public static Expr relu(Expr x) {
    return Apply.one(new Relu(), x);
  }

  /** The error function, 2/√π · ∫₀ˣ exp(-t²) dt. */
  public static Expr erf(Expr x) {
    return Operands.apply(Scalar.ERF, x);
  }

  /** {@code 1 - erf(x)}, exact where erf is near 1. */
  public static Expr erfc(Expr x) {
    return Operands.apply(Scalar.ERFC, x);
  }

  /** The number whose error function is x: ∓∞ at -1 and 1, NaN outside (Wichura, Applied Statistics 37, 1988). */
  public static Expr erfInverse(Expr x) {
    return Apply.one(new ErfInverse(false), x);
  }

  /** The number whose {@link #erfc} is x: ∞ at 0, -∞ at 2, NaN outside; keeps its digits where x is near 0. */
  public static Expr erfcInverse(Expr x) {
    return Apply.one(new ErfInverse(true), x);
  }

  /** log |Γ(x)|, ∞ at 0, -1, -2 …; its derivative is {@link #digamma}. */
  public static Expr logGamma(Expr x) {
    return Apply.one(new LogGamma(), x);
  }

  /** ψ(x) = Γ'(x) / Γ(x), NaN at -1, -2 … and -∞ at 0; its derivative is {@code polygamma(1, x)}, trigamma. */
  public static Expr digamma(Expr x) {
    return Apply.one(new Polygamma(0), x);
  }

  /**
   * The derivative number n of {@link #digamma}.
   *
   * @param n from 0 to 20
   */
  public static Expr polygamma(int n, Expr x) {
    if (n < 0 || n > 20) throw Operands.fail(Kind.ARGUMENT, "polygamma: order " + n, Message.operands("polygamma", x), "Give one from 0 to 20.");
    return Apply.one(new Polygamma(n), x);
  }

  /** The sine of radians. */
  public static Expr sin(Expr x) {
    return Operands.apply(Scalar.SIN, x);
  }

  /** The cosine of radians. */
  public static Expr cos(Expr x) {
    return Operands.apply(Scalar.COS, x);
  }

  /** The tangent of radians. */
  public static Expr tan(Expr x) {
    return Operands.apply(Scalar.TAN, x);
  }

  /** The angle whose sine is x, NaN outside [-1, 1]. */
  public static Expr asin(Expr x) {
    return Operands.apply(Scalar.ASIN, x);
  }

  /** The angle whose cosine is x, NaN outside [-1, 1]. */
  public static Expr acos(Expr x) {
    return Operands.apply(Scalar.ACOS, x);
  }

  /** The angle whose tangent is x. */
  public static Expr atan(Expr x) {
    return Operands.apply(Scalar.ATAN, x);
  }

  /** The hyperbolic sine. */
  public static Expr sinh(Expr x) {
    return Operands.apply(Scalar.SINH, x);
  }

  /** The hyperbolic cosine. */
  public static Expr cosh(Expr x) {
    return Operands.apply(Scalar.COSH, x);
  }

  /** Rounded down, derivative 0; integers stay as they are. */
  public static Expr floor(Expr x) {
    return Message.needed("floor: x", x).dtype().isInteger() ? x : Operands.apply(Scalar.FLOOR, x);
  }

  /** Rounded up, derivative 0; integers stay as they are. */
  public static Expr ceil(Expr x) {
    return Message.needed("ceil: x", x).dtype().isInteger() ? x : Operands.apply(Scalar.CEIL, x);
  }

  /** To the nearest integer, ties to even, derivative 0; integers stay as they are. */
  public static Expr round(Expr x) {
    return Message.needed("round: x", x).dtype().isInteger() ? x : Operands.apply(Scalar.ROUND, x);
  }

  /** {@code a == b} as booleans; NaN equals nothing. */
  public static Expr eq(Object a, Object b) {
    return Operands.apply(Scalar.EQ, a, b);
  }

  /** {@code a != b} as booleans; NaN differs from everything. */
  public static Expr ne(Object a, Object b) {
    return Operands.apply(Scalar.NE, a, b);
  }

  /** {@code a < b} as booleans. */
  public static Expr lt(Object a, Object b) {
    return Operands.apply(Scalar.LT, a, b);
  }

  /** {@code a <= b} as booleans. */
  public static Expr le(Object a, Object b) {
    return Operands.apply(Scalar.LE, a, b);
  }

  /** {@code a > b} as booleans. */
  public static Expr gt(Object a, Object b) {
    return Operands.apply(Scalar.GT, a, b);
  }

  /** {@code a >= b} as booleans. */
  public static Expr ge(Object a, Object b) {
    return Operands.apply(Scalar.GE, a, b);
  }

  /** Both of two booleans. */
  public static Expr and(Object a, Object b) {
    return Operands.apply(Scalar.AND, a, b);
  }

  /** At least one of two booleans. */
  public static Expr or(Object a, Object b) {
    return Operands.apply(Scalar.OR, a, b);
  }

  /** Exactly one of two booleans. */
  public static Expr xor(Object a, Object b) {
    return Operands.apply(Scalar.XOR, a, b);
  }

  /** The other boolean. */
  public static Expr not(Expr x) {
    return Operands.apply(Scalar.NOT, x);
  }

  /** Where x is NaN. */
  public static Expr isNaN(Expr x) {
    return ne(x, x);
  }

  /**
   * {@code then} where the condition holds, else {@code otherwise}; both are computed, and each gets the gradient
   * of its own elements.
   */
  public static Expr where(Expr condition, Object then, Object otherwise) {
    return Operands.apply(Scalar.WHERE, condition, then, otherwise);
  }

  /** Converted as a Java cast does (NaN to 0, saturating); to bool: whether it is not 0. */
  public static Expr cast(Expr x, DType dtype) {
    if (dtype == null) throw Operands.fail(Kind.ARGUMENT, "cast: to no dtype", List.of(x), "Give one, such as DType.F64.");
    if (Message.needed("cast: x", x).dtype() == dtype) return x;
    if (x.op() instanceof Leaf.Constant c) return Ops.constant(c.value(), x.type().withDType(dtype));
    return Apply.one(new Cast(dtype), x);
  }
}
