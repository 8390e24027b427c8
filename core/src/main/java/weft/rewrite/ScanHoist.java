package weft.rewrite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.op.Broadcast;
import weft.op.CheckedIndices;
import weft.op.CheckedLengths;
import weft.op.Einsum;
import weft.op.Scalar;
import weft.op.ScanCosts;
import weft.type.Dim;
import weft.type.Symbol;
import weft.type.TensorType;

/**
 * What depends on the sequences but on no carry is computed for all steps at once, before the loop: {@code
 * dot(x_t, W)} becomes one product over time. Cheap element-wise work stays inside unless it sits on top of
 * something that moves. So does a product of so many rows that each step fills its register tiles ({@link #fillsTiles}), where the
 * next step needs it: what all steps of it give would leave the cache before it is read, and take memory that grows with time.
 *
 * <p>Sums are re-associated so that the terms without a carry come first and move together, {@code (x·W + h·U)
 * + b} as {@code (x·W + b) + h·U}; that changes rounding.
 */
public final class ScanHoist {
  private final Notes notes;
  private final Map<Symbol, Integer> known;
  private final ScanForm form;
  private final Set<Expr> visited = new HashSet<>();
  /** What is made of products that fill register tiles in every step. */
  private Set<Expr> full;

  private ScanHoist(Apply scan, Set<Expr> used, Notes notes, Map<Symbol, Integer> known) {
    this.notes = notes;
    this.known = known;
    this.form = new ScanForm(scan, used);
  }

  /** A graph of the same results in which this is done, wherever it can be. */
  /** @param known extents that every call will have */
  public static List<Expr> apply(List<Expr> results, Notes notes, Map<Symbol, Integer> known) {
    return ScanGraphs.everywhere(results, (scan, used) -> new ScanHoist(scan, used, notes, known).hoist(scan, used));
  }

  private Map<Expr, Expr> hoist(Apply scan, Set<Expr> used) {
    if (form.carries.isEmpty() || form.sequences.isEmpty()) return null;
    boolean regrouped = regroup();
    Map<Expr, Expr> roots = roots();
    // What stays in the step since extents are known has its terms in the order in which they move where they are not, for the same bits.
    boolean stays = !known.isEmpty() && regrouped && !new ScanHoist(scan, used, new Notes(), Map.of()).roots().isEmpty();
    if (roots.isEmpty() && !stays) return null;
    form.substitute(roots);
    form.build();
    return form.outputs();
  }

  /** What is computed for all steps at once, each with the variable of its rows. */
  private Map<Expr, Expr> roots() {
    Set<Expr> fixed = fixed();
    Set<Expr> varying = form.varying();
    Set<Expr> worth = worth(fixed, varying);
    Set<Expr> recurring = ScanGraphs.below(form.course());
    full = full(varying);
    var roots = new LinkedHashMap<Expr, Expr>();
    for (Apply a : form.order()) {
      if (!fixed.contains(a.output(0))) for (Expr in : a.inputs()) root(in, varying, worth, roots, recurring.contains(a.output(0)));
    }
    for (Expr e : form.course()) root(e, varying, worth, roots, false);
    return roots;
  }

  /** What depends on no carry and may be moved. */
  private Set<Expr> fixed() {
    Set<Expr> bound = form.recurrent();
    var fixed = new HashSet<Expr>();
    for (Apply a : form.order()) for (Expr out : a.outputs()) if (!bound.contains(out)) fixed.add(out);
    return fixed;
  }

  /** What of it varies from step to step and has something heavy in it. */
  private Set<Expr> worth(Set<Expr> fixed, Set<Expr> varying) {
    var heavy = new HashSet<Expr>();
    for (Apply a : form.order()) {
      for (Expr out : a.outputs()) {
        if (!fixed.contains(out) || !varying.contains(out)) continue;
        if (ScanCosts.isHeavy(a.op()) || a.inputs().stream().anyMatch(heavy::contains)) heavy.add(out);
      }
    }
    return heavy;
  }

  private Set<Expr> full(Set<Expr> varying) {
    var full = new HashSet<Expr>();
    for (Apply a : form.order()) {
      if (fillsTiles(a, varying, known) || a.inputs().stream().anyMatch(full::contains)) full.addAll(a.outputs());
    }
    return full;
  }

  /**
   * Whether one step's part of a product of something that varies with something that does not is as fast as all steps at once.
   *
   * @param varying what is another one in each step
   * @param known extents that every call will have
   */
  static boolean fillsTiles(Apply a, Set<Expr> varying, Map<Symbol, Integer> known) {
    if (!(a.op() instanceof Einsum product) || varying.contains(a.input(0)) == varying.contains(a.input(1))) return false;
    return fillsTiles(product, a.input(0).type(), a.input(1).type(), varying.contains(a.input(0)), '.', known);
  }

