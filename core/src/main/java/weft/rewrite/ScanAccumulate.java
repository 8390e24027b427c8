package weft.rewrite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.op.Scalar;

/**
 * A carry that only collects, {@code acc + f}, and of which only the end is read, becomes a sum over all steps
 * behind the loop: {@code Σ_t x_tᵀ·dz_t} is one product over time. So do weight gradients leave the backward
 * loop.
 */
public final class ScanAccumulate {
  private final Consumer<String> explain;
  private final ScanForm form;
  private ScanTotals totals;
  private final Map<ScanForm.Carry, List<Expr>> open = new LinkedHashMap<>();
  private final Map<ScanForm.Carry, List<Supplier<Expr>>> done = new LinkedHashMap<>();

  private ScanAccumulate(Apply scan, Set<Expr> used, Consumer<String> explain) {
    this.explain = explain;
    this.form = new ScanForm(scan, used);
  }

  /** A graph of the same results in which this is done, wherever it can be. */
  public static List<Expr> apply(List<Expr> results, Consumer<String> explain) {
    return ScanGraphs.everywhere(results, (scan, used) -> new ScanAccumulate(scan, used, explain).accumulate());
  }

  private Map<Expr, Expr> accumulate() {
    if (form.until != null || form.keepsLittle()) return null;
    Map<Expr, Integer> readers = ScanGraphs.readers(form.order(), form.results());
    for (ScanForm.Carry c : form.carries) {
      List<Expr> terms = terms(c, readers);
      if (terms != null) open.put(c, terms);
    }
    if (open.isEmpty()) return null;
    totals = new ScanTotals(form, cone());
    open.forEach((c, terms) -> move(c, terms.stream().filter(totals::isProduct).toList(), false));
    open.forEach((c, terms) -> move(c, List.copyOf(terms), true));
    if (done.isEmpty()) return null;
    for (ScanForm.Carry c : done.keySet()) {
      List<Expr> stay = open.get(c);
      if (stay.isEmpty()) form.carries.remove(c);
      else stay.add(0, c.variable);
      if (!stay.isEmpty()) c.result = ScanTerms.sum(stay);
    }
    totals.addRows();
    form.build();
    done.forEach((c, sums) -> form.replace(c.lasts,
        Origin.inherit(c.result.apply().origin(), () -> result(c, sums))));
    return form.outputs();
  }

  /** Everything that is not there for the collecting carries alone. */
  private Set<Expr> cone() {
    var results = new ArrayList<Expr>();
    for (ScanForm.Carry c : form.carries) if (!open.containsKey(c)) results.add(c.result);
    for (ScanForm.Row r : form.rows) results.add(r.result);
    return ScanGraphs.below(results);
  }

  /** What is added to a carry that nothing else reads, in order; null if it is none such. */
  private List<Expr> terms(ScanForm.Carry c, Map<Expr, Integer> readers) {
    boolean collects = !form.isUsed(c.trajectories) && form.isUsed(c.lasts) && c.result.op() == Scalar.ADD
        && readers.getOrDefault(c.variable, 0) == 1 && readers.get(c.result) == 1;
    if (!collects) return null;
    var terms = new ArrayList<Expr>();
    ScanTerms.flatten(c.result, e -> readers.get(e) > 1, new LinkedHashSet<>(), terms);
    return terms.remove(c.variable) ? terms : null;
  }

  /** Moves some terms; all or none where a carry that stays would have to add the rest all the same. */
  private void move(ScanForm.Carry c, List<Expr> terms, boolean allOrNone) {
    var found = new LinkedHashMap<Expr, Supplier<Expr>>();
    for (Expr term : terms) {
      Supplier<Expr> total = totals.of(term);
      if (total != null) found.put(term, total);
      else if (allOrNone) return;
    }
    found.forEach((term, total) -> {
      open.get(c).remove(term);
      done.computeIfAbsent(c, k -> new ArrayList<>()).add(total);
      explain.accept(form.title() + ": " + Message.label(c.variable) + " sums " + ScanTexts.formula(term)
          + " over time behind the loop");
    });
  }

  private Expr result(ScanForm.Carry c, List<Supplier<Expr>> sums) {
    Expr start = form.carries.contains(c) ? form.builtLast(c) : c.initial;
    boolean zero = start.op() instanceof Leaf.Constant k && k.value().doubleValue() == 0;
    var parts = new ArrayList<Expr>();
    if (!zero) parts.add(start);
    for (Supplier<Expr> sum : sums) parts.add(sum.get());
    return ScanTerms.sum(parts);
  }
}
