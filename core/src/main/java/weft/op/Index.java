package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.graph.TypeProblem;
import weft.loop.Value;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/** The part of a tensor at one index of one axis; that axis is dropped. */
public record Index(int axis, Dim at) implements ElementRule, Liftable, Guarded {
  private static final String ADVICE = "Indices go from 0 to one less, or count from the end from -1 on.";

  @Override
  public String name() {
    return axis == 0 ? "row" : "index";
  }

  @Override
  public String attributes() {
    return "axis " + axis + " at " + at;
  }

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    Dim left = x.dim(axis).minus(1).minus(at);
    if (at.isConstant() && at.constant() < 0 || left.isConstant() && left.constant() < 0) {
      throw TypeProblem.shape("there is no index " + at + " in axis " + axis + ", which has "
          + x.dim(axis) + " elements",
          ADVICE);
    }
    return List.of(x.withDims(Axes.remove(x.dims(), axis)));
  }

  @Override
  public List<Guard> guards(Apply apply) {
    Expr x = apply.input(0);
    String what = name() + ": there is no index " + at + " in axis " + axis + " of " + Message.label(x) + " "
        + x.type()
        + ", which has %d elements\n  " + ADVICE;
    Dim total = x.dim(axis);
    return Guarded.open(apply, new Guard(at, Kind.INDEX, what, total),
        new Guard(total.minus(1).minus(at), Kind.INDEX, what, total));
  }

  @Override
  public Value element(Element at) {
    return at.input(0, Axes.insert(at.index(), axis, this.at));
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr row = Ops.expandDims(cotangents.get(0), axis);
    return List.of(Apply.one(new Embed(axis, at, apply.input(0).dim(axis), 1), row));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(new Index(axis + 1, at), inputs.get(0)));
  }
}
