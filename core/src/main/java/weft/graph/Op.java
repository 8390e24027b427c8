package weft.graph;

import java.util.List;
import weft.type.TensorType;

/**
 * A rule that makes expressions from expressions. Ops are values: two ops that are equal give equal results on equal inputs,
 * which is what sharing of common sub-expressions stands on. How an op becomes loops is said in package {@code weft.op}.
 */
public interface Op {
  /** The word that users and dumps know it by. */
  String name();

  /** What stands in brackets behind the name in dumps; empty where the name says all. */
  default String attributes() {
    return "";
  }

  /**
   * The types of the outputs.
   *
   * @throws TypeProblem where inputs of these types cannot go together
   */
  List<TensorType> types(List<TensorType> inputs);

  /**
   * The backward rule (vector-Jacobian product): from the cotangents of the outputs to those of the inputs.
   *
   * @param apply the apply in question
   * @param cotangents one an output, null where nothing flows back
   * @return one an input, null where none flows (integers, disconnected inputs)
   */
  List<Expr> vjp(Apply apply, List<Expr> cotangents);

  /** The graphs inside, such as what a scan does in a step. */
  default List<Lambda> bodies() {
    return List.of();
  }

  /** What dumps call the graph {@code i} of {@link #bodies}. */
  default String bodyName(int i) {
    return "step";
  }

  /** The same op with other graphs inside, of the same variables and types of results. */
  default Op withBodies(List<Lambda> bodies) {
    return this;
  }

  /** False for ops that do something each time, in a graph inside as well, which nothing may share, fold or move. */
  default boolean isPure() {
    for (Lambda body : bodies()) if (!body.isPure()) return false;
    return true;
  }
}
