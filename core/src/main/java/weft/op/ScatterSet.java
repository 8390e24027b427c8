package weft.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.TypeProblem;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * A tensor in which the parts that {@link Take} would read are replaced, in the order of the indices: of several
 * for one place the last one stays.
 *
 * <p>Inputs: the tensor, indices that {@link CheckedIndices} has made safe, and the parts, of the type that Take
 * with the same axis and batch gives.
 */
public record ScatterSet(int axis, int batch) implements Structured, Liftable {
  @Override
  public String name() {
    return "scatterSet";
  }

  @Override
  public String attributes() {
    return "axis " + axis + (batch == 0 ? "" : " batch " + batch);
  }

  @Override
  public ElementRule.Wants wants(int i) {
    return ElementRule.Wants.VALUE;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    TensorType indices = inputs.get(1);
    Take.check(axis, batch, x.dims(), indices);
    TensorType wanted = x.withDims(Take.result(axis, batch, x.dims(), indices));
    if (!inputs.get(2).equals(wanted)) {
      throw TypeProblem.shape("the parts are " + inputs.get(2) + ", not " + wanted, "");
    }
    return List.of(x);
  }

  @Override
  public void lower(Apply apply, Site site) {
    TensorType indices = apply.input(1).type();
    List<Dim> dims = apply.input(0).type().dims();
    Place out = site.output(0);
    site.fill("copy", out, at -> site.input(0, at));
    List<Dim> shared = dims.subList(0, batch);
    List<Dim> chosen = indices.dims().subList(batch, indices.rank());
    var inner = new ArrayList<>(dims.subList(batch, axis));
    inner.addAll(dims.subList(axis + 1, dims.size()));
    site.kernel(name(), LoopNest.over(shared, Stmt.Order.PARALLEL, b ->
        LoopNest.over(chosen, Stmt.Order.SEQUENTIAL, c -> {
          var row = new Local("row", indices.dtype(), 1);
          Stmt set = LoopNest.over(inner, Stmt.Order.PARALLEL, r -> {
            List<Dim> before = r.subList(0, axis - batch);
            List<Dim> behind = r.subList(axis - batch, r.size());
            Dim base = out.index(Axes.join(b, before, List.of(Dim.ZERO), behind));
            return new Stmt.Scatter(out.buffer(), base, out.strides().get(axis), new Value.Get(row),
                site.input(2, Axes.join(b, before, c, behind)));
          });
          return new Stmt.Block(List.of(new Stmt.Declare(row, site.input(1, Axes.join(b, c))), set));
        })));
  }

  /** To each place of x that was not replaced, and to each part that stayed. */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr g = cotangents.get(0);
    Expr x = apply.input(0);
    Expr indices = apply.input(1);
    Expr parts = apply.input(2);
    if (!x.dtype().isFloat()) return Arrays.asList(null, null, null);
    List<Dim> shared = x.type().dims().subList(0, batch);
    List<Dim> places = Axes.join(shared, List.of(x.dim(axis)));
    var within = new ScatterSet(batch, batch);
    Expr number = Ops.reshape(Ops.arange(indices.type().size(), DType.I32), indices.type().dims());
    Expr writer = Apply.one(within, Ops.constant(-1, new TensorType(DType.I32, places)), indices, number);
    Expr stays = Ops.eq(Apply.one(new Take(batch, batch), writer, indices), number);

    var kept = new ArrayList<>(Axes.range(0, batch));
    kept.add(axis);
    Expr untouched = Ops.broadcast(Ops.lt(writer, 0), x.type().dims(), kept);
    var named = new ArrayList<>(Axes.range(0, batch));
    named.addAll(Axes.range(axis, axis + indices.rank() - batch));
    Expr last = Ops.broadcast(stays, parts.type().dims(), named);
    Expr read = Apply.one(new Take(axis, batch), g, indices);
    return Arrays.asList(Ops.where(untouched, g, Ops.zerosLike(g)), null,
        Ops.where(last, read, Ops.zerosLike(read)));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return Apply.of(new ScatterSet(axis + 1, batch + 1), Ops.allStacked(inputs, stacked, length)).outputs();
  }
}
