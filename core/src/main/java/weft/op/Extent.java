package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/** An extent as a scalar: the count in a mean. */
public record Extent(Dim of, DType dtype) implements ElementRule {
  @Override
  public String name() {
    return "extent";
  }

  @Override
  public String attributes() {
    return of.toString();
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    return List.of(new TensorType(dtype, List.of()));
  }

  @Override
  public Value element(Element at) {
    return at.position(of, dtype);
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return List.of();
  }
}
