package weft.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Op;
import weft.graph.Origin;

/**
 * Replaces applies from the leaves up, again and again until nothing changes. A sweep takes time in proportion
 * to the graph, and nothing recurses but into the graphs inside ops, which are done before the ops themselves.
 *
 * <p>What takes the place of a named expression inherits its name, and everything a step builds inherits the
 * origin of what it replaces. The graph that is rewritten stays as it was.
 */
public final class Rewriting {
  /** What to put in the place of one apply. */
  public interface Step {
    /**
     * @param apply its inputs are rewritten already
     * @param uses counts of the graph as it was when the sweep began
     * @return one expression an output, of the same types, or null to leave the apply as it is
     */
    List<Expr> of(Apply apply, Uses uses);
  }

  /** A graph that still changes after so many sweeps is left as it then is; each is as right as the last. */
  private static final int SWEEPS = 200;

  /** So often in a row one place is rewritten in one sweep. */
  private static final int IN_A_ROW = 20;

  private final Step step;
  private final Set<Apply> settled = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Lambda, Lambda> bodies = new HashMap<>();
  private final Measurers measurers = new Measurers();

  private Rewriting(Step step) {
    this.step = step;
  }

  /** Rewrites what {@code results} need, bodies of scans included. */
  public static List<Expr> bottomUp(List<Expr> results, Function<Apply, List<Expr>> step) {
    return bottomUp(results, (apply, uses) -> step.apply(apply));
  }

  /** The same for a step that asks how often expressions are used. */
  public static List<Expr> bottomUp(List<Expr> results, Step step) {
    return new Rewriting(step).untilSettled(results);
  }

  /** Rewrites the graphs inside an op, each as a whole. */
  static Op inside(Op op, Function<Lambda, Lambda> rewrite) {
    List<Lambda> before = op.bodies();
    if (before.isEmpty()) return op;
    List<Lambda> after = before.stream().map(rewrite).toList();
    return after.equals(before) ? op : op.withBodies(after);
  }

  /** A lambda with other results, itself if they are the same. */
  static Lambda with(Lambda lambda, List<Expr> results) {
    return results.equals(lambda.results()) ? lambda : new Lambda(lambda.variables(), results);
  }

  private List<Expr> untilSettled(List<Expr> results) {
    List<Expr> now = results;
    for (int i = 0; i < SWEEPS; i++) {
      List<Expr> next = new Sweep(now).run();
      if (next.equals(now)) return now;
      now = next;
    }
    return now;
  }

  private Lambda body(Lambda lambda) {
    Lambda known = bodies.get(lambda);
    if (known != null) return known;
    Lambda now = with(lambda, untilSettled(lambda.results()));
    bodies.put(lambda, now);
    bodies.put(now, now);
    return now;
  }

  /** One way through the graph, inputs before users. */
  private final class Sweep implements Uses {
    private final List<Expr> results;
    private final List<Apply> order;
    private final Set<Apply> old;
    private final Map<Expr, Integer> counts = new HashMap<>();
    private final Map<Expr, Expr> mapped = new HashMap<>();

    Sweep(List<Expr> results) {
      this.results = results;
      order = Graphs.order(results);
      old = new HashSet<>(order);
      for (Apply a : order) for (Expr in : a.inputs()) counts.merge(in, 1, Integer::sum);
      for (Expr e : results) counts.merge(e, 1, Integer::sum);
    }

    @Override
    public boolean once(Expr e) {
      return counts.getOrDefault(e, 0) == 1;
    }

    List<Expr> run() {
      for (Apply a : order) {
        Apply now = Graphs.rebuild(a, inside(a.op(), Rewriting.this::body), mapped);
        old.add(now);
        for (int i = 0; i < a.outputs().size(); i++) inherit(a.output(i), now.output(i));
        if (!settled.contains(now)) replace(a, now);
      }
      return results.stream().map(e -> mapped.getOrDefault(e, e)).toList();
    }

    private void replace(Apply original, Apply now) {
      List<Expr> by = ask(original, now);
      if (by == null) {
        settled.add(now);
        return;
      }
      for (int i = 1; i < IN_A_ROW && by.size() == 1 && !old.contains(by.get(0).apply()); i++) {
        Apply fresh = by.get(0).apply();
        if (fresh.outputs().size() > 1) break;
        List<Expr> more = ask(original, fresh);
        if (more == null) break;
        by = more;
      }
      for (int i = 0; i < by.size(); i++) {
        inherit(original.output(i), by.get(i));
        mapped.put(original.output(i), by.get(i));
      }
    }

    private List<Expr> ask(Apply original, Apply now) {
      List<Expr> by = Origin.inherit(original.origin(), () -> step.of(now, this));
      if (by == null) return null;
      var types = now.outputs().stream().map(Expr::type).toList();
      if (by.stream().map(Expr::type).toList().equals(types)) return kept(now, by);
      throw new IllegalStateException("a rewrite of " + Message.label(now.output(0)) + " changes the types "
          + types + " to " + by);
    }

    private List<Expr> kept(Apply now, List<Expr> by) {
      var all = new ArrayList<Expr>();
      for (int i = 0; i < by.size(); i++) all.add(measurers.kept(now.output(i), by.get(i)));
      return all;
    }

    private void inherit(Expr before, Expr after) {
      if (before == after) return;
      counts.merge(after, counts.getOrDefault(before, 0), Integer::sum);
      boolean fresh = !old.contains(after.apply()) && !(after.op() instanceof Leaf);
      if (fresh) Graphs.named(after, before);
    }
  }
}
