package weft.rewrite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Origin;
import weft.op.After;
import weft.op.Measures;
import weft.op.Scan;
import weft.op.ScanCosts;
import weft.op.ScanRequire;
import weft.type.Symbol;

/**
 * Keeps in the graph what measures an extent, where a rewrite leaves something of that extent and nothing that was measured with it, and
 * what a scan requires of its sequences, where it is left without them.
 */
public final class Measurers {
  /**
   * What an apply is made of: a result of whatever measures an extent, the extents that it needs and nothing in it measures, and what it
   * requires.
   */
  private record Below(Map<Symbol, Expr> measured, Set<Symbol> open, Set<ScanRequire> required) {
    static final Below NOTHING = new Below(Map.of(), Set.of(), Set.of());
  }

  private final Map<Apply, Below> known = new IdentityHashMap<>();

  /**
   * The results of a function, each made to need what measures its extents: what only another result has might be taken away from that
   * one, or measured where this one is not computed.
   */
  public static List<Expr> closed(List<Expr> results) {
    return new Measurers().kept(results, results, Map.of());
  }

  /** What takes the place of an expression, made to need what measured its extents there. */
  Expr kept(Expr before, Expr after) {
    return needing(after, below(before.apply()).measured, before.apply().origin());
  }

  /**
   * What takes the place of a graph's results, each made to need what measures its extents, as one of them did before: that may have been
   * below something that a rewrite took away, and not below what needs it.
   *
   * @param mapped what takes the place of other expressions
   */
  List<Expr> kept(List<Expr> before, List<Expr> after, Map<Expr, Expr> mapped) {
    var measured = new HashMap<Symbol, Expr>();
    for (Expr e : before) below(e.apply()).measured.forEach((s, first) -> measured.putIfAbsent(s, mapped.getOrDefault(first, first)));
    if (measured.isEmpty()) return after;
    return after.stream().map(e -> needing(e, measured, e.apply().origin())).toList();
  }

  private Expr needing(Expr e, Map<Symbol, Expr> measured, Origin origin) {
    Expr now = e;
    for (Symbol s : below(e.apply()).open) {
      Expr first = measured.get(s);
      Expr kept = now;
      if (first != null) now = Origin.inherit(origin, () -> After.of(kept, first));
    }
    return now;
  }

  /** What takes the place of a result of a scan: an error like that of the scan if there are too few rows. */
  Expr required(Apply scan, Expr after) {
    Expr now = after;
    for (int i = 0; i < ((Scan) scan.op()).sequences(); i++) {
      Expr rows = scan.input(i);
      while (ScanCosts.isView(rows.op())) {
        if (rows.op() instanceof ScanRequire r && !r.guards(rows.apply()).isEmpty() && !below(now.apply()).required.contains(r)) {
          Expr kept = now;
          now = Origin.inherit(rows.apply().origin(), () -> Apply.one(r, kept));
        }
        rows = rows.apply().input(0);
      }
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
    ScanRequire require = a.op() instanceof ScanRequire r ? r : null;
    boolean nothing = own == null && require == null && needs.isEmpty();
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
    var required = new HashSet<ScanRequire>();
    if (require != null) required.add(require);
    for (Expr in : a.inputs()) {
      required.addAll(known.get(in.apply()).required);
      measured.putAll(known.get(in.apply()).measured);
      open.addAll(known.get(in.apply()).open);
    }
    open.removeAll(measured.keySet());
    return new Below(measured, open, required);
  }
}
