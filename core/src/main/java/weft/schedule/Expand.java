package weft.schedule;

import static weft.runtime.Approximations.*;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * Rewrites calls on vectors that no vector unit has into operations that it has, the very ones that {@link
 * weft.runtime.Approximations} does on numbers, so that vector code and scalar code give the same bits.
 */
public final class Expand extends StmtRewriter {
  /** What the statement at hand needs declared before it. */
  private List<Stmt> before = new ArrayList<>();
  private Map<Value, Value> known = new IdentityHashMap<>();

  private Expand() {}

  /** The program in which this is done. */
  public static LoopProgram program(LoopProgram p) {
    Kernel main = new Expand().rewrite(p.main());
    if (main == p.main()) return p;
    return new LoopProgram(p.name(), p.lanes(), p.buffers(), p.symbols(), p.inputs(), p.outputs(), main);
  }

  /** The kernel in which this is done. */
  public static Kernel kernel(Kernel kernel) {
    return new Expand().rewrite(kernel);
  }

  /**
   * Whether a function of arguments of this dtype (for SELECT: choosing between such) may be called on
   * vectors.
   */
  public static boolean canVectorise(Fun fun, DType dtype) {
    return switch (fun) {
      case SELECT -> dtype != DType.I64;
      case EQ, NE -> dtype != DType.I64;
      case LT, LE, GT, GE, ADD, SUB, MUL, MIN, MAX, NEG, ABS -> dtype.isFloat() || dtype == DType.I32;
      case DIV, FMA, SQRT, SIGN -> dtype.isFloat();
      case EXP, TANH, SIGMOID, LOG, LOG1P, SOFTPLUS, LOG_SIGMOID, BITS -> dtype == DType.F32;
      case AND, OR, XOR -> dtype == DType.I32 || dtype == DType.BOOL;
      case NOT -> dtype == DType.BOOL;
      case SHIFT_LEFT, SHIFT_RIGHT, FROM_BITS -> dtype == DType.I32;
      default -> false;
    };
  }

  /** Whether vectors may be cast so. */
  public static boolean canCast(DType from, DType to) {
    if (from == DType.I64 || to == DType.I64) return false;
    return from == to || from == DType.BOOL || to == DType.BOOL || from == DType.I32 && to == DType.F32;
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    List<Stmt> outerBefore = before;
    Map<Value, Value> outerKnown = known;
    before = new ArrayList<>();
    known = new IdentityHashMap<>();
    Stmt changed = children(stmt);
    if (!before.isEmpty()) {
      if (stmt instanceof Stmt.While) {
        throw new WeftException(Kind.INTERNAL,
            "the condition of a while loop calls a function of vectors that must be expanded");
      }
      before.add(changed);
      changed = new Stmt.Block(before);
    }
    before = outerBefore;
    known = outerKnown;
    return changed;
  }

  @Override
  public Value rewrite(Value value) {
    Value seen = known.get(value);
    if (seen != null) return seen;
    Value changed = children(value);
    if (changed instanceof Value.Call call && call.isVector()) {
      switch (call.fun()) {
        case EXP -> changed = exp(call.argument(0));
        case TANH -> changed = tanh(call.argument(0));
        case SIGMOID -> changed = sigmoid(call.argument(0));
        case LOG -> changed = log(call.argument(0));
        case LOG1P -> changed = log1p(call.argument(0));
        case SOFTPLUS -> changed = softplus(call.argument(0));
        case LOG_SIGMOID -> changed = let("logSigmoid", call(Fun.NEG, softplus(call(Fun.NEG, call.argument(0)))));
        case SIGN -> changed = sign(call.argument(0));
        default -> { }
      }
    }
    known.put(value, changed);
    return changed;
  }

  /** A new local with this value, declared before the statement at hand. */
  private Value let(String name, Value value) {
    var local = new Local(name, value.dtype(), value.lanes());
    before.add(new Stmt.Declare(local, value));
    return new Value.Get(local);
  }

  private static Value call(Fun fun, Value... arguments) {
    return new Value.Call(fun, arguments);
  }

  private static Value all(float number, Value like) {
    return new Value.Splat(new Value.Num(DType.F32, number), like.lanes());
  }

