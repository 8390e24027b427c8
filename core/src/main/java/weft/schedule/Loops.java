package weft.schedule;

import weft.loop.Stmt;

/** Questions about loops that several passes ask. */
final class Loops {
  private Loops() {}

  /** Whether no loop is inside this one. */
  static boolean isInnermost(Stmt.For loop) {
    return !hasLoops(loop.body());
  }

  private static boolean hasLoops(Stmt s) {
    if (s instanceof Stmt.Block b) return b.stmts().stream().anyMatch(Loops::hasLoops);
    if (s instanceof Stmt.If i) return hasLoops(i.then()) || hasLoops(i.otherwise());
    return s instanceof Stmt.For || s instanceof Stmt.While;
  }
}
