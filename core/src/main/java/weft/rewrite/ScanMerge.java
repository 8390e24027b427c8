package weft.rewrite;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.op.Measures;
import weft.op.Resized;
import weft.op.Scan;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Scans of the same length and direction become one, where neither needs the other: first those that share
 * their variables (a scan and its copy that also keeps residuals), then any two. Scans that stop by themselves do so if they
 * stop at the same step, since the same computation of the same things says so.
 */
public final class ScanMerge {
  private final Consumer<String> explain;

  private ScanMerge(Consumer<String> explain) {
    this.explain = explain;
  }

  /** A graph of the same results in which this is done, wherever it can be. */
  public static List<Expr> apply(List<Expr> results, Consumer<String> explain) {
    var pass = new ScanMerge(explain);
    return ScanGraphs.eachLevel(results, level -> pass.all(pass.all(level, true), false));
  }

  /** Merges only those that share their variables, where something in the function must not happen twice. */
  public static List<Expr> impureTwins(List<Expr> results) {
    if (Graphs.order(results).stream().allMatch(a -> a.op().isPure())) return results;
    var pass = new ScanMerge(said -> {});
    return ScanGraphs.eachLevel(results, level -> pass.all(level, true));
  }

  private List<Expr> all(List<Expr> results, boolean twins) {
    List<Expr> current = results;
    List<Expr> merged;
    while ((merged = mergeOne(current, twins)) != null) current = merged;
    return current;
  }

  /**
   * Merges the first two scans that can be merged, and says what became of the results; null if there are none.
   */
  private List<Expr> mergeOne(List<Expr> results, boolean twins) {
    List<Apply> order = Graphs.order(results);
    var scans = new ArrayList<Apply>();
    var needs = new HashMap<Apply, BitSet>();
    for (Apply a : order) {
      var all = new BitSet();
      for (Expr in : a.inputs()) all.or(needs.get(in.apply()));
      if (!twins) measuredBy(a, scans, all);
      if (a.op() instanceof Scan scan) {
        for (int i = 0; i < scans.size(); i++) {
          Apply first = scans.get(i);
          if (!all.get(i) && fits((Scan) first.op(), scan, twins) && isTwin(first, a) == twins && stopTogether(first, a, twins)) {
            return merge(first, a, results);
          }
        }
        all.set(scans.size());
        scans.add(a);
      }
      needs.put(a, all);
    }
    return null;
  }

  /** Adds the scans that measured what an apply needs to know. */
  private static void measuredBy(Apply a, List<Apply> scans, BitSet all) {
    if (scans.stream().noneMatch(s -> ((Scan) s.op()).isUntil())) return;
    Set<Symbol> known = Measures.needs(a);
    for (int i = 0; i < scans.size(); i++) if (known.contains(Measures.measured(scans.get(i).op()))) all.set(i);
  }

  private static boolean fits(Scan a, Scan b, boolean twins) {
    if (a.again() != b.again() || a.reverse() != b.reverse() || !a.most().equals(b.most()) || a.isUntil() != b.isUntil()) return false;
    if (!a.length().equals(b.length()) && (twins || !a.isUntil())) return false;
    return twins || Collections.disjoint(measured(a), measured(b));
  }

  /** What a step measures: one step cannot measure two values of it. */
  private static Set<Symbol> measured(Scan s) {
    return Measures.measurers(Graphs.order(s.body().results())).keySet();
  }

  private static boolean isTwin(Apply a, Apply b) {
    var one = (Scan) a.op();
    var other = (Scan) b.op();
    return one.sequences() == other.sequences() && one.carries() == other.carries()
        && one.body().variables().equals(other.body().variables()) && a.inputs().equals(b.inputs())
        && one.isUntil() == other.isUntil() && (!one.isUntil() || one.condition() == other.condition())
        && one.body().results().subList(0, one.carries())
            .equals(other.body().results().subList(0, one.carries()));
  }

  /** Whether the conditions of two scans are the same in every step, if they have any. */
  private static boolean stopTogether(Apply a, Apply b, boolean twins) {
    if (twins || !((Scan) a.op()).isUntil()) return true;
    var form = new ScanForm(a, Set.of());
    var other = new ScanForm(b, Set.of());
    other.refresh();
    var same = new HashMap<Expr, Expr>();
    same(form.sequences, other.sequences, same);
    same(form.captured, other.captured, same);
    var carries = new ArrayList<>(form.carries);
    carries.addAll(other.carries);
    var results = new ArrayList<Expr>();
    for (ScanForm.Carry c : carries) results.add(c.result);
    results.add(form.until);
    results.add(other.until);
    List<Expr> now = Graphs.substitute(results, same);
    now = Share.apply(Graphs.substitute(now, new SameCarries(carries, now).representatives()), new Notes());
    return now.get(carries.size()) == now.get(carries.size() + 1);
  }

  private static void same(List<ScanForm.Binding> some, List<ScanForm.Binding> others, Map<Expr, Expr> same) {
    for (ScanForm.Binding o : others) for (ScanForm.Binding s : some) if (s.input == o.input) same.put(o.variable, s.variable);
  }

  private List<Expr> merge(Apply a, Apply b, List<Expr> results) {
    var form = new ScanForm(a, Set.of());
    var other = new ScanForm(b, Set.of());
    explain.accept(form.title() + ": merged with " + other.title());
    boolean twin = isTwin(a, b);
    if (!twin) {
      if (!Collections.disjoint(((Scan) a.op()).body().variables(),
          ((Scan) b.op()).body().variables())) other.refresh();
      form.sequences.addAll(other.sequences);
      form.carries.addAll(other.carries);
      form.captured.addAll(other.captured);
      if (!other.label.equals(form.label)) form.label += "+" + other.label;
    }
    for (int i = 0; twin && i < form.carries.size(); i++) {
      form.carries.get(i).lasts.addAll(other.carries.get(i).lasts);
      form.carries.get(i).trajectories.addAll(other.carries.get(i).trajectories);
    }
    form.rows.addAll(other.rows);
    form.build();
    Symbol before = Measures.measured(b.op());
    Symbol now = Measures.measured(a.op());
    return before == now ? Graphs.substitute(results, form.outputs()) : new Resized(Map.of(before, Dim.of(now))).results(results, form.outputs());
  }
}
