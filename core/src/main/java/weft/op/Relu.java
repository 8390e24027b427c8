package weft.op;

import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.TypeProblem;
import weft.loop.Fun;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/** max(x, 0). Unlike that of a maximum with a constant, its derivative at 0 is 0. */
public record Relu() implements ElementRule, Liftable {
  @Override
  public String name() {
    return "relu";
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    if (x.dtype() == DType.BOOL) {
      throw TypeProblem.dtype("takes numbers, not bool", "Cast it first, for instance with .cast(DType.I32).");
    }
    return List.of(x);
  }

  @Override
  public Value element(Element at) {
    return new Value.Call(Fun.MAX, at.input(0, at.index()), at.number(0));
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr g = cotangents.get(0);
    if (!g.dtype().isFloat()) return Arrays.asList((Expr) null);
    return List.of(Ops.where(Ops.gt(apply.input(0), 0), g, Ops.zerosLike(g)));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(this, inputs.get(0)));
  }
}
