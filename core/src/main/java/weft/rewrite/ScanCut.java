package weft.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Origin;
import weft.loop.Lengths;
import weft.op.After;
import weft.op.Broadcast;
import weft.op.Guarded;
import weft.op.Ops;
import weft.op.Reverse;
import weft.op.RowsRead;
import weft.op.RowsRead.Read;
import weft.op.Scan;
import weft.op.ScanRequire;
import weft.op.Slice;
import weft.type.Dim;
import weft.type.TensorType;

/** A scan of which nothing reads what its later steps give takes only the steps before. A row that does not exist stays an error. */
public final class ScanCut {
  private final Consumer<String> explain;
  /** What was made here. */
  private final Set<Scan> done = Collections.newSetFromMap(new IdentityHashMap<>());

  private ScanCut(Consumer<String> explain) {
    this.explain = explain;
  }

  /** A graph of the same results in which this is done, wherever it can be. */
  public static List<Expr> apply(List<Expr> results, Consumer<String> explain) {
    return ScanGraphs.eachLevel(results, new ScanCut(explain)::level);
  }

  /** The last scans first, since those that they read then have to give less. */
  private List<Expr> level(List<Expr> results) {
    List<Expr> now = results;
    Map<Expr, Expr> cut;
    while ((cut = cutOne(now)) != null) now = Graphs.substitute(now, cut);
    return now;
  }

  private Map<Expr, Expr> cutOne(List<Expr> results) {
    List<Apply> order = Graphs.order(results);
    if (order.stream().noneMatch(a -> a.op() instanceof Scan)) return null;
    Map<Expr, List<Apply>> users = Graphs.users(order);
    for (int i = order.size() - 1; i >= 0; i--) {
      if (!(order.get(i).op() instanceof Scan)) continue;
      var one = new One(order.get(i));
      if (one.canBeCut(users, new HashSet<>(results))) return one.cut();
    }
    return null;
  }

  /** One scan, and what is read of it. */
  private final class One {
    private final Apply apply;
    private final Scan scan;
    /** What is read of which output. */
    private final Map<Read, Integer> reads = new LinkedHashMap<>();
    private final List<Guarded.Guard> guards = new ArrayList<>();
    /** So many steps are needed, each as many as some read needs, and none surely more than another. */
    private final List<Dim> needs = new ArrayList<>();
    private Dim steps;

    One(Apply apply) {
      this.apply = apply;
      this.scan = (Scan) apply.op();
    }

    boolean canBeCut(Map<Expr, List<Apply>> users, Set<Expr> results) {
      if (done.contains(scan) || scan.isUntil() || scan.again() || !scan.isPure() || !scan.updated().isEmpty() || !Lengths.in(scan.length()).isEmpty()) return false;
      for (int i = 0; i < apply.outputs().size(); i++) {
        Expr out = apply.output(i);
        if (i < scan.carries()) {
          if (users.containsKey(out) || results.contains(out)) return false;
          continue;
        }
        List<Read> found = RowsRead.of(out, users, results);
        if (found == null) return false;
        for (Read r : found) if (!add(r, i)) return false;
      }
      for (Dim n : needs) steps = steps == null ? n : Dim.max(steps, n);
      return steps != null && !steps.equals(scan.length()) && isSafe();
    }

    private boolean add(Read r, int output) {
      if (r.way().stream().anyMatch(a -> a.op() instanceof After) || !Lengths.in(r.part().type()).isEmpty()) return false;
      Dim needed = scan.reverse() ? scan.length().minus(r.lowest()) : r.highest().plus(output < scan.ys(0) ? 0 : 1);
      Dim saved = scan.length().minus(needed);
      if (!Lengths.in(needed).isEmpty() || saved.isConstant() && saved.constant() <= 0) return false;
      reads.put(r, output);
      need(needed);
      for (Apply a : r.way()) if (RowsRead.choosesRows(a) && a.op() instanceof Guarded g) guards.addAll(g.guards(a));
      return true;
    }

    private void need(Dim more) {
      for (int i = 0; i < needs.size(); i++) {
        Dim apart = more.minus(needs.get(i));
        if (!apart.isConstant()) continue;
        if (apart.constant() > 0) needs.set(i, more);
        return;
      }
      needs.add(more);
    }

    /** Whether the number of steps is known not to be negative where no reader fails. */
    private boolean isSafe() {
      return steps.isNonNegative() || guards.stream().anyMatch(g -> Extents.isAtMost(g.atLeastZero(), steps));
    }

    Map<Expr, Expr> cut() {
      Dim left = scan.length().minus(steps);
      explain.accept(Scan.title(apply) + ": takes only " + steps + " of its " + scan.length()
          + " steps, since nothing reads what the others give");
      Apply now = Origin.inherit(apply.origin(), () -> {
        var inputs = new ArrayList<>(apply.inputs());
        for (int i = 0; i < scan.sequences(); i++) inputs.set(i, rows(inputs.get(i), scan.reverse() ? left : Dim.ZERO));
        return Apply.of(new Scan(scan.label(), scan.body(), scan.sequences(), scan.carries(), steps, scan.reverse()), inputs);
      });
      done.add((Scan) now.op());
      var mapped = new HashMap<Expr, Expr>();
      reads.forEach((read, output) -> {
        Expr part = Origin.inherit(read.part().apply().origin(), () -> part(read, now.output(output), scan.reverse() ? left : Dim.ZERO));
        mapped.put(read.part(), Graphs.named(part, read.part()));
      });
      return mapped;
    }

    /** The rows of a sequence that are left, which are asked for only where no reader fails. */
    private Expr rows(Expr sequence, Dim from) {
      TensorType type = sequence.type().row().stacked(steps);
      if (sequence.op() instanceof Leaf.Constant c) return Ops.constant(c.value(), type);
      if (sequence.op() instanceof Broadcast b && !b.axes().contains(0)) return Ops.broadcast(sequence.apply().input(0), type.dims(), b.axes());
      Expr checked = sequence;
      for (Guarded.Guard g : guards) checked = required(checked, g);
      return Ops.slice(checked, 0, from, steps);
    }

    /** What a reader gets of the rows that are left. */
    private Expr part(Read read, Expr rows, Dim before) {
      Expr part = rows;
      for (Apply view : read.way()) if (!RowsRead.choosesRows(view)) part = Apply.one(view.op(), part);
      if (read.extent() == null) {
        part = Ops.index(part, 0, read.first().minus(before));
      } else {
        part = Apply.one(new Slice(0, read.lowest().minus(before), read.extent(), Math.abs(read.step())), part);
        if (read.step() < 0) part = Apply.one(new Reverse(0), part);
      }
      for (Apply view : read.way()) {
        if (!RowsRead.choosesRows(view) || !(view.op() instanceof Guarded g)) continue;
        for (Guarded.Guard guard : g.guards(view)) part = required(part, guard);
      }
      return part;
    }
  }

  private static Expr required(Expr x, Guarded.Guard g) {
    return ScanRequire.of(x, g.atLeastZero(), g.kind(), g.message(), g.subject());
  }
}
