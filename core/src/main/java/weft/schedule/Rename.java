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
  private final Symbol from;
  private final Symbol to;
  private final Map<Local, Local> locals = new IdentityHashMap<>();

  Rename(Symbol from, Symbol to) {
    this.from = from;
    this.to = to;
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
    return dim.substitute(s -> s == from ? Dim.of(to) : null);
  }

  @Override
  protected Local local(Local local) {
    return locals.getOrDefault(local, local);
  }
}
