package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Fun;
import weft.runtime.DType;
import weft.type.Dim;

/** The ops that combine elements, as static methods. */
abstract class ReduceOps extends ShapeOps {
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

  /** The product of vectors, matrices and stacks of them. */
  public static Expr dot(Expr a, Expr b) {
    String left = "tmk".substring(3 - a.rank());
    String right = b.rank() == 1 ? "k" : "kn";
    String out = (left + right).replace("k", "");
    return Einsum.of(left, right, out, a, b);
  }

  public static Expr arange(Dim length, DType dtype) {
    return Apply.one(new Arange(length, dtype));
  }
}