  private static Value all(int number, Value like) {
    return new Value.Splat(new Value.Num(DType.I32, number), like.lanes());
  }

  private static Value fma(Value a, Value b, Value c) {
    return call(Fun.FMA, a, b, c);
  }

  private static void check(Value x, Fun fun) {
    if (canVectorise(fun, x.dtype())) return;
    throw new WeftException(Kind.INTERNAL, "no " + fun + " of vectors of " + x.dtype());
  }

  private Value exp(Value argument) {
    check(argument, Fun.EXP);
    Value x = let("x", argument);
    return expInside(clamped(x, EXP_CLAMP));
  }

  /**
   * The number from -limit to limit that is nearest to x, NaN for NaN, in five operations on integers, each of one cycle; a compare and
   * a select take four times as long on JDK 17, which moves masks through vectors. Without its sign a float is an integer that
   * grows with it. With {@code CLAMP} added every number is one from 0 up, and NaN, which lies behind infinity, overflows to a negative one.
   *
   * @param limit the bits of the limit, with that added
   */
  private Value clamped(Value x, int limit) {
    Value bits = let("bits", call(Fun.BITS, x));
    Value back = let("back", call(Fun.SUB, call(Fun.AND, bits, all(Integer.MIN_VALUE, x)), all(CLAMP, x)));
    Value size = call(Fun.MIN, call(Fun.SUB, bits, back), all(limit, x));
    return let("inside", call(Fun.FROM_BITS, call(Fun.ADD, size, back)));
  }

  private Value expInside(Value x) {
    Value shifted = let("shifted", fma(x, all(EXP_LOG2E, x), all(EXP_ROUND, x)));
    Value n = let("n", call(Fun.SUB, shifted, all(EXP_ROUND, x)));
    Value r = let("r", fma(n, all(EXP_LN2_LOW, x), fma(n, all(EXP_LN2_HIGH, x), x)));
    Value p = polynomial(r, EXP_P6, EXP_P5, EXP_P4, EXP_P3, EXP_P2, 1f, 1f);
    Value k = let("k", call(Fun.BITS, shifted));
    Value half = let("half", call(Fun.SHIFT_RIGHT, k, all(1, x)));
    Value scaled = call(Fun.MUL, p, power(half));
    return let("exp", call(Fun.MUL, scaled, power(call(Fun.SUB, k, half))));
  }

  /** The float whose exponent, bias included, is in the lowest bits. */
  private static Value power(Value exponent) {
    return call(Fun.FROM_BITS, call(Fun.SHIFT_LEFT, exponent, all(23, exponent)));
  }

  /** Horner's rule; the coefficient of the highest power comes first. */
  private static Value polynomial(Value x, float... coefficients) {
    Value sum = all(coefficients[0], x);
    for (int i = 1; i < coefficients.length; i++) sum = fma(sum, x, all(coefficients[i], x));
    return sum;
  }

  private Value sigmoid(Value argument) {
    check(argument, Fun.SIGMOID);
    Value x = let("x", argument);
    Value inside = clamped(x, SIGMOID_CLAMP);
    Value shifted = let("shifted", fma(inside, all(-EXP_LOG2E, x), all(SIGMOID_ROUND, x)));
    Value n = let("n", call(Fun.SUB, shifted, all(SIGMOID_ROUND, x)));
    Value s = let("s", fma(n, all(-EXP_LN2_LOW, x), fma(n, all(-EXP_LN2_HIGH, x), inside)));
    Value p = polynomial(s, EXP_P6, -EXP_P5, EXP_P4, -EXP_P3, EXP_P2, -1f, 1f);
    return let("sigmoid", call(Fun.DIV, all(2f, x), call(Fun.ADD, all(2f, x), call(Fun.MUL, p, power(call(Fun.BITS, shifted))))));
  }

