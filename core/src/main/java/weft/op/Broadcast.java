package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.TypeProblem;
import weft.loop.Fun;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * The input repeated to a larger shape.
 *
 * @param to the shape of the result
 * @param axes for each axis of the input, in order, which axis of the result it is; its extent is that of the
 * result, or 1
 */
public record Broadcast(List<Dim> to, List<Integer> axes) implements ElementRule, Liftable {
  public Broadcast {
    to = List.copyOf(to);
    axes = List.copyOf(axes);
  }

  @Override
  public String name() {
    return "broadcast";
  }

  @Override
  public String attributes() {
    return "to " + to + " axes " + axes;
  }

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    if (x.rank() != axes.size()) throw TypeProblem.shape("rank " + x.rank() + ", not " + axes.size(), "");
    for (int i = 0; i < x.rank(); i++) {
      Dim wanted = to.get(axes.get(i));
      if (!x.dim(i).is(1) && !x.dim(i).equals(wanted)) {
        throw TypeProblem.shape("dimension " + x.dim(i) + " cannot become " + wanted,
            "Only a dimension of 1 is repeated.");
      }
    }
    return List.of(x.withDims(to));
  }

  @Override
  public Value element(Element at) {
    var index = new ArrayList<Dim>();
    for (int i = 0; i < axes.size(); i++) {
      index.add(at.inputType(0).dim(i).is(1) ? Dim.ZERO : at.index().get(axes.get(i)));
    }
    return at.input(0, index);
  }

  /** The sum over what was repeated. */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    TensorType x = apply.input(0).type();
    var repeated = new ArrayList<Integer>();
    for (int axis = 0; axis < to.size(); axis++) {
      int i = axes.indexOf(axis);
      if (i < 0 || x.dim(i).is(1) && !to.get(axis).is(1)) repeated.add(axis);
    }
    return List.of(Ops.reshape(Ops.reduce(Fun.ADD, cotangents.get(0), repeated), x.dims()));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Ops.broadcast(inputs.get(0), Axes.prepend(length, to), Axes.prependShifted(axes)));
  }
}
