package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.graph.TypeProblem;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/** Tensors behind each other along one axis. */
public record Concat(int axis) implements Structured, Liftable, Guarded {
  @Override
  public String name() {
    return "concat";
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
    Dim total = Dim.ZERO;
    for (TensorType t : inputs) {
      if (t.dtype() != first.dtype()) {
        throw TypeProblem.dtype("dtypes differ, " + first.dtype().text() + " and " + t.dtype().text(),
            "Cast one of them.");
      }
      if (t.rank() != first.rank()) {
        throw TypeProblem.shape("ranks differ, " + first.rank() + " and " + t.rank(),
            "All parts must have the same number of axes.");
      }
      for (int i = 0; i < t.rank(); i++) {
        if (i == axis || t.dim(i).equals(first.dim(i))) continue;
        throw TypeProblem.shape("dimensions differ, " + first.dim(i) + " and " + t.dim(i) + ", in axis " + i,
            "Only axis " + axis + ", along which the parts are joined, may differ.");
      }
      total = total.plus(t.dim(axis));
    }
    return List.of(first.withDims(Axes.replace(first.dims(), axis, total)));
  }

  /** Parts have 0 elements or more along the axis; those that were cut out say so themselves. */
  @Override
  public List<Guard> guards(Apply apply) {
    var guards = new ArrayList<Guard>();
    for (Expr part : apply.inputs()) {
      if (part.op() instanceof Slice || part.dim(axis).isNonNegative()) continue;
      String what = "concat: axis " + axis + " of " + Message.label(part) + " " + part.type() + " has %d elements";
      guards.addAll(Guarded.open(apply, new Guard(part.dim(axis), Kind.SHAPE, what, part.dim(axis))));
    }
    return guards;
  }

  @Override
  public void lower(Apply apply, Site site) {
    Dim from = Dim.ZERO;
    for (int i = 0; i < apply.inputs().size(); i++) {
      int input = i;
      Dim extent = apply.input(i).dim(axis);
      site.fill(name(), site.output(0).slice(axis, from, extent), at -> site.input(input, at));
      from = from.plus(extent);
    }
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    var parts = new ArrayList<Expr>();
    Dim from = Dim.ZERO;
    for (Expr x : apply.inputs()) {
      parts.add(Ops.slice(cotangents.get(0), axis, from, x.dim(axis)));
      from = from.plus(x.dim(axis));
    }
    return parts;
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return Apply.of(new Concat(axis + 1), Ops.allStacked(inputs, stacked, length)).outputs();
  }
}
