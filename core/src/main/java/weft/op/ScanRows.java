package weft.op;

import weft.graph.Expr;
import weft.type.Dim;

/** Which rows of a carry's trajectory belong to which step of a scan. */
public final class ScanRows {
  private final Dim length;
  private final boolean reverse;

  public ScanRows(Scan scan) {
    this(scan.length(), scan.reverse());
  }

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
    if (cotangent.op() == Scalar.ADD) {
      return isInitialZero(cotangent.apply().input(0)) && isInitialZero(cotangent.apply().input(1));
    }
    if (!(cotangent.op() instanceof Embed e) || e.axis() != 0 || e.step() != 1) return false;
    Dim end = e.from().plus(cotangent.apply().input(0).dim(0));
    return reverse ? length.minus(end).isNonNegative() : e.from().minus(1).isNonNegative();
  }

  private Expr rows(Expr trajectory, Dim from) {
    return Ops.slice(trajectory, 0, from, length);
  }

  /** The row of the initial carry. */
  public Expr initial(Expr trajectory) {
    return Ops.index(trajectory, 0, reverse ? length : Dim.ZERO);
  }
}
