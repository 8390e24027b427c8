package weft.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/**
 * The words for matrices of a pattern, for products beyond {@link #dot}, and for more ways to lay tensors out.
 *
 * <p>All throw {@link weft.runtime.WeftException} of kind SHAPE for axes that a tensor does not have and for
 * dimensions that do not fit, as soon as the types tell, else when the function is called.
 */
public abstract class MatrixWords extends SortWords {
  protected MatrixWords() {}

  /** The f32 matrix {@code [n, n]} of zeros with ones on the diagonal. */
  public static Expr eye(Object n) {
    return eye(n, n, 0, DType.F32);
  }

  /** Zeros {@code [rows, columns]} with ones where column = row + k. */
  public static Expr eye(Object rows, Object columns, int k, DType dtype) {
    List<Dim> dims = Dims.of("eye", rows, columns);
    return cast(eq(rowPlus(dims, k), column(dims)), dtype);
  }

  /** Zeros {@code [rows, columns]} with ones where column ≤ row + k. */
  public static Expr tri(Object rows, Object columns, int k, DType dtype) {
    List<Dim> dims = Dims.of("tri", rows, columns);
    return cast(ge(rowPlus(dims, k), column(dims)), dtype);
  }

  /** The matrices in the last two axes, with zeros where column &gt; row + k. */
  public static Expr tril(Expr x, int k) {
    List<Dim> dims = matrices("tril", x);
    return where(Ops.broadcastTo(ge(rowPlus(dims, k), column(dims)), x.type().dims()), x, zerosLike(x));
  }

  /** The matrices in the last two axes, with zeros where column &lt; row + k. */
  public static Expr triu(Expr x, int k) {
    List<Dim> dims = matrices("triu", x);
    return where(Ops.broadcastTo(le(rowPlus(dims, k), column(dims)), x.type().dims()), x, zerosLike(x));
  }

  private static List<Dim> matrices(String what, Expr x) {
    Axes.check(what, x, -2);
    return x.type().dims().subList(x.rank() - 2, x.rank());
  }

  private static Expr rowPlus(List<Dim> dims, int k) {
    return Ops.broadcast(plus(arange(dims.get(0)), k), dims, List.of(0));
  }

  private static Expr column(List<Dim> dims) {
    return Ops.broadcast(arange(dims.get(1)), dims, List.of(1));
  }

  /** The square matrix of zeros with a vector on its diagonal. */
  public static Expr diag(Expr vector) {
    if (Message.needed("diag: vector", vector).rank() != 1) {
      throw Operands.fail(Kind.SHAPE, "diag: takes a vector", List.of(vector),
          "Use diagonal to read the diagonal of a matrix.");
    }
    Dim n = vector.dim(0);
    Expr rows = Ops.broadcast(vector, List.of(n, n), List.of(0));
    return where(eq(rowPlus(List.of(n, n), 0), column(List.of(n, n))), rows, zerosLike(rows));
  }

  /** The elements of the last two axes where column = row, along one axis. */
  public static Expr diagonal(Expr x) {
    return diagonal(x, 0);
  }

  /** The elements of the last two axes where column = row + k, along one axis. */
  public static Expr diagonal(Expr x, int k) {
    List<Dim> dims = matrices("diagonal", x);
    Dim from = Dim.of(Math.max(0, -k));
    Dim length = Dim.min(dims.get(0).minus(from), dims.get(1).minus(Math.max(0, k)));
    Expr rows = Ops.slice(x, x.rank() - 2, from, length);
    Expr columns = plus(arange(length), Math.max(0, k));
    return pick(rows, Ops.broadcastTo(columns, rows.type().dims().subList(0, x.rank() - 1)));
  }

  /** The sum of the diagonal of the matrices in the last two axes. */
  public static Expr trace(Expr x) {
    return sum(diagonal(x), -1);
  }

  /** The matrices in the last two axes with a number or scalar on the diagonal. */
  public static Expr fillDiagonal(Expr x, Object value) {
    List<Dim> dims = matrices("fillDiagonal", x);
    return where(Ops.broadcastTo(eq(rowPlus(dims, 0), column(dims)), x.type().dims()), value, x);
  }

