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
import weft.graph.Origin;
import weft.loop.Lengths;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;

/** Makes an {@link IfElse} of what its two branches built: what was there before is captured, the rest belongs to the branch. */
final class Branches {
  private final Origin origin = Origin.here();
  private final Expr condition;

  Branches(Expr condition) {
    this.condition = condition;
    if (Message.needed("ifElseAll: condition", condition).rank() != 0 || condition.dtype() != DType.BOOL) {
      throw new WeftException(Kind.DTYPE, Message.of("ifElse: the condition is " + condition.type() + ", not one bool",
          List.of(condition), origin, "Compare numbers, such as x.gt(3); where(…) chooses element by element."));
    }
  }

  /**
   * @param thenSince the moment before the first branch was built
   * @param otherwiseSince the moment after that, before the second one was
   */
  List<Expr> choose(List<Expr> then, List<Expr> otherwise, long thenSince, long otherwiseSince) {
    if (then.size() != otherwise.size() || then.isEmpty()) {
      throw new WeftException(Kind.ARGUMENT, Message.of("ifElse: the branches give " + then.size() + " and " + otherwise.size()
          + " results", List.of(), origin, "Give as many in both, and at least one."));
    }
    var first = new ArrayList<Expr>();
    var second = new ArrayList<Expr>();
    for (int i = 0; i < then.size(); i++) {
      first.add(adapted(then.get(i), otherwise.get(i)));
      second.add(adapted(otherwise.get(i), then.get(i)));
    }
    Map<Expr, Expr> one = captured(first, thenSince);
    Map<Expr, Expr> other = captured(second, otherwiseSince);
    var inputs = new ArrayList<>(List.of(condition));
    inputs.addAll(one.keySet());
    inputs.addAll(other.keySet());
    return Apply.of(new IfElse(close(first, one), close(second, other)), inputs).outputs();
  }

  private static Lambda close(List<Expr> results, Map<Expr, Expr> captured) {
    return new Lambda(List.copyOf(captured.values()), Graphs.substitute(results, captured));
  }

  /** A result in the type that both branches have: the wider dtype, and the dims of the larger where the other's say 1. */
  private Expr adapted(Expr result, Expr other) {
    if (result.type().equals(other.type())) return result;
    boolean constant = result.op() instanceof Leaf.Constant;
    DType dtype = constant && other.dtype().isFloat() ? other.dtype()
        : other.op() instanceof Leaf.Constant && result.dtype().isFloat() ? result.dtype() : Operands.join(result.dtype(), other.dtype());
    List<Dim> dims = Operands.broadcast(result.type().dims(), other.type().dims());
    if (dtype == null || dims == null) {
      throw new WeftException(dtype == null ? Kind.DTYPE : Kind.SHAPE, Message.of("ifElse: the branches give different types",
          List.of(result, other), origin, "Give the same dtype and dims in both."));
    }
    return Ops.broadcastTo(Ops.cast(result, dtype), dims);
  }

  /** What a branch reads that was there before it, each with a variable for it; no constants. */
  private Map<Expr, Expr> captured(List<Expr> results, long since) {
    Set<Expr> stops = new HashSet<>();
    List<Apply> order = Graphs.order(results);
    for (Apply a : order) if (isGiven(a, since)) stops.addAll(a.outputs());
    List<Apply> inside = Graphs.order(results, stops).stream().filter(a -> !isGiven(a, since)).toList();
    var captured = new LinkedHashMap<Expr, Expr>();
    for (Apply a : inside) {
      for (Expr in : a.inputs()) if (stops.contains(in)) capture(in, captured);
      if (!(a.op() instanceof Scan s) || s.updated().isEmpty()) continue;
      throw new WeftException(Kind.ARGUMENT, Message.of("ifElse: a branch updates parameters", a.outputs(), origin,
          "Update them outside, with what ifElse gives."));
    }
    for (Expr e : results) if (stops.contains(e)) capture(e, captured);
    Set<Symbol> measured = Measures.measurers(inside).keySet();
    for (Expr e : results) {
      if (Lengths.in(e.type()).stream().noneMatch(measured::contains)) continue;
      throw new WeftException(Kind.SHAPE, Message.of("ifElse: how long a result is, only its branch finds out", List.of(e), origin,
          "Give something of a length known outside, such as the last row or a sum."));
    }
    return captured;
  }

  private static boolean isGiven(Apply a, long since) {
    if (a.op() instanceof Leaf.Constant) return false;
    return a.output(0).id() <= since || a.op() instanceof Leaf && !(a.op() instanceof Leaf.Literal);
  }

  private static void capture(Expr e, Map<Expr, Expr> captured) {
    captured.computeIfAbsent(e, k -> Graphs.variable(k.type(), Message.label(k), "captured"));
  }
}
