package weft.lower;

import java.util.HashSet;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.op.Broadcast;
import weft.op.ElementRule;
import weft.op.Scalar;
import weft.op.Scan;

/**
 * Rows that a scan reads and that are a few operations away from what lies in memory: each step computes its own, where a kernel ahead of the scan would send them
 * to memory and back. So is the gradient of a loss of all states: (h − y)/n per step of the backward scan (training B64 T50 H200, Elman / LSTM / GRU, 0.95 / 0.99 /
 * 0.99 of the time on a Cascade Lake).
 */
final class StepRows {
  /** Operations on an element. */
  private static final int MOST_COST = 6;
  /** Arrays with as many axes, each of them read in place of the rows. */
  private static final int MOST_ARRAYS = 2;
  /** Places in a step where they may be read. */
  private static final int MOST_READERS = 2;

  private final Expr rows;
  private final Set<Expr> arrays = new HashSet<>();
  private int cost;

  private StepRows(Expr rows) {
    this.rows = rows;
  }

  /**
   * Whether sequence {@code i} of a scan is computed in its steps. What reads a row there must be content with values one by one.
   *
   * @param uses how many read the sequence
   */
  static boolean areComputed(Scan scan, Apply apply, int i, int uses) {
    Expr rows = apply.input(i);
    if (!(rows.op() instanceof Scalar) || uses != 1) return false;
    Expr row = scan.sequenceVariable(i);
    int readers = 0;
    for (Apply a : Graphs.order(scan.body().results(), new HashSet<>(scan.body().variables()))) {
      if (!a.inputs().contains(row)) continue;
      if (!(a.op() instanceof Scalar)) return false;
      readers++;
    }
    if (readers > MOST_READERS || scan.body().results().contains(row)) return false;
    var made = new StepRows(rows);
    return made.isCheap(rows) && made.cost <= MOST_COST && made.arrays.size() <= MOST_ARRAYS;
  }

  /** What an element of such rows costs in a step. */
  static int price(Expr rows) {
    var made = new StepRows(rows);
    made.isCheap(rows);
    return made.cost;
  }

  /** Counts what an expression is made of, down to what lies in memory anyway; gives whether there is nothing but simple operations on the way. */
  private boolean isCheap(Expr e) {
    if (e.op() instanceof Scalar s && cost <= MOST_COST) {
      cost += Costs.of(s);
      return e.apply().inputs().stream().allMatch(this::isCheap);
    }
    if (e.op() instanceof Broadcast) return e.apply().input(0).rank() == 0 || isCheap(e.apply().input(0));
    Expr from = e;
    while (from.op() instanceof ElementRule rule && rule.isView()) from = from.apply().input(0);
    if (from.op() instanceof ElementRule) return false;
    if (e.rank() >= rows.rank() && !(e.op() instanceof Leaf.Constant)) arrays.add(e);
    return true;
  }
}
