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
import weft.runtime.Parameter;
import weft.type.Dim;

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
   * @param results what the step gives, the carries first
   * @param updated the parameters that are the last of the carries
   */
  public static Apply apply(String label, long since, List<Expr> rows, List<Expr> sequences,
      List<Expr> carries, List<Expr> initial,
      List<Expr> results, Dim length, boolean reverse, List<Parameter> updated) {
    var own = new ArrayList<>(rows);
    own.addAll(carries);
    Map<Expr, Expr> captured = captured(since, own, results);
    var variables = new ArrayList<>(own);
    variables.addAll(captured.values());
    var inputs = new ArrayList<>(sequences);
    inputs.addAll(initial);
    inputs.addAll(captured.keySet());
    var body = new Lambda(variables, Graphs.substitute(results, captured));
    return Apply.of(new Scan(label, body, rows.size(), carries.size(), length, reverse, updated), inputs);
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
    var captured = new LinkedHashMap<Expr, Expr>();
    for (Apply a : order) {
      if (inside.contains(a.output(0))) for (Expr in : a.inputs()) capture(in, inside, captured);
    }
    for (Expr result : results) capture(result, inside, captured);
    return captured;
  }

  private static void capture(Expr e, Set<Expr> inside, Map<Expr, Expr> captured) {
    if (inside.contains(e) || e.op() instanceof Leaf.Constant) return;
    captured.computeIfAbsent(e, k -> Graphs.variable(k.type(), Message.label(k), "captured"));
  }
}
