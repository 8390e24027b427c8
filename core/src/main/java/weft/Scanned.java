package weft;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Expr;
import weft.graph.Message;
import weft.loop.Lengths;
import weft.op.After;
import weft.op.Ops;
import weft.op.Scan;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** What a scan gives: the trajectory of each carry, and the rows that its steps emitted. */
public final class Scanned {
  private final List<Trajectory> carries;
  private final List<Expr> emitted;
  private final List<Update> updates;
  private final Scan scan;
  private final boolean turned;
  private final Expr any;

  /**
   * @param turned whether the scan goes forwards through sequences that were turned round
   * @param any some output that is as long as the scan took steps, or one more; null if it has none, as no scan has that stops by itself
   */
  Scanned(List<Trajectory> carries, List<Expr> emitted, List<Update> updates, Scan scan, boolean turned, Expr any) {
    this.carries = carries;
    this.emitted = emitted;
    this.updates = List.copyOf(updates);
    this.scan = scan;
    this.turned = turned;
    this.any = any;
  }

  /** How many steps there were, an i32 scalar. */
  public Expr steps() {
    Expr steps = Ops.extent(scan.length(), DType.I32);
    return Lengths.in(scan.length()).isEmpty() ? steps : After.of(steps, any);
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
    Expr rows = at("emitted row", emitted, i);
    return scan.reverse() ? Ops.reverse(rows, 0) : rows;
  }

  /**
   * The same, stacked so that row t belongs to row t of the sequences; as {@link #emitted(int)} unless
   * backwards. If it stopped by itself, the last row belongs to the last row of the sequences.
   */
  public Expr emittedAligned(int i) {
    Expr rows = at("emitted row", emitted, i);
    return turned ? Ops.reverse(rows, 0) : rows;
  }

  /** What the steps emitted as a record of this type, and nothing else: each component stacked in the order in which they ran. */
  public <R extends Record> R emitted(Class<R> type) {
    if (Records.size(type) != emitted.size()) {
      throw new WeftException(Kind.ARGUMENT, Message.here("scan: " + type.getSimpleName() + " has " + Records.size(type)
          + " components, but the steps emitted " + emitted.size() + " rows", "Emit a record of that type, and nothing else."));
    }
    var rows = new ArrayList<Expr>();
    for (int i = 0; i < emitted.size(); i++) rows.add(emitted(i));
    return Records.make(type, rows.iterator());
  }

  /**
   * What the parameters that the steps update are after the last step. A function that needs a result of the scan makes these updates by
   * itself; this is for functions that need none.
   */
  public List<Update> updates() {
    return updates;
  }

  /** This, if all steps are taken; else rows of one direction would not belong to rows of the other. */
  Scanned wholly(String what) {
    if (!scan.isUntil()) return this;
    throw new WeftException(Kind.ARGUMENT, Message.here(what + ": a step ends the scan", "Go each way with a scan of its own."));
  }

  private static <T> T at(String what, List<T> all, int i) {
    if (i >= 0 && i < all.size()) return all.get(i);
    throw new WeftException(Kind.ARGUMENT, Message.here("scan: there is no " + what + " " + i,
        all.isEmpty() ? "There are none." : "They go from 0 to " + (all.size() - 1) + "."));
  }
}
