package weft.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/** The ops that move elements about, and constants, as static methods. Negative axes count from the end. */
public abstract class ShapeOps {
  /** As a bound of a slice: to the end, in the direction of the step. */
  public static final int END = Integer.MAX_VALUE;

  ShapeOps() {}

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
    if (x.type().dims().equals(to)) return x;
    Expr result = Apply.one(new Reshape(x.type().dims(), to), x);
    return x.op() instanceof Leaf.Constant c ? constant(c.value(), result.type()) : result;
  }

  /** With a new axis of extent 1, which is axis {@code axis} of the result. */
  public static Expr expandDims(Expr x, int axis) {
    int at = Axes.check("expandDims", x, axis, x.rank() + 1);
    return reshape(x, Axes.insert(x.type().dims(), at, Dim.ONE));
  }

  /** Without an axis of extent 1. */
  public static Expr squeeze(Expr x, int axis) {
    int at = Axes.check("squeeze", x, axis);
    if (!x.dim(at).is(1)) {
      throw Operands.fail(Kind.SHAPE, "squeeze: axis " + at + " has extent " + x.dim(at) + ", not 1", List.of(x),
          "Only an axis whose type says 1 can be dropped; take one index of others, for instance with row(0).");
    }
    return reshape(x, Axes.remove(x.type().dims(), at));
  }

  /** The axes in another order: for each axis of the result, which axis of x it is; reversed where none is given. */
  public static Expr transpose(Expr x, int... permutation) {
    var axes = new ArrayList<Integer>();
    for (int a : permutation) axes.add(Axes.check("transpose", x, a));
    if (permutation.length == 0) for (int a = x.rank() - 1; a >= 0; a--) axes.add(a);
    return axes.equals(Axes.range(0, x.rank())) ? x : Apply.one(new Transpose(axes), x);
  }

  /** With two axes exchanged. */
  public static Expr swapAxes(Expr x, int one, int other) {
    var axes = new ArrayList<>(Axes.range(0, x.rank()));
    int a = Axes.check("swapAxes", x, one);
    int b = Axes.check("swapAxes", x, other);
    axes.set(a, b);
    axes.set(b, a);
    return transpose(x, axes.stream().mapToInt(Integer::intValue).toArray());
  }

  /** With one axis moved; the others keep their order. */
  public static Expr moveAxis(Expr x, int from, int to) {
    var axes = new ArrayList<>(Axes.range(0, x.rank()));
    Integer moved = axes.remove(Axes.check("moveAxis", x, from));
    axes.add(Axes.check("moveAxis", x, to), moved);
    return transpose(x, axes.stream().mapToInt(Integer::intValue).toArray());
  }

  /** One axis read backwards. */
  public static Expr reverse(Expr x, int axis) {
    return Apply.one(new Reverse(Axes.check("reverse", x, axis)), x);
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

  /**
   * Elements {@code from}, {@code from + step} … before {@code to} of an axis, as {@code x[from:to:step]} in NumPy, but bounds outside
   * the axis are an error. Negative bounds count from the end; {@link #END} is the end, for a negative step the beginning.
   */
  public static Expr slice(Expr x, int axis, int from, int to, int step) {
    int at = Axes.check("slice", x, axis);
    if (step == 0) throw Operands.fail(Kind.ARGUMENT, "slice: the step is 0", List.of(x), "Give a step that moves.");
    Dim n = x.dim(at);
    Dim start = from == END ? (step > 0 ? n : n.minus(1)) : bound(from, n);
    if (step < 0) {
      Dim end = to == END ? n : n.minus(1).minus(bound(to, n));
      return strided(reverse(x, at), at, n.minus(1).minus(start), end, -step);
    }
    return strided(x, at, start, bound(to, n), step);
  }

  private static Dim bound(int bound, Dim n) {
    return bound == END ? n : bound < 0 ? n.plus(bound) : Dim.of(bound);
  }

  private static Expr strided(Expr x, int axis, Dim from, Dim to, int step) {
    if (step == 1) return slice(x, axis, from, to.minus(from));
    return Apply.one(new Slice(axis, from, to.minus(from).ceilDiv(step), step), x);
  }

  /** The input within zeros along one axis: from {@code from} on, of {@code total}. */
  public static Expr embed(Expr x, int axis, Dim from, Dim total) {
    return Apply.one(new Embed(Axes.check("embed", x, axis), from, total, 1), x);
  }

  /** Zeros before and behind along one axis. */
  public static Expr pad(Expr x, int axis, int before, int behind) {
    int at = Axes.check("pad", x, axis);
    if (before < 0 || behind < 0) {
      throw Operands.fail(Kind.ARGUMENT, "pad: by " + before + " and " + behind, List.of(x), "Give numbers of zeros, not below 0.");
    }
    return embed(x, at, Dim.of(before), x.dim(at).plus(before).plus(behind));
  }

  /** Tensors behind each other along an axis. */
  public static Expr concat(int axis, List<Expr> parts) {
    if (parts.isEmpty()) throw Operands.fail(Kind.ARGUMENT, "concat: no parts", parts, "Give at least one.");
    int at = Axes.check("concat", parts.get(0), axis);
    return parts.size() == 1 ? parts.get(0) : Apply.of(new Concat(at), parts).output(0);
  }

  /** Tensors of one type along a new axis, which is axis {@code axis} of the result. */
  public static Expr stack(int axis, List<Expr> parts) {
    if (parts.isEmpty()) throw Operands.fail(Kind.ARGUMENT, "stack: no parts", parts, "Give at least one.");
    int at = Axes.check("stack", parts.get(0), axis, parts.get(0).rank() + 1);
    return Apply.of(new Stack(at), parts).output(0);
  }

  /** The whole tensor {@code times} times behind each other along an axis. */
  public static Expr tile(Expr x, int axis, int times) {
    int at = Axes.check("tile", x, axis);
    return merged(x, at, at, times);
  }

  /** Each element along an axis {@code times} times behind itself. */
  public static Expr repeat(Expr x, int axis, int times) {
    int at = Axes.check("repeat", x, axis);
    return merged(x, at, at + 1, times);
  }

  /** Repeats along a new axis, and makes that axis and {@code axis} one. */
  private static Expr merged(Expr x, int axis, int added, int times) {
    List<Dim> dims = x.type().dims();
    List<Dim> larger = Axes.insert(dims, added, Dim.of(times));
    Expr repeated = broadcast(x, larger, Axes.without(larger.size(), List.of(added)));
    return reshape(repeated, Axes.replace(dims, axis, dims.get(axis).times(times)));
  }
}
