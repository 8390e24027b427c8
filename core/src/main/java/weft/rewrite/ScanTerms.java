package weft.rewrite;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Origin;
import weft.op.Ops;
import weft.op.Scalar;

/** Sums of several terms, written as nested additions. */
final class ScanTerms {
  private ScanTerms() {}

  /**
   * Collects the terms of a sum, left to right.
   *
   * @param whole which sub-sums are terms as they are
   * @param inner collects the sub-sums that were taken apart
   */
  static void flatten(Expr sum, Predicate<Expr> whole, Set<Expr> inner, List<Expr> terms) {
    var open = new ArrayDeque<Expr>(sum.apply().inputs());
    while (!open.isEmpty()) {
      Expr next = open.pop();
      if (next.op() == Scalar.ADD && !whole.test(next)) {
        inner.add(next);
        open.push(next.apply().input(1));
        open.push(next.apply().input(0));
      } else {
        terms.add(next);
      }
    }
  }

  /** {@code results} with some sums written anew, in the order of their terms. */
  static List<Expr> regrouped(List<Expr> results, Map<Expr, List<Expr>> sums) {
    var mapped = new HashMap<Expr, Expr>();
    for (Apply a : Graphs.order(results)) {
      List<Expr> terms = a.outputs().size() == 1 ? sums.get(a.output(0)) : null;
      if (terms == null) {
        Graphs.rebuild(a, mapped);
      } else {
        mapped.put(a.output(0), Origin.inherit(a.origin(),
            () -> sum(terms.stream().map(e -> mapped.getOrDefault(e, e)).toList())));
      }
    }
    return results.stream().map(e -> mapped.getOrDefault(e, e)).toList();
  }

  static Expr sum(List<Expr> terms) {
    Expr sum = terms.get(0);
    for (Expr term : terms.subList(1, terms.size())) sum = Ops.plus(sum, term);
    return sum;
  }
}
