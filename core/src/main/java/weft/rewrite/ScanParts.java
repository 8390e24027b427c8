package weft.rewrite;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Op;
import weft.graph.Origin;
import weft.op.Einsum;
import weft.op.Index;
import weft.op.RowsRead;
import weft.op.Scan;
import weft.op.ScanCosts;
import weft.op.ScanRequire;
import weft.op.Slice;
import weft.type.Dim;

/**
 * What is computed of all rows of a scan behind it, and of which only few rows are read, is computed of those: an output layer that moved
 * out of the loop and is asked for its last row.
 */
public final class ScanParts {
  /** So many parts are computed one by one; more may be computed faster together. */
  private static final int MOST = 4;

  private final Consumer<String> explain;
  /** The scan of whose rows an expression is made, row by row. */
  private final Map<Expr, Apply> scans = new HashMap<>();
  /** Which parts are read of expressions of which nothing else is. */
  private final Map<Expr, Set<Op>> parts = new HashMap<>();
  private final Map<Expr, Map<Op, Expr>> made = new HashMap<>();

  private ScanParts(Consumer<String> explain) {
    this.explain = explain;
  }

  /** A graph of the same results in which this is done, wherever it can be. */
  public static List<Expr> apply(List<Expr> results, Consumer<String> explain) {
    return ScanGraphs.eachLevel(results, level -> new ScanParts(explain).level(level));
  }

  private List<Expr> level(List<Expr> results) {
    List<Apply> order = Graphs.order(results);
    if (order.stream().noneMatch(a -> a.op() instanceof Scan)) return results;
    for (Apply a : order) find(a);
    Map<Expr, List<Apply>> users = Graphs.users(order);
    var read = new HashSet<>(results);
    for (int i = order.size() - 1; i >= 0; i--) choose(order.get(i), users, read);
    if (parts.isEmpty()) return results;
    for (Apply a : order) if (parts.containsKey(a.output(0))) make(a);
    var mapped = new HashMap<Expr, Expr>();
    for (Apply a : order) {
      if (isPart(a) && parts.containsKey(a.input(0))) mapped.put(a.output(0), Graphs.named(made.get(a.input(0)).get(a.op()), a.output(0)));
    }
    return Graphs.substitute(results, mapped);
  }

  private void find(Apply a) {
    if (a.op() instanceof Scan s) {
      for (int i = s.carries(); i < a.outputs().size(); i++) scans.put(a.output(i), a);
      return;
    }
    boolean rows = a.op() instanceof ScanRequire || RowsRead.choosesRows(a);
    boolean[] inputs = rows ? new boolean[] {true} : RowWise.inputs(a);
    for (int i = 0; inputs != null && i < inputs.length; i++) {
      if (inputs[i] && scans.containsKey(a.input(i))) scans.put(a.output(0), scans.get(a.input(i)));
    }
  }

  private void choose(Apply a, Map<Expr, List<Apply>> users, Set<Expr> read) {
    Expr e = a.output(0);
    if (read.contains(e) || isPart(a) || !scans.containsKey(e) || RowWise.inputs(a) == null) return;
    var of = new LinkedHashSet<Op>();
    for (Apply user : users.getOrDefault(e, List.of())) {
      if (isPart(user)) of.add(user.op());
      else if (parts.containsKey(user.output(0)) && readsRows(user, e)) of.addAll(parts.get(user.output(0)));
      else return;
    }
    if (!of.isEmpty() && areFew(of, e.dim(0))) parts.put(e, of);
  }

  /** Whether an apply reads an expression nowhere but row by row. */
  private static boolean readsRows(Apply user, Expr e) {
    boolean[] rows = RowWise.inputs(user);
    for (int i = 0; i < rows.length; i++) if (user.input(i) == e && !rows[i]) return false;
    return true;
  }

  private static boolean isPart(Apply a) {
    return a.op() instanceof Index i && i.axis() == 0 || a.op() instanceof Slice s && s.axis() == 0;
  }

  private static boolean areFew(Set<Op> parts, Dim total) {
    Dim rows = Dim.ZERO;
    for (Op part : parts) rows = rows.plus(part instanceof Slice s ? s.extent() : Dim.ONE);
    if (parts.size() > MOST || rows.symbols().stream().anyMatch(total::uses)) return false;
    return !total.isConstant() || rows.isConstant() && 2 * rows.constant() <= total.constant();
  }

  /** Computes what is read of an expression; what is read of its inputs is there already. */
  private void make(Apply a) {
    Expr e = a.output(0);
    boolean[] rows = RowWise.inputs(a);
    var all = new HashMap<Op, Expr>();
    for (Op part : parts.get(e)) {
      var inputs = new Expr[rows.length];
      for (int i = 0; i < rows.length; i++) inputs[i] = rows[i] ? part(a.input(i), part) : a.input(i);
      all.put(part, Origin.inherit(a.origin(), () -> Apply.one(RowWise.of(a, part), inputs)));
    }
    made.put(e, all);
    if (!(a.op() instanceof Einsum) && !ScanCosts.isHeavy(a.op())) return;
    explain.accept(Scan.title(scans.get(e)) + ": " + ScanTexts.formula(e) + " is computed of the rows alone that are read of it");
  }

  private Expr part(Expr e, Op part) {
    if (made.containsKey(e)) return made.get(e).get(part);
    return Origin.inherit(e.apply().origin(), () -> Apply.one(part, e));
  }
}
