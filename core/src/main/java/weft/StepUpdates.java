package weft;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Op;
import weft.graph.Origin;
import weft.op.Scan;
import weft.runtime.Parameter;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * The updates that are made inside a scan's step. Each makes its parameter a carry: the step reads the value from before the step, and
 * the function that contains the scan gives the parameter the value after the last one.
 *
 * <p>What was built before the scan is given, and the same at every step, also where it reads an updated parameter; an update or default
 * update that was built before is made at each step all the same.
 *
 * @param parameters those updated
 * @param variables what the step reads instead of them
 * @param initial their values before the scan
 * @param next their values after a step
 * @param results what else the step gives, reading the variables
 */
record StepUpdates(List<Parameter> parameters, List<Expr> variables, List<Expr> initial, List<Expr> next, List<Expr> results) {

  /**
   * @param results what the step gives but for updates
   * @param told the updates that it makes expressly
   * @param frozen the parameters whose default updates and inner scans' updates are not made
   * @param since the moment before the step was described
   */
  static StepUpdates of(Origin origin, List<Expr> results, List<Update> told, Predicate<Parameter> frozen, long since) {
    Map<Parameter, Expr> expressly = told(origin, told);
    Map<Parameter, Expr> all = new ImplicitUpdates("scan", origin, expressly, frozen, since, e -> e).of(results);
    var variables = new LinkedHashMap<Parameter, Expr>();
    var initial = new ArrayList<Expr>();
    for (Parameter p : all.keySet()) {
      Expr before = Apply.one(new Leaf.Parametric(p));
      initial.add(before);
      variables.put(p, Graphs.variable(before.type(), p.name(), "parameter updated in the step"));
    }

    var roots = new ArrayList<>(results);
    roots.addAll(all.values());
    Map<Expr, Expr> leaves = ImplicitUpdates.replacements(roots, variables);
    var mapped = new HashMap<>(leaves);
    for (Apply a : Graphs.order(roots)) if (ImplicitUpdates.isLater(a, since)) Graphs.rebuild(a, taken(a.op()), mapped);
    var next = new ArrayList<Expr>();
    for (Expr value : all.values()) {
      boolean given = !ImplicitUpdates.isLater(value.apply(), since);
      next.add(given ? Graphs.substitute(List.of(value), leaves).get(0) : mapped.getOrDefault(value, value));
    }
    return new StepUpdates(List.copyOf(all.keySet()), List.copyOf(variables.values()), initial, next,
        results.stream().map(e -> mapped.getOrDefault(e, e)).toList());
  }

  /** What an inner scan updates is this scan's to update, or nobody's. */
  private static Op taken(Op op) {
    return op instanceof Scan scan && !scan.updated().isEmpty() ? scan.updatingNothing() : op;
  }

  private static Map<Parameter, Expr> told(Origin origin, List<Update> updates) {
    var told = new LinkedHashMap<Parameter, Expr>();
    for (Update u : updates) {
      if (told.put(u.parameter(), u.value()) == null) continue;
      throw new WeftException(Kind.DUPLICATE, Message.of("scan: two updates of parameter " + u.parameter().name() + " in one step",
          List.of(), origin, "Combine them into one expression."));
    }
    return told;
  }
}
