package weft.schedule;

import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.type.Dim;

/** What several passes ask of loops and do to them. */
final class Loops {
  private Loops() {}

  /** Whether no loop is inside this one. */
  static boolean isInnermost(Stmt.For loop) {
    return !hasLoops(loop.body());
  }

  /** The body of a loop with something else in the place of its variable. */
  static Stmt bodyAt(Stmt.For loop, Dim at) {
    return new StmtRewriter() {
      @Override
      protected Dim dim(Dim dim) {
        return dim.substitute(s -> s == loop.var() ? at : null);
      }
    }.rewrite(loop.body());
  }

  /** Whether a statement writes a vector, wherever that goes. */
  static boolean storesVector(Stmt s) {
    if (s instanceof Stmt.Scatter scatter) return scatter.value().isVector();
    return s instanceof Stmt.Store store && store.value().isVector();
  }

  private static boolean hasLoops(Stmt s) {
    if (s instanceof Stmt.Block b) return b.stmts().stream().anyMatch(Loops::hasLoops);
    if (s instanceof Stmt.If i) return hasLoops(i.then()) || hasLoops(i.otherwise());
    return s instanceof Stmt.For || s instanceof Stmt.While;
  }
}