  private Value tanh(Value argument) {
    check(argument, Fun.TANH);
    Value x = let("x", argument);
    Value inside = clamped(x, TANH_CLAMP);
    Value q = let("q", call(Fun.MUL, inside, inside));
    Value p = polynomial(q, TANH_P4, TANH_P3, TANH_P2, TANH_P1, 1f);
    Value d = polynomial(q, TANH_Q4, TANH_Q3, TANH_Q2, TANH_Q1, 1f);
    return let("tanh", call(Fun.DIV, call(Fun.MUL, inside, p), d));
  }

  private Value log(Value argument) {
    check(argument, Fun.LOG);
    Value x = let("x", argument);
    Value tiny = let("tiny", call(Fun.LT, x, all(Float.MIN_NORMAL, x)));
    Value bits = let("bits", call(Fun.BITS, call(Fun.SELECT, tiny, call(Fun.MUL, x, all(0x1p23f, x)), x)));
    Value n = let("n", exponent(bits));
    Value m = let("m", call(Fun.SUB, call(Fun.FROM_BITS, call(Fun.SUB, bits, call(Fun.SHIFT_LEFT, n, all(23, x)))), all(1f, x)));
    Value power = let("power", new Value.Cast(DType.F32, n));
    Value inside = logInside(m, let("n", call(Fun.SELECT, tiny, call(Fun.SUB, power, all(23f, x)), power)));
    return logEnds("log", x, 0, call(Fun.EQ, x, all(Float.POSITIVE_INFINITY, x)), inside);
  }

  private Value log1p(Value argument) {
    check(argument, Fun.LOG1P);
    Value x = let("x", argument);
    Value inside = log1pInside(x);
    return logEnds("log1p", x, -1, call(Fun.EQ, call(Fun.ADD, x, x), x), inside);
  }

  /** A logarithm where there is one: minus infinity at a pole, no number below, some as they are. */
  private Value logEnds(String name, Value x, float pole, Value itself, Value inside) {
    Value finite = call(Fun.SELECT, itself, x, inside);
    Value end = call(Fun.SELECT, call(Fun.EQ, x, all(pole, x)), all(Float.NEGATIVE_INFINITY, x), all(Float.NaN, x));
    return let(name, call(Fun.SELECT, call(Fun.GT, x, all(pole, x)), finite, end));
  }

  private Value log1pInside(Value x) {
    Value n = let("n", exponent(let("bits", call(Fun.BITS, call(Fun.ADD, all(1f, x), x)))));
    Value power = let("power", call(Fun.SHIFT_LEFT, n, all(23, x)));
    Value four = call(Fun.FROM_BITS, call(Fun.SUB, all(0x40800000, x), power));
    Value rest = call(Fun.SUB, call(Fun.MUL, all(.25f, x), four), all(1f, x));
    Value m = let("m", call(Fun.ADD, call(Fun.FROM_BITS, call(Fun.SUB, call(Fun.BITS, x), power)), rest));
    return logInside(m, new Value.Cast(DType.F32, n));
  }

  private static Value exponent(Value bits) {
    return call(Fun.SHIFT_RIGHT, call(Fun.SUB, bits, all(LOG_CUT, bits)), all(23, bits));
  }

  private Value logInside(Value m, Value n) {
    Value p = polynomial(m, LOG_P10, LOG_P9, LOG_P8, LOG_P7, LOG_P6, LOG_P5, LOG_P4, LOG_P3, -.5f);
    return let("ln", fma(n, all(LOG_LN2, m), fma(p, call(Fun.MUL, m, m), m)));
  }

  private Value softplus(Value argument) {
    check(argument, Fun.SOFTPLUS);
    Value x = let("x", argument);
    Value e = exp(call(Fun.NEG, call(Fun.ABS, x)));
    return let("softplus", call(Fun.ADD, call(Fun.MAX, x, all(0f, x)), log1pInside(e)));
  }

  private Value sign(Value argument) {
    check(argument, Fun.SIGN);
    Value x = let("x", argument);
    Value zero = constant(x, 0);
    Value negative = call(Fun.SELECT, call(Fun.LT, x, zero), constant(x, -1), x);
    return let("sign", call(Fun.SELECT, call(Fun.GT, x, zero), constant(x, 1), negative));
  }

  private static Value constant(Value like, double number) {
    return new Value.Splat(Value.number(like.dtype(), number), like.lanes());
  }
}
