package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.type.TensorType;

/**
 * Every op as a static method: what backward rules, passes and the words in {@link weft.Tensors} are written with.
 *
 * <p>Operands of type {@code Object} are expressions, Java numbers or booleans (which become constants of the other side's dtype),
 * tensors or parameters. Elementwise ops broadcast as NumPy does where a type says 1 or has fewer axes.
 */
public final class Ops extends ReduceOps {
  private Ops() {}

  public static Expr plus(Object a, Object b) {
    return Operands.apply(Scalar.ADD, a, b);
  }

  public static Expr minus(Object a, Object b) {
    return Operands.apply(Scalar.SUB, a, b);
  }

  public static Expr times(Object a, Object b) {
    return Operands.apply(Scalar.MUL, a, b);
  }

  /** True division; two integer sides become f64 first. */
  public static Expr div(Object a, Object b) {
    if (Operands.areIntegers(a, b)) return div(Operands.toFloat(a), Operands.toFloat(b));
    return Operands.apply(Scalar.DIV, a, b);
  }

  /** The quotient rounded down, for integers and floats. */
  public static Expr floorDiv(Object a, Object b) {
    if (!Operands.areIntegers(a, b)) return floor(div(a, b));
    return Operands.apply(Scalar.FLOOR_DIV, a, b);
  }

  /** The remainder of {@link #floorDiv}, which has the sign of {@code b}. */
  public static Expr mod(Object a, Object b) {
    return Operands.apply(Scalar.MOD, a, b);
  }

  public static Expr minimum(Object a, Object b) {
    return Operands.apply(Scalar.MIN, a, b);
  }

  public static Expr maximum(Object a, Object b) {
    return Operands.apply(Scalar.MAX, a, b);
  }

  /** a to the power b; integers take a small Java number as exponent. */
  public static Expr pow(Object a, Object b) {
    if (a instanceof Expr x && x.dtype().isInteger() && b instanceof Integer n && n >= 0 && n < 64) return power(x, n);
    return Operands.apply(Scalar.POW, a, b);
  }

  private static Expr power(Expr x, int n) {
    if (n == 0) return onesLike(x);
    Expr half = power(x, n / 2);
    Expr even = n < 2 ? half : times(half, half);
    return n % 2 == 0 ? even : n == 1 ? x : times(even, x);
  }

  public static Expr atan2(Object y, Object x) {
    return Operands.apply(Scalar.ATAN2, y, x);
  }

  public static Expr neg(Expr x) {
    return Operands.apply(Scalar.NEG, x);
  }

  public static Expr abs(Expr x) {
    return Operands.apply(Scalar.ABS, x);
  }

  public static Expr sign(Expr x) {
    return Operands.apply(Scalar.SIGN, x);
  }

  public static Expr sqrt(Expr x) {
    return Operands.apply(Scalar.SQRT, x);
  }

  /** x·x. */
  public static Expr sqr(Expr x) {
    return times(x, x);
  }

  public static Expr exp(Expr x) {
    return Operands.apply(Scalar.EXP, x);
  }

  public static Expr expm1(Expr x) {
    return Operands.apply(Scalar.EXPM1, x);
  }

  public static Expr log(Expr x) {
    return Operands.apply(Scalar.LOG, x);
  }

  public static Expr log1p(Expr x) {
    return Operands.apply(Scalar.LOG1P, x);
  }

  public static Expr tanh(Expr x) {
    return Operands.apply(Scalar.TANH, x);
  }

  public static Expr sigmoid(Expr x) {
    return Operands.apply(Scalar.SIGMOID, x);
  }

  public static Expr softplus(Expr x) {
    return Operands.apply(Scalar.SOFTPLUS, x);
  }

  public static Expr logSigmoid(Expr x) {
    return Operands.apply(Scalar.LOG_SIGMOID, x);
  }

  public static Expr relu(Expr x) {
    return Operands.apply(Scalar.RELU, x);
  }

  public static Expr erf(Expr x) {
    return Operands.apply(Scalar.ERF, x);
  }

  public static Expr erfc(Expr x) {
    return Operands.apply(Scalar.ERFC, x);
  }

  public static Expr sin(Expr x) {
    return Operands.apply(Scalar.SIN, x);
  }

  public static Expr cos(Expr x) {
    return Operands.apply(Scalar.COS, x);
  }

  public static Expr tan(Expr x) {
    return Operands.apply(Scalar.TAN, x);
  }

  public static Expr asin(Expr x) {
    return Operands.apply(Scalar.ASIN, x);
  }

  public static Expr acos(Expr x) {
    return Operands.apply(Scalar.ACOS, x);
  }

  public static Expr atan(Expr x) {
    return Operands.apply(Scalar.ATAN, x);
  }

  public static Expr sinh(Expr x) {
    return Operands.apply(Scalar.SINH, x);
  }

  public static Expr cosh(Expr x) {
    return Operands.apply(Scalar.COSH, x);
  }

  /** Rounded down; integers stay as they are. */
  public static Expr floor(Expr x) {
    return x.dtype().isInteger() ? x : Operands.apply(Scalar.FLOOR, x);
  }

  /** Rounded up; integers stay as they are. */
  public static Expr ceil(Expr x) {
    return x.dtype().isInteger() ? x : Operands.apply(Scalar.CEIL, x);
  }

  /** To the nearest integer, ties to even; integers stay as they are. */
  public static Expr round(Expr x) {
    return x.dtype().isInteger() ? x : Operands.apply(Scalar.ROUND, x);
  }

  public static Expr eq(Object a, Object b) {
    return Operands.apply(Scalar.EQ, a, b);
  }

  public static Expr ne(Object a, Object b) {
    return Operands.apply(Scalar.NE, a, b);
  }

  public static Expr lt(Object a, Object b) {
    return Operands.apply(Scalar.LT, a, b);
  }

  public static Expr le(Object a, Object b) {
    return Operands.apply(Scalar.LE, a, b);
  }

  public static Expr gt(Object a, Object b) {
    return Operands.apply(Scalar.GT, a, b);
  }

  public static Expr ge(Object a, Object b) {
    return Operands.apply(Scalar.GE, a, b);
  }

  public static Expr and(Object a, Object b) {
    return Operands.apply(Scalar.AND, a, b);
  }

  public static Expr or(Object a, Object b) {
    return Operands.apply(Scalar.OR, a, b);
  }

  public static Expr xor(Object a, Object b) {
    return Operands.apply(Scalar.XOR, a, b);
  }

  public static Expr not(Expr x) {
    return Operands.apply(Scalar.NOT, x);
  }

  /** {@code then} where the condition holds, else {@code otherwise}; both are computed. */
  public static Expr where(Expr condition, Object then, Object otherwise) {
    return Operands.apply(Scalar.WHERE, condition, then, otherwise);
  }

  /** Converted as a Java cast does; a constant is converted at once. */
  public static Expr cast(Expr x, DType dtype) {
    if (x.dtype() == dtype) return x;
    if (x.op() instanceof Leaf.Constant c) return constant(c.value(), x.type().withDType(dtype));
    return Apply.one(new Cast(dtype), x);
  }

  /** A Java number or boolean as a scalar of its own dtype. */
  public static Expr scalar(Object value) {
    if (value instanceof Boolean b) return constant(b ? 1 : 0, new TensorType(DType.BOOL, List.of()));
    return constant((Number) value, new TensorType(Operands.naturalDType((Number) value), List.of()));
  }

  /** A tensor known now. */
  public static Expr literal(Tensor value) {
    return Apply.one(new Leaf.Literal(value));
  }
}
