package weft.op;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Origin;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Computes for all steps at once what a step computes: each expression of the step becomes an outer one, with
 * a new axis 0 if it is not the same at every step.
 */
public final class ScanLifter {
  private final Dim length;
  /** What expressions of the step become; null for what cannot be lifted, which is then not looked into again. */
  private final Map<Expr, Expr> outer = new HashMap<>();
  private final Set<Expr> stacked = new HashSet<>();
  private final Set<Symbol> measured;
  private boolean isAnyStuck;

  /** For so many steps. */
  public ScanLifter(Dim length) {
    this(length, Set.of());
  }

  /** @param measured extents that each step measures anew, so that nothing of such a length can leave the step */
  public ScanLifter(Dim length, Set<Symbol> measured) {
    this.length = length;
    this.measured = measured;
  }

  /** Says that {@code inner} is, step by step, the rows of {@code stackedRows}. */
  public void rows(Expr inner, Expr stackedRows) {
    tryAgain();
    put(inner, stackedRows);
  }

  private void tryAgain() {
    if (isAnyStuck) outer.values().removeIf(Objects::isNull);
    isAnyStuck = false;
  }

  private void put(Expr inner, Expr stackedRows) {
    outer.put(inner, stackedRows);
    stacked.add(inner);
  }

  /** Says that {@code inner} is {@code value} at every step. */
  public void same(Expr inner, Expr value) {
    tryAgain();
    outer.put(inner, value);
  }

  /** Whether it is known what an expression of the step is for all steps. */
  public boolean knows(Expr inner) {
    return outer.get(inner) != null;
  }

  /** Whether it varies from step to step; asked only of what is known or was lifted. */
  public boolean isStacked(Expr inner) {
    return stacked.contains(inner);
  }

  /**
   * The outer expression, without an axis for time if it is the same at every step; null if an op on the way
   * cannot be lifted.
   */
  public Expr lift(Expr inner) {
    boolean lifts = true;
    for (Apply a : Graphs.order(List.of(inner), outer.keySet())) {
      boolean stuck = a.inputs().stream().anyMatch(in -> outer.containsKey(in) && !knows(in));
      if (!stuck && (!lifts || lift(a))) continue;
      lifts = false;
      isAnyStuck = true;
      for (Expr e : a.outputs()) outer.put(e, null);
    }
    return outer.get(inner);
  }

  /** The outer expression with an axis for time in any case; null if it cannot be lifted. */
  public Expr liftRows(Expr inner) {
    Expr lifted = lift(inner);
    return lifted == null || isStacked(inner) ? lifted : Ops.repeated(lifted, length);
  }

  private boolean isMeasured(Apply a) {
    return measured.contains(Measures.measured(a.op())) || !Collections.disjoint(Measures.needs(a), measured);
  }

  private boolean lift(Apply a) {
    if (a.op() instanceof Leaf.Variable || !a.op().isPure()) return false;
    if (!measured.isEmpty() && isMeasured(a)) return false;
    var inputs = a.inputs().stream().map(outer::get).toList();
    var varies = new boolean[inputs.size()];
    boolean any = false;
    for (int i = 0; i < varies.length; i++) any |= varies[i] = stacked.contains(a.input(i));
    if (!any) {
      boolean same = inputs.equals(a.inputs());
      List<Expr> outputs = same ? a.outputs() : Origin.inherit(a.origin(), () -> Apply.of(a.op(), inputs))
          .outputs();
      for (int i = 0; i < outputs.size(); i++) outer.put(a.output(i), outputs.get(i));
      return true;
    }
    if (!(a.op() instanceof Liftable op)) return false;
    List<Expr> lifted = Origin.inherit(a.origin(), () -> op.lift(a, inputs, varies, length));
    if (lifted == null) return false;
    for (int i = 0; i < lifted.size(); i++) {
      Expr before = a.output(i);
      Expr after = lifted.get(i);
      if (!after.type().equals(before.type().stacked(length))) {
        throw new IllegalStateException(a.op().name() + " lifts " + before.type() + " to " + after.type());
      }
      if (before.name() != null && after.name() == null) after.named(before.name());
      put(before, after);
    }
    return true;
  }
}
