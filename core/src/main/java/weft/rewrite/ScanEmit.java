package weft.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Message;
import weft.graph.Origin;
import weft.op.Scan;
import weft.op.Slice;
import weft.type.Dim;

/**
 * A trajectory of which only the rows after each step are read becomes a stacked output: it can then be written where it is wanted, such
 * as the caller's tensor, and the carry needs one row only.
 */
public final class ScanEmit {
  private final Consumer<String> explain;

  private ScanEmit(Consumer<String> explain) {
    this.explain = explain;
  }

  /** A graph of the same results in which this is done, wherever it can be. */
  public static List<Expr> apply(List<Expr> results, Consumer<String> explain) {
    return ScanGraphs.eachLevel(results, new ScanEmit(explain)::level);
  }

  private List<Expr> level(List<Expr> results) {
    List<Apply> order = Graphs.order(results);
    Map<Expr, List<Apply>> users = Graphs.users(order);
    var mapped = new HashMap<Expr, Expr>();
    for (Apply a : order) {
      if (a.op() instanceof Scan s) emit(a, s, users, results, mapped);
      else if (!mapped.containsKey(a.output(0))) Graphs.rebuild(a, mapped);
    }
    return results.stream().map(e -> mapped.getOrDefault(e, e)).toList();
  }

  private void emit(Apply a, Scan s, Map<Expr, List<Apply>> users, List<Expr> results, Map<Expr, Expr> mapped) {
    var body = new ArrayList<>(s.body().results().subList(0, s.carries() + s.stacked()));
    var slices = new ArrayList<List<Apply>>();
    for (int i = 0; i < s.carries(); i++) {
      Expr rows = a.output(s.trajectory(i));
      List<Apply> readers = users.getOrDefault(rows, List.of());
      if (readers.isEmpty() || results.contains(rows) || !readers.stream().allMatch(r -> isAfterEachStep(r, s))) continue;
      body.add(s.carryResult(i));
      slices.add(readers);
      explain.accept("scan " + s.label() + at(a) + ": wrote " + Message.label(s.carryVariable(i)) + " of each step where it is read");
    }
    if (slices.isEmpty()) {
      Graphs.rebuild(a, mapped);
      return;
    }
    if (s.isUntil()) body.add(s.condition());
    var inputs = a.inputs().stream().map(e -> mapped.getOrDefault(e, e)).toList();
    Scan more = s.withBody(new Lambda(s.body().variables(), body));
    Apply now = Origin.inherit(a.origin(), () -> Apply.of(more, inputs));
    for (int i = 0; i < a.outputs().size(); i++) mapped.put(a.output(i), Graphs.named(now.output(i), a.output(i)));
    for (int i = 0; i < slices.size(); i++) {
      Expr ys = now.output(more.ys(s.stacked() + i));
      for (Apply slice : slices.get(i)) mapped.put(slice.output(0), Graphs.named(ys, slice.output(0)));
    }
  }

  private static boolean isAfterEachStep(Apply reader, Scan s) {
    return reader.op() instanceof Slice p && p.axis() == 0 && p.step() == 1 && p.extent().equals(s.length())
        && p.from().equals(s.reverse() ? Dim.ZERO : Dim.ONE);
  }

  private static String at(Apply a) {
    return a.origin().at().isEmpty() ? "" : " at " + a.origin().at();
  }
}
