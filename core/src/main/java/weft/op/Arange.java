package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/** The vector 0, 1, 2 … {@code length} - 1. */
public record Arange(Dim length, DType dtype) implements ElementRule {
  @Override
  public String name() {
    return "arange";
  }

  @Override
  public String attributes() {
    return length + " " + dtype.text();
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    return List.of(TensorType.of(dtype, length));
  }

  @Override
  public Value element(Element at) {
    return at.position(at.index().get(0), dtype);
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return List.of();
  }
}
