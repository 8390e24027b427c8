package weft.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Message;
import weft.loop.Lengths;
import weft.type.Dim;
import weft.type.Symbol;
import weft.type.TensorType;

/**
 * The backward rule of {@link Scan}: a scan in the other direction over rows of what the forward scan left
 * behind.
 *
 * <p>The cotangents of the carries are its carries, and so is one sum for each captured tensor that wants a
 * cotangent; the cotangents of the sequences are its ys. What its step needs of the forward step comes, in
 * this order of preference, from a sequence or a captured tensor, from a carry's trajectory, from a stacked
 * output, from a residual (an extra stacked output of the forward scan) where {@link ScanCosts#isHeavy} says
 * so, or in place of one that only it needs and that is not smaller, and else is computed again.
 */
final class ScanVjp {
  private final Apply apply;
  private final Scan scan;
  private final List<Expr> cotangents;
  private final boolean[] wanted;
  private final ScanFlow flow;
  private final ScanRows rows;
  /** The extents that a step measures anew. */
  private final Set<Symbol> measured;
  /** The carries and ys of the step. */
  private final List<Expr> given;

  private final List<Expr> sequenceVariables = new ArrayList<>();
  private final List<Expr> sequences = new ArrayList<>();
  private final List<Expr> capturedVariables = new ArrayList<>();
  private final List<Expr> captured = new ArrayList<>();
  private final Map<Expr, Expr> kept = new LinkedHashMap<>();
  private final List<Expr> residuals = new ArrayList<>();
  private final Map<Expr, Expr> residualVariables = new LinkedHashMap<>();
  /** What needs a cotangent, what differs from step to step, and what the forward step computes. */
  private Set<Expr> cotangent;
  private Set<Expr> steps;
  private final Set<Expr> forward = new LinkedHashSet<>();
  /** What takes the place of residuals. */
  private final Set<Expr> raised = new LinkedHashSet<>();

  private ScanVjp(Apply apply, Scan scan, List<Expr> cotangents, boolean[] wanted) {
    this.apply = apply;
    this.scan = scan;
    this.cotangents = cotangents;
    this.wanted = wanted;
    this.flow = new ScanFlow(scan, cotangents, wanted);
    this.rows = new ScanRows(scan);
    this.measured = Measures.measurers(Graphs.order(scan.body().results())).keySet();
    this.given = scan.body().results().subList(0, scan.carries() + scan.stacked());
  }

  static List<Expr> of(Apply apply, Scan scan, List<Expr> cotangents) {
    var wanted = new boolean[apply.inputs().size()];
    for (int i = 0; i < wanted.length; i++) wanted[i] = apply.input(i).dtype().isFloat();
    return of(apply, scan, cotangents, wanted);
  }

  /** The same where only some inputs want a cotangent. */
  static List<Expr> of(Apply apply, Scan scan, List<Expr> cotangents, boolean[] wanted) {
    return new ScanVjp(apply, scan, cotangents, wanted).build();
  }

  private List<Expr> build() {
    var carryVariables = new ArrayList<Expr>();
    var initial = new ArrayList<Expr>();
    var results = new ArrayList<Expr>();
    var ys = new ArrayList<Expr>();
    var sums = new ArrayList<Integer>();
    var stacked = new ArrayList<Integer>();
    for (int i : flow.active()) {
      carryVariables.add(flow.carried(i));
      Expr last = cotangents.get(scan.last(i));
      initial.add(measuredFirst(last != null ? last : Ops.zeros(scan.carryVariable(i).type())));
      Expr before = flow.of(scan.carryVariable(i));
      results.add(before != null ? before : Ops.zeros(scan.carryVariable(i).type()));
    }
    for (int i = 0; i < scan.captured(); i++) {
      Expr part = flow.of(scan.capturedVariable(i));
      if (part == null) continue;
      TensorType type = scan.capturedVariable(i).type();
      Expr sum = Graphs.variable(type, "d " + Message.label(scan.capturedVariable(i)), "sum of cotangents");
      sums.add(i);
      carryVariables.add(sum);
      initial.add(Ops.zeros(type));
      results.add(Ops.plus(sum, part));
    }
    for (int i = 0; i < scan.sequences(); i++) {
      Expr row = flow.of(scan.sequenceVariable(i));
      if (row == null) continue;
      stacked.add(i);
      ys.add(row);
    }
    if (results.isEmpty() && ys.isEmpty()) return Arrays.asList(new Expr[apply.inputs().size()]);
    Apply backward = apply(carryVariables, initial, results, ys);
    return collect(backward, sums, stacked);
  }

