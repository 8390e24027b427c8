package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.TensorType;

/** One axis read backwards. */
public record Reverse(int axis) implements ElementRule, Liftable {
  @Override
  public String name() {
    return "reverse";
  }

  @Override
  public String attributes() {
    return "axis " + axis;
  }

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    return inputs;
  }

  @Override
  public Value element(Element at) {
    Dim mirrored = at.type().dim(axis).minus(1).minus(at.index().get(axis));
    return at.input(0, Axes.replace(at.index(), axis, mirrored));
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return List.of(Apply.one(this, cotangents.get(0)));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(new Reverse(axis + 1), inputs.get(0)));
  }
}
