package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.TypeProblem;
import weft.type.Dim;
import weft.type.TensorType;

/** e^x divided by its sum over the last axis: probabilities. Other axes by transposing. */
public record Softmax() implements Composite, Liftable {
  @Override
  public String name() {
    return "softmax";
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    return List.of(lastAxisOfFloats(inputs.get(0)));
  }

  static TensorType lastAxisOfFloats(TensorType x) {
    if (x.rank() == 0) {
      throw TypeProblem.shape("a scalar has no axis to sum over", "Use sigmoid for a single score.");
    }
    if (!x.dtype().isFloat()) {
      throw TypeProblem.dtype("takes floats, not " + x.dtype().text(),
          "Cast it first, for instance with .cast(DType.F32).");
    }
    return x;
  }

  /** The largest element is subtracted first, so that nothing overflows. */
  @Override
  public List<Expr> expand(Apply apply) {
    Expr x = apply.input(0);
    Expr e = Ops.exp(Ops.minus(x, Ops.keepDims(Ops.max(x, -1), x, -1)));
    return List.of(Ops.div(e, Ops.keepDims(Ops.sum(e, -1), x, -1)));
  }

  /** z · (g - Σ g·z). */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr g = cotangents.get(0);
    Expr z = apply.output(0);
    return List.of(Ops.times(z, Ops.minus(g, Ops.keepDims(Ops.sum(Ops.times(g, z), -1), z, -1))));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(this, inputs.get(0)));
  }
}
