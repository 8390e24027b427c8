package weft.rewrite;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.op.After;
import weft.op.Measures;
import weft.type.Symbol;

/** Keeps what measures an extent in the graph, where a rewrite leaves something of that extent and nothing that was measured with it. */
final class Measurers {
  /** What an apply is made of: a result of whatever measures an extent, and the extents that it needs and nothing in it measures. */
  private record Below(Map<Symbol, Expr> measured, Set<Symbol> open) {
    static final Below NOTHING = new Below(Map.of(), Set.of());
  }

  private final Map<Apply, Below> known = new IdentityHashMap<>();

  /** What takes the place of an expression, made to need what measured its extents there. */
  Expr kept(Expr before, Expr after) {
    Expr now = after;
    for (Symbol s : below(after.apply()).open) {
      Expr first = below(before.apply()).measured.get(s);
      if (first != null) now = After.of(now, first);
    }
    return now;
  }

  private Below below(Apply root) {
    var open = new ArrayDeque<Apply>();
    open.push(root);
    while (!open.isEmpty()) {
      Apply a = open.peek();
      boolean ready = true;
      for (Expr in : a.inputs()) {
        if (known.containsKey(in.apply())) continue;
        open.push(in.apply());
        ready = false;
      }
      if (!ready) continue;
      open.pop();
      known.computeIfAbsent(a, this::of);
    }
    return known.get(root);
  }

  private Below of(Apply a) {
    Symbol own = Measures.measured(a.op());
    Set<Symbol> needs = Measures.needs(a);
    Below only = null;
    boolean nothing = own == null && needs.isEmpty();
    for (Expr in : a.inputs()) {
      Below below = known.get(in.apply());
      if (below == Below.NOTHING || below == only) continue;
      nothing &= only == null;
      only = below;
    }
    if (nothing) return only == null ? Below.NOTHING : only;
    var measured = new HashMap<Symbol, Expr>();
    if (own != null) measured.put(own, a.output(0));
    var open = new HashSet<>(needs);
    for (Expr in : a.inputs()) {
      measured.putAll(known.get(in.apply()).measured);
      open.addAll(known.get(in.apply()).open);
    }
    open.removeAll(measured.keySet());
    return new Below(measured, open);
  }
}