  /** Every element of a times the whole of b, laid out in blocks (the Kronecker product); both of one rank. */
  public static Expr kron(Expr a, Expr b) {
    if (Message.needed("kron: a", a).rank() != Message.needed("kron: b", b).rank()) {
      throw Operands.fail(Kind.SHAPE, "kron: ranks differ, " + a.rank() + " and " + b.rank(), List.of(a, b),
          "Add axes of extent 1 with expandDims.");
    }
    int rank = a.rank();
    int[] order = new int[2 * rank];
    var dims = new ArrayList<Dim>();
    for (int i = 0; i < rank; i++) {
      order[2 * i] = i;
      order[2 * i + 1] = rank + i;
      dims.add(a.dim(i).times(b.dim(i)));
    }
    Expr all = outer(a, b);
    return rank == 0 ? all : Ops.reshape(transpose(all, order), dims);
  }

  /** The sum of products over the last axis of both: the other axes of a, then those of b. */
  public static Expr inner(Expr a, Expr b) {
    return tensordot(a, b, new int[] {-1}, new int[] {-1});
  }

  /** The sum of products over these axes of a and, one for one, these of b; the other axes of a, then those of b. */
  public static Expr tensordot(Expr a, Expr b, int[] axesOfA, int[] axesOfB) {
    if (Message.needed("tensordot: axesOfA", axesOfA).length != Message.needed("tensordot: axesOfB", axesOfB).length) {
      throw Operands.fail(Kind.ARGUMENT, "tensordot: " + axesOfA.length + " axes and " + axesOfB.length,
          Message.operands("tensordot", a, b), "Give as many axes of the one as of the other.");
    }
    var left = new ArrayList<Integer>();
    var right = new ArrayList<Integer>();
    for (int i = 0; i < axesOfA.length; i++) {
      left.add(Axes.check("tensordot", a, axesOfA[i]));
      right.add(Axes.check("tensordot", b, axesOfB[i]));
    }
    var orderOfA = new ArrayList<>(Axes.without(Message.needed("tensordot: a", a).rank(), left));
    orderOfA.addAll(left);
    var orderOfB = new ArrayList<>(right);
    orderOfB.addAll(Axes.without(Message.needed("tensordot: b", b).rank(), right));
    return tensordot(moved(a, orderOfA), moved(b, orderOfB), left.size());
  }

  /**
   * Sums of products in Einstein's notation, one letter an axis: {@code einsum("bik,bkj->bij", a, b)}. Letters that the result lacks are
   * summed over; without an arrow the result has the letters that stand once, in the order of the alphabet. More than two operands are
   * taken from left to right.
   *
   * @throws weft.runtime.WeftException of kind ARGUMENT for a text that does not fit the operands, or that has a letter twice in one, of
   *     kind SHAPE for axes of one letter whose extents differ
   */
  public static Expr einsum(String text, Expr... operands) {
    return EinsumText.of(Message.needed("einsum: the text", text), Message.operands("einsum", operands));
  }

  private static Expr moved(Expr x, List<Integer> order) {
    return x.rank() == 0 ? x : transpose(x, Axes.array(order));
  }

  /** {@code count} f32 numbers at equal distances, the first {@code from} and the last {@code to}. */
  public static Expr linspace(double from, double to, Object count) {
    return linspace(from, to, count, DType.F32);
  }

  /** The same in f64 or f32. */
  public static Expr linspace(double from, double to, Object count, DType dtype) {
    Message.needed("linspace: the dtype", dtype);
    Dim n = Dims.one("linspace", count);
    Expr steps = maximum(Ops.extent(n.minus(1), dtype), 1);
    Expr share = div(arange(n, dtype), steps);
    return where(eq(share, 1), to, plus(times(minus(1, share), from), times(share, to)));
  }

  /** {@code from}, {@code from + step} … before {@code to}, as i32. */
  public static Expr arange(int from, int to, int step) {
    if (step == 0) throw Operands.fail(Kind.ARGUMENT, "arange: the step is 0", List.of(), "Give a step that moves.");
    long distance = (long) to - from;
    long count = Math.max(0, (distance + step - Integer.signum(step)) / step);
    return plus(times(arange(Dim.of(count)), step), from);
  }

  /** Along each axis the first coordinate, then the second: {@code [a, b]} each, for vectors of a and b elements. */
  public static List<Expr> meshgrid(Expr a, Expr b) {
    List<Dim> dims = List.of(Message.needed("meshgrid: a", a).type().size(), Message.needed("meshgrid: b", b).type().size());
    return List.of(Ops.broadcast(flatten(a), dims, List.of(0)), Ops.broadcast(flatten(b), dims, List.of(1)));
  }

  /** Without all axes of extent 1. */
  public static Expr squeeze(Expr x) {
    return Ops.reshape(x, Message.needed("squeeze: x", x).type().dims().stream().filter(d -> !d.is(1)).toList());
  }

