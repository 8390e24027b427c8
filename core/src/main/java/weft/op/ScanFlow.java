package weft.op;

import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Message;

/** How cotangents go through one step of a scan backwards, and which carries take part in it at all. */
final class ScanFlow {
  private final Scan scan;
  private final List<Expr> cotangents;
  private final Set<Expr> wanted = new LinkedHashSet<>();
  private final Set<Expr> varied;
  private final TreeSet<Integer> active = new TreeSet<>();
  private final Expr[] carried;
  private final Expr[] rows;
  private final Expr[] stacked;
  private Map<Expr, Expr> found = Map.of();

  ScanFlow(Scan scan, List<Expr> cotangents, boolean[] wantedInputs) {
    this.scan = scan;
    this.cotangents = cotangents;
    this.carried = new Expr[scan.carries()];
    this.rows = new Expr[scan.carries()];
    this.stacked = new Expr[scan.stacked()];
    this.varied = varied(wantedInputs);
    for (Expr v : scan.body().variables()) if (varied.contains(v) && v.dtype().isFloat()) wanted.add(v);
    makeVariables();
    flow();
  }

  /** Everything in the step that depends on a wanted input, through however many steps. */
  private Set<Expr> varied(boolean[] wantedInputs) {
    var sources = new LinkedHashSet<Expr>();
    for (int i = 0; i < wantedInputs.length; i++) if (wantedInputs[i]) sources.add(scan.body().variables()
        .get(i));
    List<Apply> order = Graphs.order(scan.body().results());
    while (true) {
      Set<Expr> all = Cotangents.dependents(order, sources, Set.of());
      boolean grows = false;
      for (int i = 0; i < scan.carries(); i++) {
        if (all.contains(scan.carryResult(i))) grows |= sources.add(scan.carryVariable(i));
      }
      if (!grows) return all;
    }
  }

  /** Carries that a cotangent reaches: from outside, or from another carry's through the step. */
  private void flow() {
    var given = new BitSet();
    for (int i = 0; i < scan.carries(); i++) {
      boolean is = cotangents.get(scan.last(i)) != null || cotangents.get(scan.trajectory(i)) != null;
      if (is && wanted.contains(scan.carryVariable(i))) given.set(i);
    }
    for (int i = 0; i < scan.stacked(); i++) if (stacked[i] != null) given.set(scan.carries() + i);
    ScanConnections.carries(scan, given).stream().filter(i -> i < scan.carries()).forEach(this::activate);
    while (true) {
      found = Cotangents.of(given(), wanted, Set.of());
      int before = active.size();
      for (int i = 0; i < scan.carries(); i++) if (found.containsKey(scan.carryVariable(i))) activate(i);
      if (active.size() == before) return;
    }
  }

  private void activate(int i) {
    if (wanted.contains(scan.carryVariable(i))) active.add(i);
  }

  /** Carries and stacked outputs, each with the cotangent that stands for it in the step. */
  private Map<Expr, Expr> given() {
    var given = new LinkedHashMap<Expr, Expr>();
    for (int i : active) {
      add(given, scan.carryResult(i), rows[i] == null ? carried[i] : Ops.plus(carried[i], rows[i]));
    }
    for (int i = 0; i < stacked.length; i++) if (stacked[i] != null) add(given, scan.stackedResult(i),
        stacked[i]);
    return given;
  }

  private static void add(Map<Expr, Expr> given, Expr e, Expr cotangent) {
    Expr before = given.get(e);
    given.put(e, before == null ? cotangent : Ops.plus(before, cotangent));
  }

  private void makeVariables() {
    for (int i = 0; i < carried.length; i++) {
      Expr result = scan.carryVariable(i);
      if (!wanted.contains(result)) continue;
      carried[i] = variable(result, "", "cotangent of the carry");
      if (cotangents.get(scan.trajectory(i)) != null) rows[i] = variable(result, "_t", "row of the cotangent");
    }
    for (int i = 0; i < stacked.length; i++) {
      Expr result = scan.stackedResult(i);
      boolean flows = cotangents.get(scan.ys(i)) != null && varied.contains(result) && result.dtype().isFloat();
      if (flows) stacked[i] = variable(result, "", "row of the cotangent");
    }
  }

  /** @param mark what tells it from another cotangent of the same thing */
  private static Expr variable(Expr of, String mark, String role) {
    return Graphs.variable(of.type(), "d " + Message.label(of) + mark, role);
  }

  /** The carries that have a cotangent, in order. */
  Iterable<Integer> active() {
    return active;
  }

  /** The variable that is the cotangent of carry {@code i} before it gets what its row adds. */
  Expr carried(int i) {
    return carried[i];
  }

  /** The cotangent of a variable of the forward step, or null. */
  Expr of(Expr variable) {
    return found.get(variable);
  }

  /** Every variable that stands for a cotangent. */
  Set<Expr> variables() {
    var all = new LinkedHashSet<Expr>();
    for (Expr[] some : Arrays.asList(carried, rows, stacked)) for (Expr e : some) if (e != null) all.add(e);
    return all;
  }

  /** The cotangents that come row by row: each variable with its stacked rows. */
  void rowCotangents(BiConsumer<Expr, Expr> each) {
    var at = new ScanRows(scan);
    for (int i : active) if (rows[i] != null) each.accept(rows[i],
        at.after(cotangents.get(scan.trajectory(i))));
    for (int i = 0; i < stacked.length; i++) if (stacked[i] != null) each.accept(stacked[i],
        cotangents.get(scan.ys(i)));
  }
}
