package weft.rewrite;

import java.util.ArrayList;
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
import weft.graph.Lambda;
import weft.graph.Leaf;
import weft.graph.Op;
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
    for (Apply a : order) {
      if (a.op() instanceof Scan scan) scan(a, scan, rewriter, used, mapped);
      else Graphs.rebuild(a, mapped);
    }
    return results.stream().map(e -> mapped.getOrDefault(e, e)).toList();
  }

  private static void scan(Apply a, Scan scan, Rewriter rewriter, Set<Expr> used, Map<Expr, Expr> mapped) {
    Apply now = Graphs.rebuild(a, inner(scan, rewriter), mapped);
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
      String name = a.output(i).name();
      if (name != null && after.name() == null) after.named(name);
      mapped.put(a.output(i), after);
    }
  }

  private static Op inner(Scan scan, Rewriter rewriter) {
    List<Expr> results = everywhere(scan.body().results(), rewriter);
    if (results.equals(scan.body().results())) return scan;
    return new Scan(scan.label(), new Lambda(scan.body().variables(), results), scan.sequences(), scan.carries(), scan.length(),
        scan.reverse());
  }

  /** Rewrites the results of every step, innermost first, and then {@code results} themselves. */
  static List<Expr> eachLevel(List<Expr> results, UnaryOperator<List<Expr>> level) {
    var mapped = new HashMap<Expr, Expr>();
    for (Apply a : Graphs.order(results)) {
      Op op = a.op();
      if (op instanceof Scan scan) {
        List<Expr> inner = eachLevel(scan.body().results(), level);
        if (!inner.equals(scan.body().results())) {
          op = new Scan(scan.label(), new Lambda(scan.body().variables(), inner), scan.sequences(), scan.carries(), scan.length(),
              scan.reverse());
        }
      }
      Graphs.rebuild(a, op, mapped);
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

  /** Shares sub-expressions that are written twice: equal pure ops on the same inputs. */
  static List<Expr> share(List<Expr> results) {
    record Key(Op op, List<Expr> inputs) {}
    var known = new HashMap<Key, Apply>();
    var mapped = new HashMap<Expr, Expr>();
    for (Apply a : Graphs.order(results)) {
      Apply now = Graphs.rebuild(a, mapped);
      if (!now.op().isPure() || now.op() instanceof Leaf.Variable) continue;
      Apply first = known.putIfAbsent(new Key(now.op(), now.inputs()), now);
      if (first == null || first == now) continue;
      for (int i = 0; i < a.outputs().size(); i++) mapped.put(a.output(i), first.output(i));
    }
    return results.stream().map(e -> mapped.getOrDefault(e, e)).toList();
  }

  /** How often each expression is read, results included. */
  static Map<Expr, Integer> readers(List<Apply> order, List<Expr> results) {
    var count = new HashMap<Expr, Integer>();
    for (Apply a : order) for (Expr in : a.inputs()) count.merge(in, 1, Integer::sum);
    for (Expr r : results) count.merge(r, 1, Integer::sum);
    return count;
  }

  static List<Expr> without(List<Expr> all, Expr one) {
    var rest = new ArrayList<>(all);
    rest.remove(one);
    return rest;
  }
}
