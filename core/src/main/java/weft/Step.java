package weft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import weft.graph.Expr;
import weft.graph.Message;
import weft.op.Ops;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** One step of a scan while it is being described: the rows and carries it sees, and what it gives. */
public final class Step {
  private final List<Taps> rowTaps;
  private final List<List<Expr>> rows;
  private final List<Taps> carryTaps;
  /** What each carry was, by its taps. */
  private final List<Map<Integer, Expr>> carries;
  /** Null until it is said. */
  private Object[] next;
  private Expr until;
  private final List<Object> emitted = new ArrayList<>();
  private final List<Update> updates = new ArrayList<>();

  Step(List<Taps> rowTaps, List<List<Expr>> rows, List<Taps> carryTaps, List<Map<Integer, Expr>> carries) {
    this.rowTaps = rowTaps;
    this.rows = rows;
    this.carryTaps = carryTaps;
    this.carries = carries;
  }

  /** This step's row of the only sequence, or of the first. */
  public Expr row() {
    return row(0);
  }

  /** This step's row of sequence {@code i}; where it has one tap that is not 0, the row at that tap. */
  public Expr row(int i) {
    Taps taps = at("sequence", rowTaps, i);
    return rows.get(i).get(taps.offsets().length == 1 ? 0 : tap("sequence", i, taps, 0));
  }

  /** The row of sequence {@code i} at one of its taps. */
  public Expr row(int i, int tap) {
    return rows.get(i).get(tap("sequence", i, at("sequence", rowTaps, i), tap));
  }

  /** What the only carry, or the first, was before this step. */
  public Expr prev() {
    return prev(0);
  }

  /** What carry {@code i} was before this step; where it has one tap that is not -1, at that tap. */
  public Expr prev(int i) {
    Taps taps = at("carry", carryTaps, i);
    return prev(i, taps.offsets().length == 1 ? taps.offsets()[0] : -1);
  }

  /** Carry {@code i} at one of its taps. */
  public Expr prev(int i, int tap) {
    tap("carry", i, at("carry", carryTaps, i), tap);
    return carries.get(i).get(tap);
  }

  /** Says what the carries become, in order and all at once. */
  public Step next(Object... carries) {
    if (next != null) {
      throw new WeftException(Kind.ARGUMENT, Message.here("scan: the step says twice what the carries become",
          "Call next(…) once, with one value for each carry, in order."));
    }
    next = Message.needed("scan: what the carries become", carries).clone();
    return this;
  }

  /** Says what this step gives besides the carries; all steps' are stacked. Calls add up; a record counts as what is in it. */
  public Step emit(Object... rows) {
    for (Object row : Message.needed("scan: what is emitted", rows)) {
      if (row instanceof Record r) emitted.addAll(Records.parts(r));
      else emitted.add(row);
    }
    return this;
  }

  /**
   * Updates parameters at the end of this step: the next step reads the new values, and the function that contains the scan gives them
   * the values after the last step. Calls add up. Masks and lengths do not hold updates back.
   */
  public Step updates(List<Update> more) {
    updates.addAll(Message.neededAll("scan: updates", more));
    return this;
  }

  /** Updates parameters at the end of this step, as {@link #updates(List)}. */
  public Step updates(Update... more) {
    return updates(Arrays.asList(Message.needed("scan: updates", more)));
  }

  List<Update> updates() {
    return updates;
  }

  /**
   * Ends the scan with this step if {@code condition} is true: the step still counts, and its results are the last ones. How many steps
   * there were is then known only when the function is called; it is the extent of everything stacked.
   *
   * @param condition a bool scalar
   */
  public Step until(Expr condition) {
    if (Message.needed("scan: the condition that ends it", condition).rank() != 0 || condition.dtype() != DType.BOOL) {
      throw ScanBuilder.fail(Kind.DTYPE, "scan: the condition that ends it is " + condition.type() + ", not one bool", condition,
          "Compare numbers, such as x.gt(3), or combine elements with any or all.");
    }
    until = until == null ? condition : Ops.or(until, condition);
    return this;
  }

  Expr until() {
    return until;
  }

  Object[] next() {
    return next == null ? new Object[0] : next;
  }

  List<Object> emitted() {
    return emitted;
  }

  private static Taps at(String what, List<Taps> all, int i) {
    if (i >= 0 && i < all.size()) return all.get(i);
    throw new WeftException(Kind.ARGUMENT, Message.here("scan: there is no " + what + " " + i,
        all.isEmpty() ? "There are none." : "They go from 0 to " + (all.size() - 1) + "."));
  }

  private static int tap(String what, int i, Taps taps, int offset) {
    for (int at = 0; at < taps.offsets().length; at++) if (taps.offsets()[at] == offset) return at;
    throw new WeftException(Kind.ARGUMENT, Message.here("scan: " + what + " " + i + " has no tap " + offset,
        "It has " + taps + "."));
  }
}
