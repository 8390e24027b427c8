package weft.rewrite;

import java.util.ArrayDeque;
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
import weft.graph.Graphs;
import weft.op.Broadcast;
import weft.op.CheckedIndices;
import weft.op.Einsum;
import weft.op.Scalar;
import weft.op.ScanCosts;
import weft.type.Dim;
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
  /** Rows of a product that fill a register tile: no tile is larger. */
  private static final long ROWS = 8;
  /** Multiply-adds, about a microsecond, below which a product is not worth a kernel in every step. */
  private static final long WORK = 1 << 16;

  private final Consumer<String> explain;
  private final ScanForm form;
  private final Set<Expr> visited = new HashSet<>();
  /** What is made of products that fill register tiles in every step. */
  private Set<Expr> full;

  private ScanHoist(Apply scan, Set<Expr> used, Consumer<String> explain) {
    this.explain = explain;
    this.form = new ScanForm(scan, used);
  }

  /** A graph of the same results in which this is done, wherever it can be. */
  public static List<Expr> apply(List<Expr> results, Consumer<String> explain) {
    return ScanGraphs.everywhere(results, (scan, used) -> new ScanHoist(scan, used, explain).hoist());
  }

  private Map<Expr, Expr> hoist() {
    if (form.carries.isEmpty() || form.sequences.isEmpty()) return null;
    regroup();
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
    if (roots.isEmpty()) return null;
    form.substitute(roots);
    form.build();
    return form.outputs();
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
      if (fillsTiles(a, varying) || a.inputs().stream().anyMatch(full::contains)) full.addAll(a.outputs());
    }
    return full;
  }

  /**
   * Whether one step's part of a product of something that varies with something that does not is as fast as all steps at once.
   *
   * @param varying what is another one in each step
   */
  static boolean fillsTiles(Apply a, Set<Expr> varying) {
    if (!(a.op() instanceof Einsum product) || varying.contains(a.input(0)) == varying.contains(a.input(1))) return false;
    return fillsTiles(product, a.input(0).type(), a.input(1).type(), varying.contains(a.input(0)), '.');
  }

  /**
   * Whether a product of these has enough rows, and enough to do.
   *
   * @param left whether the first operand has the rows, or the second
   * @param each a letter that does not count, since its elements are taken one by one
   */
  static boolean fillsTiles(Einsum product, TensorType a, TensorType b, boolean left, char each) {
    String of = left ? product.left() : product.right();
    String by = left ? product.right() : product.left();
    double rows = 1;
    double work = 1;
    for (char label : (of + by).chars().distinct().mapToObj(c -> (char) c).toList()) {
      if (label == each) continue;
      Dim extent = product.extent(label, a, b);
      if (!extent.isConstant()) return false;
      work *= extent.constant();
      if (by.indexOf(label) < 0) rows *= extent.constant();
    }
    return rows >= ROWS && work >= WORK;
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
      roots.put(base, form.sequence(rows, ScanTexts.formula(base)).variable);
      explain.accept(form.title() + ": hoisted " + ScanTexts.formula(base) + " as one computation over time");
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

  /** Whether it could fail in rows that no step comes to. */
  private boolean mayFail(Expr e) {
    return form.until != null && Graphs.order(List.of(e)).stream().anyMatch(a -> a.op() instanceof CheckedIndices);
  }

  /** Brings the terms of sums that depend on no carry next to each other, where one of them is worth moving. */
  private void regroup() {
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
  }
}
