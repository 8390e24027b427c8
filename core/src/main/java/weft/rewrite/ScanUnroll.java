package weft.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Origin;
import weft.op.Measures;
import weft.op.Ops;
import weft.op.Scan;
import weft.type.Dim;

/**
 * A scan of a few steps, known when it is compiled, is written out: what its steps share is then shared, and what one of them alone needs
 * is fused. Longer ones stay loops, since HotSpot compiles no method above 8,000 bytes.
 */
public final class ScanUnroll {
  /** So many applies may a scan become. */
  static final int BUDGET = 64;

  private final Consumer<String> explain;

  private ScanUnroll(Consumer<String> explain) {
    this.explain = explain;
  }

  /** A graph of the same results in which this is done, wherever it can be. */
  public static List<Expr> apply(List<Expr> results, Consumer<String> explain) {
    return ScanGraphs.everywhere(results, new ScanUnroll(explain)::unrolled);
  }

  private Map<Expr, Expr> unrolled(Apply a, Set<Expr> used) {
    Scan s = (Scan) a.op();
    if (!s.length().isConstant() || measures(s) || !s.isPure()) return null;
    long applies = Graphs.order(s.body().results()).stream().filter(x -> !(x.op() instanceof Leaf)).count();
    if (s.length().constant() * Math.max(1, applies) > BUDGET) return null;
    explain.accept("scan " + s.label() + (a.origin().at().isEmpty() ? "" : " at " + a.origin().at()) + ": unrolled its "
        + s.length() + " steps");
    return Origin.inherit(a.origin(), () -> write(a, s, used));
  }

  /** Whether a step measures an extent: written out, its steps would measure different values of it side by side. */
  private static boolean measures(Scan s) {
    return !Measures.measurers(Graphs.order(s.body().results())).isEmpty();
  }

  private static Map<Expr, Expr> write(Apply a, Scan s, Set<Expr> used) {
    int steps = Math.toIntExact(s.length().constant());
    var carries = new ArrayList<List<Expr>>();
    for (int i = 0; i < s.carries(); i++) carries.add(new ArrayList<>(List.of(a.input(s.sequences() + i))));
    var ys = new ArrayList<List<Expr>>();
    for (int i = 0; i < s.stacked(); i++) ys.add(new ArrayList<>());
    for (int step = 0; step < steps; step++) {
      List<Expr> results = step(a, s, carries, s.reverse() ? steps - 1 - step : step);
      for (int i = 0; i < s.carries(); i++) carries.get(i).add(results.get(i));
      for (int i = 0; i < s.stacked(); i++) ys.get(i).add(results.get(s.carries() + i));
    }
    var mapped = new HashMap<Expr, Expr>();
    for (int i = 0; i < s.carries(); i++) {
      mapped.put(a.output(s.last(i)), carries.get(i).get(steps));
      Expr trajectory = a.output(s.trajectory(i));
      if (used.contains(trajectory)) mapped.put(trajectory, rows(carries.get(i), s));
    }
    for (int i = 0; i < s.stacked(); i++) {
      Expr out = a.output(s.ys(i));
      if (used.contains(out)) mapped.put(out, steps == 0 ? Ops.zeros(out.type()) : rows(ys.get(i), s));
    }
    return mapped;
  }

  /** The results of one step. */
  private static List<Expr> step(Apply a, Scan s, List<List<Expr>> carries, int time) {
    var values = new HashMap<Expr, Expr>();
    for (int i = 0; i < s.sequences(); i++) values.put(s.sequenceVariable(i), Ops.index(a.input(i), 0, Dim.of(time)));
    for (int i = 0; i < s.carries(); i++) values.put(s.carryVariable(i), carries.get(i).get(carries.get(i).size() - 1));
    for (int i = 0; i < s.captured(); i++) values.put(s.capturedVariable(i), a.input(s.sequences() + s.carries() + i));
    return Graphs.substitute(s.body().results(), values);
  }

  /** Rows in the order of time. */
  private static Expr rows(List<Expr> inOrder, Scan s) {
    var rows = new ArrayList<>(inOrder);
    if (s.reverse()) Collections.reverse(rows);
    return Ops.stack(0, rows);
  }
}
