package weft.rewrite;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Message;
import weft.graph.Origin;
import weft.op.Guarded;
import weft.op.Index;
import weft.op.Reverse;
import weft.op.Scan;
import weft.op.ScanRequire;
import weft.op.Slice;
import weft.type.Dim;

/**
 * Who reads only the end of a trajectory reads the last carry instead, and who reads only its beginning the
 * initial one, so that the rows need not be kept. A row that does not exist stays an error.
 */
public final class ScanTail {
  private final Consumer<String> explain;

  private ScanTail(Consumer<String> explain) {
    this.explain = explain;
  }

  /** A graph of the same results in which this is done, wherever it can be. */
  public static List<Expr> apply(List<Expr> results, Consumer<String> explain) {
    var pass = new ScanTail(explain);
    List<Expr> after = ScanGraphs.eachLevel(results, pass::level);
    ScanGraphs.everywhere(after, pass::report);
    return after;
  }

  private List<Expr> level(List<Expr> results) {
    var mapped = new HashMap<Expr, Expr>();
    for (Apply a : Graphs.order(results)) {
      Apply now = Graphs.rebuild(a, mapped);
      if (!(now.op() instanceof Index pick) || pick.axis() != 0) continue;
      Expr end = end(now, pick);
      if (end == null) continue;
      Expr checked = Origin.inherit(now.origin(), () -> guarded(end, now, pick));
      if (a.output(0).name() != null && checked.name() == null) checked.named(a.output(0).name());
      mapped.put(a.output(0), checked);
    }
    return results.stream().map(e -> mapped.getOrDefault(e, e)).toList();
  }

  /** The carry that one index of a part of a trajectory is, or null. */
  private static Expr end(Apply a, Index pick) {
    Expr from = a.input(0);
    Dim at = pick.at();
    while (!(from.op() instanceof Scan)) {
      if (from.op() instanceof Slice s && s.axis() == 0 && s.step() == 1) {
        at = at.plus(s.from());
      } else if (from.op() instanceof Reverse r && r.axis() == 0) {
        at = from.dim(0).minus(1).minus(at);
      } else {
        return null;
      }
      from = from.apply().input(0);
    }
    var scan = (Scan) from.op();
    int carry = from.index() - scan.carries();
    if (carry < 0 || carry >= scan.carries()) return null;
    Dim last = scan.reverse() ? Dim.ZERO : scan.length();
    Dim first = scan.reverse() ? scan.length() : Dim.ZERO;
    if (at.equals(first)) return from.apply().input(scan.sequences() + carry);
    return at.equals(last) ? from.apply().output(scan.last(carry)) : null;
  }

  private static Expr guarded(Expr end, Apply a, Index pick) {
    Expr checked = end;
    for (Guarded.Guard g : pick.guards(a)) {
      checked = ScanRequire.of(checked, g.atLeastZero(), g.kind(), g.message(), g.subject());
    }
    return checked;
  }

  private Map<Expr, Expr> report(Apply scan, Set<Expr> used) {
    var form = new ScanForm(scan, used);
    for (ScanForm.Carry c : form.carries) {
      if (!form.isUsed(c.trajectories)) explain.accept(form.title() + ": of " + Message.label(c.variable)
          + " only the last row is kept");
    }
    return null;
  }
}
