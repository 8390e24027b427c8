package weft.lower;

import weft.graph.Expr;
import weft.type.Dim;

/** What becomes of the results of an apply in its region. */
interface Readers {
  /** Whether anything reads an expression outside the apply that gives it. */
  boolean isUsed(Expr e);

  /** Whether anything computes from it; a result of the region itself may be read by nobody there. */
  boolean isRead(Expr e);

  /** How many of its last rows are read, of its first ones if a scan goes {@code backwards}; null for all. */
  Dim lastRows(Expr rows, boolean backwards);
}
