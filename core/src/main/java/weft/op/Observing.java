package weft.op;

import java.util.HashMap;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Op;
import weft.type.TensorType;

/**
 * An op that gives its first input as it is and looks at it each time: nothing is shared, moved or folded through it, and it is gone where
 * nothing needs its result. Gradients pass through, and what they compute a second time is not looked at again.
 */
public interface Observing extends Structured {
  @Override
  default boolean isPure() {
    return false;
  }

  @Override
  default List<TensorType> types(List<TensorType> inputs) {
    return List.of(inputs.get(0));
  }

  @Override
  default ElementRule.Wants wants(int i) {
    return ElementRule.Wants.VALUE;
  }

  /** The same values with nobody looking, in the graphs inside as well. */
  static List<Expr> unobserved(List<Expr> results) {
    var mapped = new HashMap<Expr, Expr>();
    for (Apply a : Graphs.order(results)) {
      if (a.op() instanceof Observing) mapped.put(a.output(0), mapped.getOrDefault(a.input(0), a.input(0)));
      else if (a.op().isPure()) Graphs.rebuild(a, mapped);
      else Graphs.rebuild(a, unobserved(a.op()), mapped);
    }
    return results.stream().map(e -> mapped.getOrDefault(e, e)).toList();
  }

  private static Op unobserved(Op op) {
    return op.withBodies(op.bodies().stream().map(b -> new Lambda(b.variables(), unobserved(b.results()))).toList());
  }
}
