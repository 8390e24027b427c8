package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Value;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * The input within zeros along one axis, what {@link Slice} undoes: element i goes to {@code from + i·step} of
 * {@code total}.
 *
 * @param step positive
 */
public record Embed(int axis, Dim from, Dim total, int step) implements Structured, Liftable, Guarded {
  @Override
  public String name() {
    return "embed";
  }

  @Override
  public String attributes() {
    return "axis " + axis + " from " + from + " of " + total + (step == 1 ? "" : " step " + step);
  }

  @Override
  public ElementRule.Wants wants(int i) {
    return ElementRule.Wants.VALUE;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    return List.of(x.withDims(Axes.replace(x.dims(), axis, total)));
  }

  @Override
  public List<Guard> guards(Apply apply) {
    Dim extent = apply.input(0).dim(axis);
    String what = "slice: axis " + axis + " has %d elements, too few for those from " + from + " to "
        + from.plus(extent.times(step)) + "\n  " + Slice.ADVICE;
    Dim end = from.plus(step == 1 ? extent : extent.minus(1).times(step).plus(1));
    Dim reach = step == 1 ? total.minus(end) : Dim.min(total.minus(end), total.minus(from));
    return Guarded.open(apply, new Guard(from, Kind.SHAPE, what, total), new Guard(extent, Kind.SHAPE, what, total),
        new Guard(reach, Kind.SHAPE, what, total));
  }

  @Override
  public void lower(Apply apply, Site site) {
    Place out = site.output(0);
    Dim extent = apply.input(0).dim(axis);
    if (step == 1) {
      Dim end = from.plus(extent);
      zero(site, out.slice(axis, Dim.ZERO, from));
      zero(site, out.slice(axis, end, total.minus(end)));
      site.fill(name(), out.slice(axis, from, extent), at -> site.input(0, at));
      return;
    }
    zero(site, out);
    Place start = out.slice(axis, from, extent);
    var strides = new ArrayList<>(start.strides());
    strides.set(axis, strides.get(axis).times(step));
    site.fill(name(), new Place(start.buffer(), start.base(), strides, start.dims(), 0), at -> site.input(0, at));
  }

  private static void zero(Site site, Place place) {
    if (place.dims().stream().anyMatch(d -> d.is(0))) return;
    site.fill("zero", place, at -> Value.number(place.buffer().dtype(), 0));
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return List.of(Apply.one(new Slice(axis, from, apply.input(0).dim(axis), step), cotangents.get(0)));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(new Embed(axis + 1, from, total, step), inputs.get(0)));
  }
}
