package weft.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Origin;
import weft.op.Broadcast;
import weft.op.Concat;
import weft.op.Extent;
import weft.op.GradientMark;
import weft.op.Ops;
import weft.op.Scalar;
import weft.op.Scan;
import weft.op.Slice;
import weft.type.Dim;

/**
 * Two scans of the same step, of which the second goes on where the first ends, become the one that they are. So a scan with truncated
 * gradients is one loop where no gradient goes through it; where one does, few rows are kept because there are two.
 */
public final class ScanJoin {
  private final Consumer<String> explain;

  private ScanJoin(Consumer<String> explain) {
    this.explain = explain;
  }

  /** A graph of the same results in which this is done, wherever it can be. */
  public static List<Expr> apply(List<Expr> results, Consumer<String> explain) {
    return ScanGraphs.eachLevel(results, new ScanJoin(explain)::level);
  }

  private List<Expr> level(List<Expr> results) {
    List<Expr> now = results;
    Map<Expr, Expr> joined;
    while ((joined = joinOne(now)) != null) now = Graphs.substitute(now, joined);
    return now;
  }

  private Map<Expr, Expr> joinOne(List<Expr> results) {
    List<Apply> order = Graphs.order(results);
    Map<Expr, List<Apply>> users = null;
    for (Apply a : order) {
      if (!(a.op() instanceof Scan scan) || scan.carries() == 0 || scan.isUntil() || scan.again() || !scan.isPure()) continue;
      Apply first = first(a, scan);
      if (first == null) continue;
      if (users == null) users = Graphs.users(order);
      Map<Expr, Expr> joined = joined(first, a, users, new HashSet<>(results));
      if (joined != null) return joined;
    }
    return null;
  }

  /** The scan whose last carries this one begins with, if it has the same step; else null. */
  private static Apply first(Apply later, Scan scan) {
    Expr begins = begins(later.input(scan.sequences()));
    if (!(begins.op() instanceof Scan before)) return null;
    Apply first = begins.apply();
    boolean same = before.reverse() == scan.reverse() && !before.isUntil() && !before.again() && before.sequences() == scan.sequences()
        && before.carries() == scan.carries() && before.body().variables().equals(scan.body().variables())
        && before.body().results().equals(scan.body().results());
    if (!same) return null;
    int carries = scan.sequences();
    int captured = carries + scan.carries();
    if (!first.inputs().subList(captured, first.inputs().size()).equals(later.inputs().subList(captured, later.inputs().size()))) return null;
    for (int i = 0; i < scan.carries(); i++) {
      if (begins(later.input(carries + i)) != first.output(before.last(i))) return null;
    }
    return first;
  }

  /** What a carry is at the start, without marks for gradients; where no steps came before, their last carry is their initial one. */
  private static Expr begins(Expr start) {
    if (start.op() != Scalar.WHERE) return unmarked(start);
    Expr last = unmarked(start.apply().input(2));
    if (!(last.op() instanceof Scan before) || !isNoStep(start.apply().input(0), before)) return start;
    int carry = last.apply().outputs().indexOf(last);
    boolean initial = carry < before.carries() && start.apply().input(1) == last.apply().input(before.sequences() + carry);
    return initial ? last : start;
  }

  /** Whether a bool, or several times the same one, says that a scan takes no step. */
  private static boolean isNoStep(Expr condition, Scan scan) {
    if (condition.op() instanceof Broadcast) return isNoStep(condition.apply().input(0), scan);
    if (condition.op() != Scalar.EQ) return false;
    Expr extent = condition.apply().input(0);
    boolean isZero = condition.apply().input(1).op() instanceof Leaf.Constant c && c.value().doubleValue() == 0;
    return isZero && extent.op() instanceof Extent e && e.of().equals(scan.length());
  }

  private static Expr unmarked(Expr e) {
    return e.op() instanceof GradientMark ? e.apply().input(0) : e;
  }

  private Map<Expr, Expr> joined(Apply first, Apply later, Map<Expr, List<Apply>> users, Set<Expr> results) {
    var before = (Scan) first.op();
    var scan = (Scan) later.op();
    Dim length = before.length().plus(scan.length());
    var inputs = new ArrayList<>(first.inputs());
    for (int i = 0; i < scan.sequences(); i++) {
      Expr whole = whole(first.input(i), later.input(i), scan.reverse());
      if (whole == null) return null;
      inputs.set(i, whole);
    }
    var concats = new HashMap<Expr, Integer>();
    for (int i = scan.carries(); i < later.outputs().size(); i++) {
      if (results.contains(later.output(i))) return null;
      for (Apply user : users.getOrDefault(later.output(i), List.of())) {
        if (!isJoined(user, first, later, i)) return null;
        concats.put(user.output(0), i);
      }
    }
    explain.accept(Scan.title(later) + ": one loop, since no gradient goes through its last steps alone");
    var op = new Scan(scan.label(), scan.body(), scan.sequences(), scan.carries(), length, scan.reverse());
    Apply now = Origin.inherit(later.origin(), () -> Apply.of(op, inputs));
    var mapped = new HashMap<Expr, Expr>();
    for (int i = 0; i < scan.carries(); i++) mapped.put(later.output(i), now.output(i));
    concats.forEach((concat, output) -> mapped.put(concat, now.output(output)));
    return mapped;
  }

  /** The rows of both scans, if those of the later one lie behind those of the first in the order of the steps. */
  private static Expr whole(Expr early, Expr late, boolean reverse) {
    if (!(early.op() instanceof Slice a) || !(late.op() instanceof Slice b)) return null;
    Slice low = reverse ? b : a;
    Slice high = reverse ? a : b;
    boolean fits = early.apply().input(0) == late.apply().input(0) && a.axis() == 0 && b.axis() == 0 && a.step() == 1 && b.step() == 1
        && low.from().plus(low.extent()).equals(high.from());
    return fits ? Ops.slice(early.apply().input(0), 0, low.from(), low.extent().plus(high.extent())) : null;
  }

  /** Whether this puts an output of the first scan and the same of the later one together, with the carry between them once. */
  private static boolean isJoined(Apply user, Apply first, Apply later, int output) {
    var before = (Scan) first.op();
    if (!(user.op() instanceof Concat c) || c.axis() != 0 || user.inputs().size() != 2) return false;
    Expr early = unmarked(user.input(before.reverse() ? 1 : 0));
    if (user.input(before.reverse() ? 0 : 1) != later.output(output)) return false;
    if (output >= before.ys(0)) return early == first.output(output);
    return early.op() instanceof Slice s && early.apply().input(0) == first.output(output) && s.axis() == 0 && s.step() == 1
        && s.extent().equals(before.length()) && s.from().equals(before.reverse() ? Dim.ONE : Dim.ZERO);
  }
}
