package weft.lower;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Expr;

/** What the lowering has to tell: which expressions each kernel computes, and why some are kept in memory instead of being fused. */
public final class LoweringNotes {
  private final Map<String, List<Expr>> computed = new LinkedHashMap<>();
  private final Map<Expr, String> kept = new LinkedHashMap<>();
  private List<Expr> current = List.of();

  /** The expressions that a kernel computes, inputs before users; a driver computes what its scan gives. Empty for copies. */
  public List<Expr> computedBy(String kernel) {
    return computed.getOrDefault(kernel, List.of());
  }

  /** Why expressions are kept in memory, in the order of the graph. */
  public Map<Expr, String> kept() {
    return kept;
  }

  /** The kernels made from here on compute these. */
  void about(List<Expr> expressions) {
    current = expressions;
  }

  void kernel(String name) {
    computed.put(name, current);
  }

  void kept(Expr e, String why) {
    kept.putIfAbsent(e, why);
  }

  /** What a group computes: its members, and what is composed into them. */
  static List<Expr> of(List<Unit> members, Plan plan) {
    Set<Expr> given = new LinkedHashSet<>(plan.units.keySet());
    for (Unit u : members) given.removeAll(u.apply.outputs());
    var needed = new LinkedHashSet<Expr>();
    for (Unit u : members) needed.addAll(u.apply.outputs());
    for (int i = plan.order.size() - 1; i >= 0; i--) {
      var a = plan.order.get(i);
      if (a.outputs().stream().anyMatch(needed::contains)) {
        for (Expr in : a.inputs()) if (!given.contains(in) && plan.isComposed(in)) needed.add(in);
      }
    }
    var ordered = new ArrayList<Expr>();
    for (var a : plan.order) for (Expr e : a.outputs()) if (needed.contains(e)) ordered.add(e);
    return ordered;
  }
}
