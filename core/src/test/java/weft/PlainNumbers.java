package weft;

import java.util.Map;
import java.util.function.ToIntFunction;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;

/** Scalar functions and values of the loop IR, read in doubles. */
final class PlainNumbers {
  private PlainNumbers() {}

  /** What a value may read besides extents. */
  interface Memory {
    double load(Buffer buffer, int index);

    double local(Local local);
  }

  static double number(Value value, ToIntFunction<Dim> dims, Memory memory) {
    if (value instanceof Value.Num n) return n.value().doubleValue();
    if (value instanceof Value.Position p) return dims.applyAsInt(p.index());
    if (value instanceof Value.Get g) return memory.local(g.local());
    if (value instanceof Value.Load l) return memory.load(l.buffer(), dims.applyAsInt(l.index()));
    if (value instanceof Value.Gather g) {
      int at = (int) number(g.at(), dims, memory);
      return memory.load(g.buffer(), dims.applyAsInt(g.base()) + dims.applyAsInt(g.stride()) * at);
    }
    if (value instanceof Value.Cast c) {
      double x = number(c.value(), dims, memory);
      if (c.dtype() == DType.BOOL) return x != 0 ? 1 : 0;
      if (c.dtype() == DType.F32) return (float) x;
      return c.dtype().isInteger() ? (long) x : x;
    }
    if (value instanceof Value.Call c) {
      var x = c.arguments().stream().mapToDouble(a -> number(a, dims, memory)).toArray();
      return call(c.fun(), x);
    }
    throw new IllegalStateException("no number in " + value);
  }

  static double call(Fun fun, double... x) {
    return switch (fun) {
      case ADD -> x[0] + x[1];
      case SUB -> x[0] - x[1];
      case MUL -> x[0] * x[1];
      case DIV -> x[0] / x[1];
      case FLOOR_DIV -> Math.floor(x[0] / x[1]);
      case MOD -> x[0] - x[1] * Math.floor(x[0] / x[1]);
      case MIN -> Math.min(x[0], x[1]);
      case MAX -> Math.max(x[0], x[1]);
      case POW -> Math.pow(x[0], x[1]);
      case NEG -> -x[0];
      case ABS -> Math.abs(x[0]);
      case SIGN -> Math.signum(x[0]);
      case SQRT -> Math.sqrt(x[0]);
      case EXP -> Math.exp(x[0]);
      case EXPM1 -> Math.expm1(x[0]);
      case LOG -> Math.log(x[0]);
      case LOG1P -> Math.log1p(x[0]);
      case TANH -> Math.tanh(x[0]);
      case SIGMOID -> 1 / (1 + Math.exp(-x[0]));
      case SOFTPLUS -> Math.log1p(Math.exp(x[0]));
      case LOG_SIGMOID -> -Math.log1p(Math.exp(-x[0]));
      case SIN -> Math.sin(x[0]);
      case COS -> Math.cos(x[0]);
      case FLOOR -> Math.floor(x[0]);
      case CEIL -> Math.ceil(x[0]);
      case ROUND -> Math.rint(x[0]);
      case EQ -> x[0] == x[1] ? 1 : 0;
      case NE -> x[0] != x[1] ? 1 : 0;
      case LT -> x[0] < x[1] ? 1 : 0;
      case LE -> x[0] <= x[1] ? 1 : 0;
      case GT -> x[0] > x[1] ? 1 : 0;
      case GE -> x[0] >= x[1] ? 1 : 0;
      case AND -> x[0] != 0 && x[1] != 0 ? 1 : 0;
      case OR -> x[0] != 0 || x[1] != 0 ? 1 : 0;
      case XOR -> x[0] != 0 ^ x[1] != 0 ? 1 : 0;
      case NOT -> x[0] == 0 ? 1 : 0;
      case SELECT -> x[0] != 0 ? x[1] : x[2];
      default -> throw new IllegalStateException("no plain definition of " + fun);
    };
  }
}
