package weft;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.op.Scan;
import weft.runtime.Parameter;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * The updates that a function, or a step of a scan, makes without being told: those of the scans in it, and the default updates of
 * the parameters it reads. What it was told goes before both, and a scan's update before a default one.
 */
final class ImplicitUpdates {
  private final String what;
  private final Origin origin;
  private final Map<Parameter, Expr> told;
  private final Predicate<Parameter> frozen;
  private final long since;
  /** What a default update stands for here. */
  private final UnaryOperator<Expr> standing;
  private final Map<Parameter, Expr> scanned = new LinkedHashMap<>();
  private final Map<Parameter, Expr> defaults = new LinkedHashMap<>();

  /**
   * @param what who updates, for messages
   * @param told the updates that were asked for
   * @param frozen the parameters that stay as they are unless told otherwise
   * @param since the id of what was built just before the graph in question; what is older is given
   * @param standing what an expression of a default update stands for
   */
  ImplicitUpdates(String what, Origin origin, Map<Parameter, Expr> told, Predicate<Parameter> frozen, long since,
      UnaryOperator<Expr> standing) {
    this.what = what;
    this.origin = origin;
    this.told = told;
    this.frozen = frozen;
    this.since = since;
    this.standing = standing;
  }

  /** All updates: those told, then those of scans, then default ones. */
  Map<Parameter, Expr> of(List<Expr> results) {
    int before;
    do {
      before = scanned.size() + defaults.size();
      find(results);
    } while (scanned.size() + defaults.size() > before);
    var all = new LinkedHashMap<>(told);
    scanned.forEach(all::putIfAbsent);
    defaults.forEach(all::putIfAbsent);
    return all;
  }

  private void find(List<Expr> results) {
    var roots = new ArrayList<>(results);
    roots.addAll(told.values());
    var read = new LinkedHashMap<Parameter, Expr>();
    var scans = new ArrayList<Apply>();
    look(roots, since, read, scans);
    look(new ArrayList<>(defaults.values()), 0, read, scans);
    for (Apply a : scans) {
      var scan = (Scan) a.op();
      for (int i = 0; i < scan.updated().size(); i++) {
        Parameter p = scan.updated().get(i);
        if (read.containsKey(p) && !told.containsKey(p) && !frozen.test(p)) scan(p, a.output(scan.last(scan.updatedCarry(i))));
      }
    }
    for (Parameter p : read.keySet()) {
      Expr value = Update.byDefault(p);
      if (value == null || told.containsKey(p) || scanned.containsKey(p) || defaults.containsKey(p) || frozen.test(p)) continue;
      defaults.put(p, standing.apply(value));
    }
  }

  /** Notes which parameters are read by what was built later, and the scans that were. */
  private static void look(List<Expr> roots, long since, Map<Parameter, Expr> read, List<Apply> scans) {
    for (Expr root : roots) read(root, read);
    for (Apply a : Graphs.order(roots)) {
      if (!isLater(a, since)) continue;
      for (Expr in : a.inputs()) read(in, read);
      if (a.op() instanceof Scan) scans.add(a);
    }
  }

  static boolean isLater(Apply a, long since) {
    return a.output(0).id() > since;
  }

  private static void read(Expr e, Map<Parameter, Expr> read) {
    if (e.op() instanceof Leaf.Parametric p) read.putIfAbsent(p.parameter(), e);
  }

  /** A gradient may have made the same scan once more, with more results. */
  private void scan(Parameter p, Expr last) {
    Expr other = scanned.putIfAbsent(p, last);
    if (other == null || variable(other) == variable(last)) return;
    throw new WeftException(Kind.DUPLICATE, Message.of(what + ": two scans update parameter " + p.name(), List.of(other, last), origin,
        "Say what it becomes with updates(…)."));
  }

  private static Expr variable(Expr last) {
    return ((Scan) last.op()).carryVariable(last.index());
  }

  /** Every way in which {@code roots} read parameters, mapped to what is read instead. */
  static Map<Expr, Expr> replacements(List<Expr> roots, Map<Parameter, Expr> by) {
    var mapped = new HashMap<Expr, Expr>();
    for (Apply a : Graphs.order(roots)) {
      if (a.op() instanceof Leaf.Parametric p && by.containsKey(p.parameter())) mapped.put(a.output(0), by.get(p.parameter()));
    }
    return mapped;
  }
}
