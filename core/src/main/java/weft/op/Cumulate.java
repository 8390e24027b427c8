package weft.op;

import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.TypeProblem;
import weft.loop.Fun;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;
import weft.type.TensorType;

/**
 * For each element along one axis, it and all before it combined.
 *
 * @param fun ADD or MUL
 */
public record Cumulate(Fun fun, int axis) implements Structured, Liftable {
  @Override
  public String name() {
    return fun == Fun.ADD ? "cumsum" : "cumprod";
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
    TensorType x = inputs.get(0);
    if (x.dtype() == DType.BOOL) {
      throw TypeProblem.dtype("takes numbers, not bool", "Cast it first, for instance with .cast(DType.I32).");
    }
    return List.of(x);
  }

  @Override
  public void lower(Apply apply, Site site) {
    Place out = site.output(0);
    List<Dim> dims = out.dims();
    Dim n = dims.get(axis);
    site.fill("first", out.slice(axis, Dim.ZERO, Dim.min(n, Dim.ONE)), at -> site.input(0, at));
    site.kernel(name(), LoopNest.over(dims.subList(0, axis), Stmt.Order.PARALLEL, before -> {
      Symbol k = Symbol.loopVariable("t");
      Stmt row = LoopNest.over(dims.subList(axis + 1, dims.size()), Stmt.Order.PARALLEL, behind -> {
        List<Dim> at = Axes.join(before, List.of(Dim.of(k)), behind);
        Value previous = out.load(Axes.replace(at, axis, Dim.of(k).minus(1)));
        return new Stmt.Store(out.buffer(), out.index(at), new Value.Call(fun, previous, site.input(0, at)));
      });
      return new Stmt.For(k, Dim.ONE, n, 1, Stmt.Order.SEQUENTIAL, row);
    }));
  }

  /** Of a sum: each element gets what flows to it and to all behind it. Of a product: times that of the others. */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr x = apply.input(0);
    if (!x.dtype().isFloat()) return Arrays.asList((Expr) null);
    Expr g = cotangents.get(0);
    if (fun == Fun.MUL) return List.of(throughProducts(x, g));
    return List.of(Ops.reverse(Apply.one(this, Ops.reverse(g, axis)), axis));
  }

  /** In n² products for n elements, so that it is right where elements are 0. */
  private Expr throughProducts(Expr x, Expr g) {
    Dim n = x.dim(axis);
    List<Dim> square = Axes.insert(x.type().dims(), axis, n);
    List<Integer> kept = Axes.without(x.rank() + 1, List.of(axis));
    Expr by = Ops.broadcast(Ops.arange(n, DType.I32), square, List.of(axis));
    Expr at = Ops.broadcast(Ops.arange(n, DType.I32), square, List.of(axis + 1));
    Expr all = Ops.broadcast(x, square, kept);
    Expr others = Ops.where(Ops.eq(by, at), Ops.constantLike(all, 1), all);
    Expr part = Ops.times(Ops.broadcast(g, square, kept), Apply.one(new Cumulate(Fun.MUL, axis + 1), others));
    return Ops.reduce(Fun.ADD, Ops.where(Ops.ge(at, by), part, Ops.zerosLike(part)), List.of(axis + 1));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(new Cumulate(fun, axis + 1), inputs.get(0)));
  }
}
