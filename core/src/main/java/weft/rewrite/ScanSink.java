package weft.rewrite;

import java.util.ArrayDeque;
import java.util.HashSet;
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
import weft.graph.Op;
import weft.op.Einsum;
import weft.op.Liftable;
import weft.op.Scan;
import weft.op.ScanCosts;
import weft.op.ScanLifter;
import weft.type.Dim;

/**
 * What a step gives but does not hand on is computed behind the loop, for all steps at once: the output layer,
 * the loss, the gradients of the sequences. A scan without carries disappears.
 *
 * <p>What carries no carry moves in any case. The rest moves where it holds a contraction, or something heavy
 * that takes no more rows to keep than its own, which then need not be kept.
 */
public final class ScanSink {
  private final Consumer<String> explain;
  private final ScanForm form;
  /** What the lifter knows without any row of the scan. */
  private ScanLifter given;

  private ScanSink(Apply scan, Set<Expr> used, Consumer<String> explain) {
    this.explain = explain;
    this.form = new ScanForm(scan, used);
  }

  /** A graph of the same results in which this is done, wherever it can be. */
  public static List<Expr> apply(List<Expr> results, Consumer<String> explain) {
    return ScanGraphs.everywhere(results, (scan, used) -> new ScanSink(scan, used, explain).sink());
  }

  private Map<Expr, Expr> sink() {
    if (form.keepsLittle()) return null;
    Set<Expr> cone = ScanGraphs.below(form.course());
    given = form.lifter();
    var lifter = form.lifter();
    var sunk = new LinkedHashMap<ScanForm.Row, Set<Expr>>();
    for (ScanForm.Row r : List.copyOf(form.rows)) {
      if (isCarry(r.result) || !form.isUsed(r.outputs)) continue;
      Expr free = form.until == null ? lifter.liftRows(r.result) : null;
      if (free != null) {
        form.rows.remove(r);
        form.replace(r.outputs, free);
        explain.accept(form.title() + ": " + ScanTexts.formula(r.result)
            + " is computed for all steps at once");
      } else if (!cone.contains(r.result) && (form.until == null || form.behind().lift(r.result) == null)) {
        var cut = new LinkedHashSet<Expr>();
        if (isWorth(r, cone, cut) && lifts(r.result, cut)) sunk.put(r, cut);
      }
    }
    if (sunk.isEmpty() && form.replaced.isEmpty()) return null;
    form.rows.removeAll(sunk.keySet());
    sunk.values().forEach(cut -> cut.stream().filter(e -> !isCarry(e)).forEach(form::row));
    if (form.build() == null) explain.accept(form.title() + ": nothing is left of the loop");
    ScanLifter behind = form.behind();
    sunk.values().forEach(cut -> cut.forEach(e -> behind.rows(e, form.builtRows(e))));
    sunk.forEach((r, cut) -> {
      form.replace(r.outputs, behind.liftRows(r.result));
      explain.accept(form.title() + ": " + ScanTexts.formula(r.result) + " moved behind the loop");
    });
    return form.outputs();
  }

  private boolean isCarry(Expr e) {
    return form.carries.stream().anyMatch(c -> c.variable == e || c.result == e);
  }

  /** Whether a row is better computed behind the loop; collects what of the loop that needs. */
  private boolean isWorth(ScanForm.Row row, Set<Expr> cone, Set<Expr> cut) {
    var seen = new HashSet<Expr>(Set.of(row.result));
    var open = new ArrayDeque<Expr>(seen);
    boolean contraction = false;
    boolean heavy = false;
    while (!open.isEmpty()) {
      Expr e = open.pop();
      Op op = e.op();
      if (cone.contains(e) || op instanceof Leaf || !(op instanceof Liftable) || !op.isPure()) {
        if (e == row.result) return false;
        if (!isGiven(e)) cut.add(e);
        continue;
      }
      contraction |= op instanceof Einsum || op instanceof Scan;
      heavy |= ScanCosts.isHeavy(op);
      for (Expr in : e.apply().inputs()) if (seen.add(in)) open.add(in);
    }
    int rank = row.result.rank();
    for (ScanForm.Carry c : form.carries) rank = Math.max(rank, c.variable.rank());
    Dim more = Dim.ZERO;
    for (Expr e : cut) {
      if (isKept(e, row)) continue;
      more = more.plus(e.type().size());
      if (e.rank() > rank) return false;
    }
    return contraction || heavy && Extents.isAtMost(more, row.result.type().size());
  }

  /** Whether the lifter knows it without any row of the scan. */
  private boolean isGiven(Expr e) {
    return e.op() instanceof Leaf && !(e.op() instanceof Leaf.Variable) || given.knows(e);
  }

  /** Whether all its rows are stored in any case. */
  private boolean isKept(Expr e, ScanForm.Row but) {
    for (ScanForm.Carry c : form.carries) {
      if (c.variable == e || c.result == e) return form.isUsed(c.trajectories);
    }
    return form.rows.stream().anyMatch(r -> r != but && r.result == e);
  }

  private boolean lifts(Expr result, Set<Expr> cut) {
    var lifter = form.behind();
    for (Expr e : cut) lifter.rows(e, Graphs.variable(e.type().stacked(form.length), "rows", ""));
    return lifter.liftRows(result) != null;
  }
}
