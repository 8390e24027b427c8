package weft.op;

import java.util.EnumSet;
import java.util.Set;
import weft.graph.Leaf;
import weft.graph.Op;
import weft.loop.Fun;

/** What is worth keeping or moving: the stated rule by which scans tell work from bookkeeping. */
public final class ScanCosts {
  private static final Set<Fun> CHEAP = EnumSet.of(Fun.ADD, Fun.SUB, Fun.MUL, Fun.MIN, Fun.MAX, Fun.FMA,
      Fun.NEG, Fun.ABS,
      Fun.SIGN, Fun.FLOOR, Fun.CEIL, Fun.ROUND, Fun.EQ, Fun.NE, Fun.LT, Fun.LE, Fun.GT, Fun.GE, Fun.AND,
          Fun.OR, Fun.XOR,
      Fun.NOT, Fun.SELECT);

  private ScanCosts() {}

  /** Whether an op only moves the elements of its one input about. */
  public static boolean isView(Op op) {
    return op instanceof ElementRule rule && rule.isView() && op instanceof Liftable;
  }

  /**
   * Whether an op costs more than reading its result from memory would: contractions, reductions, gathers,
   * scans, random numbers, and scalar functions beyond + - · and choices. Views, casts, leaves and the rest of the scalar
   * functions are cheap.
   */
  public static boolean isHeavy(Op op) {
    if (op instanceof Leaf || op instanceof GradientMark) return false;
    if (op instanceof Scalar s) return s.fun() != null && !CHEAP.contains(s.fun());
    if (!(op instanceof ElementRule rule) || op instanceof Draw || op instanceof LongFunction) return true;
    return !rule.isView() && rule.wants(0) != ElementRule.Wants.VALUE;
  }
}
