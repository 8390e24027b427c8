package weft.lower;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Origin;
import weft.op.Composite;
import weft.op.Scan;

/** Replaces composite ops by the simpler ones they stand for, in the bodies of scans as well. */
final class Expansion {
  private Expansion() {}

  static List<Expr> of(List<Expr> results) {
    return of(results, Set.of());
  }

  private static List<Expr> of(List<Expr> results, Set<Expr> done) {
    Map<Expr, Expr> mapped = new HashMap<>();
    for (Apply a : Graphs.order(results, done)) {
      if (a.op() instanceof Scan s) {
        List<Expr> body = of(s.body().results());
        boolean same = body.equals(s.body().results());
        Graphs.rebuild(a, same ? s : s.withBody(new Lambda(s.body().variables(), body)), mapped);
      } else {
        Apply now = Graphs.rebuild(a, mapped);
        if (now.op() instanceof Composite c) expand(a, now, c, mapped);
      }
    }
    return results.stream().map(e -> mapped.getOrDefault(e, e)).toList();
  }

  private static void expand(Apply before, Apply now, Composite op, Map<Expr, Expr> mapped) {
    List<Expr> expanded = of(Origin.inherit(now.origin(), () -> op.expand(now)), Set.copyOf(now.inputs()));
    for (int i = 0; i < expanded.size(); i++) {
      Expr after = expanded.get(i);
      if (after.name() == null && before.output(i).name() != null) after.named(before.output(i).name());
      mapped.put(before.output(i), after);
    }
  }
}
