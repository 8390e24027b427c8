package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.graph.TypeProblem;
import weft.loop.Value;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/** The same elements in row-major order, under other axes. */
public record Reshape(List<Dim> from, List<Dim> to) implements ElementRule, Liftable, Guarded {
  private static final String ADVICE = "The dimensions of both shapes must have the same product.";

  public Reshape {
    from = List.copyOf(from);
    to = List.copyOf(to);
  }

  @Override
  public String name() {
    return "reshape";
  }

  @Override
  public String attributes() {
    return "to " + to;
  }

  @Override
  public boolean isView() {
    return true;
  }

  /**
   * As it comes where axes are only added, removed or split; merged axes need the rows behind each other without
   * gaps.
   */
  @Override
  public Wants wants(int i) {
    return sources() == null ? Wants.DENSE : Wants.VALUE;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    if (!x.dims().equals(from)) throw TypeProblem.shape("the shape is " + x.dims() + ", not " + from, "");
    Dim before = x.size();
    Dim after = x.withDims(to).size();
    if (!Dims.exact(before).equals(Dims.exact(after))) {
      throw TypeProblem.shape("the number of elements changes from " + before + " to " + after,
          ADVICE);
    }
    return List.of(x.withDims(to));
  }

  @Override
  public List<Guard> guards(Apply apply) {
    Dim before = apply.input(0).type().size();
    Dim after = apply.output(0).type().size();
    String what = "reshape: the %d elements of " + Message.label(apply.input(0)) + " " + apply.input(0).type()
        + " do not fill "
        + apply.output(0).type() + "\n  " + ADVICE;
    return Guarded.open(apply, new Guard(after.minus(before), Kind.SHAPE, what, before),
        new Guard(before.minus(after), Kind.SHAPE, what, before));
  }

  @Override
  public Value element(Element at) {
    List<List<Integer>> sources = sources();
    if (sources == null) return at.flat(0, flat(at.index(), Axes.range(0, to.size())));
    var index = new ArrayList<Dim>();
    for (List<Integer> axes : sources) index.add(flat(at.index(), axes));
    return at.input(0, index);
  }

  /** The position in row-major order among some neighbouring axes of the result. */
  private Dim flat(List<Dim> index, List<Integer> axes) {
    Dim flat = Dim.ZERO;
    for (int axis : axes) flat = flat.times(to.get(axis)).plus(index.get(axis));
    return flat;
  }

  /**
   * For each axis of the input the axes of the result that it is split into (none where its extent is 1); null if
   * axes are merged.
   */
  private List<List<Integer>> sources() {
    var sources = new ArrayList<List<Integer>>();
    int next = 0;
    for (Dim dim : from) {
      var axes = new ArrayList<Integer>();
      Dim product = Dim.ONE;
      if (!dim.is(1)) {
        while (next < to.size() && !product.equals(dim)) {
          product = product.times(to.get(next));
          if (!to.get(next).is(1)) axes.add(next);
          next++;
        }
        if (!product.equals(dim)) return null;
      }
      sources.add(axes);
    }
    while (next < to.size()) if (!to.get(next++).is(1)) return null;
    return sources;
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return List.of(Ops.reshape(cotangents.get(0), from));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Ops.reshape(inputs.get(0), Axes.prepend(length, to)));
  }
}
