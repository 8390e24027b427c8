package weft.lower;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.op.Place;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Whole vectors instead of a scalar rest: where every row that a kernel writes has room behind its end, and everything it reads may be
 * read past the end, the loop over the last axis runs to the next multiple of the vector.
 */
final class Padding {
  private Padding() {}

  static List<Dim> extents(Memory memory, List<Unit> members, List<Dim> at, List<Dim> shape, List<Stmt> body) {
    int last = shape.size() - 1;
    if (last < 0 || !shape.get(last).isConstant() || shape.get(last).is(1) || at.get(last).isConstant()) return shape;
    DType dtype = members.get(0).expr.dtype();
    int lanes = memory.lanes(dtype);
    long extent = shape.get(last).constant();
    long padded = (extent + lanes - 1) / lanes * lanes;
    if (padded == extent) return shape;
    for (Unit u : members) {
      if (u.expr.dtype() != dtype) return shape;
      for (Place p : u.places) if (p.overrun() < padded - extent || !p.strides().get(last).is(1)) return shape;
    }
    Symbol var = Loops.symbol(at.get(last));
    Set<Value> seen = identities();
    for (Stmt s : body) if (!mayRead(s, var, seen)) return shape;
    var extents = new ArrayList<>(shape);
    extents.set(last, Dim.of(padded));
    return extents;
  }

  private static boolean mayRead(Stmt s, Symbol var, Set<Value> seen) {
    if (s instanceof Stmt.Block b) return b.stmts().stream().allMatch(each -> mayRead(each, var, seen));
    if (s instanceof Stmt.For f) return !f.to().uses(var) && mayRead(f.body(), var, seen);
    if (s instanceof Stmt.Declare d) return mayRead(d.value(), var, seen);
    if (s instanceof Stmt.Assign a) return mayRead(a.value(), var, seen);
    return s instanceof Stmt.Store st && mayRead(st.value(), var, seen);
  }

  /** @param seen values that were looked at: a value that shares its parts may be exponentially large as a tree */
  private static boolean mayRead(Value v, Symbol var, Set<Value> seen) {
    if (!seen.add(v)) return true;
    if (v instanceof Value.Load l) return isReadable(l.index(), var, l.buffer());
    if (v instanceof Value.Position p) return !p.index().uses(var);
    // Behind the end of a row lies anything, which is no index and may be a divisor of 0.
    if (v instanceof Value.Gather g) return isReadable(g.base(), var, g.buffer()) && !g.stride().uses(var) && !varies(g.at(), var, identities());
    if (v instanceof Value.Call c && divides(c) && varies(c.arguments().get(1), var, identities())) return false;
    return Share.children(v).stream().allMatch(c -> mayRead(c, var, seen));
  }

  /** Whether what lies at an index may be read behind the end of a row along a variable too. */
  private static boolean isReadable(Dim index, Symbol var, Buffer buffer) {
    Dim stride = index.coefficient(var);
    return stride != null && (stride.is(0) || stride.is(1) && buffer.hasSlack());
  }

  private static Set<Value> identities() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  private static boolean divides(Value.Call c) {
    return (c.fun() == Fun.FLOOR_DIV || c.fun() == Fun.MOD) && !c.dtype().isFloat();
  }

  /** Whether a value is another one in each iteration. */
  private static boolean varies(Value v, Symbol var, Set<Value> seen) {
    if (!seen.add(v)) return false;
    if (v instanceof Value.Load l) return l.index().uses(var);
    if (v instanceof Value.Position p) return p.index().uses(var);
    if (v instanceof Value.Gather g && (g.base().uses(var) || g.stride().uses(var))) return true;
    return v instanceof Value.Get || Share.children(v).stream().anyMatch(c -> varies(c, var, seen));
  }

  /** Whether all vectors that statements load come from buffers with slack. */
  static boolean mayReadPast(Stmt s) {
    return mayReadPast(s, identities());
  }

  private static boolean mayReadPast(Stmt s, Set<Value> seen) {
    if (s instanceof Stmt.Block b) return b.stmts().stream().allMatch(each -> mayReadPast(each, seen));
    if (s instanceof Stmt.Declare d) return mayReadPast(d.value(), seen);
    if (s instanceof Stmt.Assign a) return mayReadPast(a.value(), seen);
    return s instanceof Stmt.Store st && mayReadPast(st.value(), seen);
  }

  private static boolean mayReadPast(Value v, Set<Value> seen) {
    if (!seen.add(v)) return true;
    if (v instanceof Value.Load l) return l.lanes() == 1 || l.buffer().hasSlack();
    if (v instanceof Value.Gather g && g.lanes() > 1 && !g.buffer().hasSlack() || v instanceof Value.Call c && c.lanes() > 1 && divides(c)) return false;
    return Share.children(v).stream().allMatch(c -> mayReadPast(c, seen));
  }
}
