package weft.schedule;

import java.util.IdentityHashMap;
import java.util.Map;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.type.Dim;
import weft.type.Symbol;

/** A second copy of a loop's body under another loop variable, with locals of its own. */
final class Rename extends StmtRewriter {
  private final Map<Symbol, Dim> symbols;
  private final Map<Local, Local> locals = new IdentityHashMap<>();

  Rename(Symbol from, Symbol to) {
    this(Map.of(from, Dim.of(to)));
  }

  /** @param symbols what takes the place of what the loop counts */
  Rename(Map<Symbol, Dim> symbols) {
    this.symbols = symbols;
  }

  Stmt stmt(Stmt body) {
    declared(body);
    return rewrite(body);
  }

  private void declared(Stmt s) {
    if (s instanceof Stmt.Block b) b.stmts().forEach(this::declared);
    else if (s instanceof Stmt.For f) declared(f.body());
    else if (s instanceof Stmt.Declare d) {
      locals.put(d.local(), new Local(d.local().name(), d.local().dtype(), d.local().lanes()));
    }
  }

  @Override
  protected Dim dim(Dim dim) {
    return dim.substitute(symbols::get);
  }

  @Override
  protected Local local(Local local) {
    return locals.getOrDefault(local, local);
  }
}
