package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/**
 * The words of linear algebra: factors, solutions and determinants of square matrices, with gradients of any order by the known formulas
 * (Giles, An extended collection of matrix derivative results, 2008).
 *
 * <p>Matrices lie in the last two axes; axes before them are a batch, of which each matrix is its own. All throw
 * {@link weft.runtime.WeftException} of kind SHAPE for matrices that are not square and sides that do not fit, and of kind DTYPE for
 * integers, where they are said. What a call finds out about the numbers (no positive definite matrix, a singular one) is an error of kind
 * ARGUMENT of that call, with the matrix and the line that asked, and the steps of scans around it. NaN is no such error where matrices
 * are solved: it goes on as NaN.
 */
public abstract class LinearWords extends MatrixWords {
  protected LinearWords() {}

  /**
   * The lower triangular L of which {@code L·Lᵀ} is the symmetric, positive definite matrix x, {@code [batch…, n, n]}. The part of x above
   * its diagonal is not read, and gets a gradient of 0 (Murray, Differentiation of the Cholesky decomposition, 2016).
   *
   * <p>A call with a matrix that is not positive definite, NaN included, is an error of kind ARGUMENT.
   */
  public static Expr cholesky(Expr x) {
    return Apply.one(new Cholesky(true, Matrices.shown(Matrices.square("cholesky", x))), x);
  }

  /** The same, but all of L is NaN where a matrix is not positive definite: for searches that take such a step back. */
  public static Expr choleskyOrNaN(Expr x) {
    return Apply.one(new Cholesky(false, Matrices.shown(Matrices.square("choleskyOrNaN", x))), x);
  }

  /**
   * X in {@code A·X = B}, by elimination with partial pivoting.
   *
   * <p>A call with a singular matrix, in which a pivot is 0, is an error of kind ARGUMENT; one that is almost singular gives large numbers.
   *
   * @param a {@code [batch…, n, n]}
   * @param b vectors {@code [batch…, n]} or matrices {@code [batch…, n, m]}; one matrix {@code [n, n]} may have a batch of matrices
   *     {@code [batch…, n, m]} on the other side
   * @return of the shape of b
   */
  public static Expr solve(Expr a, Expr b) {
    return solved("solve", a, b, (left, right) -> Solve.of("solve", left, right));
  }

  /** {@link #solve} for triangular matrices; what is on the other side of the diagonal is not read. */
  public static Expr solveTriangular(Expr a, Expr b, boolean lower) {
    return solveTriangular(a, b, lower, false, false);
  }

  /**
   * X in {@code A·X = B} or {@code Aᵀ·X = B} for triangular matrices A, by substitution; shapes as for {@link #solve}.
   *
   * <p>A call in which the diagonal has a 0 is an error of kind ARGUMENT.
   *
   * @param lower whether the triangle below the diagonal counts, else that above; the other one is not read
   * @param transposed whether Aᵀ stands in the place of A
   * @param unitDiagonal whether the diagonal is taken for ones, and not read
   */
  public static Expr solveTriangular(Expr a, Expr b, boolean lower, boolean transposed, boolean unitDiagonal) {
    return solved("solveTriangular", a, b, (left, right) -> Apply.one(new SolveTriangular(lower, transposed, unitDiagonal,
        "solveTriangular: the matrix is singular, for its diagonal has a 0" + Matrices.shown(left)), left, right));
  }

  /** X in {@code L·Lᵀ·X = B} for what {@link #cholesky} gave; shapes as for {@link #solve}. */
  public static Expr choleskySolve(Expr l, Expr b) {
    return solveTriangular(l, solveTriangular(l, b, true), true, true, false);
  }

  /** The matrices by which these give the identity. To solve for a side with {@link #solve} is quicker, and loses fewer digits. */
  public static Expr inverse(Expr x) {
    return Solve.of("inverse", Matrices.square("inverse", x), Matrices.identity(x.type()));
  }

  /**
   * The determinant, of which a call has one for each of the batch: 0 where a matrix is singular. Its gradient is that times the inverse,
   * so to ask for it where a matrix is singular is an error of kind ARGUMENT.
   */
  public static Expr det(Expr x) {
    return Determinant.of("det", Determinant.Part.WHOLE, Matrices.square("det", x));
  }

  /** log |det x|, which neither overflows nor underflows where {@link #det} would; -∞ where a matrix is singular. Its gradient as there. */
  public static Expr logDet(Expr x) {
    return Determinant.of("logDet", Determinant.Part.LOG, Matrices.square("logDet", x));
  }

  /** The sign of {@link #det}: 1, -1, or 0 where a matrix is singular. Its gradient is 0. */
  public static Expr detSign(Expr x) {
    return Determinant.of("detSign", Determinant.Part.SIGN, Matrices.square("detSign", x));
  }

  /** A square matrix multiplied by itself, n times in all; of its {@link #inverse} below 0. */
  public static Expr matrixPower(Expr x, int n) {
    Matrices.square("matrixPower", Message.needed("matrixPower: x", x).dtype().isFloat() ? x : Ops.cast(x, DType.F64));
    if (n < 0) return matrixPower(inverse(x), Math.negateExact(n));
    if (n == 0) return Matrices.identity(x.type());
    if (n == 1) return x;
    Expr half = matrixPower(x, n / 2);
    Expr square = Matrices.dot(half, false, half);
    return n % 2 == 0 ? square : Matrices.dot(square, false, x);
  }

  /** What solves for matrices on both sides. */
  private interface Solver {
    Expr of(Expr a, Expr b);
  }

  private static Expr solved(String what, Expr a, Expr b, Solver solver) {
    Matrices.square(what, a);
    boolean vectors = Message.needed(what + ": b", b).rank() == a.rank() - 1;
    int rows = b.rank() - (vectors ? 1 : 2);
    boolean fits = rows >= 0 && b.dim(rows).equals(a.dim(a.rank() - 1));
    if (!fits) {
      throw Operands.fail(Kind.SHAPE, what + ": the right side has " + (rows < 0 ? "no rows" : b.dim(rows) + " rows, the matrix " + a.dim(a.rank() - 1)),
          List.of(a, b), "Give vectors of rank " + (a.rank() - 1) + " or matrices, with as many rows as the matrix.");
    }
    List<Dim> batch = Matrices.batch(a.type().dims());
    if (!batch.isEmpty() && !b.type().dims().subList(0, rows).equals(batch)) {
      throw Operands.fail(Kind.SHAPE, what + ": the batches differ, " + batch + " and " + b.type().dims().subList(0, rows), List.of(a, b),
          "The axes before the last ones must be equal; or give one matrix without a batch.");
    }
    DType joint = Operands.join(a.dtype(), b.dtype());
    DType dtype = joint == null ? b.dtype() : joint;
    Expr right = vectors ? ShapeWords.expandDims(Ops.cast(b, dtype), -1) : Ops.cast(b, dtype);
    Expr x = solver.of(Ops.cast(a, dtype), right);
    return vectors ? Ops.reshape(x, b.type().dims()) : x;
  }
}
