package weft.op;

import static weft.op.Ops.abs;
import static weft.op.Ops.constantLike;
import static weft.op.Ops.cos;
import static weft.op.Ops.cosh;
import static weft.op.Ops.div;
import static weft.op.Ops.eq;
import static weft.op.Ops.exp;
import static weft.op.Ops.floor;
import static weft.op.Ops.gt;
import static weft.op.Ops.log;
import static weft.op.Ops.minus;
import static weft.op.Ops.ne;
import static weft.op.Ops.neg;
import static weft.op.Ops.plus;
import static weft.op.Ops.pow;
import static weft.op.Ops.sigmoid;
import static weft.op.Ops.sign;
import static weft.op.Ops.sin;
import static weft.op.Ops.sinh;
import static weft.op.Ops.sqrt;
import static weft.op.Ops.times;
import static weft.op.Ops.where;
import static weft.op.Ops.zerosLike;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.TypeProblem;
import weft.loop.Fun;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * The ops that work element by element on tensors of one shape: one row each, with its name, its scalar function,
 * what dtypes it takes and its backward rule. Broadcasting is an op of its own ({@link Broadcast}), put in by
 * {@link Ops}.
 *
 * <p>Where a function has no derivative, the rule takes the convention that its row says; integers, booleans and
 * comparisons let nothing flow back.
 */
public final class Scalar implements ElementRule, Liftable {
  private static final List<Scalar> ROWS = new ArrayList<>();

  /** The sum. */
  public static final Scalar ADD = row("plus", Fun.ADD, Takes.NUMBERS, (g, z, x) -> List.of(g, g));
  /** The difference. */
  public static final Scalar SUB = row("minus", Fun.SUB, Takes.NUMBERS, (g, z, x) -> List.of(g, neg(g)));
  /** The product. */
  public static final Scalar MUL =
      row("times", Fun.MUL, Takes.NUMBERS, (g, z, x) -> List.of(times(g, x[1]), times(g, x[0])));
  /** The quotient of floats. */
  public static final Scalar DIV =
      row("div", Fun.DIV, Takes.FLOATS, (g, z, x) -> List.of(div(g, x[1]), neg(times(g, div(z, x[1])))));
  /** Integers divided and rounded down, as Python does. */
  public static final Scalar FLOOR_DIV = row("floorDiv", Fun.FLOOR_DIV, Takes.INTEGERS, null);
  /** x - y·⌊x / y⌋, which has the sign of y. */
  public static final Scalar MOD =
      row("mod", Fun.MOD, Takes.NUMBERS, (g, z, x) -> List.of(g, neg(times(g, floor(div(x[0], x[1]))))));
  /** Where both arguments are equal, the whole cotangent flows to each. */
  public static final Scalar MIN = row("minimum", Fun.MIN, Takes.NUMBERS, Scalar::toTheChosen);
  /** Where both arguments are equal, the whole cotangent flows to each. */
  public static final Scalar MAX = row("maximum", Fun.MAX, Takes.NUMBERS, Scalar::toTheChosen);
  /** x to the power y; the derivative by y is z·log(x), taken as 0 where x is not positive. */
  public static final Scalar POW = row("pow", Fun.POW, Takes.FLOATS, (g, z, x) -> List.of(
      times(g, where(ne(x[1], 0), times(x[1], pow(x[0], minus(x[1], 1))), powerOfZero(z, x))),
      times(g, where(gt(x[0], 0), times(z, log(where(gt(x[0], 0), x[0], constantLike(z, 1)))), zerosLike(z)))));
  /** The angle of the point (x[1], x[0]), derivatives x[1] / r² and -x[0] / r². */
  public static final Scalar ATAN2 = row("atan2", Fun.ATAN2, Takes.FLOATS, (g, z, x) -> {
    Expr scaled = div(g, plus(times(x[0], x[0]), times(x[1], x[1])));
    return List.of(times(scaled, x[1]), neg(times(scaled, x[0])));
  });

