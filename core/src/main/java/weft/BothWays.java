package weft;

import java.util.function.Function;
import weft.graph.Expr;
import weft.op.Ops;

/** What two scans give that go through the same sequences, one from the first row to the last and one from the last to the first. */
public final class BothWays {
  private final Scanned forwards;
  private final Scanned backwards;

  BothWays(Scanned forwards, Scanned backwards) {
    this.forwards = forwards;
    this.backwards = backwards;
  }

  /** What the scan from the first row to the last gives. */
  public Scanned forwards() {
    return forwards;
  }

  /** What the scan from the last row to the first gives. */
  public Scanned backwards() {
    return backwards;
  }

  /** The only carry, or the first, as {@link #aligned(int)}. */
  public Expr aligned() {
    return aligned(0);
  }

  /**
   * Carry {@code i} of both: row t is what it was after the steps that read row t of the sequences, first that of the scan forwards, then
   * that of the scan backwards, side by side along the last axis; along a new one if the carry is a scalar.
   */
  public Expr aligned(int i) {
    return sideBySide(s -> s.carry(i).aligned(), 1);
  }

  /** Carry {@code i} of both after their last steps, side by side like {@link #aligned(int)}: each has seen all rows. */
  public Expr last(int i) {
    return sideBySide(s -> s.last(i), 0);
  }

  /** The only carry, or the first, as {@link #last(int)}. */
  public Expr last() {
    return last(0);
  }

  /** What both emitted as number {@code i}, row t for row t of the sequences, side by side like {@link #aligned(int)}. */
  public Expr emitted(int i) {
    return sideBySide(s -> s.emittedAligned(i), 1);
  }

  /** @param scalar the rank at which there is no axis to join along */
  private Expr sideBySide(Function<Scanned, Expr> part, int scalar) {
    Expr one = part.apply(forwards);
    Expr other = part.apply(backwards);
    return one.rank() > scalar ? Ops.concat(one.rank() - 1, one, other) : Ops.stack(one.rank(), one, other);
  }
}
