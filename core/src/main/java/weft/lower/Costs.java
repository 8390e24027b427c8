package weft.lower;

import weft.graph.Op;
import weft.loop.Fun;
import weft.op.Draw;
import weft.op.LongFunction;
import weft.op.Scalar;

/** A rough price of operations, in additions: it decides what is computed again and what is kept in memory. */
final class Costs {
  /** Up to this price it is cheaper to compute a value again than to store and load it. */
  static final int CHEAP = 3;
  /** Above this price a fused expression is cut in two. */
  static final int LIMIT = 60;
  /** So deep may element rules call each other. */
  static final int DEPTH = 40;

  /** What vectors cannot do and is long has a kernel to itself, so that its neighbours still become vectors. */
  static final int ALONE = Math.max(LIMIT, Group.CAPACITY) + 1;

  private Costs() {}

  static int of(Op op) {
    if (op instanceof Draw || op instanceof LongFunction) return ALONE;
    return op instanceof Scalar s ? of(s.fun()) : 1;
  }

  static int of(Fun fun) {
    return switch (fun) {
      case DIV, SQRT, FLOOR_DIV, MOD -> 4;
      case EXP, EXPM1, LOG, LOG1P, TANH, SIGMOID, SOFTPLUS, LOG_SIGMOID, ERF, ERFC, SIN, COS, TAN, ASIN, ACOS, ATAN, ATAN2,
          SINH, COSH, POW -> 12;
      default -> 1;
    };
  }
}
