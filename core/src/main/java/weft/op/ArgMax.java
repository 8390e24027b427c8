package weft.op;

import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.TypeProblem;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;
import weft.type.TensorType;

/**
 * Where along one axis, which is dropped, the largest (or smallest) element stands, as i64: the first of several,
 * and a NaN before all numbers, as in NumPy.
 */
public record ArgMax(int axis, boolean smallest) implements Structured, Liftable, Guarded {
  @Override
  public String name() {
    return smallest ? "argmin" : "argmax";
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
    Reduce.checkNotEmpty(x, axis);
    return List.of(new TensorType(DType.I64, Axes.remove(x.dims(), axis)));
  }

  @Override
  public List<Guard> guards(Apply apply) {
    return Reduce.notEmpty(apply, List.of(axis));
  }

  @Override
  public void lower(Apply apply, Site site) {
    TensorType x = apply.input(0).type();
    Place out = site.output(0);
    site.kernel(name(), LoopNest.over(out.dims(), Stmt.Order.PARALLEL, at -> {
      var best = new Local("best", x.dtype(), 1);
      var where = new Local("where", DType.I64, 1);
      var value = new Local("value", x.dtype(), 1);
      var better = new Local("better", DType.BOOL, 1);
      Symbol k = Symbol.loopVariable("k");
      Value position = new Value.Cast(DType.I64, new Value.Position(Dim.of(k)));
      Stmt step = new Stmt.Block(List.of(
          new Stmt.Declare(value, site.input(0, Axes.insert(at, axis, Dim.of(k)))),
          new Stmt.Declare(better, better(new Value.Get(value), new Value.Get(best))),
          new Stmt.Assign(best, select(better, value, best)),
          new Stmt.Assign(where, new Value.Call(Fun.SELECT, new Value.Get(better), position,
              new Value.Get(where)))));
      return new Stmt.Block(List.of(
          new Stmt.Declare(best, site.input(0, Axes.insert(at, axis, Dim.ZERO))),
          new Stmt.Declare(where, Value.number(DType.I64, 0)),
          new Stmt.For(k, Dim.ONE, x.dim(axis), 1, Stmt.Order.SEQUENTIAL, step),
          new Stmt.Store(out.buffer(), out.index(at), new Value.Get(where))));
    }));
  }

  private static Value select(Local condition, Local then, Local otherwise) {
    return new Value.Call(Fun.SELECT, new Value.Get(condition), new Value.Get(then), new Value.Get(otherwise));
  }

  /** Beyond the best so far, or the first NaN. */
  private Value better(Value value, Value best) {
    Value beyond = new Value.Call(smallest ? Fun.LT : Fun.GT, value, best);
    if (!value.dtype().isFloat()) return beyond;
    Value firstNaN = new Value.Call(Fun.AND, new Value.Call(Fun.NE, value, value),
        new Value.Call(Fun.EQ, best, best));
    return new Value.Call(Fun.OR, beyond, firstNaN);
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return Arrays.asList((Expr) null);
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(new ArgMax(axis + 1, smallest), inputs.get(0)));
  }
}
