package weft.schedule;

import java.util.ArrayList;
import java.util.List;
import weft.loop.Buffer;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.type.Dim;
import weft.type.Symbol;

/** What a nest of loops stores, and between which indices. */
final class Stores extends StmtRewriter {
  private final List<Stmt.For> around = new ArrayList<>();
  private final List<Store> found = new ArrayList<>();
  private boolean unknown;

  private Stores() {}

  /**
   * One store, in all iterations of the loops around it.
   *
   * @param low its smallest index, null if that cannot be told
   * @param high its largest one
   */
  record Store(Buffer buffer, Dim low, Dim high) {
    boolean isApart(Store other) {
      if (other.buffer != buffer) return true;
      return low != null && other.low != null && (isBelow(high, other.low) || isBelow(other.high, low));
    }

    /** Whether all of it lies in the first {@code size} elements. */
    boolean isBelow(Dim size) {
      return low != null && low.isNonNegative() && isBelow(high, size);
    }

    private static boolean isBelow(Dim a, Dim b) {
      return b.minus(a).minus(1).isNonNegative();
    }
  }

  /** The stores of a nest; null if there is more in it than computing, storing and counting. */
  static List<Store> of(Stmt nest) {
    var stores = new Stores();
    stores.rewrite(nest);
    return stores.unknown ? null : stores.found;
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    if (stmt instanceof Stmt.For f) around.add(f);
    if (stmt instanceof Stmt.Store s) {
      Dim low = extreme(around, s.index(), false);
      Dim high = extreme(around, s.index(), true);
      boolean told = low != null && high != null;
      found.add(new Store(s.buffer(), told ? low : null, told ? high.plus(s.value().lanes() - 1) : null));
    }
    unknown |= stmt instanceof Stmt.Scatter || stmt instanceof Stmt.While || stmt instanceof Stmt.Measure || stmt instanceof Stmt.Require
        || stmt instanceof Stmt.Print || stmt instanceof Stmt.Run;
    children(stmt);
    if (stmt instanceof Stmt.For) around.remove(around.size() - 1);
    return stmt;
  }

  /** Whether as many elements from an index on lie, in all iterations of the loops around it, among so many from 0 on. */
  static boolean isWithin(List<Stmt.For> around, Dim index, int lanes, long elements) {
    Dim low = extreme(around, index, false);
    Dim high = extreme(around, index, true);
    return low != null && high != null && low.isNonNegative() && Dim.of(elements - lanes).minus(high).isNonNegative();
  }

  /** The smallest or largest value of an index in the loops around it, null if that cannot be told. */
  private static Dim extreme(List<Stmt.For> around, Dim index, boolean high) {
    Dim at = index;
    for (int i = around.size() - 1; i >= 0; i--) {
      Stmt.For f = around.get(i);
      Symbol var = f.var();
      if (!at.uses(var)) continue;
      Dim by = at.coefficient(var);
      if (by == null || !by.isNonNegative() && !by.times(-1).isNonNegative()) return null;
      Dim end = by.isNonNegative() == high ? f.to().minus(1) : f.from();
      at = at.substitute(s -> s == var ? end : null);
    }
    return at;
  }
}
