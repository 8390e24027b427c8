package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.type.Dim;
import weft.type.TensorType;

/** The logarithm of {@link Softmax} over the last axis, finite where the probability itself underflows. */
public record LogSoftmax() implements Composite, Liftable {
  @Override
  public String name() {
    return "logSoftmax";
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    return List.of(Softmax.lastAxisOfFloats(inputs.get(0)));
  }

  /** x - m - log Σ e^(x - m), where m is the largest element. */
  @Override
  public List<Expr> expand(Apply apply) {
    Expr x = apply.input(0);
    Expr shifted = Ops.minus(x, Ops.keepDims(Ops.max(x, -1), x, -1));
    return List.of(Ops.minus(shifted, Ops.log(Ops.keepDims(Ops.sum(Ops.exp(shifted), -1), x, -1))));
  }

  /** g - softmax(x) · Σ g. */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr g = cotangents.get(0);
    return List.of(Ops.minus(g, Ops.times(Ops.exp(apply.output(0)), Ops.keepDims(Ops.sum(g, -1), g, -1))));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(this, inputs.get(0)));
  }
}
