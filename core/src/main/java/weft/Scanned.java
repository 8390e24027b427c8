package weft;

import java.util.List;
import weft.graph.Expr;
import weft.graph.Message;
import weft.op.Ops;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** What a scan gives: the trajectory of each carry, and the rows that its steps emitted. */
public final class Scanned {
  private final List<Trajectory> carries;
  private final List<Expr> emitted;
  private final List<Update> updates;
  private final boolean reverse;

  Scanned(List<Trajectory> carries, List<Expr> emitted, List<Update> updates, boolean reverse) {
    this.carries = carries;
    this.emitted = emitted;
    this.updates = List.copyOf(updates);
    this.reverse = reverse;
  }

  /** How carry {@code i} went. */
  public Trajectory carry(int i) {
    return at("carry", carries, i);
  }

  /** The only carry, or the first, after the last step. */
  public Expr last() {
    return last(0);
  }

  /** Carry {@code i} after the last step; the initial one if there are no steps. */
  public Expr last(int i) {
    return carry(i).last();
  }

  /** Carry {@code i} after each step, stacked in the order in which the steps ran. */
  public Expr all(int i) {
    return carry(i).all();
  }

  /** What the steps emitted first, stacked in the order in which they ran. */
  public Expr emitted() {
    return emitted(0);
  }

  /** What the steps emitted as number {@code i}, stacked in the order in which they ran. */
  public Expr emitted(int i) {
    return reverse ? Ops.reverse(emittedAligned(i), 0) : emittedAligned(i);
  }

  /**
   * The same, stacked so that row t belongs to row t of the sequences; as {@link #emitted(int)} unless
   * backwards.
   */
  public Expr emittedAligned(int i) {
    return at("emitted row", emitted, i);
  }

  /**
   * What the parameters that the steps update are after the last step. A function that needs a result of the scan makes these updates by
   * itself; this is for functions that need none.
   */
  public List<Update> updates() {
    return updates;
  }

  private static <T> T at(String what, List<T> all, int i) {
    if (i >= 0 && i < all.size()) return all.get(i);
    throw new WeftException(Kind.ARGUMENT, Message.here("scan: there is no " + what + " " + i,
        all.isEmpty() ? "There are none." : "They go from 0 to " + (all.size() - 1) + "."));
  }
}
