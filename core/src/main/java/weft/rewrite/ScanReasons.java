package weft.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.op.Liftable;
import weft.op.Scan;
import weft.op.ScanCosts;
import weft.type.Symbol;

/** Says of every scan that is left why it is still a loop, and why what is dear in its step was not moved out of it. */
public final class ScanReasons {
  private final Consumer<String> explain;
  private final Map<Symbol, Integer> known;

  private ScanReasons(Consumer<String> explain, Map<Symbol, Integer> known) {
    this.explain = explain;
    this.known = known;
  }

  /**
   * Leaves the graph as it is.
   *
   * @param known extents that every call will have
   */
  public static List<Expr> apply(List<Expr> results, Consumer<String> explain, Map<Symbol, Integer> known) {
    var reasons = new ScanReasons(explain, known);
    ScanGraphs.everywhere(results, reasons::scan);
    ScanGraphs.eachLevel(results, reasons::level);
    return results;
  }

  private Map<Expr, Expr> scan(Apply a, Set<Expr> used) {
    var form = new ScanForm(a, used);
    explain.accept(form.title() + ": " + notUnrolled(form));
    Map<Expr, Set<String>> needs = needs(form);
    Set<Expr> handedOn = ScanGraphs.below(form.carries.stream().map(c -> c.result).toList());
    Set<Expr> varying = form.varying();
    Map<String, Integer> said = new LinkedHashMap<>();
    for (Apply inner : form.order()) {
      Expr e = inner.output(0);
      if (!ScanCosts.isHeavy(inner.op()) || inner.op() instanceof Leaf) continue;
      said.merge(ScanTexts.formula(e) + " stays in the step, " + why(inner, needs.getOrDefault(e, Set.of()), handedOn.contains(e), varying), 1, Integer::sum);
    }
    said.forEach((what, times) -> explain.accept(form.title() + ": " + what + (times > 1 ? " (" + times + " times)" : "")));
    return null;
  }

  private static String notUnrolled(ScanForm form) {
    if (!form.length.isConstant()) return "not unrolled, since its " + form.length + " steps are known only when it is called";
    if (!form.scan.isPure()) return "not unrolled, since something is done in every step";
    long applies = form.order().stream().filter(x -> !(x.op() instanceof Leaf)).count();
    return "not unrolled, since " + form.length + " steps of " + applies + " ops are more than " + ScanUnroll.BUDGET;
  }

  /** Which carries each expression of the step depends on. */
  private static Map<Expr, Set<String>> needs(ScanForm form) {
    var needs = new HashMap<Expr, Set<String>>();
    for (ScanForm.Carry c : form.carries) {
      for (Expr e : ScanGraphs.dependents(form.order(), List.of(c.variable))) {
        needs.computeIfAbsent(e, k -> new LinkedHashSet<>()).add(Message.label(c.variable));
      }
    }
    return needs;
  }

  private String why(Apply inner, Set<String> carries, boolean handedOn, Set<Expr> varying) {
    if (!inner.op().isPure()) return "since it does something in every step";
    if (!carries.isEmpty()) {
      String needs = "since it needs the carry " + String.join(", ", carries);
      return handedOn ? needs + ", and the next step needs it" : needs + ", and moving it behind the loop would keep more rows";
    }
    if (!(inner.op() instanceof Liftable)) return "since " + inner.op().name() + " cannot do all steps at once";
    if (ScanHoist.fillsTiles(inner, varying, known)) {
      return "since its rows fill register tiles in every step, and what it gives is read while caches have it";
    }
    return "since its rows for all steps would take more memory than what they are made of";
  }

  /** Scans beside each other that are still two. */
  private List<Expr> level(List<Expr> results) {
    List<Apply> order = Graphs.order(results);
    List<Apply> scans = order.stream().filter(a -> a.op() instanceof Scan).toList();
    var said = new ArrayList<String>();
    for (int i = 0; i < scans.size(); i++) {
      for (int k = i + 1; k < scans.size(); k++) {
        var one = (Scan) scans.get(i).op();
        var other = (Scan) scans.get(k).op();
        String why = !one.length().equals(other.length()) ? "one has " + one.length() + " steps, the other " + other.length()
            : one.reverse() != other.reverse() ? "one runs forwards, the other backwards"
            : "the second needs what the first gives";
        said.add(Scan.title(scans.get(i)) + ": not merged with " + Scan.title(scans.get(k)) + ", since " + why);
      }
    }
    said.stream().limit(MOST).forEach(explain);
    if (said.size() > MOST) explain.accept("and " + (said.size() - MOST) + " more pairs of scans were not merged");
    return results;
  }

  private static final int MOST = 20;
}
