package weft.lower;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Lengths;
import weft.op.RowsRead;
import weft.type.Dim;

/** How many rows of a scan's stacked result are read, where only its last ones are. */
final class LastRows {
  private LastRows() {}

  /**
   * How many rows at the end of {@code rows}, at its beginning if a scan goes backwards, hold all that are read; null if
   * that depends on how many rows there are, or would save little.
   *
   * @param results what is read whole
   */
  static Dim count(Expr rows, boolean backwards, Map<Expr, List<Apply>> users, Set<Expr> results) {
    List<RowsRead.Read> reads = RowsRead.of(rows, users, results);
    if (reads == null || reads.isEmpty()) return null;
    Dim edge = null;
    for (RowsRead.Read r : reads) {
      Dim row = backwards ? r.highest() : r.lowest();
      if (edge == null) edge = row;
      Dim apart = row.minus(edge);
      if (!apart.isConstant()) return null;
      if (backwards ? apart.constant() > 0 : apart.constant() < 0) edge = row;
    }
    Dim total = rows.dim(0);
    Dim kept = backwards ? edge.plus(1) : total.minus(edge);
    if (kept.symbols().stream().anyMatch(total::uses)) return null;
    // A length that the scan itself finds out is no size while it runs.
    if (!Collections.disjoint(Lengths.in(kept), Lengths.in(total))) return null;
    // A part without elements reads no row, but a carry's start still needs one to go to.
    if (!kept.minus(1).isNonNegative()) kept = Dim.max(kept, Dim.ONE);
    return total.isConstant() && !(kept.isConstant() && 2 * kept.constant() <= total.constant()) ? null : kept;
  }
}
