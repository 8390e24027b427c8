package weft.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import weft.type.TensorType;

/** Walks over graphs; none of them recurses, so depth is bounded by memory only. */
public final class Graphs {
  private Graphs() {}

  /** Every apply that {@code results} need, inputs before users. */
  public static List<Apply> order(Collection<Expr> results) {
    return order(results, Set.of());
  }

  /** The same, stopping at (and leaving out) what computes {@code stops}. */
  public static List<Apply> order(Collection<Expr> results, Set<Expr> stops) {
    return order(results, stops, a -> List.of());
  }

  /** @param before applies that have to come before one, besides those of its inputs */
  public static List<Apply> order(Collection<Expr> results, Set<Expr> stops, Function<Apply, List<Apply>> before) {
    var order = new ArrayList<Apply>();
    // Every pass asks for the order, so this is where compiling spends most of its time: one table, false while inputs are looked at.
    var done = new IdentityHashMap<Apply, Boolean>();
    var stack = new ArrayDeque<Apply>();
    for (Expr result : results) {
      if (stops.contains(result)) continue;
      stack.push(result.apply());
      while (!stack.isEmpty()) {
        Apply top = stack.peek();
        Boolean known = done.get(top);
        if (known == null) {
          done.put(top, false);
          for (Apply first : before.apply(top)) if (!done.containsKey(first)) stack.push(first);
          List<Expr> inputs = top.inputs();
          for (int i = inputs.size() - 1; i >= 0; i--) {
            Expr in = inputs.get(i);
            if (!stops.contains(in) && done.get(in.apply()) != Boolean.TRUE) stack.push(in.apply());
          }
        } else {
          stack.pop();
          if (known) continue;
          done.put(top, true);
          order.add(top);
        }
      }
    }
    return order;
  }

  /** Which applies use each expression as an input, below {@code results}. */
  public static Map<Expr, List<Apply>> users(List<Apply> order) {
    var users = new IdentityHashMap<Expr, List<Apply>>();
    for (Apply a : order) for (Expr in : a.inputs()) users.computeIfAbsent(in, k -> new ArrayList<>()).add(a);
    return users;
  }

  /**
   * Copies {@code results} with some expressions replaced. Parts that do not change are shared with the original; names
   * and origins are kept.
   */
  public static List<Expr> substitute(List<Expr> results, Map<Expr, Expr> replacements) {
    if (replacements.isEmpty()) return results;
    var mapped = new HashMap<>(replacements);
    for (Apply a : order(results, replacements.keySet())) rebuild(a, mapped);
    return results.stream().map(e -> mapped.getOrDefault(e, e)).toList();
  }

  /** Re-applies {@code a} on mapped inputs if any changed, and records what its outputs became. */
  public static Apply rebuild(Apply a, Map<Expr, Expr> mapped) {
    return rebuild(a, a.op(), mapped);
  }

  /** The same with another op of the same outputs. */
  public static Apply rebuild(Apply a, Op op, Map<Expr, Expr> mapped) {
    boolean changed = op != a.op();
    var inputs = new ArrayList<Expr>(a.inputs().size());
    for (Expr in : a.inputs()) {
      Expr now = mapped.getOrDefault(in, in);
      changed |= now != in;
      inputs.add(now);
    }
    if (!changed) return a;
    Apply copy = Origin.inherit(a.origin(), () -> Apply.of(op, inputs));
    for (int i = 0; i < a.outputs().size(); i++) {
      Expr before = a.output(i);
      if (mapped.containsKey(before)) continue;
      mapped.put(before, named(copy.output(i), before));
    }
    return copy;
  }

  /** What takes the place of an expression, called like it unless it has a name. */
  public static Expr named(Expr after, Expr before) {
    if (after.name() == null && before.name() != null) after.named(before.name());
    return after;
  }

  /** A closed copy of a lambda, with fresh variables. */
  public static Lambda refresh(Lambda lambda, UnaryOperator<Expr> variable) {
    var mapped = new HashMap<Expr, Expr>();
    var variables = new ArrayList<Expr>();
    for (Expr v : lambda.variables()) {
      Expr fresh = variable.apply(v);
      variables.add(fresh);
      mapped.put(v, fresh);
    }
    return new Lambda(variables, substitute(lambda.results(), mapped));
  }

  /** A new variable of the same type, name and role. */
  public static Expr freshVariable(Expr like) {
    String role = like.op() instanceof Leaf.Variable v ? v.role() : "";
    return variable(like.type(), Message.label(like), role);
  }

  /** A new variable of a lambda. */
  public static Expr variable(TensorType type, String name, String role) {
    return Apply.one(new Leaf.Variable(type, role)).named(name);
  }
}
