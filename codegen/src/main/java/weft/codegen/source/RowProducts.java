package weft.codegen.source;

import java.util.List;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * A block that adds to a row of sums the products of eight numbers with eight rows: eight loads at equal distances, and a loop over the
 * columns, where the rows are read where they lie. It is one call of the runtime, which HotSpot has compiled long before it would compile
 * a method with loops of its own, and which it takes into that method in the end, where all offsets are numbers again.
 *
 * @param stride between the elements of {@code a}
 * @param step between the rows of {@code b}
 */
record RowProducts(Buffer a, Dim k, Dim stride, Buffer b, Dim at, Dim step, Buffer c, Dim to, Dim n) {
  private static final int ROWS = 8;

  /** What a block does, null if it does something else. */
  static RowProducts of(Stmt.Block block) {
    List<Stmt> stmts = block.stmts();
    if (stmts.size() != ROWS + 1 || !(stmts.get(ROWS) instanceof Stmt.For loop) || !isOverColumns(loop)) return null;
    if (!(loop.body() instanceof Stmt.Store store) || store.value().isVector()) return null;
    Value rest = store.value();
    Value.Load[] rows = new Value.Load[ROWS];
    Value.Load[] factors = new Value.Load[ROWS];
    for (int r = ROWS - 1; r >= 0; r--) {
      if (!(rest instanceof Value.Call c) || c.fun() != Fun.FMA) return null;
      if (!(c.argument(0) instanceof Value.Get get) || !(c.argument(1) instanceof Value.Load row)) return null;
      rows[r] = row;
      factors[r] = declared(stmts.get(r), get.local());
      if (factors[r] == null) return null;
      rest = c.argument(2);
    }
    if (!(rest instanceof Value.Load sum) || sum.buffer() != store.buffer() || !sum.index().equals(store.index())) return null;
    Symbol j = loop.var();
    // A chunk of rows lies beside its sums and meets many rows of A: such a kernel is compiled soon, and alone it is a little faster.
    if (rows[0].buffer() == store.buffer()) return null;
    if (!goesAlong(store.index(), j) || !goesAlong(rows[0].index(), j) || !areEven(rows) || !areEven(factors)) return null;
    return new RowProducts(factors[0].buffer(), factors[0].index(), distance(factors), rows[0].buffer(), first(rows[0].index(), j),
        distance(rows), store.buffer(), first(store.index(), j), loop.to());
  }

  private static boolean isOverColumns(Stmt.For s) {
    return s.from().is(0) && s.step() == 1 && s.along().isEmpty();
  }

  private static Value.Load declared(Stmt s, Local local) {
    return s instanceof Stmt.Declare d && d.local() == local && d.value() instanceof Value.Load load && load.lanes() == 1 ? load : null;
  }

  private static Dim distance(Value.Load[] loads) {
    return loads[1].index().minus(loads[0].index());
  }

  /** Whether they are of one array and at equal distances. */
  private static boolean areEven(Value.Load[] loads) {
    for (int r = 1; r < loads.length; r++) {
      if (loads[r].buffer() != loads[0].buffer()) return false;
      if (!loads[r].index().equals(loads[0].index().plus(distance(loads).times(r)))) return false;
    }
    return true;
  }

  private static boolean goesAlong(Dim index, Symbol j) {
    Dim stride = index.coefficient(j);
    return stride != null && stride.is(1);
  }

  private static Dim first(Dim index, Symbol j) {
    return index.substitute(x -> x == j ? Dim.ZERO : null);
  }
}
