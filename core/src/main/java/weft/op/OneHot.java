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

/** For each integer a row of {@code depth} zeros with a one at that place, along a new last axis. */
public record OneHot(Dim depth, DType dtype) implements ElementRule, Liftable {
  @Override
  public String name() {
    return "oneHot";
  }

  @Override
  public String attributes() {
    return depth + " " + dtype.text();
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    if (!x.dtype().isInteger()) {
      throw TypeProblem.dtype("indices are integers, not " + x.dtype().text(), "Give an i32 or i64 tensor.");
    }
    return List.of(new TensorType(dtype, Axes.insert(x.dims(), x.rank(), depth)));
  }

  @Override
  public Value element(Element at) {
    int last = at.index().size() - 1;
    Value chosen = at.input(0, at.index().subList(0, last));
    Value here = at.position(at.index().get(last), chosen.dtype());
    return new Value.Call(Fun.SELECT, new Value.Call(Fun.EQ, chosen, here), at.number(1), at.number(0));
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return Arrays.asList((Expr) null);
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(this, inputs.get(0)));
  }
}