  /** A backward scan of measured length needs the forward one, even if it reads nothing that that left behind. */
  private Expr measuredFirst(Expr cotangent) {
    if (Lengths.in(scan.length()).isEmpty()) return cotangent;
    return After.of(cotangent, apply.output(scan.carries() > 0 ? scan.trajectory(0) : scan.ys(0)));
  }

  private Apply apply(List<Expr> carryVariables, List<Expr> initial, List<Expr> carries, List<Expr> ys) {
    var results = new ArrayList<>(carries);
    results.addAll(ys);
    keep(results);
    Apply forward = withResiduals();
    residualVariables.forEach((e, variable) -> {
      sequenceVariables.add(variable);
      sequences.add(forward.output(scan.ys(scan.stacked() + residuals.indexOf(e))));
    });
    flow.rowCotangents((variable, cotangent) -> {
      sequenceVariables.add(variable);
      sequences.add(measuredFirst(cotangent));
    });
    var variables = new ArrayList<>(sequenceVariables);
    variables.addAll(carryVariables);
    variables.addAll(capturedVariables);
    var inputs = new ArrayList<>(sequences);
    inputs.addAll(initial);
    inputs.addAll(captured);
    var body = new Lambda(variables, Observing.unobserved(Graphs.substitute(results, kept)));
    String label = scan.label() + ".vjp";
    return Apply.of(new Scan(label, body, sequences.size(), carryVariables.size(), scan.length(),
        !scan.reverse()), inputs);
  }

  /** Decides for every forward expression that the backward step reads where it comes from. */
  private void keep(List<Expr> results) {
    List<Apply> order = Graphs.order(results);
    cotangent = Cotangents.dependents(order, flow.variables(), Set.of());
    steps = Cotangents.dependents(order, new LinkedHashSet<>(scan.body().variables().subList(0, scan.sequences() + scan.carries())), Set.of());
    for (Apply a : Graphs.order(scan.body().results())) forward.addAll(a.outputs());
    Map<Expr, Set<Apply>> readers;
    do readers = readers(order, results);
    while (raise(readers, results));
    for (Expr e : readers.keySet()) if (!cotangent.contains(e) && isKept(e)) keep(e);
  }

  /** What the backward step needs, and for what: what is kept needs nothing. */
  private Map<Expr, Set<Apply>> readers(List<Apply> order, List<Expr> results) {
    var readers = new LinkedHashMap<Expr, Set<Apply>>();
    for (Expr e : results) readers.put(e, new LinkedHashSet<>());
    for (int i = order.size() - 1; i >= 0; i--) {
      Apply a = order.get(i);
      if (a.outputs().stream().noneMatch(e -> readers.containsKey(e) && (cotangent.contains(e) || !isKept(e)))) continue;
      for (Expr in : a.inputs()) readers.computeIfAbsent(in, e -> new LinkedHashSet<>()).add(a);
    }
    return readers;
  }

  /**
   * Residuals that are needed for one thing only, which is no larger, give way to that: of a gated unit's sums, say, the part that its reset gate multiplies,
   * a third. Gives whether there were any.
   */
  private boolean raise(Map<Expr, Set<Apply>> readers, List<Expr> results) {
    boolean any = false;
    for (Expr e : readers.keySet()) {
      if (cotangent.contains(e) || !isResidual(e)) continue;
      Expr to = e;
      for (Expr next = e; next != null; next = results.contains(next) ? null : inPlaceOf(next, readers.get(next))) to = next;
      any |= to != e && raised.add(to);
    }
    return any;
  }

