package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.loop.Fun;
import weft.runtime.DType;
import weft.type.Dim;

/**
 * The words for functions that combine elements: over the given axes, which are dropped, or over all where none
 * is given. Negative axes count from the end; the forms named KeepDims leave the axes with extent 1.
 *
 * <p>All throw {@link weft.runtime.WeftException} of kind SHAPE for axes that a tensor does not have, and max,
 * min, argmax and argmin for axes without elements, as soon as the types tell, else when the function is called.
 */
public abstract class ReductionWords extends ShapeWords {
  protected ReductionWords() {}

  /** The sum, 0 of nothing; booleans are counted, as i64. */
  public static Expr sum(Expr x, int... axes) {
    List<Integer> along = Axes.check("sum", x, axes);
    return Ops.reduce(Fun.ADD, x.dtype() == DType.BOOL ? cast(x, DType.I64) : x, along);
  }

  /**
   * The product, 1 of nothing; its gradient is right where elements are 0, and costs n² steps for n elements
   * along an axis.
   */
  public static Expr prod(Expr x, int... axes) {
    List<Integer> all = Axes.check("prod", x, axes);
    Expr result = x;
    for (int i = all.size() - 1; i >= 0; i--) result = Ops.reduce(Fun.MUL, result, List.of(all.get(i)));
    return result;
  }

  /** The largest element, NaN if one is; the whole gradient flows to every element that equals it. */
  public static Expr max(Expr x, int... axes) {
    return Ops.reduce(Fun.MAX, x, Axes.check("max", x, axes));
  }

  /** The smallest element, NaN if one is; the whole gradient flows to every element that equals it. */
  public static Expr min(Expr x, int... axes) {
    return Ops.reduce(Fun.MIN, x, Axes.check("min", x, axes));
  }

  /** Whether all booleans hold; true of nothing. */
  public static Expr all(Expr x, int... axes) {
    return Ops.reduce(Fun.AND, x, Axes.check("all", x, axes));
  }

  /** Whether some boolean holds; false of nothing. */
  public static Expr any(Expr x, int... axes) {
    return Ops.reduce(Fun.OR, x, Axes.check("any", x, axes));
  }

  /** The mean, NaN of nothing; of integers and booleans in f64. */
  public static Expr mean(Expr x, int... axes) {
    List<Integer> along = Axes.check("mean", x, axes);
    Expr floats = x.dtype().isFloat() ? x : cast(x, DType.F64);
    Dim count = Dim.ONE;
    for (int axis : along) count = count.times(x.dim(axis));
    return div(Ops.reduce(Fun.ADD, floats, along), Ops.extent(count, floats.dtype()));
  }

  /** The variance: the mean of the squared distance from the mean. */
  public static Expr var(Expr x, int... axes) {
    Axes.check("var", x, axes);
    return mean(sqr(minus(x, meanKeepDims(x, axes))), axes);
  }

  /** The root of the variance. */
  public static Expr std(Expr x, int... axes) {
    Axes.check("std", x, axes);
    return sqrt(var(x, axes));
  }

  /** The root of the sum of squares. */
  public static Expr norm(Expr x, int... axes) {
    Axes.check("norm", x, axes);
    return sqrt(sum(sqr(x), axes));
  }

  /** {@link #sum}, the axes kept with extent 1. */
  public static Expr sumKeepDims(Expr x, int... axes) {
    return keepDims(sum(x, axes), x, axes);
  }

  /** {@link #prod}, the axes kept with extent 1. */
  public static Expr prodKeepDims(Expr x, int... axes) {
    return keepDims(prod(x, axes), x, axes);
  }

  /** {@link #max}, the axes kept with extent 1. */
  public static Expr maxKeepDims(Expr x, int... axes) {
    return keepDims(max(x, axes), x, axes);
  }

  /** {@link #min}, the axes kept with extent 1. */
  public static Expr minKeepDims(Expr x, int... axes) {
    return keepDims(min(x, axes), x, axes);
  }

  /** {@link #mean}, the axes kept with extent 1. */
  public static Expr meanKeepDims(Expr x, int... axes) {
    return keepDims(mean(x, axes), x, axes);
  }

  /** What a reduction of {@code x} over {@code axes} gave, with those axes back, of extent 1. */
  public static Expr keepDims(Expr reduced, Expr x, int... axes) {
    List<Dim> dims = Message.needed("keepDims: x", x).type().dims();
    for (int axis : Axes.check("keepDims", x, axes)) dims = Axes.replace(dims, axis, Dim.ONE);
    return Ops.reshape(reduced, dims);
  }

  /** Where along an axis the largest element stands, as i64: the first of several, a NaN before all numbers. */
  public static Expr argmax(Expr x, int axis) {
    return Apply.one(new ArgMax(Axes.check("argmax", x, axis), false), x);
  }

  /** Where in the whole tensor, in row-major order, the largest element stands, as i64. */
  public static Expr argmax(Expr x) {
    return argmax(Message.needed("argmax: x", x).rank() == 1 ? x : flatten(x), 0);
  }

  /** Where along an axis the smallest element stands, as i64: the first of several, a NaN before all numbers. */
  public static Expr argmin(Expr x, int axis) {
    return Apply.one(new ArgMax(Axes.check("argmin", x, axis), true), x);
  }

  /** Where in the whole tensor, in row-major order, the smallest element stands, as i64. */
  public static Expr argmin(Expr x) {
    return argmin(Message.needed("argmin: x", x).rank() == 1 ? x : flatten(x), 0);
  }

  /**
   * The last axis of a with the only axis of a vector b or the first of a matrix b: {@code [k]·[k]} gives a
   * scalar, {@code [m,k]·[k]} and {@code [k]·[k,n]} a vector, {@code [m,k]·[k,n]} a matrix, {@code [t,m,k]·[k,n]}
   * a stack of matrices.
   */
  public static Expr dot(Expr a, Expr b) {
    return Dots.dot(a, b);
  }

  /** Every element of a times every element of b: the axes of a, then those of b. */
  public static Expr outer(Expr a, Expr b) {
    return Dots.outer(a, b);
  }

  /**
   * A product for each index of axis 0: {@code [b,m,k]·[b,k,n]}; a side of rank 2 is a stack of vectors
   * {@code [b,k]}.
   */
  public static Expr batchedDot(Expr a, Expr b) {
    return Dots.batchedDot(a, b);
  }

  /** The sum of products over the last {@code axes} axes of a and the first of b. */
  public static Expr tensordot(Expr a, Expr b, int axes) {
    return Dots.tensordot(a, b, axes);
  }
}
