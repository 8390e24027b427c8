package weft.lower;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Expr;
import weft.loop.Fun;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.op.Place;
import weft.op.Scan;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Memory for the last rows of a scan's stacked result alone. Each step writes to a row that the driver counts: all steps before the last
 * ones to the first. Where nobody knows which steps are the last ones, rows go round, each written twice, so that wherever
 * the last step was, what came before it lies in one piece.
 */
final class ScanWindow {
  private final Scan scan;
  private final Dim kept;
  private final boolean roundAbout;
  private final Place rows;
  /** The row that a step writes; null if there is only one. */
  private final Symbol slot;
  /** Whether the first row is the carry that the scan starts with. */
  private final boolean initial;

  /**
   * @param stacked the scan's result
   * @param kept how many of its rows are read
   */
  ScanWindow(Region region, Scan scan, Expr stacked, Dim kept, String name) {
    this.scan = scan;
    this.kept = kept;
    this.initial = !stacked.dim(0).equals(scan.length());
    this.roundAbout = scan.isUntil() && !kept.is(1);
    var dims = new ArrayList<>(stacked.type().dims());
    dims.set(0, kept.times(roundAbout ? 2 : 1));
    this.rows = region.program.allocate(name + ".rows", stacked.dtype(), dims, false);
    this.slot = kept.is(1) ? null : Symbol.measured(region.program.unique(name + ".row"), kept);
    if (slot != null) region.measure(slot);
  }

  /** Where the carry that the scan starts with goes, if it is one of the rows. */
  List<Place> start() {
    return roundAbout ? List.of(rows.at(0, Dim.ZERO), rows.at(0, kept)) : List.of(rows.at(0, startsAt()));
  }

  private Dim startsAt() {
    return scan.reverse() ? kept.minus(1) : Dim.ZERO;
  }

  /** Where a step writes its row. */
  List<Place> now() {
    if (slot == null) return List.of(rows.at(0, Dim.ZERO));
    Dim at = Dim.of(slot);
    return roundAbout ? List.of(rows.at(0, at), rows.at(0, at.plus(kept))) : List.of(rows.at(0, at));
  }

  /** Makes sure that there is a last row before any step has counted one. */
  void begin(List<Stmt> driver) {
    if (roundAbout) driver.add(new Stmt.Measure(slot, new Value.Position(startsAt())));
  }

  /**
   * Counts, at the beginning of a step.
   *
   * @param now the row of the sequences that the step is at
   */
  void count(List<Stmt> driver, Dim now) {
    if (slot == null) return;
    Value row;
    if (roundAbout) row = new Value.Call(Fun.MOD, new Value.Position(initial ? now.plus(1) : now), new Value.Position(kept));
    else if (scan.reverse()) row = new Value.Call(Fun.MIN, new Value.Position(now), new Value.Position(kept.minus(1)));
    else row = new Value.Call(Fun.MAX, new Value.Position(now.plus(kept).minus(scan.length())), Value.number(DType.I32, 0));
    driver.add(new Stmt.Measure(slot, row));
  }

  /** All rows, of which only those that are kept may be read. */
  Place all(Expr whole) {
    Dim total = whole.dim(0);
    Dim end = !roundAbout ? kept : Dim.of(slot).plus(kept).plus(1);
    Dim first = scan.reverse() ? Dim.ZERO : end.minus(total);
    var dims = new ArrayList<>(rows.dims());
    dims.set(0, total);
    return new Place(rows.buffer(), rows.base().plus(rows.strides().get(0).times(first)), rows.strides(), dims, rows.overrun());
  }
}