  /** The only thing that an expression is needed for, if that may be kept instead; else null. */
  private Expr inPlaceOf(Expr e, Set<Apply> readers) {
    if (readers.size() != 1) return null;
    Apply reader = readers.iterator().next();
    Expr to = reader.output(0);
    boolean cheap = reader.op() instanceof Scalar || ScanCosts.isView(reader.op());
    boolean fits = to.dtype() == e.dtype() && isStackable(to) && isAtMost(to.type().size(), e.type().size());
    return cheap && fits && !cotangent.contains(to) && forward.contains(to) ? to : null;
  }

  private static boolean isAtMost(Dim one, Dim other) {
    return other.minus(one).isNonNegative();
  }

  /** Whether every step's has the same length: what an inner scan that stops by itself gives has not. */
  private boolean isStackable(Expr e) {
    return Collections.disjoint(Lengths.in(e.type()), measured);
  }

  private static boolean isTakenAgain(Expr e) {
    return e.op() instanceof Scan s && s.again();
  }

  /** False if {@code e} is to be computed again. */
  private boolean isKept(Expr e) {
    if (given.contains(e)) return given.indexOf(e) >= scan.carries() || steps.contains(e);
    return scan.body().variables().contains(e) || isResidual(e);
  }

  private boolean isResidual(Expr e) {
    if (raised.contains(e)) return true;
    return !given.contains(e) && steps.contains(e) && isStackable(e) && !isTakenAgain(e) && ScanCosts.isHeavy(e.op())
        && (forward.contains(e) || e.op() instanceof Scan);
  }

  private void keep(Expr e) {
    int variable = scan.body().variables().indexOf(e);
    if (variable >= scan.sequences() + scan.carries()) {
      capturedVariables.add(replacement(e, Message.label(e), "captured"));
      captured.add(apply.input(variable));
    } else if (variable >= scan.sequences()) {
      sequence(e, rows.before(apply.output(scan.trajectory(variable - scan.sequences()))), Message.label(e));
    } else if (variable >= 0) {
      sequence(e, Ops.slice(apply.input(variable), 0, Dim.ZERO, scan.length()), Message.label(e));
    } else if (given.contains(e)) {
      int result = given.indexOf(e);
      sequence(e, result < scan.carries() ? rows.after(apply.output(scan.trajectory(result))) : apply.output(scan.ys(result - scan.carries())),
          Message.label(e));
    } else {
      residuals.add(e);
      residualVariables.put(e, replacement(e, Message.label(e), "residual"));
    }
  }

  private void sequence(Expr e, Expr stacked, String name) {
    sequenceVariables.add(replacement(e, name, "row of " + name));
    sequences.add(stacked);
  }

  private Expr replacement(Expr e, String name, String role) {
    Expr variable = Graphs.variable(e.type(), name, role);
    kept.put(e, variable);
    return variable;
  }

  /**
   * The forward scan with residuals as further ys; it shares its variables with the original, so that both can
   * become one.
   */
  private Apply withResiduals() {
    if (residuals.isEmpty()) return apply;
    var results = new ArrayList<>(given);
    results.addAll(residuals);
    if (scan.isUntil()) results.add(scan.condition());
    return Apply.of(scan.withBody(new Lambda(scan.body().variables(), results)), apply.inputs());
  }

  private List<Expr> collect(Apply backward, List<Integer> sums, List<Integer> stacked) {
    var found = new Expr[apply.inputs().size()];
    var op = (Scan) backward.op();
    for (int i = 0; i < stacked.size(); i++) {
      found[stacked.get(i)] = Ops.embed(backward.output(op.ys(i)), 0, Dim.ZERO, scan.most());
    }
    int carry = 0;
    for (int i : flow.active()) {
      Expr initial = backward.output(op.last(carry++));
      Expr row = cotangents.get(scan.trajectory(i));
      boolean fromRow = row != null && !rows.isInitialZero(row);
      boolean fromSteps = flow.of(scan.carryVariable(i)) != null || cotangents.get(scan.last(i)) != null;
      if (fromSteps) found[scan.sequences() + i] = fromRow ? Ops.plus(initial, rows.initial(row)) : initial;
      else if (fromRow) found[scan.sequences() + i] = rows.initial(row);
    }
    for (int i : sums) found[scan.sequences() + scan.carries() + i] = backward.output(op.last(carry++));
    for (int i = 0; i < found.length; i++) if (!wanted[i]) found[i] = null;
    return Arrays.asList(found);
  }
}
