package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.loop.Lengths;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/**
 * The words for functions that move elements about. Negative axes count from the end; dimensions are ints or
 * {@link Dim}s.
 *
 * <p>All throw {@link weft.runtime.WeftException} of kind SHAPE for axes that a tensor does not have and for
 * dimensions that do not fit, as soon as the types tell, else when the function is called.
 */
public abstract class ShapeWords extends DebugWords {
  /** As a bound of a slice: to the end, in the direction of the step. */
  public static final int END = Integer.MAX_VALUE;

  protected ShapeWords() {}

  /** Zeros of the type of {@code like}. */
  public static Expr zerosLike(Expr like) {
    return After.like(Ops.constantLike(like, 0), like);
  }

  /** Ones of the type of {@code like}. */
  public static Expr onesLike(Expr like) {
    return After.like(Ops.constantLike(like, 1), like);
  }

  /** How many elements an axis has, as an i32 scalar that is known when the function is called. */
  public static Expr extent(Expr x, int axis) {
    Dim dim = x.dim(Axes.check("extent", x, axis));
    Expr extent = Ops.extent(dim, DType.I32);
    return Lengths.in(dim).isEmpty() ? extent : After.of(extent, x);
  }

  /** Repeated to a larger shape: axes are aligned at the end, those of extent 1 and those that x lacks repeat. */
  public static Expr broadcastTo(Expr x, Object... dims) {
    return Ops.broadcastTo(x, Dims.of("broadcastTo", dims));
  }

  /**
   * The same elements in row-major order under other axes. One of the dimensions may be -1: what is left.
   *
   * <p>Where -1 does not divide evenly at call time, the call fails with kind SHAPE.
   */
  public static Expr reshape(Expr x, Object... dims) {
    var to = new ArrayList<Dim>();
    Dim known = Dim.ONE;
    int open = -1;
    for (Object d : Message.needed("reshape: dims", dims)) {
      boolean rest = d instanceof Integer i && i == -1;
      if (rest && open >= 0) {
        throw Operands.fail(Kind.ARGUMENT, "reshape: -1 is given twice", List.of(x),
            "Only one dimension can be what is left.");
      }
      if (rest) open = to.size();
      to.add(rest ? Dim.ONE : Dims.one("reshape", d));
      known = known.times(to.get(to.size() - 1));
    }
    if (open >= 0) to.set(open, left(x, known));
    return Ops.reshape(x, to);
  }

  private static Dim left(Expr x, Dim known) {
    Dim size = x.type().size();
    Dim left = known.is(0) ? null : Dims.divided(size, known);
    if (left == null && !size.isConstant() && known.isConstant() && known.constant() > 1
        && known.constant() < Integer.MAX_VALUE) {
      left = size.floorDiv((int) known.constant());
    }
    if (left != null) return left;
    throw Operands.fail(Kind.SHAPE, "reshape: " + size + " elements do not divide by " + known, List.of(x),
        "Say all dimensions, or others that divide the number of elements.");
  }

  /** All axes made one, in row-major order. */
  public static Expr flatten(Expr x) {
    return Ops.reshape(x, List.of(Message.needed("flatten: x", x).type().size()));
  }

  /** With so many axes: the first ones stay, and the others are made one, in row-major order. */
  public static Expr flatten(Expr x, int axes) {
    if (Message.needed("flatten: x", x).rank() < axes || axes < 1) {
      throw Operands.fail(Kind.SHAPE, "flatten: to " + axes + " axes", List.of(x), "Give from 1 to as many as there are.");
    }
    List<Dim> dims = x.type().dims();
    Dim rest = Dim.ONE;
    for (Dim d : dims.subList(axes - 1, dims.size())) rest = rest.times(d);
    return Ops.reshape(x, Axes.join(dims.subList(0, axes - 1), List.of(rest)));
  }

  /** With a new axis of extent 1, which is axis {@code axis} of the result. */
  public static Expr expandDims(Expr x, int axis) {
    int at = Axes.check("expandDims", x, axis, Message.needed("expandDims: x", x).rank() + 1);
    return Ops.reshape(x, Axes.insert(x.type().dims(), at, Dim.ONE));
  }

  /** Without an axis of extent 1. */
  public static Expr squeeze(Expr x, int axis) {
    int at = Axes.check("squeeze", x, axis);
    if (!x.dim(at).is(1)) {
      throw Operands.fail(Kind.SHAPE, "squeeze: axis " + at + " has extent " + x.dim(at) + ", not 1", List.of(x),
          "Only an axis whose type says 1 can be dropped; take one index of others, for instance with row(0).");
    }
    return Ops.reshape(x, Axes.remove(x.type().dims(), at));
  }

  /**
   * The axes in another order: for each axis of the result, which axis of x it is; all reversed where none is
   * given.
   */
  public static Expr transpose(Expr x, int... permutation) {
    var axes = new ArrayList<Integer>();
    for (int a : Message.needed("transpose: the permutation", permutation)) axes.add(Axes.check("transpose", x, a));
    if (permutation.length == 0) for (int a = Message.needed("transpose: x", x).rank() - 1; a >= 0; a--) axes.add(a);
    return axes.equals(Axes.range(0, x.rank())) ? x : Apply.one(new Transpose(axes), x);
  }

  /** With two axes exchanged. */
  public static Expr swapAxes(Expr x, int one, int other) {
    int[] axes = Axes.array(Axes.range(0, Message.needed("swapAxes: x", x).rank()));
    int a = Axes.check("swapAxes", x, one);
    int b = Axes.check("swapAxes", x, other);
    axes[a] = b;
    axes[b] = a;
    return x.rank() == 0 ? x : transpose(x, axes);
  }

