package weft.schedule;

import java.util.ArrayList;
import java.util.List;
import weft.loop.Buffer;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.Symbol;

/** What a nest of loops stores, what it loads, and between which indices. */
final class Stores extends StmtRewriter {
  private final List<Stmt.For> around = new ArrayList<>();
  private final List<Store> found = new ArrayList<>();
  private final List<Store> loads = new ArrayList<>();
  private boolean unknown;

  private Stores() {}

  /**
   * One store or load, in all iterations of the loops around it.
   *
   * @param around the loops, null if its index cannot be told
   * @param index where it begins
   * @param lanes how many elements it has
   */
  record Store(Buffer buffer, List<Stmt.For> around, Dim index, int lanes) {
    Store {
      around = around == null ? null : List.copyOf(around);
    }

    /** Whether no iteration of this one touches what any iteration of the other one does. */
    boolean isApart(Store other) {
      if (other.buffer != buffer) return true;
      if (around == null || other.around == null) return false;
      if (isApart(other, 0)) return true;
      return around.stream().anyMatch(f -> other.around.stream().anyMatch(g -> isApart(other, f, g)));
    }

    /**
     * The same if both count a loop that takes both equally far: parts of the same iteration lie apart, and both within one such distance.
     */
    private boolean isApart(Store other, Stmt.For f, Stmt.For g) {
      if (!f.from().equals(g.from()) || !f.to().equals(g.to()) || f.step() != 1 || g.step() != 1) return false;
      Dim by = index.coefficient(f.var());
      if (by == null || !by.isConstant() || !by.equals(other.index.coefficient(g.var()))) return false;
      long apart = Math.abs(by.constant());
      Store one = at(f);
      Store two = other.at(g);
      return one.isApart(two, 0) && one.isBelow(two, apart) && two.isBelow(one, apart);
    }

    private boolean isApart(Store other, long by) {
      return isBelow(other, by) || other.isBelow(this, by);
    }

    /** Its part of a loop's first iteration. */
    private Store at(Stmt.For loop) {
      return new Store(buffer, around.stream().filter(f -> f != loop).toList(), index.substitute(s -> s == loop.var() ? loop.from() : null), lanes);
    }

    /** Whether it ends before another one moved by so much begins. */
    private boolean isBelow(Store other, long by) {
      Dim high = extreme(around, index, true);
      Dim low = extreme(other.around, other.index, false);
      return high != null && low != null && isBelow(high.plus(lanes - 1), low.plus(by));
    }

    /** Whether all of it lies in the first {@code size} elements. */
    boolean isBelow(Dim size) {
      if (around == null) return false;
      Dim low = extreme(around, index, false);
      Dim high = extreme(around, index, true);
      return low != null && high != null && low.isNonNegative() && isBelow(high.plus(lanes - 1), size);
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

  /** What a nest loads. */
  static List<Store> loads(Stmt nest) {
    var stores = new Stores();
    stores.rewrite(nest);
    return stores.loads;
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    if (stmt instanceof Stmt.For f) around.add(f);
    if (stmt instanceof Stmt.Store s) found.add(new Store(s.buffer(), around, s.index(), s.value().lanes()));
    unknown |= stmt instanceof Stmt.Scatter || stmt instanceof Stmt.While || stmt instanceof Stmt.Measure || stmt instanceof Stmt.Require
        || stmt instanceof Stmt.Print || stmt instanceof Stmt.Run;
    children(stmt);
    if (stmt instanceof Stmt.For) around.remove(around.size() - 1);
    return stmt;
  }

  @Override
  public Value rewrite(Value value) {
    if (value instanceof Value.Load l) loads.add(new Store(l.buffer(), around, l.index(), l.lanes()));
    if (value instanceof Value.Gather g) loads.add(new Store(g.buffer(), null, g.base(), g.lanes()));
    return children(value);
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
