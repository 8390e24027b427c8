package weft.lower;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import weft.graph.Expr;

/**
 * Puts units into as few kernels as their dependencies allow, in an order that respects them. A unit joins a kernel of its shape
 * when it reads nothing that comes later, and of the kernel's own members only the very element at hand.
 */
final class Grouping {
  private final Region region;
  private final Plan plan;
  private final List<Group> groups = new ArrayList<>();
  private final Map<Group, Integer> position = new IdentityHashMap<>();
  /** What each unit reads, and whether only the element at hand. */
  final Map<Unit, Map<Expr, Boolean>> reads = new HashMap<>();

  Grouping(Region region, Plan plan) {
    this.region = region;
    this.plan = plan;
    for (Unit u : new LinkedHashSet<>(plan.units.values())) reads.put(u, Accesses.of(region, plan.units, u));
  }

  List<Group> group() {
    var units = new LinkedHashSet<>(plan.units.values());
    for (Unit u : units) if (!u.last) place(u);
    for (Unit u : units) if (u.last) place(u);
    for (Unit reader : units) {
      reads.get(reader).forEach((e, same) -> {
        Unit read = plan.units.get(e);
        if (read != null && (read.group != reader.group || !same)) read.needsMemory = true;
      });
    }
    return groups;
  }

  /** Only what reads the product itself gains by being computed where it is stored, if the product does not lose by it. */
  private boolean follows(Unit u, Group g) {
    return g.members.stream().anyMatch(m -> reads.get(u).containsKey(m.expr)) && !plan.keepsAhead(g.members.get(0).expr, u.expr);
  }

  private void place(Unit u) {
    int earliest = 0;
    for (var read : reads.get(u).entrySet()) {
      Unit from = plan.units.get(read.getKey());
      if (from == null) continue;
      boolean together = read.getValue() && (from.isFused() || from.kind == Unit.Kind.CONTRACT) && from.expr.type().dims().equals(u.expr.type().dims());
      earliest = Math.max(earliest, position.get(from.group) + (together ? 0 : 1));
    }
    for (Unit from : plan.measuredBefore(u)) earliest = Math.max(earliest, position.get(from.group) + 1);
    int price = u.isFused() ? plan.price(u) : 0;
    for (int i = groups.size() - 1; i >= earliest; i--) {
      if (!groups.get(i).takes(u, price) || groups.get(i).isContraction() && !follows(u, groups.get(i))) continue;
      groups.get(i).add(u, price);
      return;
    }
    var group = new Group(u.expr.type().dims(), u.last);
    if (u.kind == Unit.Kind.CONTRACT) group.copies = Contraction.copies(region, u);
    group.add(u, price);
    position.put(group, groups.size());
    groups.add(group);
  }
}
