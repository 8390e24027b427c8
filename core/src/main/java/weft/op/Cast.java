package weft.op;

import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/** Each element converted as a Java cast does (NaN to 0, saturating); to bool: whether it is not 0. */
public record Cast(DType dtype) implements ElementRule, Liftable {
  @Override
  public String name() {
    return "cast";
  }

  @Override
  public String attributes() {
    return dtype.text();
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    return List.of(inputs.get(0).withDType(dtype));
  }

  @Override
  public Value element(Element at) {
    return new Value.Cast(dtype, at.input(0, at.index()));
  }

  /** The cotangent in the dtype of the input; nothing flows through integers. */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    DType before = apply.input(0).dtype();
    if (!before.isFloat() || !dtype.isFloat()) return Arrays.asList((Expr) null);
    return List.of(Ops.cast(cotangents.get(0), before));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(this, inputs.get(0)));
  }
}
