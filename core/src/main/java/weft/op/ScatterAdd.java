package weft.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.TypeProblem;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * Zeros to which rows are added where indices say, in the order of the indices; what {@link Take} does,
 * backwards.
 *
 * <p>Inputs: indices that {@link CheckedIndices} has made safe, and the rows, of the type that {@link Take} with
 * the same axis and batch gives.
 *
 * @param dims the shape of the result
 */
public record ScatterAdd(int axis, int batch, List<Dim> dims) implements Structured, Liftable {
  public ScatterAdd {
    dims = List.copyOf(dims);
  }

  @Override
  public String name() {
    return "scatterAdd";
  }

  @Override
  public String attributes() {
    return "axis " + axis + (batch == 0 ? "" : " batch " + batch) + " of " + dims;
  }

  @Override
  public ElementRule.Wants wants(int i) {
    return ElementRule.Wants.VALUE;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType indices = inputs.get(0);
    TensorType rows = inputs.get(1);
    Take.check(axis, batch, dims, indices);
    List<Dim> wanted = Take.result(axis, batch, dims, indices);
    if (!rows.dims().equals(wanted)) {
      throw TypeProblem.shape("the rows are " + rows + ", not " + rows.withDims(wanted), "");
    }
    return List.of(rows.withDims(dims));
  }

  @Override
  public void lower(Apply apply, Site site) {
    TensorType indices = apply.input(0).type();
    Place out = site.output(0);
    site.fill("zero", out, at -> Value.number(out.buffer().dtype(), 0));
    List<Dim> shared = dims.subList(0, batch);
    List<Dim> chosen = indices.dims().subList(batch, indices.rank());
    var inner = new ArrayList<>(dims.subList(batch, axis));
    inner.addAll(dims.subList(axis + 1, dims.size()));
    site.kernel(name(), LoopNest.over(shared, Stmt.Order.PARALLEL, b ->
        LoopNest.over(chosen, Stmt.Order.SEQUENTIAL, c -> {
          var row = new Local("row", indices.dtype(), 1);
          Stmt add = LoopNest.over(inner, Stmt.Order.PARALLEL, r -> {
            List<Dim> before = r.subList(0, axis - batch);
            List<Dim> behind = r.subList(axis - batch, r.size());
            Dim base = out.index(Axes.join(b, before, List.of(Dim.ZERO), behind));
            Dim stride = out.strides().get(axis);
            Value old = new Value.Gather(out.buffer(), base, stride, new Value.Get(row));
            Value added = site.input(1, Axes.join(b, before, c, behind));
            return new Stmt.Scatter(out.buffer(), base, stride, new Value.Get(row),
                new Value.Call(Fun.ADD, old, added));
          });
          return new Stmt.Block(List.of(new Stmt.Declare(row, site.input(0, Axes.join(b, c))), add));
        })));
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return Arrays.asList(null, Apply.one(new Take(axis, batch), cotangents.get(0), apply.input(0)));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    var lifted = new ScatterAdd(axis + 1, batch + 1, Axes.prepend(length, dims));
    return Apply.of(lifted, Ops.allStacked(inputs, stacked, length)).outputs();
  }
}
