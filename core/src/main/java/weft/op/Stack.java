package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.TypeProblem;
import weft.type.Dim;
import weft.type.TensorType;

/** Tensors of one type as the parts of a larger one, along a new axis. */
public record Stack(int axis) implements Structured, Liftable {
  @Override
  public String name() {
    return "stack";
  }

  @Override
  public String attributes() {
    return "axis " + axis;
  }

  @Override
  public ElementRule.Wants wants(int i) {
    return ElementRule.Wants.VALUE;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType first = inputs.get(0);
    for (TensorType t : inputs) {
      if (t.dtype() != first.dtype()) {
        throw TypeProblem.dtype("dtypes differ, " + first.dtype().text() + " and " + t.dtype().text(),
            "Cast one of them.");
      }
      if (!t.equals(first)) {
        throw TypeProblem.shape("shapes differ, " + first + " and " + t, "All parts must have one shape.");
      }
    }
    return List.of(first.withDims(Axes.insert(first.dims(), axis, Dim.of(inputs.size()))));
  }

  @Override
  public void lower(Apply apply, Site site) {
    for (int i = 0; i < apply.inputs().size(); i++) {
      int input = i;
      site.fill(name(), site.output(0).at(axis, Dim.of(i)), at -> site.input(input, at));
    }
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    var parts = new ArrayList<Expr>();
    for (int i = 0; i < apply.inputs().size(); i++) parts.add(Ops.index(cotangents.get(0), axis, Dim.of(i)));
    return parts;
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return Apply.of(new Stack(axis + 1), Ops.allStacked(inputs, stacked, length)).outputs();
  }
}
