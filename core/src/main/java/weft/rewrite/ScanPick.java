package weft.rewrite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Message;
import weft.graph.Origin;
import weft.loop.Lengths;
import weft.op.CheckedIndices;
import weft.op.Counted;
import weft.op.Ops;
import weft.op.Scan;
import weft.op.ScanRequire;
import weft.op.Slice;
import weft.op.Take;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/**
 * A scan of which only one row is read, at a place that a call computes, takes no steps behind it: the place is counted
 * ({@link Counted}), and the row is the last one. Scans of few steps, which may be written out, stay, and so do those in steps of others,
 * where a length that is measured anew each time would be in the way of more.
 */
public final class ScanPick {
  /** Below this a scan of known length takes all its steps. */
  private static final int FEW = 16;

  private ScanPick() {}

  /** A graph of the same results in which this is done, wherever it can be. */
  public static List<Expr> apply(List<Expr> results, Consumer<String> explain) {
    List<Expr> now = results;
    Map<Expr, Expr> picked;
    while ((picked = one(now, explain)) != null) now = Graphs.substitute(now, picked);
    return now;
  }

  private static Map<Expr, Expr> one(List<Expr> results, Consumer<String> explain) {
    List<Apply> order = Graphs.order(results);
    if (order.stream().noneMatch(a -> a.op() instanceof Scan)) return null;
    Map<Expr, List<Apply>> users = Graphs.users(order);
    Set<Expr> read = new HashSet<>(results);
    for (Apply a : order) {
      if (!(a.op() instanceof Scan scan) || !fits(a, scan)) continue;
      for (int i = 0; i < scan.carries() + scan.stacked(); i++) {
        boolean carry = i < scan.carries();
        Expr rows = a.output(carry ? scan.trajectory(i) : scan.ys(i - scan.carries()));
        Apply take = take(a, rows, carry, users, read);
        if (take != null) return Map.of(take.output(0), picked(a, scan, i, take, explain));
      }
    }
    return null;
  }

  private static boolean fits(Apply a, Scan scan) {
    if (scan.isUntil() || scan.again() || scan.reverse() || !scan.isPure() || !scan.updated().isEmpty()) return false;
    if (scan.length().isConstant() && scan.length().constant() < FEW) return false;
    for (Expr in : a.inputs()) if (!Lengths.in(in.type()).isEmpty()) return false;
    return Lengths.in(scan.length()).isEmpty();
  }

  /** What takes the only row that is read of a scan; null if more is read, or other rows. */
  private static Apply take(Apply a, Expr rows, boolean carry, Map<Expr, List<Apply>> users, Set<Expr> read) {
    for (Expr out : a.outputs()) {
      if (read.contains(out) || users.containsKey(out) != (out == rows)) return null;
    }
    Expr steps = carry ? behindTheFirst(rows, users, read) : rows;
    if (steps == null || users.get(steps) == null || users.get(steps).size() != 1) return null;
    Apply take = users.get(steps).get(0);
    if (!(take.op() instanceof Take t) || t.axis() != 0 || take.input(0) != steps || take.input(1).rank() != 0) return null;
    boolean checked = take.input(1).op() instanceof CheckedIndices c && c.limit().equals(steps.dim(0));
    return checked && !read.contains(steps) ? take : null;
  }

  /** A trajectory without the row that it starts with; null if that is not all that is read of it. */
  private static Expr behindTheFirst(Expr trajectory, Map<Expr, List<Apply>> users, Set<Expr> read) {
    List<Apply> readers = users.get(trajectory);
    if (readers.size() != 1 || !(readers.get(0).op() instanceof Slice s) || s.axis() != 0 || s.step() != 1) return null;
    boolean whole = s.from().is(1) && s.extent().equals(trajectory.dim(0).minus(1));
    return whole ? readers.get(0).output(0) : null;
  }

  private static Expr picked(Apply a, Scan scan, int output, Apply take, Consumer<String> explain) {
    Expr place = take.input(1).apply().input(0);
    explain.accept(Scan.title(a) + ": takes only the steps up to the row " + label(place) + ", since nothing else is read of it");
    Expr row = Origin.inherit(a.origin(), () -> {
      Counted counted = Counted.of(Ops.plus(take.input(1), 1), scan.length(), scan.label() + "_count");
      Dim steps = counted.extent();
      var inputs = new ArrayList<>(a.inputs());
      for (int i = 0; i < scan.sequences(); i++) {
        Expr rows = ScanRequire.of(inputs.get(i), steps, Kind.STEPS, "scan: %d steps\n  Give 0 or more.", steps);
        rows = ScanRequire.of(rows, scan.length().minus(steps), Kind.STEPS, "scan: %d steps", steps);
        inputs.set(i, Ops.slice(rows, 0, Dim.ZERO, steps));
      }
      inputs.set(0, counted.with(inputs.get(0)));
      Apply now = Apply.of(new Scan(scan.label(), scan.body(), scan.sequences(), scan.carries(), steps, false), inputs);
      if (output < scan.carries()) return now.output(scan.last(output));
      return Ops.index(now.output(scan.ys(output - scan.carries())), 0, steps.minus(1));
    });
    return Graphs.named(row, take.output(0));
  }

  private static String label(Expr place) {
    return Message.label(place);
  }
}
