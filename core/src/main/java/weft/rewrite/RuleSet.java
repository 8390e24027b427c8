package weft.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.op.Scalar;

/** Rules that are applied together; of several that fit, the first in the table. */
public final class RuleSet {
  private final List<Rule> rules;
  private final Map<Object, List<Rule>> byRoot = new HashMap<>();

  @SafeVarargs
  RuleSet(List<? extends Rule>... tables) {
    var all = new ArrayList<Rule>();
    for (List<? extends Rule> table : tables) all.addAll(table);
    rules = List.copyOf(all);
    for (Rule r : rules) for (Object root : r.roots()) byRoot.computeIfAbsent(root, k ->
        new ArrayList<>()).add(r);
  }

  /** All rules, in the order in which they are tried. */
  public List<Rule> rules() {
    return rules;
  }

  /** The pass that applies the rules wherever they fit, until none does. */
  public List<Expr> apply(List<Expr> results, Notes notes) {
    return Rewriting.bottomUp(results, (a, uses) -> first(a, uses, notes));
  }

  private List<Expr> first(Apply apply, Uses uses, Notes notes) {
    if (apply.outputs().size() != 1) return null;
    for (Rule r : byRoot.getOrDefault(root(apply), List.of())) {
      Expr by = r.rewrite(apply, uses);
      if (by == null) continue;
      notes.count(r.name());
      return List.of(by);
    }
    return null;
  }

  /** What {@link Rule#roots} says of an apply. */
  static Object root(Apply apply) {
    return apply.op() instanceof Scalar s ? s : apply.op().getClass();
  }
}
