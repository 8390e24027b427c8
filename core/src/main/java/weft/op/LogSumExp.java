package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.type.Dim;
import weft.type.TensorType;

/** log Σ e^x over the last axis, which is dropped; -∞ where all elements are. */
public record LogSumExp() implements Composite, Liftable {
  @Override
  public String name() {
    return "logSumExp";
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType x = Softmax.lastAxisOfFloats(inputs.get(0));
    return List.of(x.withDims(x.dims().subList(0, x.rank() - 1)));
  }

  /** m + log Σ e^(x - m), where m is the largest element, or 0 where that is infinite. */
  @Override
  public List<Expr> expand(Apply apply) {
    Expr x = apply.input(0);
    Expr largest = Ops.max(x, -1);
    Expr m = Ops.where(Ops.eq(Ops.abs(largest), Double.POSITIVE_INFINITY), Ops.zerosLike(largest), largest);
    Expr sum = Ops.sum(Ops.exp(Ops.minus(x, Ops.keepDims(m, x, -1))), -1);
    return List.of(Ops.plus(m, Ops.log(sum)));
  }

  /** g · e^(x - z). */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr x = apply.input(0);
    Expr share = Ops.exp(Ops.minus(x, Ops.keepDims(apply.output(0), x, -1)));
    return List.of(Ops.times(share, Ops.keepDims(cotangents.get(0), x, -1)));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(this, inputs.get(0)));
  }
}
