package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * The input as it is, a number that was drawn: to differentiate it by what its distribution depends on is an error.
 *
 * @param from the distribution, for the error
 * @param by what the distribution depends on, for the error
 */
public record Drawn(String from, String by) implements Composite, Liftable {
  @Override
  public String name() {
    return "drawn";
  }

  @Override
  public String attributes() {
    return "from " + from;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    return inputs;
  }

  @Override
  public List<Expr> expand(Apply apply) {
    return apply.inputs();
  }

  /**
   * Zeros where zeros flow, else an error.
   *
   * @throws WeftException of kind NO_GRADIENT
   */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    if (cotangents.get(0).op() instanceof Leaf.Constant c && c.value().doubleValue() == 0) return cotangents;
    throw new WeftException(Kind.NO_GRADIENT, Message.of("grad: a number drawn from " + from
        + " has no derivative by " + by + ", which it was drawn with", List.of(apply.output(0)), apply.origin(),
        "Say that it counts as given, with zeroGrad(…), disconnectedGrad(…) or gradient(cost).constant(…)."));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(this, inputs.get(0)));
  }
}