  /**
   * Whether a product that has rows of one operand fills register tiles with each of them.
   *
   * @param byRows which operands have the rows, as {@link RowWise#inputs} says
   */
  static boolean fillsTiles(Apply a, boolean[] byRows, Map<Symbol, Integer> known) {
    if (!(a.op() instanceof Einsum product) || byRows[0] == byRows[1]) return false;
    return fillsTiles(product, a.input(0).type(), a.input(1).type(), byRows[0], product.out().charAt(0), known);
  }

  /**
   * Whether a product of these has enough rows, and enough to do.
   *
   * @param left whether the first operand has the rows, or the second
   * @param each a letter that does not count, since its elements are taken one by one
   * @param known extents that every call will have
   */
  private static boolean fillsTiles(Einsum product, TensorType a, TensorType b, boolean left, char each, Map<Symbol, Integer> known) {
    String of = left ? product.left() : product.right();
    String by = left ? product.right() : product.left();
    double rows = 1;
    double work = 1;
    for (char label : (of + by).chars().distinct().mapToObj(c -> (char) c).toList()) {
      if (label == each) continue;
      Dim extent = product.extent(label, a, b).substitute(s -> known.containsKey(s) ? Dim.of(known.get(s)) : null);
      if (!extent.isConstant()) return false;
      work *= extent.constant();
      if (by.indexOf(label) < 0) rows *= extent.constant();
    }
    return rows >= Limits.OF.rows() && work >= Limits.OF.work();
  }

  /**
   * The largest expressions in and below {@code e} that can be lifted.
   *
   * @param recurs whether the next step needs what is made of it
   */
  private void root(Expr e, Set<Expr> varying, Set<Expr> worth, Map<Expr, Expr> roots, boolean recurs) {
    var open = new ArrayDeque<>(List.of(e));
    while (!open.isEmpty()) {
      Expr base = open.pop();
      while (worth.contains(base) && base.op() instanceof Broadcast) base = base.apply().input(0);
      if (!worth.contains(base) || !visited.add(base)) continue;
      Expr rows = recurs && full.contains(base) || grows(base, varying) || mayFail(base) ? null : form.lifter().lift(base);
      if (rows == null) {
        open.addAll(base.apply().inputs());
        continue;
      }
      if (recurs) awaits(base, varying);
      roots.put(base, form.sequence(rows, ScanTexts.formula(base)).variable);
      notes.say(form.title() + ": hoisted " + ScanTexts.formula(base) + " as one computation over time");
    }
  }

  /**
   * Whether it is larger than everything that varies in it, so that keeping it for all steps would cost memory
   * without end.
   */
  private boolean grows(Expr e, Set<Expr> varying) {
    if (!(e.op() instanceof Scalar)) return false;
    for (Expr in : e.apply().inputs()) {
      if (varying.contains(in) && !(in.op() instanceof Broadcast)) return false;
    }
    return true;
  }

  /** Notes the extents for which a product below would stay in the step, if they were known. */
  private void awaits(Expr base, Set<Expr> varying) {
    for (Apply a : Graphs.order(List.of(base))) {
      var extents = new ArrayList<Dim>();
      for (Expr in : a.inputs()) extents.addAll(in.type().dims());
      notes.await(extents, known, supposed -> fillsTiles(a, varying, supposed));
    }
  }

  /** Whether it could fail in rows that no step comes to. */
  private boolean mayFail(Expr e) {
    return form.until != null && Graphs.order(List.of(e)).stream()
        .anyMatch(a -> a.op() instanceof CheckedIndices || a.op() instanceof CheckedLengths);
  }

  /** Brings the terms of sums that depend on no carry next to each other, where one of them is worth moving; gives whether there are any. */
  private boolean regroup() {
    Set<Expr> fixed = fixed();
    Set<Expr> worth = worth(fixed, form.varying());
    List<Apply> order = form.order();
    Map<Expr, Integer> readers = ScanGraphs.readers(order, form.results());
    var inner = new HashSet<Expr>();
    var sums = new HashMap<Expr, List<Expr>>();
    for (int i = order.size() - 1; i >= 0; i--) {
      Expr root = order.get(i).output(0);
      if (root.op() != Scalar.ADD || fixed.contains(root) || inner.contains(root)) continue;
      var terms = new ArrayList<Expr>();
      ScanTerms.flatten(root, e -> fixed.contains(e) || readers.get(e) > 1, inner, terms);
      List<Expr> moving = terms.stream().filter(fixed::contains).toList();
      if (moving.size() < 2 || moving.stream().noneMatch(worth::contains)) continue;
      terms.removeAll(moving);
      terms.addAll(0, moving);
      sums.put(root, terms);
    }
    if (!sums.isEmpty()) form.setResults(ScanTerms.regrouped(form.results(), sums));
    return !sums.isEmpty();
  }
}
