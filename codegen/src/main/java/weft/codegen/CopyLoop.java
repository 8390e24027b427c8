package weft.codegen;

import weft.loop.Stmt;
import weft.loop.Value;
import weft.type.Dim;

/** Loops that copy neighbouring elements from one buffer to another, or give them all one number. */
public final class CopyLoop {
  /** Shorter copies are as fast element by element. */
  private static final int SHORTEST = 16;

  private CopyLoop() {}

  /** Whether a loop copies elements of one array to another, one behind the other. */
  public static boolean is(Stmt.For s) {
    if (s.order() != Stmt.Order.PARALLEL || s.step() != 1 || !s.along().isEmpty()) return false;
    if (!(s.body() instanceof Stmt.Store store) || !(store.value() instanceof Value.Load load)) return false;
    if (load.lanes() != 1 || load.buffer() == store.buffer() || load.dtype() != store.buffer().dtype()) return false;
    return hasAtLeast(s, SHORTEST) && isNeighbour(store.index(), s) && isNeighbour(load.index(), s);
  }

  /** Whether a loop stores one number in elements one behind the other. */
  public static boolean isFill(Stmt.For s) {
    if (s.order() != Stmt.Order.PARALLEL || s.step() != 1 || !s.along().isEmpty()) return false;
    return s.body() instanceof Stmt.Store store && store.value() instanceof Value.Num && hasAtLeast(s, 0) && isNeighbour(store.index(), s);
  }

  /** So many iterations; where arguments decide it, at least none rather than fewer. */
  private static boolean hasAtLeast(Stmt.For s, int count) {
    Dim length = s.to().minus(s.from());
    return length.isConstant() ? length.constant() >= count
        : s.from().is(0) && length.terms().stream().allMatch(t -> t.coefficient() > 0);
  }

  private static boolean isNeighbour(Dim index, Stmt.For s) {
    Dim stride = index.coefficient(s.var());
    return stride != null && stride.is(1);
  }

  /** An index in the first iteration. */
  public static Dim first(Stmt.For s, Dim index) {
    return index.substitute(x -> x == s.var() ? s.from() : null);
  }
}
