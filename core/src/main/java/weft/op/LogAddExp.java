package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.type.Dim;
import weft.type.TensorType;

/** log(e^a + e^b), which neither overflows nor cancels. */
public record LogAddExp() implements Composite, Liftable {
  @Override
  public String name() {
    return "logAddExp";
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    Operands.checkDTypes(Scalar.DIV, inputs);
    Operands.checkShapes(inputs);
    return inputs.subList(0, 1);
  }

  /** The larger one + log(1 + e^-|a - b|). */
  @Override
  public List<Expr> expand(Apply apply) {
    Expr distance = Ops.abs(difference(apply));
    return List.of(Ops.plus(Ops.maximum(apply.input(0), apply.input(1)), Ops.log1p(Ops.exp(Ops.neg(distance)))));
  }

  /** a - b, or 0 where both are one infinity. */
  private static Expr difference(Apply apply) {
    Expr a = apply.input(0);
    Expr b = apply.input(1);
    Expr same = Ops.and(Ops.eq(a, b), Ops.eq(Ops.abs(a), Double.POSITIVE_INFINITY));
    return Ops.where(same, Ops.zerosLike(a), Ops.minus(a, b));
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr distance = difference(apply);
    Expr g = cotangents.get(0);
    return List.of(Ops.times(g, Ops.sigmoid(distance)), Ops.times(g, Ops.sigmoid(Ops.neg(distance))));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return Apply.of(this, Ops.allStacked(inputs, stacked, length)).outputs();
  }
}
