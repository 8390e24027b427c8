package weft.rewrite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Op;
import weft.loop.Fun;
import weft.loop.Lengths;
import weft.op.After;
import weft.op.Broadcast;
import weft.op.Einsum;
import weft.op.Embed;
import weft.op.Index;
import weft.op.Liftable;
import weft.op.Measures;
import weft.op.Ops;
import weft.op.Reduce;
import weft.op.Reshape;
import weft.op.Reverse;
import weft.op.Scalar;
import weft.op.ScanCosts;
import weft.op.ScanLifter;
import weft.op.ScatterAdd;
import weft.op.Slice;
import weft.op.Transpose;
import weft.type.Symbol;

/**
 * Sums over all steps of what a step computes, to be taken behind the loop. Products ask for whatever rows
 * they need; anything else must do with rows that are there anyway.
 */
final class ScanTotals {
  private final ScanForm form;
  private final Set<Expr> varying;
  private final Set<Expr> recurrent;
  /** What the loop computes in any case. */
  private final Set<Expr> cone;
  /** What the scan has to give row by row. */
  private final Set<Expr> rows = new LinkedHashSet<>();
  private final Set<Symbol> measured;
  private ScanLifter lifter;

  ScanTotals(ScanForm form, Set<Expr> cone) {
    this.form = form;
    this.cone = cone;
    this.recurrent = form.recurrent();
    this.varying = form.varying();
    this.measured = Measures.measurers(form.order()).keySet();
    for (ScanForm.Row r : form.rows) rows.add(r.result);
    for (ScanForm.Carry c : form.carries) if (form.isUsed(c.trajectories)) rows.addAll(List.of(c.variable,
        c.result));
    rows.retainAll(varying);
  }

  /** Whether a term is a product, or linear in one, that should leave the loop whatever it takes. */
  boolean isProduct(Expr term) {
    Expr core = term;
    while (isLinear(core.op()) || core.op() == Scalar.MUL) {
      List<Expr> varied = core.apply().inputs().stream().filter(varying::contains).toList();
      if (varied.size() != 1) return false;
      core = varied.get(0);
    }
    return core.op() instanceof Einsum || core.op() instanceof ScatterAdd;
  }

  /** The sum of a term over all steps; null if it had better stay in the loop. */
  Supplier<Expr> of(Expr term) {
    Op op = term.op();
    if (!varying.contains(term)) return null;
    if (op instanceof Einsum e) return product(term, e);
    if (op instanceof ScatterAdd s && s.axis() == 0 && s.batch() == 0) return scatter(term, s);
    if (isLinear(op)) return linear(term);
    if (op == Scalar.SUB) return difference(term);
    if (op == Scalar.MUL) return scaled(term);
    if (op instanceof Reduce r && r.fun() == Fun.ADD) return reduced(term, r);
    return summed(term);
  }

  private static boolean isLinear(Op op) {
    return op instanceof Transpose || op instanceof Reshape || op instanceof Reverse
        || op instanceof Broadcast || op instanceof Slice
        || op instanceof Index || op instanceof Embed || op == Scalar.NEG;
  }

  private Supplier<Expr> product(Expr term, Einsum e) {
    Expr left = term.apply().input(0);
    Expr right = term.apply().input(1);
    if (isMeasured(left) || isMeasured(right)) return summed(term);
    if (varying.contains(left) && varying.contains(right)) {
      want(left);
      want(right);
      char t = e.freshLabel();
      return () -> Einsum.of(t + e.left(), t + e.right(), e.out(), rows(left), rows(right));
    }
    boolean isLeft = varying.contains(left);
    Expr varied = isLeft ? left : right;
    Supplier<Expr> known = of(varied);
    if (known == null) want(varied);
    Supplier<Expr> total = known != null ? known : () -> Ops.sum(rows(varied), 0);
    return () -> Einsum.of(e.left(), e.right(), e.out(), isLeft ? total.get() : lifter().lift(left),
        isLeft ? lifter().lift(right) : total.get());
  }

