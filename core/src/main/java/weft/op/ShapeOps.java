package weft.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.type.Dim;
import weft.type.TensorType;

/** The ops that move elements about, and constants, as static methods. */
abstract class ShapeOps {
  /** One number in every element. */
  public static Expr constant(Number value, TensorType type) {
    return Apply.one(new Leaf.Constant(Operands.normal(value, type.dtype()), type));
  }

  /** One number in a tensor of the type of {@code like}. */
  public static Expr constantLike(Expr like, double value) {
    return constant(value, like.type());
  }

  public static Expr zerosLike(Expr like) {
    return constantLike(like, 0);
  }

  public static Expr onesLike(Expr like) {
    return constantLike(like, 1);
  }

  public static Expr zeros(TensorType type) {
    return constant(0, type);
  }

  /** Repeated to a larger shape, axes aligned at the end. */
  public static Expr broadcastTo(Expr x, List<Dim> dims) {
    if (x.type().dims().equals(dims)) return x;
    return broadcast(x, dims, Axes.range(dims.size() - x.rank(), dims.size()));
  }

  /** Repeated to a larger shape; {@code axes} says for each axis of x which axis of the result it is. */
  public static Expr broadcast(Expr x, List<Dim> to, List<Integer> axes) {
    if (x.op() instanceof Leaf.Constant c) return constant(c.value(), x.type().withDims(to));
    if (x.type().dims().equals(to)) return x;
    return Apply.one(new Broadcast(to, axes), x);
  }

  /** With a new axis 0 of the given length, along which it repeats. */
  public static Expr repeated(Expr x, Dim length) {
    return broadcastTo(x, Axes.prepend(length, x.type().dims()));
  }

  /** The inputs of a lifted op, all with a new axis 0. */
  public static List<Expr> allStacked(List<Expr> inputs, boolean[] stacked, Dim length) {
    var all = new ArrayList<Expr>();
    for (int i = 0; i < inputs.size(); i++) all.add(stacked[i] ? inputs.get(i) : repeated(inputs.get(i), length));
    return all;
  }

  /** The same elements in row-major order under other axes. */
  public static Expr reshape(Expr x, List<Dim> to) {
    if (x.type().dims().equals(to)) return x;
    if (x.op() instanceof Leaf.Constant c) return constant(c.value(), x.type().withDims(to));
    return Apply.one(new Reshape(x.type().dims(), to), x);
  }

  /** With a new axis of extent 1. */
  public static Expr expandDims(Expr x, int axis) {
    int at = Axes.check("expandDims", x, axis, x.rank() + 1);
    return reshape(x, Axes.insert(x.type().dims(), at, Dim.ONE));
  }

  /** The axes in another order: for each axis of the result, which axis of x it is. */
  public static Expr transpose(Expr x, int... permutation) {
    List<Integer> axes = Arrays.stream(permutation).map(a -> Axes.check("transpose", x, a)).boxed().toList();
    if (axes.equals(Axes.range(0, x.rank()))) return x;
    return Apply.one(new Transpose(axes), x);
  }
}
