package weft.op;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import weft.loop.Stmt;
import weft.type.Dim;
import weft.type.Symbol;

/** Loops around a statement, one an axis: what structured ops write their kernels with. */
final class LoopNest {
  private static final String NAMES = "ijklmnop";

  private LoopNest() {}

  /** Loops over {@code dims}, the first one outermost, around what {@code body} says of their variables. */
  static Stmt over(List<Dim> dims, Stmt.Order order, Function<List<Dim>, Stmt> body) {
    var variables = new ArrayList<Symbol>();
    for (int i = 0; i < dims.size(); i++) variables.add(Symbol.loopVariable(String.valueOf(NAMES.charAt(i % NAMES.length()))));
    Stmt nest = body.apply(variables.stream().map(Dim::of).toList());
    for (int i = dims.size() - 1; i >= 0; i--) {
      nest = new Stmt.For(variables.get(i), Dim.ZERO, dims.get(i), 1, order, nest);
    }
    return nest;
  }
}