  private Supplier<Expr> scatter(Expr term, ScatterAdd s) {
    Expr indices = term.apply().input(0);
    Expr values = term.apply().input(1);
    if (isMeasured(indices) || isMeasured(values)) return summed(term);
    want(indices);
    want(values);
    return () -> Apply.one(new ScatterAdd(0, 0, s.dims()), rows(indices), rows(values));
  }

  private Supplier<Expr> linear(Expr term) {
    Supplier<Expr> total = of(term.apply().input(0));
    return total == null ? summed(term) : () -> Apply.one(term.op(), total.get());
  }

  private Supplier<Expr> difference(Expr term) {
    Supplier<Expr> left = of(term.apply().input(0));
    Supplier<Expr> right = of(term.apply().input(1));
    return left == null || right == null ? summed(term) : () -> Ops.minus(left.get(), right.get());
  }

  /** A constant factor of all steps' terms is one of their sum. */
  private Supplier<Expr> scaled(Expr term) {
    Expr a = term.apply().input(0);
    Expr b = term.apply().input(1);
    if (varying.contains(a) == varying.contains(b)) return summed(term);
    Expr factor = varying.contains(a) ? b : a;
    Supplier<Expr> total = of(factor == a ? b : a);
    return total == null ? summed(term) : () -> Ops.times(total.get(), lifter().lift(factor));
  }

  private Supplier<Expr> reduced(Expr term, Reduce r) {
    Expr x = term.apply().input(0);
    if (!isAvailable(x)) return summed(term);
    var axes = new ArrayList<Integer>(List.of(0));
    for (int axis : r.axes()) axes.add(axis + 1);
    return () -> Ops.reduce(Fun.ADD, rows(x), axes);
  }

  private Supplier<Expr> summed(Expr term) {
    return isAvailable(term) ? () -> Ops.sum(rows(term), 0) : null;
  }

  /** Whether it has a length that each step finds out anew, so that rows of it do not stack. */
  private boolean isMeasured(Expr e) {
    return !Collections.disjoint(Lengths.in(e.type()), measured);
  }

  /** Makes sure that the rows of something can be had; views are taken behind the loop. */
  private void want(Expr e) {
    Expr base = e;
    while (ScanCosts.isView(base.op()) && !(base.op() instanceof After)) base = base.apply().input(0);
    boolean stored = cone.contains(base) && recurrent.contains(base);
    if (stored || !isAvailable(base)) rows.add(base);
  }

  /**
   * Whether all rows of something can be had from rows that are there, without doing heavy work of the loop
   * again.
   */
  private boolean isAvailable(Expr e) {
    var known = form.lifter();
    var seen = new HashSet<Expr>(Set.of(e));
    var open = new ArrayDeque<Expr>(seen);
    boolean mayRefuse = false;
    while (!open.isEmpty()) {
      Expr next = open.pop();
      boolean given = next.op() instanceof Leaf && !(next.op() instanceof Leaf.Variable);
      if (given || rows.contains(next) || known.knows(next)) continue;
      if (!(next.op() instanceof Liftable) || !next.op().isPure()) return false;
      if (recurrent.contains(next) && ScanCosts.isHeavy(next.op())) return false;
      mayRefuse |= next.op() instanceof After || !next.op().bodies().isEmpty();
      for (Expr in : next.apply().inputs()) if (seen.add(in)) open.add(in);
    }
    if (!mayRefuse) return true;
    for (Expr row : rows) known.rows(row, Graphs.variable(row.type().stacked(form.length), "rows", ""));
    return known.liftRows(e) != null;
  }

  /** Adds the rows that are wanted to what the scan gives; before it is built. */
  void addRows() {
    for (Expr e : rows) {
      boolean carry = form.carries.stream().anyMatch(c -> c.variable == e || c.result == e);
      if (!carry) form.row(e);
    }
  }

  private ScanLifter lifter() {
    if (lifter == null) {
      lifter = form.lifter();
      for (Expr e : rows) lifter.rows(e, form.builtRows(e));
    }
    return lifter;
  }

  private Expr rows(Expr e) {
    return lifter().liftRows(e);
  }
}
