package weft.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.op.Advance;
import weft.op.Advances;
import weft.op.Broadcast;
import weft.op.Ops;
import weft.op.ScanCosts;
import weft.type.Dim;

/**
 * Takes out of a scan what need not be there: results that nothing reads, inputs and carries that say the same
 * twice, carries that never change, and what is the same at every step, which is computed once before the loop.
 */
public final class ScanClean {
  private final Consumer<String> explain;
  private final ScanForm form;

  private ScanClean(Apply scan, Set<Expr> used, Consumer<String> explain) {
    this.explain = explain;
    this.form = new ScanForm(scan, used);
  }

  /** A graph of the same results in which this is done, wherever it can be. */
  public static List<Expr> apply(List<Expr> results, Consumer<String> explain) {
    return ScanGraphs.everywhere(results, (scan, used) -> new ScanClean(scan, used, explain).clean());
  }

  private Map<Expr, Expr> clean() {
    boolean loses = form.rows.stream().anyMatch(r -> !form.isUsed(r.outputs)) || form.carries.stream().anyMatch(c -> !form.isUsed(c));
    if (loses) form.close();
    List<Expr> before;
    do {
      before = form.contents();
      form.setResults(Share.apply(form.results(), new Notes()));
      form.substitute(constants());
      form.substitute(duplicates(form.sequences));
      form.substitute(duplicates(form.captured));
      mergeCarries();
      if (form.until == null) unchanging();
      if (form.until == null) counted();
      invariants();
      rows();
      dropCarries();
      dropInputs();
    } while (!form.contents().equals(before));
    List<ScanForm.Row> ofCarries = rowsOfCarries();
    if (form.isUnchanged() && ofCarries.isEmpty()) return null;
    form.build();
    for (ScanForm.Row r : ofCarries) form.replace(r.outputs, form.builtRows(r.result));
    return form.outputs();
  }

  /** Inputs that are one number, or the same row at every step. */
  private Map<Expr, Expr> constants() {
    var replaced = new HashMap<Expr, Expr>();
    for (ScanForm.Binding s : List.copyOf(form.sequences)) {
      if (s.input.op() instanceof Leaf.Constant c) {
        replaced.put(s.variable, Ops.constant(c.value(), s.variable.type()));
      } else if (s.input.op() instanceof Broadcast b && !b.axes().contains(0)) {
        List<Dim> row = s.variable.type().dims();
        replaced.put(s.variable, form.capture(Ops.broadcast(s.input.apply().input(0), row,
            b.axes().stream().map(axis -> axis - 1).toList())).variable);
      }
    }
    for (ScanForm.Binding c : form.captured) {
      if (c.input.op() instanceof Leaf.Constant) replaced.put(c.variable, c.input);
    }
    return replaced;
  }

  private static Map<Expr, Expr> duplicates(List<ScanForm.Binding> bindings) {
    var first = new HashMap<Expr, Expr>();
    var replaced = new HashMap<Expr, Expr>();
    for (ScanForm.Binding b : bindings) {
      Expr known = first.putIfAbsent(b.input, b.variable);
      if (known != null) replaced.put(b.variable, known);
    }
    return replaced;
  }

  private void mergeCarries() {
    if (form.carries.size() < 2) return;
    var classes = new SameCarries(form.carries, form.results());
    Map<Expr, Expr> same = classes.representatives();
    if (same.isEmpty()) return;
    var firsts = new ArrayList<ScanForm.Carry>();
    for (int i = 0; i < form.carries.size(); i++) firsts.add(form.carries.get(classes.first(i)));
    for (int i = firsts.size() - 1; i >= 0; i--) {
      ScanForm.Carry carry = form.carries.get(i);
      ScanForm.Carry first = firsts.get(i);
      if (carry == first) continue;
      first.lasts.addAll(carry.lasts);
      first.trajectories.addAll(carry.trajectories);
      form.carries.remove(i);
      explain.accept(form.title() + ": " + Message.label(carry.variable) + " is always "
          + Message.label(first.variable));
    }
    form.substitute(same);
  }

  /** A carry that a step hands on as it got it is the same at every step. */
  private void unchanging() {
    for (ScanForm.Carry c : List.copyOf(form.carries)) {
      if (c.result != c.variable) continue;
      form.carries.remove(c);
      form.substitute(Map.of(c.variable, form.capture(c.initial).variable));
      form.replace(c.lasts, c.initial);
      form.replace(c.trajectories, Ops.repeated(c.initial, form.length.plus(1)));
      explain.accept(form.title() + ": " + Message.label(c.variable) + " never changes");
    }
  }

