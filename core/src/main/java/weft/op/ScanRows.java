package weft.op;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import weft.graph.Expr;
import weft.type.Dim;

/** Which rows of a carry's trajectory belong to which step of a scan. */
public final class ScanRows {
  private final Dim length;
  private final boolean reverse;

  /** Of the trajectories of a scan. */
  public ScanRows(Scan scan) {
    this(scan.length(), scan.reverse());
  }

  /** Of the trajectories of a scan of so many steps. */
  public ScanRows(Dim length, boolean reverse) {
    this.length = length;
    this.reverse = reverse;
  }

  /** Row t is what the carry was before step t. */
  public Expr before(Expr trajectory) {
    return rows(trajectory, reverse ? Dim.ONE : Dim.ZERO);
  }

  /** Row t is what the carry was after step t. */
  public Expr after(Expr trajectory) {
    return rows(trajectory, reverse ? Dim.ZERO : Dim.ONE);
  }

  /** Whether the row of the initial carry is seen to be 0 in a cotangent of the trajectory. */
  boolean isInitialZero(Expr cotangent) {
    var seen = new HashSet<>(Set.of(cotangent));
    var open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      Expr part = open.pop();
      if (part.op() == Scalar.ADD) part.apply().inputs().stream().filter(seen::add).forEach(open::add);
      else if (!(part.op() instanceof Embed e) || !isInitialZero(e, part.apply().input(0).dim(0))) return false;
    }
    return true;
  }

  private boolean isInitialZero(Embed e, Dim extent) {
    if (e.axis() != 0 || e.step() != 1) return false;
    return reverse ? length.minus(e.from().plus(extent)).isNonNegative() : e.from().minus(1).isNonNegative();
  }

  private Expr rows(Expr trajectory, Dim from) {
    return Ops.slice(trajectory, 0, from, length);
  }

  /** The row of the initial carry. */
  public Expr initial(Expr trajectory) {
    return Ops.index(trajectory, 0, reverse ? length : Dim.ZERO);
  }
}
