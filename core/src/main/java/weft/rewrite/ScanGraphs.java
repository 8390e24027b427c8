package weft.rewrite;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Op;
import weft.op.Measures;
import weft.op.Scan;

/** Walks that all passes over scans share. */
final class ScanGraphs {
  private ScanGraphs() {}

  /** What a pass makes of one scan: what its outputs become, null if they stay. */
  interface Rewriter {
    Map<Expr, Expr> rewrite(Apply scan, Set<Expr> used);
  }

  /** Rewrites every scan below {@code results}, those inside the steps of others first. */
  static List<Expr> everywhere(List<Expr> results, Rewriter rewriter) {
    List<Apply> order = Graphs.order(results);
    Set<Expr> used = used(order, results);
    var mapped = new HashMap<Expr, Expr>();
    var measurers = new Measurers();
    for (Apply a : order) {
      if (a.op() instanceof Scan) scan(a, rewriter, used, mapped, measurers);
      else Graphs.rebuild(a, inner(a.op(), body -> everywhere(body, rewriter)), mapped);
    }
    List<Expr> now = results.stream().map(e -> mapped.getOrDefault(e, e)).toList();
    return now.equals(results) || Measures.measurers(order).isEmpty() ? now : measurers.kept(results, now, mapped);
  }

  private static void scan(Apply a, Rewriter rewriter, Set<Expr> used, Map<Expr, Expr> mapped, Measurers measurers) {
    Apply now = Graphs.rebuild(a, inner(a.op(), body -> everywhere(body, rewriter)), mapped);
    Set<Expr> usedNow = used;
    if (now != a) {
      usedNow = new HashSet<>();
      for (int i = 0; i < a.outputs().size(); i++) if (used.contains(a.output(i))) usedNow.add(now.output(i));
    }
    Map<Expr, Expr> changed = rewriter.rewrite(now, usedNow);
    if (changed == null) return;
    for (int i = 0; i < a.outputs().size(); i++) {
      Expr after = changed.get(now.output(i));
      if (after == null) continue;
      if (after != now.output(i)) after = measurers.kept(now.output(i), measurers.required(now, after));
      String name = a.output(i).name();
      if (name != null && after.name() == null) after.named(name);
      mapped.put(a.output(i), after);
    }
  }

  private static Op inner(Op op, UnaryOperator<List<Expr>> results) {
    return Rewriting.inside(op, body -> Rewriting.with(body, results.apply(body.results())));
  }

  /** Rewrites the results of every step, innermost first, and then {@code results} themselves. */
  static List<Expr> eachLevel(List<Expr> results, UnaryOperator<List<Expr>> level) {
    var mapped = new HashMap<Expr, Expr>();
    for (Apply a : Graphs.order(results)) {
      Graphs.rebuild(a, inner(a.op(), body -> eachLevel(body, level)), mapped);
    }
    return level.apply(results.stream().map(e -> mapped.getOrDefault(e, e)).toList());
  }

  /** What something reads: inputs of applies, and the results. */
  static Set<Expr> used(List<Apply> order, Collection<Expr> results) {
    var used = new HashSet<>(results);
    for (Apply a : order) used.addAll(a.inputs());
    return used;
  }

  /** {@code sources} and every expression of {@code order} that depends on one of them. */
  static Set<Expr> dependents(List<Apply> order, Collection<Expr> sources) {
    var all = new HashSet<>(sources);
    for (Apply a : order) if (a.inputs().stream().anyMatch(all::contains)) all.addAll(a.outputs());
    return all;
  }

  /** Everything that {@code results} are made of, themselves included. */
  static Set<Expr> below(Collection<Expr> results) {
    var needed = new HashSet<>(results);
    List<Apply> order = Graphs.order(results);
    for (int i = order.size() - 1; i >= 0; i--) {
      if (order.get(i).outputs().stream().anyMatch(needed::contains)) needed.addAll(order.get(i).inputs());
    }
    return needed;
  }

  /** How often each expression is read, results included. */
  static Map<Expr, Integer> readers(List<Apply> order, List<Expr> results) {
    var count = new HashMap<Expr, Integer>();
    for (Apply a : order) for (Expr in : a.inputs()) count.merge(in, 1, Integer::sum);
    for (Expr r : results) count.merge(r, 1, Integer::sum);
    return count;
  }
}
