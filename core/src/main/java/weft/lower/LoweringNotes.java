package weft.lower;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Expr;
import weft.schedule.Ahead;
import weft.type.Dim;
import weft.type.Symbol;

/** What the lowering has to tell: which expressions each kernel computes, and why some are kept in memory instead of being fused. */
public final class LoweringNotes implements Ahead.Notes {
  private final Map<String, List<Expr>> computed = new LinkedHashMap<>();
  private final Map<Expr, String> kept = new LinkedHashMap<>();
  private final Set<Symbol> rows = new LinkedHashSet<>();
  private final List<String> sentences = new ArrayList<>();
  private List<Expr> current = List.of();
  private Monitored monitored;

  /** The expressions that a kernel computes, inputs before users; a driver computes what its scan gives. Empty for copies. */
  public List<Expr> computedBy(String kernel) {
    return computed.getOrDefault(kernel, List.of());
  }

  /** What was done to scans, each sentence behind the scan that it is about and a colon. */
  public List<String> sentences() {
    return sentences;
  }

  @Override
  public void say(String sentence) {
    sentences.add(sentence);
  }

  /** Why expressions are kept in memory, in the order of the graph. */
  public Map<Expr, String> kept() {
    return kept;
  }

  /** The extents read off inputs that alone say how many rows some product has. */
  public Set<Symbol> rows() {
    return rows;
  }

  /** Has every kernel show what it reads and computes. */
  public void monitor() {
    monitored = new Monitored();
  }

  /** What kernels show, null if they show nothing. */
  public Monitored monitored() {
    return monitored;
  }

  void rows(Dim extent) {
    Set<Symbol> symbols = extent.symbols();
    if (symbols.size() != 1) return;
    Symbol alone = symbols.iterator().next();
    if (alone.definition() instanceof Symbol.Free && extent.equals(Dim.of(alone))) rows.add(alone);
  }

  /** The kernels made from here on compute these. */
  void about(List<Expr> expressions) {
    current = expressions;
  }

  void kernel(String name) {
    computed.put(name, current);
  }

  @Override
  public void same(String kernel, String as) {
    computed.put(kernel, computedBy(as));
  }

  void kept(Expr e, String why) {
    kept.putIfAbsent(e, why);
  }

  /** What a group computes: its members, and what is composed into them. */
  static List<Expr> of(List<Unit> members, Plan plan) {
    var found = new LinkedHashSet<Expr>();
    var open = new ArrayDeque<Expr>();
    for (Unit u : members) open.addAll(u.apply.outputs());
    while (!open.isEmpty()) {
      Expr e = open.pop();
      if (!found.add(e)) continue;
      for (Expr in : e.apply().inputs()) if (!plan.units.containsKey(in) && plan.isComposed(in)) open.push(in);
    }
    var ordered = new ArrayList<>(found);
    Collections.reverse(ordered);
    return ordered;
  }
}
