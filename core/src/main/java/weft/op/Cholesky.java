package weft.op;

import static weft.op.Matrices.call;
import static weft.op.Matrices.get;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;
import weft.type.TensorType;

/**
 * The lower triangular matrix L with a diagonal above 0 of which {@code L·Lᵀ} is a symmetric, positive definite matrix, row by row
 * (Cholesky and Banachiewicz). The part of the matrix above its diagonal is not read, so its gradient is 0 there.
 *
 * @param strict whether a matrix that is not positive definite is an error; else all of its L is NaN
 * @param of the matrix, for the error
 */
public record Cholesky(boolean strict, String of) implements Structured, Liftable {
  @Override
  public String name() {
    return "cholesky";
  }

  @Override
  public String attributes() {
    return strict ? "" : "or NaN";
  }

  @Override
  public ElementRule.Wants wants(int i) {
    return ElementRule.Wants.VALUE;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    return List.of(Matrices.square(inputs.get(0)));
  }

  @Override
  public void lower(Apply apply, Site site) {
    Place out = site.output(0);
    List<Dim> batch = Matrices.batch(out.dims());
    Dim n = out.dims().get(batch.size());
    List<Dim> vectors = Axes.insert(batch, batch.size(), n);
    Buffer memory = site.scratch("squares", out.buffer().dtype(), apply.input(0).type().withDims(vectors).size());
    Place squares = Place.dense(memory, vectors);
    site.kernel(name(), LoopNest.over(batch, Stmt.Order.PARALLEL, b -> rows(site, out, squares, b, n)));
    if (strict) {
      Matrices.check(site, "cholesky: the matrix is not positive definite, for a square of L's diagonal is not above 0" + of, squares,
          v -> call(Fun.GT, v, number(v, 0)), "Add a little to its diagonal, or say choleskyOrNaN.");
    } else {
      site.kernel("fill", LoopNest.over(batch, Stmt.Order.PARALLEL, b -> unlessPositive(out, squares, b, n)));
    }
  }

  private static Stmt rows(Site site, Place out, Place squares, List<Dim> b, Dim n) {
    Symbol row = Symbol.loopVariable("i");
    Symbol column = Symbol.loopVariable("j");
    Dim i = Dim.of(row);
    Dim j = Dim.of(column);
    DType dtype = out.buffer().dtype();
    var sum = new Local("sum", dtype, 1);
    var square = new Local("square", dtype, 1);
    Stmt left = new Stmt.Block(List.of(
        new Stmt.Declare(sum, Value.number(dtype, 0)),
        products(out, b, sum, i, j, j),
        new Stmt.Store(out.buffer(), out.index(Matrices.at(b, i, j)),
            call(Fun.DIV, call(Fun.SUB, site.input(0, Matrices.at(b, i, j)), get(sum)), out.load(Matrices.at(b, j, j))))));
    var squared = new Local("sum", dtype, 1);
    return new Stmt.For(row, Dim.ZERO, n, 1, Stmt.Order.SEQUENTIAL, new Stmt.Block(List.of(
        new Stmt.For(column, Dim.ZERO, i, 1, Stmt.Order.SEQUENTIAL, left),
        new Stmt.Declare(squared, Value.number(dtype, 0)),
        products(out, b, squared, i, i, i),
        new Stmt.Declare(square, call(Fun.SUB, site.input(0, Matrices.at(b, i, i)), get(squared))),
        new Stmt.Store(squares.buffer(), squares.index(Axes.insert(b, b.size(), i)), get(square)),
        new Stmt.Store(out.buffer(), out.index(Matrices.at(b, i, i)), call(Fun.SQRT, get(square))),
        LoopNest.over(List.of(n.minus(i).minus(1)), Stmt.Order.PARALLEL, k -> new Stmt.Store(out.buffer(),
            out.index(Matrices.at(b, i, i.plus(k.get(0)).plus(1))), Value.number(dtype, 0))))));
  }

  /** Adds up the products of the first {@code count} elements of two rows. */
  private static Stmt products(Place out, List<Dim> b, Local sum, Dim one, Dim other, Dim count) {
    Symbol k = Symbol.loopVariable("k");
    return new Stmt.For(k, Dim.ZERO, count, 1, Stmt.Order.REDUCTION, new Stmt.Assign(sum, call(Fun.FMA,
        out.load(Matrices.at(b, one, Dim.of(k))), out.load(Matrices.at(b, other, Dim.of(k))), get(sum))));
  }

  private static Stmt unlessPositive(Place out, Place squares, List<Dim> b, Dim n) {
    var positive = new Local("positive", DType.BOOL, 1);
    Symbol i = Symbol.loopVariable("i");
    Value square = squares.load(Axes.insert(b, b.size(), Dim.of(i)));
    return new Stmt.Block(List.of(
        new Stmt.Declare(positive, Value.number(DType.BOOL, 1)),
        new Stmt.For(i, Dim.ZERO, n, 1, Stmt.Order.SEQUENTIAL,
            new Stmt.Assign(positive, call(Fun.AND, get(positive), call(Fun.GT, square, number(square, 0))))),
        LoopNest.over(List.of(n, n), Stmt.Order.SEQUENTIAL, at -> new Stmt.Store(out.buffer(), out.index(Axes.join(b, at)),
            call(Fun.SELECT, get(positive), out.load(Axes.join(b, at)), number(square, Double.NaN))))));
  }

  private static Value number(Value like, double number) {
    return Value.number(like.dtype(), number);
  }

  /** {@code L⁻ᵀ·P·L⁻¹}, where P is the lower part of {@code Lᵀ·g} with half of its diagonal (Murray, 2016, equation 8), folded onto the lower part. */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr l = apply.output(0);
    Expr product = Ops.tril(Matrices.dot(l, true, Ops.tril(cotangents.get(0), 0)), 0);
    Expr half = Ops.minus(product, Ops.times(diagonalOnly(product), 0.5));
    var transposed = new SolveTriangular(true, true, false, "the gradient of cholesky: the diagonal of L has a 0" + of);
    Expr left = Apply.one(transposed, l, half);
    Expr both = Matrices.transposed(Apply.one(transposed, l, Matrices.transposed(left)));
    Expr folded = Ops.tril(Ops.plus(both, Matrices.transposed(both)), 0);
    return List.of(Ops.minus(folded, diagonalOnly(both)));
  }

  private static Expr diagonalOnly(Expr x) {
    return Ops.triu(Ops.tril(x, 0), 0);
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(this, inputs.get(0)));
  }
}
