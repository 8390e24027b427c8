package weft.lower;

import java.util.ArrayList;
import java.util.List;
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
    for (Stmt s : body) if (!mayRead(s, var)) return shape;
    var extents = new ArrayList<>(shape);
    extents.set(last, Dim.of(padded));
    return extents;
  }

  private static boolean mayRead(Stmt s, Symbol var) {
    if (s instanceof Stmt.Block b) return b.stmts().stream().allMatch(each -> mayRead(each, var));
    if (s instanceof Stmt.For f) return !f.to().uses(var) && mayRead(f.body(), var);
    if (s instanceof Stmt.Declare d) return mayRead(d.value(), var);
    if (s instanceof Stmt.Assign a) return mayRead(a.value(), var);
    return s instanceof Stmt.Store st && mayRead(st.value(), var);
  }

  private static boolean mayRead(Value v, Symbol var) {
    if (v instanceof Value.Load l) {
      Dim stride = l.index().coefficient(var);
      return stride != null && (stride.is(0) || stride.is(1) && l.buffer().hasSlack());
    }
    if (v instanceof Value.Position p) return !p.index().uses(var);
    // Behind the end of a row lies anything, which is no index and may be a divisor of 0.
    if (v instanceof Value.Gather g) return !g.base().uses(var) && !g.stride().uses(var) && !varies(g.at(), var);
    if (v instanceof Value.Call c && divides(c) && varies(c.arguments().get(1), var)) return false;
    return Share.children(v).stream().allMatch(c -> mayRead(c, var));
  }

  private static boolean divides(Value.Call c) {
    return (c.fun() == Fun.FLOOR_DIV || c.fun() == Fun.MOD) && !c.dtype().isFloat();
  }

  /** Whether a value is another one in each iteration. */
  private static boolean varies(Value v, Symbol var) {
    if (v instanceof Value.Load l) return l.index().uses(var);
    if (v instanceof Value.Position p) return p.index().uses(var);
    if (v instanceof Value.Gather g && (g.base().uses(var) || g.stride().uses(var))) return true;
    return v instanceof Value.Get || Share.children(v).stream().anyMatch(c -> varies(c, var));
  }

  /** Whether all vectors that statements load come from buffers with slack. */
  static boolean mayReadPast(Stmt s) {
    if (s instanceof Stmt.Block b) return b.stmts().stream().allMatch(Padding::mayReadPast);
    if (s instanceof Stmt.Declare d) return mayReadPast(d.value());
    if (s instanceof Stmt.Assign a) return mayReadPast(a.value());
    return s instanceof Stmt.Store st && mayReadPast(st.value());
  }

  private static boolean mayReadPast(Value v) {
    if (v instanceof Value.Load l) return l.lanes() == 1 || l.buffer().hasSlack();
    if (v instanceof Value.Gather g && g.at().lanes() > 1 || v instanceof Value.Call c && c.lanes() > 1 && divides(c)) return false;
    return Share.children(v).stream().allMatch(Padding::mayReadPast);
  }
}