  /** A random state that every step moves on by as many draws is known for all steps at once, so that draws may leave the loop. */
  private void counted() {
    for (ScanForm.Carry c : List.copyOf(form.carries)) {
      if (!(c.result.op() instanceof Advance a) || c.result.apply().input(0) != c.variable) continue;
      form.carries.remove(c);
      Expr states = Apply.one(new Advances(a.by(), form.length.plus(1)), c.initial);
      Expr trajectory = form.reverse ? Ops.reverse(states, 0) : states;
      form.substitute(Map.of(c.variable, form.sequence(form.at().before(trajectory), Message.label(c.variable)).variable));
      form.replace(c.lasts, Ops.index(states, 0, form.length));
      form.replace(c.trajectories, trajectory);
      explain.accept(form.title() + ": " + Message.label(c.variable) + " is known for all steps");
    }
  }

  /**
   * The largest expressions that are the same at every step, computed outside; views of them stay inside, where
   * they cost nothing.
   */
  private void invariants() {
    Set<Expr> varying = form.varying();
    List<Apply> order = form.order();
    var roots = new LinkedHashMap<Expr, Expr>();
    for (Apply a : order) {
      if (varying.contains(a.output(0))) for (Expr in : a.inputs()) invariant(in, varying, roots);
    }
    for (Expr e : form.course()) invariant(e, varying, roots);
    form.substitute(roots);
    if (form.until != null) return;
    Set<Expr> varied = form.varying();
    var lifter = form.lifter();
    for (ScanForm.Row r : List.copyOf(form.rows)) {
      if (varied.contains(r.result)) continue;
      Expr value = lifter.lift(r.result);
      if (value == null) continue;
      form.rows.remove(r);
      form.replace(r.outputs, Ops.repeated(value, form.length));
      explain.accept(form.title() + ": " + Message.label(r.result) + " is the same at every step");
    }
  }

  private void invariant(Expr e, Set<Expr> varying, Map<Expr, Expr> roots) {
    if (varying.contains(e)) return;
    Expr base = e;
    while (ScanCosts.isView(base.op())) base = base.apply().input(0);
    if (base.op() instanceof Leaf || roots.containsKey(base)) return;
    Expr value = form.lifter().lift(base);
    if (value == null) return;
    roots.put(base, value.op() instanceof Leaf.Constant ? value : form.capture(value).variable);
    explain.accept(form.title() + ": moved " + ScanTexts.formula(base)
        + " out of the loop, since it is the same at every step");
  }

  /** Stacked results that nothing reads, that are given twice, or that are the rows of a sequence. */
  private void rows() {
    var first = new HashMap<Expr, ScanForm.Row>();
    for (ScanForm.Row r : List.copyOf(form.rows)) {
      ScanForm.Row known = first.putIfAbsent(r.result, r);
      ScanForm.Binding sequence = find(form.sequences, r.result);
      if (!form.isUsed(r.outputs)) {
        first.remove(r.result, r);
      } else if (sequence != null && form.until == null) {
        form.replace(r.outputs, sequence.input);
      } else if (known != null) {
        known.outputs.addAll(r.outputs);
      } else {
        continue;
      }
      form.rows.remove(r);
    }
  }

  /** Takes away stacked results that are rows of a carry's trajectory. */
  private List<ScanForm.Row> rowsOfCarries() {
    var found = new ArrayList<ScanForm.Row>();
    for (ScanForm.Row r : form.rows) {
      if (form.carries.stream().anyMatch(c -> c.variable == r.result || c.result == r.result)) found.add(r);
    }
    form.rows.removeAll(found);
    return found;
  }

  private static ScanForm.Binding find(List<ScanForm.Binding> bindings, Expr variable) {
    for (ScanForm.Binding b : bindings) if (b.variable == variable) return b;
    return null;
  }

  /** Carries that feed nothing but themselves and each other. */
  private void dropCarries() {
    var live = new HashSet<ScanForm.Carry>();
    for (ScanForm.Carry c : form.carries) if (form.isUsed(c)) live.add(c);
    var results = new ArrayList<Expr>();
    for (ScanForm.Row r : form.rows) results.add(r.result);
    if (form.until != null) results.add(form.until);
    int before;
    do {
      before = live.size();
      for (ScanForm.Carry c : live) results.add(c.result);
      Set<Expr> read = ScanGraphs.below(results);
      for (ScanForm.Carry c : form.carries) if (read.contains(c.variable)) live.add(c);
    } while (live.size() > before);
    for (ScanForm.Carry c : List.copyOf(form.carries)) {
      if (live.contains(c)) continue;
      form.carries.remove(c);
      explain.accept(form.title() + ": nothing reads " + Message.label(c.variable));
    }
  }

  private void dropInputs() {
    Set<Expr> read = ScanGraphs.below(form.results());
    form.sequences.removeIf(s -> !read.contains(s.variable));
    form.captured.removeIf(c -> !read.contains(c.variable));
  }
}
