package weft;

import java.util.List;
import weft.graph.Expr;
import weft.op.Ops;
import weft.op.Scan;
import weft.op.ScanRows;

/** What one carry of a scan was, step by step. */
public final class Trajectory {
  private final Expr last;
  private final Expr rows;
  private final ScanRows at;
  private final boolean reverse;
  private final boolean turned;
  private final Expr initialRows;

  /**
   * @param turned whether the scan goes forwards through sequences that were turned round
   * @param initialRows the initial rows of a tapped carry, oldest first; null where the initial carry is one
   * row
   */
  Trajectory(Expr last, Expr rows, Scan scan, boolean turned, Expr initialRows) {
    this.last = last;
    this.rows = rows;
    this.at = new ScanRows(scan);
    this.reverse = scan.reverse();
    this.turned = turned;
    this.initialRows = initialRows;
  }

  /** The carry after the last step; the initial one if there are no steps. */
  public Expr last() {
    return last;
  }

  /** The carry after each step, stacked in the order in which the steps ran. */
  public Expr all() {
    Expr after = at.after(rows);
    return reverse ? Ops.reverse(after, 0) : after;
  }

  /**
   * The carry after each step, stacked so that row t belongs to row t of the sequences; as {@link #all} unless
   * backwards. If it stopped by itself, the last row belongs to the last row of the sequences.
   */
  public Expr aligned() {
    Expr after = at.after(rows);
    return turned ? Ops.reverse(after, 0) : after;
  }

  /**
   * The initial carry (the initial rows of a tapped one), and behind it {@link #all}. Where gradients are truncated, those of the initial
   * rows flow on if the steps that gradients flow through reach back to them.
   */
  public Expr withInitial() {
    if (initialRows != null) return Ops.concat(0, List.of(initialRows, all()));
    return reverse ? Ops.reverse(rows, 0) : rows;
  }
}
