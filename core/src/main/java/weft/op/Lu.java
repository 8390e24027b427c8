package weft.op;

import static weft.op.Matrices.call;
import static weft.op.Matrices.get;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;
import weft.type.TensorType;

/**
 * What elimination with partial pivoting makes of square matrices: their rows in another order are {@code L·U}. Its results are L below
 * the diagonal (where it has ones) and U from there on, in one matrix; which row of the matrix each row was, as i32; and the sign of that
 * order, 1 or -1. A column without a pivot stays as it is, so that singular matrices have results, too.
 *
 * <p>What reads these has the matrix itself as an input as well, to which its gradient goes.
 */
public record Lu() implements Structured, Liftable {
  @Override
  public String name() {
    return "lu";
  }

  @Override
  public ElementRule.Wants wants(int i) {
    return ElementRule.Wants.VALUE;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType a = Matrices.square(inputs.get(0));
    List<Dim> batch = Matrices.batch(a.dims());
    return List.of(a, a.withDims(a.dims().subList(0, a.rank() - 1)).withDType(DType.I32), a.withDims(batch));
  }

  @Override
  public void lower(Apply apply, Site site) {
    List<Dim> batch = Matrices.batch(apply.input(0).type().dims());
    site.kernel(name(), LoopNest.over(batch, Stmt.Order.PARALLEL, b -> new Elimination(site, b).stmt()));
  }

  /** The columns of one matrix, one after the other. */
  private static final class Elimination {
    private final Site site;
    private final Place out;
    private final Place order;
    private final Place sign;
    private final List<Dim> b;
    private final Dim n;
    private final DType dtype;
    private final Symbol column = Symbol.loopVariable("k");
    private final Dim k = Dim.of(column);
    private final Local pivot = new Local("pivot", DType.I32, 1);
    private final Local parity = new Local("parity", DType.I32, 1);

    private Elimination(Site site, List<Dim> b) {
      this.site = site;
      this.out = site.output(0);
      this.order = site.output(1);
      this.sign = site.output(2);
      this.b = b;
      this.n = out.dims().get(b.size());
      this.dtype = out.buffer().dtype();
    }

    private Stmt stmt() {
      return new Stmt.Block(List.of(
          LoopNest.over(List.of(n, n), Stmt.Order.PARALLEL, at -> store(at.get(0), at.get(1), site.input(0, Axes.join(b, at)))),
          LoopNest.over(List.of(n), Stmt.Order.PARALLEL, i -> new Stmt.Store(order.buffer(), order.index(Axes.join(b, i)), new Value.Position(i.get(0)))),
          new Stmt.Declare(parity, Value.number(DType.I32, 1)),
          new Stmt.For(column, Dim.ZERO, n, 1, Stmt.Order.SEQUENTIAL, step()),
          new Stmt.Store(sign.buffer(), sign.index(b), new Value.Cast(dtype, get(parity)))));
    }

    private Stmt step() {
      var best = new Local("best", dtype, 1);
      var size = new Local("size", dtype, 1);
      var larger = new Local("larger", DType.BOOL, 1);
      Symbol i = Symbol.loopVariable("i");
      Value here = new Value.Position(k);
      Stmt look = new Stmt.Block(List.of(
          new Stmt.Declare(size, call(Fun.ABS, load(Dim.of(i), k))),
          new Stmt.Declare(larger, call(Fun.GT, get(size), get(best))),
          new Stmt.Assign(best, call(Fun.SELECT, get(larger), get(size), get(best))),
          new Stmt.Assign(pivot, call(Fun.SELECT, get(larger), new Value.Position(Dim.of(i)), get(pivot)))));
      return new Stmt.Block(List.of(
          new Stmt.Declare(best, call(Fun.ABS, load(k, k))),
          new Stmt.Declare(pivot, here),
          new Stmt.For(i, k.plus(1), n, 1, Stmt.Order.SEQUENTIAL, look),
          new Stmt.Assign(parity, call(Fun.SELECT, call(Fun.EQ, get(pivot), here), get(parity), call(Fun.NEG, get(parity)))),
          LoopNest.over(List.of(n), Stmt.Order.SEQUENTIAL, j -> exchange(out, j)),
          exchange(order, List.of()),
          below()));
    }

    /** What stands at k and what stands at the pivot change places. */
    private Stmt exchange(Place place, List<Dim> behind) {
      Dim base = place.index(Axes.join(b, List.of(Dim.ZERO), behind));
      Dim stride = place.strides().get(b.size());
      Dim at = place.index(Axes.join(b, List.of(k), behind));
      var kept = new Local("kept", place.buffer().dtype(), 1);
      return new Stmt.Block(List.of(
          new Stmt.Declare(kept, new Value.Load(place.buffer(), at, 1)),
          new Stmt.Store(place.buffer(), at, new Value.Gather(place.buffer(), base, stride, get(pivot))),
          new Stmt.Scatter(place.buffer(), base, stride, get(pivot), get(kept))));
    }

    /** What the rows below have of row k is taken off. */
    private Stmt below() {
      var divisor = new Local("divisor", dtype, 1);
      var factor = new Local("factor", dtype, 1);
      var less = new Local("less", dtype, 1);
      Dim left = n.minus(1).minus(k);
      Stmt rows = LoopNest.over(List.of(left), Stmt.Order.PARALLEL, r -> {
        Dim row = k.plus(1).plus(r.get(0));
        Value none = call(Fun.EQ, get(divisor), Value.number(dtype, 0));
        return new Stmt.Block(List.of(
            new Stmt.Declare(factor, call(Fun.SELECT, none, load(row, k), call(Fun.DIV, load(row, k), get(divisor)))),
            store(row, k, get(factor)),
            new Stmt.Declare(less, call(Fun.NEG, get(factor))),
            LoopNest.over(List.of(left), Stmt.Order.PARALLEL, c -> {
              Dim j = k.plus(1).plus(c.get(0));
              return store(row, j, call(Fun.FMA, get(less), load(k, j), load(row, j)));
            })));
      });
      return new Stmt.Block(List.of(new Stmt.Declare(divisor, load(k, k)), rows));
    }

    private Value load(Dim i, Dim j) {
      return out.load(Matrices.at(b, i, j));
    }

    private Stmt store(Dim i, Dim j, Value value) {
      return new Stmt.Store(out.buffer(), out.index(Matrices.at(b, i, j)), value);
    }
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return List.of(GradientMark.undefined(apply.input(0)));
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return Apply.of(this, inputs).outputs();
  }
}
