package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.TypeProblem;
import weft.type.Dim;
import weft.type.TensorType;

/** A function of floats, element by element, that is made of so many operations that it has a kernel to itself. */
public interface LongFunction extends ElementRule, Liftable {
  @Override
  default List<TensorType> types(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    if (!x.dtype().isFloat()) {
      throw TypeProblem.dtype("takes floats, not " + x.dtype().text(), "Cast it first, for instance with .cast(DType.F32).");
    }
    return List.of(x);
  }

  @Override
  default List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(this, inputs.get(0)));
  }
}
