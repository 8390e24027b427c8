package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.loop.Fun;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/**
 * The words that go along one axis in order: sorting, and sums and products of all that came before.
 *
 * <p>All throw {@link weft.runtime.WeftException} of kind SHAPE for axes that a tensor does not have, and of kind
 * DTYPE for booleans where numbers are wanted.
 */
public abstract class SortWords extends IndexWords {
  protected SortWords() {}

  /** The largest elements and where they stand; both of the shape of what was sorted, but for one axis. */
  public record TopK(Expr values, Expr indices) {}

  /** The elements along an axis in ascending order, NaN last; equal ones keep their order. */
  public static Expr sort(Expr x, int axis) {
    return sort(x, axis, false);
  }

  /** The same, descending if so wanted, NaN first. The gradient of each element goes where it came from. */
  public static Expr sort(Expr x, int axis, boolean descending) {
    return along(x, argsort(x, axis, descending), Axes.check("sort", x, axis));
  }

  /** Where the elements of {@link #sort} stand, as i64. */
  public static Expr argsort(Expr x, int axis) {
    return argsort(x, axis, false);
  }

  /** The same, descending if so wanted; equal elements keep their order in both directions. */
  public static Expr argsort(Expr x, int axis, boolean descending) {
    return Apply.one(new ArgSort(Axes.check("argsort", x, axis), descending), x);
  }

  /**
   * The {@code k} largest elements along an axis, the largest one first, and where they stand, as i64; of equal
   * elements the first ones, and NaN before all numbers.
   *
   * @throws weft.runtime.WeftException of kind SHAPE if there are not so many, as soon as the types tell, else
   *     when the function is called
   */
  public static TopK topK(Expr x, int k, int axis) {
    int at = Axes.check("topK", x, axis);
    if (k < 0 || x.dim(at).isConstant() && k > x.dim(at).constant()) {
      throw Operands.fail(Kind.SHAPE, "topK: " + k + " of the " + x.dim(at) + " elements of axis " + at, List.of(x), "Take as many as there are at most.");
    }
    Expr indices = slice(argsort(x, at, true), at, 0, k);
    return new TopK(along(x, indices, at), indices);
  }

  /** The element in the middle of the sorted ones, or the mean of the two there; NaN if one is. */
  public static Expr median(Expr x, int axis) {
    int at = Axes.check("median", x, axis);
    Expr sorted = sort(x.dtype().isFloat() ? x : cast(x, DType.F64), at);
    Dim n = x.dim(at);
    Expr below = Ops.index(sorted, at, n.minus(1).floorDiv(2));
    Expr above = Ops.index(sorted, at, n.floorDiv(2));
    Expr largest = Ops.index(sorted, at, n.minus(1));
    return where(isNaN(largest), largest, times(plus(below, above), 0.5));
  }

  /** For each element the sum of it and all before it along an axis; booleans are counted, as i64. */
  public static Expr cumsum(Expr x, int axis) {
    Expr numbers = Message.needed("cumsum: x", x).dtype() == DType.BOOL ? cast(x, DType.I64) : x;
    return Apply.one(new Cumulate(Fun.ADD, Axes.check("cumsum", x, axis)), numbers);
  }

  /** The same, and if {@code backwards} of it and all behind it. */
  public static Expr cumsum(Expr x, int axis, boolean backwards) {
    return backwards ? reverse(cumsum(reverse(x, axis), axis), axis) : cumsum(x, axis);
  }

  /**
   * For each element the product of it and all before it along an axis; its gradient is right where elements are
   * 0, and costs n² steps for n elements.
   */
  public static Expr cumprod(Expr x, int axis) {
    return Apply.one(new Cumulate(Fun.MUL, Axes.check("cumprod", x, axis)), x);
  }

  /** The same, and if {@code backwards} of it and all behind it. */
  public static Expr cumprod(Expr x, int axis, boolean backwards) {
    return backwards ? reverse(cumprod(reverse(x, axis), axis), axis) : cumprod(x, axis);
  }

  /** Each element minus the one before it along an axis, which becomes one shorter. */
  public static Expr diff(Expr x, int axis) {
    int at = Axes.check("diff", x, axis);
    return minus(slice(x, at, 1, END), slice(x, at, 0, -1));
  }

  /**
   * Each part of x along an axis as often as its count says, behind each other.
   *
   * @param counts a vector of integers from 0, one for each part
   * @param total what they add up to, an int or a dim
   * @throws weft.runtime.WeftException of kind ASSERTION when the function is called with counts that do not
   */
  public static Expr repeat(Expr x, Expr counts, Object total, int axis) {
    int at = Axes.check("repeat", x, axis);
    Dim n = Dims.one("repeat", total);
    if (!Message.needed("repeat: counts", counts).dtype().isInteger()) {
      throw Operands.fail(Kind.DTYPE, "repeat: counts are integers, not " + counts.dtype().text(), List.of(counts), "Cast them first.");
    }
    if (counts.rank() != 1 || !counts.dim(0).equals(x.dim(at))) {
      throw Operands.fail(Kind.SHAPE, "repeat: the counts do not fit axis " + at, List.of(x, counts),
          "Give a vector with one count for each part along the axis.");
    }
    Expr ends = cumsum(counts, 0);
    Expr sum = eq(sum(counts), Ops.extent(n, counts.dtype()));
    Expr checked = DebugWords.require(ends, and(sum, all(ge(counts, 0))), "repeat: counts are 0 or more, and add up to " + n);
    return take(x, searchSorted(checked, arange(n, counts.dtype()), true), at);
  }

  /** For each value how many elements of an ascending vector are smaller, as i64: where it would be put in. */
  public static Expr searchSorted(Expr sorted, Object values) {
    return searchSorted(sorted, values, false);
  }

  /** The same, and if {@code behindEqual} how many are smaller or equal. */
  public static Expr searchSorted(Expr sorted, Object values, boolean behindEqual) {
    Expr wanted = values instanceof Number ? Operands.numberLike("searchSorted", values, sorted)
        : Operands.expr("searchSorted", values);
    DType dtype = Operands.join(Message.needed("searchSorted: sorted", sorted).dtype(), wanted.dtype());
    if (dtype == null) {
      throw Operands.fail(Kind.DTYPE, "searchSorted: dtypes differ, " + sorted.dtype().text() + " and "
          + wanted.dtype().text(), List.of(sorted, wanted), "Cast one of them.");
    }
    return Apply.one(new SearchSorted(0, behindEqual), cast(sorted, dtype), cast(wanted, dtype));
  }
}