  /** Each element {@code by} places further along an axis; those that leave at the end enter at the beginning. */
  public static Expr roll(Expr x, int by, int axis) {
    int at = Axes.check("roll", x, axis);
    Dim n = x.dim(at);
    if (!n.isConstant()) {
      Expr from = mod(minus(arange(n), by), Ops.extent(n, DType.I32));
      return Apply.one(new Take(at, 0), x, from);
    }
    int extent = Math.toIntExact(n.constant());
    int shift = extent == 0 ? 0 : Math.floorMod(by, extent);
    if (shift == 0) return x;
    return concat(at, slice(x, at, extent - shift, extent), slice(x, at, 0, extent - shift));
  }

  /**
   * The parts of these extents, behind each other along an axis, whose sum is the whole.
   *
   * @param extents at least 0; one of them may be -1: what is left
   */
  public static List<Expr> split(Expr x, int axis, int... extents) {
    int at = Axes.check("split", x, axis);
    Dim left = x.dim(at);
    int open = 0;
    for (int e : Message.needed("split: extents", extents)) {
      if (e == -1) open++;
      else left = left.minus(e);
    }
    if (open > 1 || open == 0 && !left.is(0)) {
      throw Operands.fail(Kind.SHAPE, "split: the extents " + Arrays.toString(extents)
          + " do not make up axis " + at, List.of(x), "One of them may be -1: what is left.");
    }
    var parts = new ArrayList<Expr>();
    Dim from = Dim.ZERO;
    for (int e : extents) {
      Dim extent = e == -1 ? left : Dim.of(e);
      parts.add(Ops.slice(x, at, from, extent));
      from = from.plus(extent);
    }
    return parts;
  }

  /** Parts of one extent, as many as {@code parts}, along an axis that divides by that. */
  public static List<Expr> chunk(Expr x, int axis, int parts) {
    int at = Axes.check("chunk", x, axis);
    Dim extent = parts > 0 ? Dims.divided(x.dim(at), Dim.of(parts)) : null;
    if (extent == null) {
      throw Operands.fail(Kind.SHAPE, "chunk: axis " + at + " does not divide into " + parts + " parts", List.of(x),
          "Give a number that divides its extent, or use split.");
    }
    var all = new ArrayList<Expr>();
    for (int i = 0; i < parts; i++) all.add(Ops.slice(x, at, extent.times(i), extent));
    return all;
  }

  /** A number before and behind along one axis. */
  public static Expr pad(Expr x, int axis, int before, int behind, Number value) {
    return padded("pad", x, axis, before, behind, (at, n) -> full(x, at, n, value), (at, n) -> full(x, at, n, value));
  }

  /** The first and the last element along an axis repeated before and behind it. */
  public static Expr padEdge(Expr x, int axis, int before, int behind) {
    return padded("padEdge", x, axis, before, behind, (at, n) -> repeat(slice(x, at, 0, 1), at, n),
        (at, n) -> repeat(slice(x, at, -1, END), at, n));
  }

  /** The elements next to the first and the last one mirrored before and behind; those two are not repeated. */
  public static Expr padReflect(Expr x, int axis, int before, int behind) {
    return padded("padReflect", x, axis, before, behind, (at, n) -> reverse(slice(x, at, 1, n + 1), at),
        (at, n) -> reverse(slice(x, at, -n - 1, -1), at));
  }

  /** The last elements along an axis before it, and the first ones behind it. */
  public static Expr padWrap(Expr x, int axis, int before, int behind) {
    return padded("padWrap", x, axis, before, behind, (at, n) -> slice(x, at, -n, END),
        (at, n) -> slice(x, at, 0, n));
  }

  /** What stands before or behind an axis. */
  private interface Padding {
    Expr of(int axis, int count);
  }

  private static Expr padded(String what, Expr x, int axis, int before, int behind, Padding front, Padding back) {
    int at = Axes.check(what, x, axis);
    if (before < 0 || behind < 0) {
      throw Operands.fail(Kind.ARGUMENT, what + ": by " + before + " and " + behind, List.of(x),
          "Give numbers of elements, not below 0.");
    }
    var parts = new ArrayList<Expr>();
    if (before > 0) parts.add(front.of(at, before));
    parts.add(x);
    if (behind > 0) parts.add(back.of(at, behind));
    return concat(at, parts);
  }

  private static Expr full(Expr x, int axis, int count, Number value) {
    Expr number = Operands.numberLike("pad", Message.needed("pad: the number", value), x);
    return Ops.broadcastTo(number, Axes.replace(x.type().dims(), axis, Dim.of(count)));
  }
}
