package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Fun;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/** The ops that combine elements, as static methods. Negative axes count from the end. */
public abstract class ReduceOps extends ShapeOps {
  ReduceOps() {}

  /** The elements along some axes combined; the axes are dropped. */
  public static Expr reduce(Fun fun, Expr x, List<Integer> axes) {
    return axes.isEmpty() ? x : Apply.one(new Reduce(fun, axes), x);
  }

  /** The sum over the given axes, all where none is given; booleans are counted as i64. */
  public static Expr sum(Expr x, int... axes) {
    Expr numbers = x.dtype() == DType.BOOL ? Ops.cast(x, DType.I64) : x;
    return reduce(Fun.ADD, numbers, Axes.check("sum", x, axes));
  }

  /** The product over the given axes, all where none is given. */
  public static Expr prod(Expr x, int... axes) {
    List<Integer> all = Axes.check("prod", x, axes);
    Expr result = x;
    for (int i = all.size() - 1; i >= 0; i--) result = reduce(Fun.MUL, result, List.of(all.get(i)));
    return result;
  }

  public static Expr max(Expr x, int... axes) {
    return reduce(Fun.MAX, x, Axes.check("max", x, axes));
  }

  public static Expr min(Expr x, int... axes) {
    return reduce(Fun.MIN, x, Axes.check("min", x, axes));
  }

  /** Whether all booleans hold along the given axes. */
  public static Expr all(Expr x, int... axes) {
    return reduce(Fun.AND, x, Axes.check("all", x, axes));
  }

  /** Whether any boolean holds along the given axes. */
  public static Expr any(Expr x, int... axes) {
    return reduce(Fun.OR, x, Axes.check("any", x, axes));
  }

  /** The mean over the given axes, all where none is given; of integers and booleans in f64. */
  public static Expr mean(Expr x, int... axes) {
    Expr floats = x.dtype().isFloat() ? x : Ops.cast(x, DType.F64);
    List<Integer> along = Axes.check("mean", x, axes);
    return Ops.div(reduce(Fun.ADD, floats, along), count(x, along, floats.dtype()));
  }

  private static Expr count(Expr x, List<Integer> axes, DType dtype) {
    Dim count = Dim.ONE;
    for (int axis : axes) count = count.times(x.dim(axis));
    return extent(count, dtype);
  }

  /** The variance over the given axes, all where none is given: the mean of the squared distance from the mean. */
  public static Expr var(Expr x, int... axes) {
    List<Integer> along = Axes.check("var", x, axes);
    return mean(Ops.sqr(Ops.minus(x, keepDims(mean(x, axes), x, along))), axes);
  }

  /** The reduced tensor with the dropped axes back, of extent 1. */
  static Expr keepDims(Expr reduced, Expr x, List<Integer> axes) {
    List<Dim> dims = x.type().dims();
    for (int axis : axes) dims = Axes.replace(dims, axis, Dim.ONE);
    return reshape(reduced, dims);
  }

  /** A reduced tensor with the dropped axes back, of extent 1; {@code axes} as given to the reduction of {@code x}. */
  public static Expr keepDims(Expr reduced, Expr x, int... axes) {
    return keepDims(reduced, x, Axes.check("keepDims", x, axes));
  }

  /** An extent as a scalar. */
  public static Expr extent(Dim of, DType dtype) {
    if (of.isConstant()) return constant(of.constant(), new TensorType(dtype, List.of()));
    return Apply.one(new Extent(of, dtype));
  }

  /** The vector 0, 1, 2 … {@code length} - 1. */
  public static Expr arange(Dim length, DType dtype) {
    return Apply.one(new Arange(length, dtype));
  }

  /** The product of vectors, matrices and stacks of matrices: see {@link Dots}. */
  public static Expr dot(Expr a, Expr b) {
    return Dots.dot(a, b);
  }

  /** Every element of a times every element of b. */
  public static Expr outer(Expr a, Expr b) {
    return Dots.outer(a, b);
  }

  /** One product of matrices for each index of axis 0. */
  public static Expr batchedDot(Expr a, Expr b) {
    return Dots.batchedDot(a, b);
  }

  /** The sum of products over the last {@code axes} axes of a and the first of b. */
  public static Expr tensordot(Expr a, Expr b, int axes) {
    return Dots.tensordot(a, b, axes);
  }
}
