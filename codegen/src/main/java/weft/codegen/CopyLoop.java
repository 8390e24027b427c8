package weft.codegen;

import weft.loop.Stmt;
import weft.loop.Value;
import weft.type.Dim;

/** Loops that copy neighbouring elements from one buffer to another. */
public final class CopyLoop {
  /** Shorter copies are as fast element by element. */
  private static final int SHORTEST = 16;

  private CopyLoop() {}

  /** Whether a loop copies elements of one array to another, one behind the other. */
  public static boolean is(Stmt.For s) {
    if (s.order() != Stmt.Order.PARALLEL || s.step() != 1 || !s.along().isEmpty()) return false;
    if (!(s.body() instanceof Stmt.Store store) || !(store.value() instanceof Value.Load load)) return false;
    if (load.lanes() != 1 || load.buffer() == store.buffer() || load.dtype() != store.buffer().dtype()) return false;
    Dim length = s.to().minus(s.from());
    boolean isLong = length.isConstant() ? length.constant() >= SHORTEST
        : s.from().is(0) && length.terms().stream().allMatch(t -> t.coefficient() > 0);
    return isLong && isNeighbour(store.index(), s) && isNeighbour(load.index(), s);
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
