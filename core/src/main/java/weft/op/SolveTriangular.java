package weft.op;

import static weft.op.Matrices.call;
import static weft.op.Matrices.get;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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
 * X in {@code A·X = B} for triangular matrices A, by substitution: inputs A {@code [batch…, n, n]}, of which only the one triangle is
 * read, and B {@code [batch…, more…, n, m]}.
 *
 * @param lower which triangle of A counts
 * @param transposed whether Aᵀ stands in its place
 * @param unit whether the diagonal is taken for ones and not read
 * @param of who solves which matrix, for the error where the diagonal has a 0
 */
public record SolveTriangular(boolean lower, boolean transposed, boolean unit, String of) implements Structured, Liftable {
  @Override
  public String name() {
    return "solveTriangular";
  }

  @Override
  public String attributes() {
    return (lower ? "lower" : "upper") + (transposed ? " transposed" : "") + (unit ? " unit" : "");
  }

  @Override
  public ElementRule.Wants wants(int i) {
    return i == 0 ? ElementRule.Wants.MEMORY : ElementRule.Wants.VALUE;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    return List.of(Matrices.solution(inputs.get(0), inputs.get(1)));
  }

  @Override
  public void lower(Apply apply, Site site) {
    Place a = site.inputPlace(0);
    if (!unit) Matrices.check(site, of, diagonal(a), v -> call(Fun.NE, v, Value.number(v.dtype(), 0)), "");
    List<Dim> batch = Matrices.batch(site.output(0).dims());
    site.kernel(name(), LoopNest.over(batch, Stmt.Order.PARALLEL, b -> new Substitution(site, a, b).stmt()));
  }

  private static Place diagonal(Place a) {
    int rank = a.rank();
    List<Dim> strides = Axes.remove(a.strides(), rank - 1);
    Dim both = a.strides().get(rank - 2).plus(a.strides().get(rank - 1));
    return new Place(a.buffer(), a.base(), Axes.replace(strides, rank - 2, both), Axes.remove(a.dims(), rank - 1), 0);
  }

  /** The rows of one solution, from the one that hangs on no other. */
  private final class Substitution {
    private final Site site;
    private final Place out;
    private final Place a;
    private final List<Dim> b;
    private final Dim n;
    private final Dim m;
    private final DType dtype;
    private final Symbol step = Symbol.loopVariable("s");
    private final boolean forwards = lower != transposed;
    private final Dim row;

    private Substitution(Site site, Place a, List<Dim> b) {
      this.site = site;
      this.out = site.output(0);
      this.a = a;
      this.b = b;
      this.n = out.dims().get(out.rank() - 2);
      this.m = out.dims().get(out.rank() - 1);
      this.dtype = out.buffer().dtype();
      this.row = forwards ? Dim.of(step) : n.minus(1).minus(Dim.of(step));
    }

    private Stmt stmt() {
      Stmt one = !m.is(1) ? columns() : transposed ? onward() : product();
      Stmt all = new Stmt.For(step, Dim.ZERO, n, 1, Stmt.Order.SEQUENTIAL, one);
      if (!m.is(1) || !transposed) return all;
      Stmt copy = LoopNest.over(List.of(n), Stmt.Order.PARALLEL, i -> store(i.get(0), Dim.ZERO, given(i.get(0), Dim.ZERO)));
      return new Stmt.Block(List.of(copy, all));
    }

    /** A row of several columns: what the rows found before add to it is taken off, all columns side by side. */
    private Stmt columns() {
      var factor = new Local("factor", dtype, 1);
      Symbol k = Symbol.loopVariable("k");
      Dim found = forwards ? Dim.of(k) : row.plus(1).plus(Dim.of(k));
      Stmt less = each(c -> store(row, c, call(Fun.FMA, get(factor), load(found, c), load(row, c))));
      Stmt copy = each(c -> store(row, c, given(row, c)));
      Stmt rest = new Stmt.For(k, Dim.ZERO, Dim.of(step), 1, Stmt.Order.SEQUENTIAL, new Stmt.Block(List.of(
          new Stmt.Declare(factor, call(Fun.NEG, coefficient(row, found))), less)));
      if (unit) return new Stmt.Block(List.of(copy, rest));
      var divisor = new Local("divisor", dtype, 1);
      return new Stmt.Block(List.of(copy, rest, new Stmt.Declare(divisor, coefficient(row, row)),
          each(c -> store(row, c, call(Fun.DIV, load(row, c), get(divisor))))));
    }