  /** With one axis moved; the others keep their order. */
  public static Expr moveAxis(Expr x, int from, int to) {
    var axes = new ArrayList<>(Axes.range(0, Message.needed("moveAxis: x", x).rank()));
    Integer moved = axes.remove(Axes.check("moveAxis", x, from));
    axes.add(Axes.check("moveAxis", x, to), moved);
    return transpose(x, Axes.array(axes));
  }

  /** One axis read backwards. */
  public static Expr reverse(Expr x, int axis) {
    return Apply.one(new Reverse(Axes.check("reverse", x, axis)), x);
  }

  /** Axis 0 read backwards. */
  public static Expr reverse(Expr x) {
    return reverse(x, 0);
  }

  /** The part at one index of an axis, which is dropped; a negative index counts from the end. */
  public static Expr index(Expr x, int axis, int at) {
    int checked = Axes.check("index", x, axis);
    return Ops.index(x, checked, at < 0 ? x.dim(checked).plus(at) : Dim.of(at));
  }

  /**
   * Elements {@code from} (inclusive) to {@code to} (exclusive) of an axis, as
   * {@link #slice(Expr, int, int, int, int)} with step 1.
   */
  public static Expr slice(Expr x, int axis, int from, int to) {
    return slice(x, axis, from, to, 1);
  }

  /**
   * Elements {@code from}, {@code from + step} … before {@code to} of an axis, as {@code x[from:to:step]} in
   * NumPy, except that bounds outside the axis are an error and not cut off, so that {@code x[1:]} and
   * {@code x[:-1]} have the same dimension. Negative bounds count from the end; {@link #END} is the end, for a
   * negative step the beginning.
   */
  public static Expr slice(Expr x, int axis, int from, int to, int step) {
    int at = Axes.check("slice", x, axis);
    if (step == 0 || step == Integer.MIN_VALUE) {
      throw Operands.fail(Kind.ARGUMENT, "slice: the step is " + step, List.of(x), "Give a step that moves, and not so far.");
    }
    Dim n = x.dim(at);
    if (step > 0) return strided(x, at, bound(from, n), bound(to, n), step);
    Dim start = from == END ? Dim.ZERO : n.minus(1).minus(bound(from, n));
    Dim end = to == END ? n : n.minus(1).minus(bound(to, n));
    return strided(reverse(x, at), at, start, end, -step);
  }

  /** Elements of an axis between bounds that are Integers, as above, or Dims. */
  static Expr between(Expr x, int axis, Object from, Object to) {
    Dim n = x.dim(axis);
    return strided(x, axis, from instanceof Dim d ? d : bound((Integer) from, n), to instanceof Dim d ? d : bound((Integer) to, n), 1);
  }

  private static Dim bound(int bound, Dim n) {
    return bound == END ? n : bound < 0 ? n.plus(bound) : Dim.of(bound);
  }

  private static Expr strided(Expr x, int axis, Dim from, Dim to, int step) {
    if (step == 1) return Ops.slice(x, axis, from, to.minus(from));
    return Apply.one(new Slice(axis, from, to.minus(from).ceilDiv(step), step), x);
  }

  /** Zeros before and behind along one axis. */
  public static Expr pad(Expr x, int axis, int before, int behind) {
    int at = Axes.check("pad", x, axis);
    if (before < 0 || behind < 0) {
      throw Operands.fail(Kind.ARGUMENT, "pad: by " + before + " and " + behind, List.of(x),
          "Give numbers of zeros, not below 0.");
    }
    return Ops.embed(x, at, Dim.of(before), x.dim(at).plus(before).plus(behind));
  }

  /** Tensors behind each other along an axis; all others are equal. */
  public static Expr concat(int axis, List<Expr> parts) {
    if (Message.needed("concat: parts", parts).isEmpty()) throw Operands.fail(Kind.ARGUMENT, "concat: no parts", parts, "Give at least one.");
    int at = Axes.check("concat", parts.get(0), axis);
    return parts.size() == 1 ? parts.get(0) : Apply.of(new Concat(at), parts).output(0);
  }

  /** Tensors behind each other along an axis; all others are equal. */
  public static Expr concat(int axis, Expr... parts) {
    return concat(axis, Message.operands("concat", parts));
  }

  /** Tensors of one type along a new axis, which is axis {@code axis} of the result. */
  public static Expr stack(int axis, List<Expr> parts) {
    if (Message.needed("stack: parts", parts).isEmpty()) throw Operands.fail(Kind.ARGUMENT, "stack: no parts", parts, "Give at least one.");
    int at = Axes.check("stack", parts.get(0), axis, Message.needed("stack: the first part", parts.get(0)).rank() + 1);
    return Apply.of(new Stack(at), parts).output(0);
  }

  /** Tensors of one type along a new axis, which is axis {@code axis} of the result. */
  public static Expr stack(int axis, Expr... parts) {
    return stack(axis, Message.operands("stack", parts));
  }

  /** The whole tensor {@code times} times behind itself along an axis. */
  public static Expr tile(Expr x, int axis, int times) {
    int at = Axes.check("tile", x, axis);
    return merged("tile", x, at, at, times);
  }

  /** Each element along an axis {@code times} times behind itself. */
  public static Expr repeat(Expr x, int axis, int times) {
    int at = Axes.check("repeat", x, axis);
    return merged("repeat", x, at, at + 1, times);
  }

  /** Repeats along a new axis, and makes that axis and {@code axis} one. */
  private static Expr merged(String what, Expr x, int axis, int added, int times) {
    List<Dim> dims = x.type().dims();
    List<Dim> larger = Axes.insert(dims, added, Dims.one(what, times));
    Expr repeated = Ops.broadcast(x, larger, Axes.without(larger.size(), List.of(added)));
    return Ops.reshape(repeated, Axes.replace(dims, axis, dims.get(axis).times(times)));
  }
}
