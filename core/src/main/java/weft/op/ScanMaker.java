package weft.op;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.loop.Lengths;
import weft.runtime.Parameter;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;

/** Closes what a step built into a {@link Scan}: everything outer that the step reads becomes captured. */
public final class ScanMaker {
  private ScanMaker() {}

  /** A moment while the graph is being built: what is built later has a larger id. */
  public static long now() {
    return Ops.scalar(0).id();
  }

  /**
   * Applies a scan.
   *
   * @param since the moment before the step ran: what it draws at random since then is drawn at every step
   * @param rows the variables of the sequences
   * @param carries the variables of the carries
   * @param given what the step gives, the carries first
   * @param until what ends the scan, a bool scalar; null if it takes all its steps
   * @param updated the parameters that are the last of the carries
   */
  public static Apply apply(String label, long since, List<Expr> rows, List<Expr> sequences,
      List<Expr> carries, List<Expr> initial,
      List<Expr> given, Expr until, Dim length, boolean reverse, List<Parameter> updated) {
    var results = new ArrayList<>(given);
    if (until != null) results.add(until);
    var own = new ArrayList<>(rows);
    own.addAll(carries);
    Map<Expr, Expr> captured = captured(since, own, results);
    var variables = new ArrayList<>(own);
    variables.addAll(captured.values());
    var inputs = new ArrayList<>(sequences);
    inputs.addAll(initial);
    inputs.addAll(captured.keySet());
    var body = new Lambda(variables, Graphs.substitute(results, captured));
    Dim steps = until == null ? length : Dim.of(Symbol.measured(label + "_steps", length));
    return Apply.of(new Scan(label, body, rows.size(), carries.size(), steps, length, reverse, updated, false),
        inputs);
  }

  /**
   * The largest expressions below {@code results} that are the same at every step, each with a variable for it;
   * no constants.
   */
  private static Map<Expr, Expr> captured(long since, List<Expr> own, List<Expr> results) {
    List<Apply> order = Graphs.order(results);
    Set<Expr> inside = new HashSet<>(own);
    for (Apply a : order) {
      boolean drawnInStep = !a.op().isPure() && a.output(0).id() > since;
      if (drawnInStep || a.inputs().stream().anyMatch(inside::contains)) inside.addAll(a.outputs());
    }
    while (addMeasured(order, inside)) continue;
    requireStackable(order, inside, results);
    var captured = new LinkedHashMap<Expr, Expr>();
    for (Apply a : order) {
      if (inside.contains(a.output(0))) for (Expr in : a.inputs()) capture(in, inside, captured);
    }
    for (Expr result : results) capture(result, inside, captured);
    return captured;
  }

  /** What needs the length of a scan in the step is in the step as well. */
  private static boolean addMeasured(List<Apply> order, Set<Expr> inside) {
    var measured = new HashSet<Symbol>();
    for (Apply a : order) if (inside.contains(a.output(0)) && Measures.measured(a.op()) != null) measured.add(Measures.measured(a.op()));
    if (measured.isEmpty()) return false;
    int before = inside.size();
    for (Apply a : order) {
      boolean needs = Measures.needs(a).stream().anyMatch(measured::contains);
      if (needs || a.inputs().stream().anyMatch(inside::contains)) inside.addAll(a.outputs());
    }
    return inside.size() > before;
  }

  /** What a step gives is as long in every step. */
  private static void requireStackable(List<Apply> order, Set<Expr> inside, List<Expr> results) {
    Map<Symbol, Apply> measured = Measures.measurers(order.stream().filter(a -> inside.contains(a.output(0))).toList());
    for (Expr e : results) {
      for (Symbol s : Lengths.in(e.type())) {
        if (!measured.containsKey(s)) continue;
        throw new WeftException(Kind.SHAPE, Message.of("scan: what a step gives has another length in each step, " + s, List.of(e),
            measured.get(s).origin(), "Give something of one length, such as the last row or a sum."));
      }
    }
  }

  private static void capture(Expr e, Set<Expr> inside, Map<Expr, Expr> captured) {
    if (inside.contains(e) || e.op() instanceof Leaf.Constant) return;
    captured.computeIfAbsent(e, k -> Graphs.variable(k.type(), Message.label(k), "captured"));
  }
}
