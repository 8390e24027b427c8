package weft.op;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.graph.TypeProblem;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/** What the ops of linear algebra share: matrices lie in the last two axes, and the axes before them are a batch. */
final class Matrices {
  private static final String BATCH = "abcdefgh";
  private static final int MOST_AXES = BATCH.length() + 2;

  private Matrices() {}

  static Value get(Local local) {
    return new Value.Get(local);
  }

  static Value call(Fun fun, Value... arguments) {
    return new Value.Call(fun, arguments);
  }

  /** The axes before the matrices. */
  static List<Dim> batch(List<Dim> dims) {
    return dims.subList(0, dims.size() - 2);
  }

  /** Axes of a batch, then those of a matrix. */
  static List<Dim> at(List<Dim> batch, Dim row, Dim column) {
    var all = new ArrayList<>(batch);
    all.add(row);
    all.add(column);
    return all;
  }

  /** The type of square matrices of floats. */
  static TensorType square(TensorType a) {
    if (a.rank() < 2 || !a.dim(a.rank() - 1).equals(a.dim(a.rank() - 2))) {
      throw TypeProblem.shape("takes square matrices, not " + a, "The last two dimensions must be equal.");
    }
    if (a.rank() > MOST_AXES) throw TypeProblem.shape("takes no " + a.rank() + " axes", "Reshape the axes of the batch to one.");
    if (!a.dtype().isFloat()) throw TypeProblem.dtype("takes floats, not " + a.dtype().text(), "Cast it first.");
    return a;
  }

  /**
   * The same for what a word was given.
   *
   * @throws weft.runtime.WeftException of kind SHAPE for anything but square matrices, of kind DTYPE for anything but floats
   */
  static Expr square(String what, Expr a) {
    if (Message.needed(what + ": the matrix", a).rank() < 2) {
      throw Operands.fail(Kind.SHAPE, what + ": takes a square matrix, not " + a.type(), List.of(a), "Matrices have two dimensions.");
    }
    Dim rows = a.dim(a.rank() - 2);
    Dim columns = a.dim(a.rank() - 1);
    if (!rows.equals(columns)) {
      throw Operands.fail(Kind.SHAPE, what + ": the matrix is not square, " + rows + " by " + columns, List.of(a),
          rows.isConstant() && columns.isConstant() ? "The last two dimensions must be equal."
              : "If they are equal by nature, make the dimension once, and give it twice.");
    }
    if (!a.dtype().isFloat()) {
      throw Operands.fail(Kind.DTYPE, what + ": takes floats, not " + a.dtype().text(), List.of(a), "Cast it first, for instance with .cast(DType.F64).");
    }
    return a;
  }

  /** That the second and third type are what {@link Lu} makes of the first. */
  static void checkFactors(List<TensorType> inputs) {
    TensorType a = square(inputs.get(0));
    TensorType rows = a.withDims(a.dims().subList(0, a.rank() - 1)).withDType(DType.I32);
    if (inputs.get(1).equals(a) && inputs.get(2).equals(rows)) return;
    throw TypeProblem.shape(inputs.get(1) + " and " + inputs.get(2) + " are no factors of " + a, "");
  }

  /** The type of a solution: the right sides {@code [batch…, more…, n, m]} of matrices {@code [batch…, n, n]}. */
  static TensorType solution(TensorType a, TensorType b) {
    int shared = square(a).rank() - 2;
    boolean fits = b.rank() >= a.rank() && b.dims().subList(0, shared).equals(batch(a.dims()));
    if (!fits || !b.dim(b.rank() - 2).equals(a.dim(shared))) {
      throw TypeProblem.shape("the right sides " + b + " do not fit the matrices " + a, "They have a row for each row of the matrix.");
    }
    if (b.rank() > MOST_AXES) throw TypeProblem.shape("takes no " + b.rank() + " axes", "Reshape the axes of the batch to one.");
    if (a.dtype() != b.dtype()) {
      throw TypeProblem.dtype("dtypes differ, " + a.dtype().text() + " and " + b.dtype().text(), "Cast one of them.");
    }
    return b;
  }

  /** With the last two axes exchanged. */
  static Expr transposed(Expr x) {
    int[] order = new int[x.rank()];
    for (int i = 0; i < order.length; i++) order[i] = i;
    order[order.length - 1] = order.length - 2;
    order[order.length - 2] = order.length - 1;
    return ShapeWords.transpose(x, order);
  }

  /** A product for each of a batch, of {@code a} or its transposed with {@code b}. */
  static Expr dot(Expr a, boolean transposed, Expr b) {
    String batch = BATCH.substring(0, a.rank() - 2);
    return Einsum.of(batch + (transposed ? "yx" : "xy"), batch + "yz", batch + "xz", a, b);
  }

  /** The sum of {@code u·vᵀ} over the columns of both, and over those axes of the batch that a tensor of a lower rank lacks. */
  static Expr outer(Expr u, Expr v, int rank) {
    String batch = BATCH.substring(0, u.rank() - 2);
    return Einsum.of(batch + "xz", batch + "yz", batch.substring(0, rank - 2) + "xy", u, v);
  }

  /** The elements on the diagonals. */
  static Expr diagonal(Expr x) {
    int last = x.rank() - 1;
    Expr columns = Ops.broadcast(Ops.arange(x.dim(last)), x.type().dims().subList(0, last), List.of(last - 1));
    return Apply.one(new Take(last, last), x, columns);
  }

  /** The identity for each of a batch. */
  static Expr identity(TensorType type) {
    Dim n = type.dim(type.rank() - 1);
    return Ops.broadcastTo(Ops.eye(n, n, 0, type.dtype()), type.dims());
  }

  /** How errors of a call show a matrix. */
  static String shown(Expr x) {
    return "\n    " + Message.label(x) + "   " + x.type();
  }

  /**
   * Fails where an element of vectors does not hold.
   *
   * @param what what is wrong, with the matrix it is wrong with
   */
  static void check(Structured.Site site, String what, Place vectors, UnaryOperator<Value> holds, String advice) {
    String at = site.apply().origin().at();
    site.kernel("check", LoopNest.over(vectors.dims(), Stmt.Order.SEQUENTIAL, index -> StepText.require(holds.apply(vectors.load(index)), Kind.ARGUMENT,
        what + (at.isEmpty() ? "" : "\n  at " + at), index, vectors.load(index), site.steps(), advice)));
  }
}