    /** One number by the product of a row of A with what was found before. */
    private Stmt product() {
      var sum = new Local("sum", dtype, 1);
      Symbol k = Symbol.loopVariable("k");
      Dim found = forwards ? Dim.of(k) : row.plus(1).plus(Dim.of(k));
      Value rest = call(Fun.SUB, given(row, Dim.ZERO), get(sum));
      return new Stmt.Block(List.of(
          new Stmt.Declare(sum, Value.number(dtype, 0)),
          new Stmt.For(k, Dim.ZERO, Dim.of(step), 1, Stmt.Order.REDUCTION,
              new Stmt.Assign(sum, call(Fun.FMA, coefficient(row, found), load(found, Dim.ZERO), get(sum)))),
          store(row, Dim.ZERO, unit ? rest : call(Fun.DIV, rest, coefficient(row, row)))));
    }

    /** One number, and what it adds to those to come, along a row of A. */
    private Stmt onward() {
      var less = new Local("less", dtype, 1);
      Dim left = n.minus(1).minus(Dim.of(step));
      var stmts = new ArrayList<Stmt>();
      if (!unit) stmts.add(store(row, Dim.ZERO, call(Fun.DIV, load(row, Dim.ZERO), coefficient(row, row))));
      stmts.add(new Stmt.Declare(less, call(Fun.NEG, load(row, Dim.ZERO))));
      stmts.add(LoopNest.over(List.of(left), Stmt.Order.PARALLEL, k -> {
        Dim open = forwards ? row.plus(1).plus(k.get(0)) : k.get(0);
        return store(open, Dim.ZERO, call(Fun.FMA, get(less), coefficient(open, row), load(open, Dim.ZERO)));
      }));
      return new Stmt.Block(stmts);
    }

    private Stmt each(Function<Dim, Stmt> column) {
      return LoopNest.over(List.of(m), Stmt.Order.PARALLEL, c -> column.apply(c.get(0)));
    }

    private Value coefficient(Dim i, Dim k) {
      return a.load(Matrices.at(b.subList(0, a.rank() - 2), transposed ? k : i, transposed ? i : k));
    }

    private Value given(Dim i, Dim c) {
      return site.input(1, Matrices.at(b, i, c));
    }

    private Value load(Dim i, Dim c) {
      return out.load(Matrices.at(b, i, c));
    }

    private Stmt store(Dim i, Dim c, Value value) {
      return new Stmt.Store(out.buffer(), out.index(Matrices.at(b, i, c)), value);
    }
  }

  /** {@code G = A⁻ᵀ·g} for B, and of {@code -G·Xᵀ} what A is read of (Giles, 2008, section 2.2.3). */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr a = apply.input(0);
    Expr back = Apply.one(new SolveTriangular(lower, !transposed, unit, of), a, cotangents.get(0));
    Expr x = apply.output(0);
    Expr outer = Ops.neg(transposed ? Matrices.outer(x, back, a.rank()) : Matrices.outer(back, x, a.rank()));
    int off = unit ? 1 : 0;
    return List.of(lower ? Ops.tril(outer, -off) : Ops.triu(outer, off), back);
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    Expr a = inputs.get(0);
    Expr b = inputs.get(1);
    if (!stacked[0] && a.rank() == 2) return List.of(Solve.columns(b, columns -> Apply.one(this, a, columns)));
    return Apply.of(this, Ops.allStacked(inputs, stacked, length)).outputs();
  }
}
