package weft;

import java.util.ArrayList;
import java.util.function.IntFunction;
import weft.graph.Expr;

/**
 * What a scan with a record as its carry gives.
 *
 * @param <R> the user's record of expressions
 */
public final class States<R extends Record> {
  private final Class<R> type;
  private final Scanned scanned;

  States(Class<R> type, Scanned scanned) {
    this.type = type;
    this.scanned = scanned;
  }

  /** The carry after the last step; the initial one if there are no steps. */
  public R last() {
    return record(scanned::last);
  }

  /** The carry after each step: in each component the steps' values, stacked in the order in which they ran. */
  public R all() {
    return record(scanned::all);
  }

  /** The same, stacked so that row t belongs to row t of the sequences. */
  public R aligned() {
    return record(i -> scanned.carry(i).aligned());
  }

  /** All results of the scan, each component of the record a carry of its own. */
  public Scanned scanned() {
    return scanned;
  }

  private R record(IntFunction<Expr> part) {
    var parts = new ArrayList<Expr>();
    for (int i = 0; i < Records.size(type); i++) parts.add(part.apply(i));
    return Records.make(type, parts.iterator());
  }
}
