package weft.op;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.loop.Lengths;
import weft.graph.Origin;
import weft.runtime.WeftException;

/** Reverse mode over a graph: cotangents flow from what is given back to what is wanted, each apply once. */
public final class Cotangents {
  private final Map<Expr, Expr> at = new LinkedHashMap<>();
  private final Set<Expr> wanted;
  private final Set<Expr> constants;
  private final Set<Expr> ends;
  private final Set<Expr> leads;

  private Cotangents(Collection<Expr> wanted, Set<Expr> constants, Set<Expr> ends, List<Apply> order) {
    this.wanted = new LinkedHashSet<>(wanted);
    this.constants = constants;
    this.ends = ends;
    this.leads = dependents(order, this.wanted, constants);
  }

  /**
   * The cotangents of {@code wanted}, those it gets none of left out.
   *
   * @param given cotangents to start from, of the type of their expression
   * @param constants expressions that nothing flows through
   */
  public static Map<Expr, Expr> of(Map<Expr, Expr> given, Collection<Expr> wanted, Set<Expr> constants) {
    return of(given, wanted, constants, Set.of());
  }

  /**
   * The same within a part of the graph.
   *
   * @param ends expressions that cotangents reach and do not go beyond
   */
  public static Map<Expr, Expr> of(Map<Expr, Expr> given, Collection<Expr> wanted, Set<Expr> constants,
      Set<Expr> ends) {
    List<Apply> order = Graphs.order(given.keySet());
    var flow = new Cotangents(wanted, constants, ends, order);
    given.forEach((e, cotangent) -> {
      if (flow.leads.contains(e)) flow.add(e, cotangent);
    });
    for (int i = order.size() - 1; i >= 0; i--) flow.back(order.get(i));
    var found = new LinkedHashMap<Expr, Expr>();
    for (Expr e : wanted) if (flow.at.containsKey(e)) found.put(e, flow.at.get(e));
    return found;
  }

  /**
   * {@code sources} and every expression of {@code order} that depends on one of them other than through {@code
   * constants}.
   */
  static Set<Expr> dependents(List<Apply> order, Set<Expr> sources, Set<Expr> constants) {
    var all = new LinkedHashSet<>(sources);
    all.removeAll(constants);
    for (Apply a : order) {
      if (a.inputs().stream().noneMatch(all::contains)) continue;
      for (Expr out : a.outputs()) if (!constants.contains(out)) all.add(out);
    }
    return all;
  }

  private void back(Apply a) {
    var wantedInputs = new boolean[a.inputs().size()];
    boolean any = false;
    for (int i = 0; i < wantedInputs.length; i++) any |= wantedInputs[i] = leads.contains(a.input(i));
    var cotangents = new Expr[a.outputs().size()];
    boolean flows = false;
    for (int i = 0; i < cotangents.length; i++) {
      Expr out = a.output(i);
      if (!out.dtype().isFloat() || ends.contains(out)) continue;
      cotangents[i] = at.get(out);
      flows |= cotangents[i] != null;
    }
    if (!any || !flows) return;
    // Zeros as long as a scan finds out would have to be made of what that scan gives, which its own rule sees to.
    boolean isLong = a.inputs().stream().anyMatch(in -> !Lengths.in(in.type()).isEmpty());
    if (!isLong && Arrays.stream(cotangents).allMatch(c -> c == null || isZero(c))) {
      for (Expr in : a.inputs()) if (leads.contains(in) && in.dtype().isFloat()) add(in, Ops.zeros(in.type()));
      return;
    }
    if (a.op() instanceof Cast && !a.input(0).dtype().isFloat()) {
      add(a.input(0), cotangents[0]);
      return;
    }
    List<Expr> back = Origin.inherit(a.origin(), () -> a.op() instanceof Scan scan
        ? ScanVjp.of(a, scan, Arrays.asList(cotangents), wantedInputs)
        : a.op().vjp(a, Arrays.asList(cotangents)));
    for (int i = 0; i < wantedInputs.length; i++) {
      if (wantedInputs[i] && back.get(i) != null) add(a.input(i), defined(a, a.input(i), back.get(i)));
    }
  }

  /** Whether a cotangent is 0 whatever the inputs are: then so is what flows on, through what has no derivative, too. */
  private static boolean isZero(Expr cotangent) {
    return cotangent.op() instanceof Leaf.Constant c && c.value().doubleValue() == 0;
  }

  private static Expr defined(Apply a, Expr input, Expr cotangent) {
    if (!GradientMark.isUndefined(cotangent)) return cotangent;
    throw new WeftException(WeftException.Kind.NO_GRADIENT, Message.of("grad: " + (a.op() instanceof GradientMark ? "undefinedGrad" : a.op().name())
        + " has no gradient by " + Message.label(input), List.of(input, a.output(0)), a.origin(),
        "Differentiate by something else, or say that nothing flows back through it with disconnectedGrad."));
  }

  /** Integers end the flow, except where the user wants to see what reaches them. */
  private void add(Expr e, Expr cotangent) {
    if (!e.dtype().isFloat() && !wanted.contains(e) || constants.contains(e)) return;
    boolean shape = cotangent.type().dims().equals(e.type().dims());
    boolean dtype = !e.dtype().isFloat() || cotangent.dtype() == e.dtype();
    if (!shape || !dtype) {
      throw new WeftException(WeftException.Kind.INTERNAL, "the vjp gives " + cotangent.type() + " for " + e);
    }
    Expr before = at.get(e);
    at.put(e, before == null ? cotangent : Origin.inherit(e.apply().origin(), () -> before.plus(cotangent)));
  }
}