  /** With the other sign. */
  public static final Scalar NEG = row("neg", Fun.NEG, Takes.NUMBERS, (g, z, x) -> List.of(neg(g)));
  /** Derivative 0 at 0. */
  public static final Scalar ABS = row("abs", Fun.ABS, Takes.NUMBERS, (g, z, x) -> List.of(times(g, sign(x[0]))));
  /** 1, 0 or -1. */
  public static final Scalar SIGN = row("sign", Fun.SIGN, Takes.NUMBERS, Scalar::flat);
  /** The square root. */
  public static final Scalar SQRT =
      row("sqrt", Fun.SQRT, Takes.FLOATS, (g, z, x) -> List.of(div(g, times(z, 2))));
  /** e to a power. */
  public static final Scalar EXP = row("exp", Fun.EXP, Takes.FLOATS, (g, z, x) -> List.of(times(g, z)));
  /** exp(x) - 1, exact near 0. */
  public static final Scalar EXPM1 =
      row("expm1", Fun.EXPM1, Takes.FLOATS, (g, z, x) -> List.of(times(g, exp(x[0]))));
  /** The natural logarithm. */
  public static final Scalar LOG = row("log", Fun.LOG, Takes.FLOATS, (g, z, x) -> List.of(div(g, x[0])));
  /** log(1 + x), exact near 0. */
  public static final Scalar LOG1P =
      row("log1p", Fun.LOG1P, Takes.FLOATS, (g, z, x) -> List.of(div(g, plus(x[0], 1))));
  /** Derivative 1 - z². */
  public static final Scalar TANH =
      row("tanh", Fun.TANH, Takes.FLOATS, (g, z, x) -> List.of(times(g, minus(constantLike(z, 1), times(z, z)))));
  /** 1 / (1 + e^-x), derivative z·(1 - z). */
  public static final Scalar SIGMOID =
      row("sigmoid", Fun.SIGMOID, Takes.FLOATS, (g, z, x) ->
          List.of(times(g, times(z, minus(constantLike(z, 1), z)))));
  /** log(1 + e^x), derivative sigmoid(x). */
  public static final Scalar SOFTPLUS =
      row("softplus", Fun.SOFTPLUS, Takes.FLOATS, (g, z, x) -> List.of(times(g, sigmoid(x[0]))));
  /** log(sigmoid(x)), derivative sigmoid(-x). */
  public static final Scalar LOG_SIGMOID =
      row("logSigmoid", Fun.LOG_SIGMOID, Takes.FLOATS, (g, z, x) -> List.of(times(g, sigmoid(neg(x[0])))));
  /** The error function. */
  public static final Scalar ERF =
      row("erf", Fun.ERF, Takes.FLOATS, (g, z, x) -> List.of(times(g, bell(x[0], 2 / Math.sqrt(Math.PI)))));
  /** 1 - erf(x), exact in the tail. */
  public static final Scalar ERFC =
      row("erfc", Fun.ERFC, Takes.FLOATS, (g, z, x) -> List.of(times(g, bell(x[0], -2 / Math.sqrt(Math.PI)))));
  /** The sine. */
  public static final Scalar SIN = row("sin", Fun.SIN, Takes.FLOATS, (g, z, x) -> List.of(times(g, cos(x[0]))));
  /** The cosine. */
  public static final Scalar COS =
      row("cos", Fun.COS, Takes.FLOATS, (g, z, x) -> List.of(neg(times(g, sin(x[0])))));
  /** The tangent. */
  public static final Scalar TAN =
      row("tan", Fun.TAN, Takes.FLOATS, (g, z, x) -> List.of(times(g, plus(times(z, z), 1))));
  /** The inverse of the sine. */
  public static final Scalar ASIN = row("asin", Fun.ASIN, Takes.FLOATS, (g, z, x) -> List.of(div(g, leg(x[0]))));
  /** The inverse of the cosine. */
  public static final Scalar ACOS =
      row("acos", Fun.ACOS, Takes.FLOATS, (g, z, x) -> List.of(neg(div(g, leg(x[0])))));
  /** The inverse of the tangent. */
  public static final Scalar ATAN =
      row("atan", Fun.ATAN, Takes.FLOATS, (g, z, x) -> List.of(div(g, plus(times(x[0], x[0]), 1))));
  /** The hyperbolic sine. */
  public static final Scalar SINH =
      row("sinh", Fun.SINH, Takes.FLOATS, (g, z, x) -> List.of(times(g, cosh(x[0]))));
  /** The hyperbolic cosine. */
  public static final Scalar COSH =
      row("cosh", Fun.COSH, Takes.FLOATS, (g, z, x) -> List.of(times(g, sinh(x[0]))));
  /** The largest integer that is not above a number. */
  public static final Scalar FLOOR = row("floor", Fun.FLOOR, Takes.FLOATS, Scalar::flat);
  /** The smallest integer that is not below a number. */
  public static final Scalar CEIL = row("ceil", Fun.CEIL, Takes.FLOATS, Scalar::flat);
  /** To the nearest integer, ties to even. */
  public static final Scalar ROUND = row("round", Fun.ROUND, Takes.FLOATS, Scalar::flat);

