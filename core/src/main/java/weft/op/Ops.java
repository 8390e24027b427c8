package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.loop.Fun;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * Every op as a static method, for backward rules and passes: the words that users have too, and below those that
 * take types and {@link Dim}s.
 */
public final class Ops extends MoreWords {
  private Ops() {}

  /** One number in every element. */
  public static Expr constant(Number value, TensorType type) {
    return Apply.one(new Leaf.Constant(Operands.normal(value, type.dtype()), type));
  }

  /** One number that the user chose in a tensor of a type. */
  public static Expr full(String what, Number value, TensorType type) {
    boolean holds = type.dtype() == DType.BOOL ? value.doubleValue() == 0 || value.doubleValue() == 1 : Operands.fits(value, type.dtype());
    if (!holds) {
      throw new WeftException(WeftException.Kind.DTYPE, Message.here(what + ": " + Message.number(value) + " is no " + type.dtype().text(),
          "Give a number that this dtype holds."));
    }
    return constant(value, type);
  }

  /** One number in a tensor of the type of {@code like}. */
  public static Expr constantLike(Expr like, double value) {
    return constant(value, Message.needed("constantLike: like", like).type());
  }

  /** Zeros of a type. */
  public static Expr zeros(TensorType type) {
    return constant(0, type);
  }

  /** A Java number or boolean as a scalar of its own dtype. */
  public static Expr scalar(Object value) {
    if (value instanceof Boolean b) return constant(b ? 1 : 0, new TensorType(DType.BOOL, List.of()));
    return constant((Number) value, new TensorType(Operands.naturalDType((Number) value), List.of()));
  }

  /** A tensor known now. */
  public static Expr literal(Tensor value) {
    return Apply.one(new Leaf.Literal(value));
  }

  /** Repeated to a larger shape, axes aligned at the end. */
  public static Expr broadcastTo(Expr x, List<Dim> dims) {
    if (Message.needed("broadcastTo: x", x).type().dims().equals(dims)) return x;
    if (x.rank() > dims.size()) {
      throw Operands.fail(Kind.SHAPE, "broadcast: " + x.type() + " has more axes than " + dims, List.of(x),
          "Repeating adds axes and never drops them.");
    }
    return broadcast(x, dims, Axes.range(dims.size() - x.rank(), dims.size()));
  }

  /** Repeated to a larger shape; {@code axes} says for each axis of x which axis of the result it is. */
  public static Expr broadcast(Expr x, List<Dim> to, List<Integer> axes) {
    if (x.type().dims().equals(to) && axes.equals(Axes.range(0, to.size()))) return x;
    Expr result = Apply.one(new Broadcast(to, axes), x);
    return x.op() instanceof Leaf.Constant c ? constant(c.value(), result.type()) : result;
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
    if (Message.needed("reshape: x", x).type().dims().equals(to)) return x;
    Expr result = Apply.one(new Reshape(x.type().dims(), to), x);
    return x.op() instanceof Leaf.Constant c ? constant(c.value(), result.type()) : result;
  }

  /** The part at one index of an axis, which is dropped. */
  public static Expr index(Expr x, int axis, Dim at) {
    return Apply.one(new Index(Axes.check("index", x, axis), at), x);
  }

  /** {@code extent} elements of an axis, from {@code from} on. */
  public static Expr slice(Expr x, int axis, Dim from, Dim extent) {
    int at = Axes.check("slice", x, axis);
    if (from.is(0) && extent.equals(x.dim(at))) return x;
    return Apply.one(new Slice(at, from, extent, 1), x);
  }

  /** The input within zeros along one axis: from {@code from} on, of {@code total}. */
  public static Expr embed(Expr x, int axis, Dim from, Dim total) {
    int at = Axes.check("embed", x, axis);
    if (from.is(0) && total.equals(x.dim(at))) return x;
    return Apply.one(new Embed(at, from, total, 1), x);
  }

  /** The elements along some axes combined by an associative function; the axes are dropped. */
  public static Expr reduce(Fun fun, Expr x, List<Integer> axes) {
    return axes.isEmpty() ? x : Apply.one(new Reduce(fun, axes), x);
  }

  /** An extent as a scalar. */
  public static Expr extent(Dim of, DType dtype) {
    if (of.isConstant()) return constant(of.constant(), new TensorType(dtype, List.of()));
    return Apply.one(new Extent(of, dtype));
  }
}
