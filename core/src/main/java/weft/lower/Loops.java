package weft.lower;

import java.util.List;
import weft.loop.Stmt;
import weft.type.Dim;
import weft.type.Symbol;

/** Loop nests. */
final class Loops {
  private Loops() {}

  /** Parallel loops over an index space around a body; axes whose index is not a symbol have no loop. */
  static Stmt nest(List<Dim> at, List<Dim> shape, List<Stmt> body) {
    return nest(at, shape, body, Stmt.Order.PARALLEL);
  }

  static Stmt nest(List<Dim> at, List<Dim> shape, List<Stmt> body, Stmt.Order order) {
    Stmt stmt = Stmt.of(body);
    for (int i = at.size() - 1; i >= 0; i--) {
      if (at.get(i).isConstant()) continue;
      stmt = new Stmt.For(symbol(at.get(i)), Dim.ZERO, shape.get(i), 1, order, stmt);
    }
    return stmt;
  }

  /** A parallel loop. */
  static Stmt parallel(Symbol symbol, Dim from, Dim to, Stmt body) {
    return new Stmt.For(symbol, from, to, 1, Stmt.Order.PARALLEL, body);
  }

  /** The symbol that an index consists of. */
  static Symbol symbol(Dim index) {
    return index.terms().get(0).symbols().get(0);
  }
}