  /** Whether both are equal. */
  public static final Scalar EQ = row("eq", Fun.EQ, Takes.ANY, null);
  /** Whether they differ. */
  public static final Scalar NE = row("ne", Fun.NE, Takes.ANY, null);
  /** Whether the first is smaller. */
  public static final Scalar LT = row("lt", Fun.LT, Takes.NUMBERS, null);
  /** Whether the first is not larger. */
  public static final Scalar LE = row("le", Fun.LE, Takes.NUMBERS, null);
  /** Whether the first is larger. */
  public static final Scalar GT = row("gt", Fun.GT, Takes.NUMBERS, null);
  /** Whether the first is not smaller. */
  public static final Scalar GE = row("ge", Fun.GE, Takes.NUMBERS, null);
  /** Whether both hold. */
  public static final Scalar AND = row("and", Fun.AND, Takes.BOOLS, null);
  /** Whether one of them holds, or both. */
  public static final Scalar OR = row("or", Fun.OR, Takes.BOOLS, null);
  /** Whether just one of them holds. */
  public static final Scalar XOR = row("xor", Fun.XOR, Takes.BOOLS, null);
  /** Whether it does not hold. */
  public static final Scalar NOT = row("not", Fun.NOT, Takes.BOOLS, null);
  /** The bits that both integers have. */
  public static final Scalar BIT_AND = row("bitAnd", Fun.AND, Takes.INTEGERS, null);
  /** The bits that one of two integers has, or both. */
  public static final Scalar BIT_OR = row("bitOr", Fun.OR, Takes.INTEGERS, null);
  /** The bits that just one of two integers has. */
  public static final Scalar BIT_XOR = row("bitXor", Fun.XOR, Takes.INTEGERS, null);
  /** The distance counts modulo the number of bits. */
  public static final Scalar SHIFT_LEFT = row("shiftLeft", Fun.SHIFT_LEFT, Takes.INTEGERS, null);
  /** Keeps the sign; the distance counts modulo the number of bits. */
  public static final Scalar SHIFT_RIGHT = row("shiftRight", Fun.SHIFT_RIGHT, Takes.INTEGERS, null);
  /** The second argument where the first holds, else the third. */
  public static final Scalar WHERE = row("where", Fun.SELECT, Takes.CHOICE, (g, z, x) -> Arrays.asList(null,
      where(x[0], g, zerosLike(g)), where(x[0], zerosLike(g), g)));

  /** From the cotangent g of the result z and the arguments x to the cotangents of the arguments. */
  interface Vjp {
    List<Expr> of(Expr g, Expr z, Expr[] x);
  }

  /** Which dtypes a row takes; all arguments have the same one, but for the condition of CHOICE. */
  enum Takes {
    NUMBERS("numbers"), FLOATS("floats"), INTEGERS("integers"), BOOLS("bool"), ANY("any dtype"),
    CHOICE("a bool and two of one dtype");

    final String text;

    Takes(String text) {
      this.text = text;
    }

    boolean accepts(DType dtype) {
      return switch (this) {
        case NUMBERS -> dtype != DType.BOOL;
        case FLOATS -> dtype.isFloat();
        case INTEGERS -> dtype.isInteger();
        case BOOLS -> dtype == DType.BOOL;
        case ANY, CHOICE -> true;
      };
    }
  }

  private final String name;
  private final Fun fun;
  private final Takes takes;
  private final Vjp vjp;

  private Scalar(String name, Fun fun, Takes takes, Vjp vjp) {
    this.name = name;
    this.fun = fun;
    this.takes = takes;
    this.vjp = vjp;
    ROWS.add(this);
  }

  private static Scalar row(String name, Fun fun, Takes takes, Vjp vjp) {
    return new Scalar(name, fun, takes, vjp);
  }

  /** All rows, in the order of the table. */
  public static List<Scalar> rows() {
    return Collections.unmodifiableList(ROWS);
  }

  /** What computes it in loops. */
  public Fun fun() {
    return fun;
  }

  Takes takes() {
    return takes;
  }

  /** Whether anything flows back through it. */
  public boolean isDifferentiable() {
    return vjp != null;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }

  @Override
  public Value element(Element at) {
    var arguments = new Value[fun.arity()];
    for (int i = 0; i < arguments.length; i++) arguments[i] = at.input(i, at.index());
    return new Value.Call(fun, arguments);
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    Operands.checkDTypes(this, inputs);
    Operands.checkShapes(inputs);
    TensorType last = inputs.get(inputs.size() - 1);
    return List.of(fun.isComparison() ? last.withDType(DType.BOOL) : last);
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr g = cotangents.get(0);
    if (vjp == null || g == null || !g.dtype().isFloat()) return Collections.nCopies(fun.arity(), null);
    return vjp.of(g, apply.output(0), apply.inputs().toArray(Expr[]::new));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return Apply.of(this, Ops.allStacked(inputs, stacked, length)).outputs();
  }

  /** What a power changes by with its base where the exponent is 0: by 0, but by the exponent too, unless the base is 0 as well. */
  private static Expr powerOfZero(Expr z, Expr... x) {
    Expr base = where(ne(x[0], 0), x[0], constantLike(z, 1));
    return where(ne(x[0], 0), times(x[1], pow(base, minus(x[1], 1))), zerosLike(z));
  }

  private static List<Expr> flat(Expr g, Expr z, Expr[] x) {
    return List.of(zerosLike(g));
  }

  private static List<Expr> toTheChosen(Expr g, Expr z, Expr[] x) {
    return List.of(where(eq(z, x[0]), g, zerosLike(g)), where(eq(z, x[1]), g, zerosLike(g)));
  }

  /** scale · e^-x². */
  private static Expr bell(Expr x, double scale) {
    return times(exp(neg(times(x, x))), scale);
  }

  /** √(1 - x²). */
  private static Expr leg(Expr x) {
    return sqrt(minus(constantLike(x, 1), times(x, x)));
  }
}
