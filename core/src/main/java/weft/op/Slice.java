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

/**
 * Some elements of one axis: {@code from}, {@code from + step} and so on, {@code extent} of them.
 *
 * @param step positive
 */
public record Slice(int axis, Dim from, Dim extent, int step) implements ElementRule, Liftable, Guarded {
  static final String ADVICE = "Bounds outside an axis are not cut off as in NumPy; give bounds inside it.";

  public Slice {
    if (step < 1) throw new IllegalArgumentException("step " + step);
  }

  @Override
  public String name() {
    return "slice";
  }

  @Override
  public String attributes() {
    return "axis " + axis + " from " + from + " extent " + extent + (step == 1 ? "" : " step " + step);
  }

  @Override
  public boolean isView() {
    return true;
  }

  /** How many elements of the axis are left behind the last one that is taken. */
  private Dim left(Dim total) {
    return total.minus(1).minus(from).minus(extent.minus(1).times(step));
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    Dim total = x.dim(axis);
    boolean large = false;
    for (Dim d : List.of(from, extent)) for (Dim.Term t : d.terms()) large |= t.coefficient() != (int) t.coefficient();
    if (large) throw TypeProblem.shape("no axis is as long as the bounds " + from + " and " + from.plus(extent), "Give bounds inside the axis.");
    if (negative(extent)) {
      throw TypeProblem.shape("the end " + from.plus(extent) + " lies before the start " + from,
          "Give a step of -1 to go backwards.");
    }
    boolean outside = negative(from);
    if (!extent.is(0) && extent.isConstant()) outside |= negative(left(total));
    if (extent.is(0)) outside |= negative(total.minus(from));
    if (outside) {
      throw TypeProblem.shape("the bounds " + from + " and " + from.plus(extent.times(step))
          + " do not both lie in axis " + axis + ", which has " + total + " elements",
          ADVICE);
    }
    return List.of(x.withDims(Axes.replace(x.dims(), axis, extent)));
  }

  private static boolean negative(Dim dim) {
    return dim.isConstant() && dim.constant() < 0;
  }

  @Override
  public List<Guard> guards(Apply apply) {
    Expr x = apply.input(0);
    String what = "slice: axis " + axis + " of " + Message.label(x) + " " + x.type()
        + " has %d elements, too few for those from "
        + from + " to " + from.plus(extent.times(step)) + "\n  " + ADVICE;
    Dim total = x.dim(axis);
    Dim reach = step == 1 ? total.minus(from).minus(extent)
        : Dim.min(left(total), total.minus(from));
    return Guarded.open(apply, new Guard(from, Kind.SHAPE, what, total),
        new Guard(extent, Kind.SHAPE, what, total),
        new Guard(reach, Kind.SHAPE, what, total));
  }

  @Override
  public Value element(Element at) {
    Dim index = at.index().get(axis).times(step).plus(from);
    return at.input(0, Axes.replace(at.index(), axis, index));
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return List.of(Apply.one(new Embed(axis, from, apply.input(0).dim(axis), step), cotangents.get(0)));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(new Slice(axis + 1, from, extent, step), inputs.get(0)));
  }
}
