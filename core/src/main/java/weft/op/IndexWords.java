package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.op.Selector.Bounds;
import weft.op.Selector.Mark;
import weft.op.Selector.Range;
import weft.op.Selector.Window;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/**
 * The words for parts of tensors: what NumPy writes between brackets, and tensors in which a part is another.
 *
 * <p>All throw {@link weft.runtime.WeftException} of kind SHAPE for what does not fit, as soon as the types tell,
 * else when the function is called, and of kind INDEX for integers outside an axis.
 */
public abstract class IndexWords extends NetWords {
  /** As an item of {@link #at}: the whole axis. */
  public static final Selector ALL = Mark.ALL;
  /** As an item of {@link #at}: the whole axes that are left over. */
  public static final Selector REST = Mark.REST;
  /** As an item of {@link #at}: a new axis of extent 1. */
  public static final Selector NEW_AXIS = Mark.NEW_AXIS;

  protected IndexWords() {}

  /** As an item of {@link #at}: elements {@code from} (inclusive) to {@code to} (exclusive), as in {@link #slice}. */
  public static Selector range(int from, int to) {
    return new Range(from, to, 1);
  }

  /** The same with a step, which may be negative. */
  public static Selector range(int from, int to, int step) {
    return new Range(from, to, step);
  }

  /** As an item of {@link #at}: elements from one bound to another, of which one is an extent, as {@code x[:n]} in NumPy. */
  public static Selector range(int from, Dim to) {
    return new Bounds(from, to);
  }

  /** The same. */
  public static Selector range(Dim from, int to) {
    return new Bounds(from, to);
  }

  /** As an item of {@link #at}: elements {@code from} (inclusive) to {@code to} (exclusive), which are extents. */
  public static Selector range(Dim from, Dim to) {
    return new Bounds(from, to);
  }

  /**
   * As an item of {@link #at}: so many elements from one on that is computed, {@code x[i : i + length]} in NumPy, such as a batch by its
   * number: {@code at(data, window(i.times(b), b))}. A negative start counts from the end; a window that does not lie within the axis
   * is an error of kind INDEX.
   *
   * @param from an integer scalar
   * @param length an int or a {@link Dim}
   */
  public static Selector window(Expr from, Object length) {
    if (Message.needed("window: where it begins", from).rank() == 0 && from.dtype().isInteger()) return new Window(from, Dims.one("window", length));
    throw Operands.fail(from.rank() == 0 ? Kind.DTYPE : Kind.SHAPE, "window: it begins at " + from.type() + ", not at an integer scalar",
        List.of(from), "Give one integer; several choose element by element as an item of their own.");
  }

  /**
   * What NumPy writes as {@code x[items]}, one item an axis from the front; axes without one stay whole.
   *
   * <p>An int takes one index of its axis and drops it. A {@link #range} takes several. An integer tensor takes
   * what it says, under its own axes; several of them broadcast against each other and choose together, as in
   * {@code at(p, arange(n), y)}. If ints and tensors are neighbours, the axes of the tensors stand where theirs
   * were, else in front. Negative integers count from the end.
   *
   * <p>A bool tensor is a mask: it has the dims of the axes from its place on, and stands for the integers that say where
   * it is true, in row-major order. How many those are is known only when the function is called; what one mask
   * (one expression, not two that are equal) chooses is of one length, and can be added, or {@link #set}. To give all chosen
   * elements one value, {@code where(mask, value, x)} is quicker.
   *
   * @param items ints, integer tensors, masks, ranges, windows, {@link #ALL}, {@link #REST} or {@link #NEW_AXIS}
   */
  public static Expr at(Expr x, Object... items) {
    return Selection.of(x, items);
  }

  /**
   * x with a part replaced: {@code set(x, x.row(0), 1)}, {@code set(x, at(x, ALL, range(0, 3)), v)}. Where index
   * tensors name an element twice, the value for the last index stays, and the gradient goes to that value alone.
   *
   * @param part made of x by at, slice, index, row, take, pick, takeAlongAxis, reverse or moved axes
   * @param value an expression, number, tensor or parameter that broadcasts to the part
   */
  public static Expr set(Expr x, Expr part, Object value) {
    return Parts.set("set", x, part, value);
  }

  /** x with a value added to a part, as {@link #set}; what index tensors name twice is added to twice. */
  public static Expr increment(Expr x, Expr part, Object value) {
    return Parts.increment("increment", x, part, value);
  }

  /**
   * For each place of {@code indices} the element of x that stands there, but for one axis, where the index says:
   * {@code x[i, indices[i, j]]} for the last of two axes. It is what argsort and topK are for.
   *
   * @param indices integers of the rank of x, and of its dimensions but for that axis
   */
  public static Expr takeAlongAxis(Expr x, Expr indices, int axis) {
    int at = Axes.check("takeAlongAxis", x, axis);
    List<Dim> others = Axes.remove(x.type().dims(), at);
    if (Message.needed("takeAlongAxis: indices", indices).rank() != x.rank() || !Axes.remove(indices.type().dims(), at).equals(others)) {
      throw Operands.fail(Kind.SHAPE, "takeAlongAxis: the shapes do not fit", List.of(x, indices),
          "The indices have the shape of the other side, but for axis " + at + ".");
    }
    Expr safe = checked("takeAlongAxis", x, indices, at);
    return along(x, safe, at);
  }

  /** The same for indices that are known to lie within the axis. */
  static Expr along(Expr x, Expr indices, int axis) {
    int last = x.rank() - 1;
    Expr taken = Apply.one(new Take(last, last), moveAxis(x, axis, last), moveAxis(indices, axis, last));
    return moveAxis(taken, last, axis);
  }

  /** One of several tensors of one shape for each element: {@code choices[indices[i]][i]}, broadcast. */
  public static Expr choose(Expr indices, Expr... choices) {
    return choose(indices, Message.operands("choose", choices));
  }

  /** The same. */
  public static Expr choose(Expr indices, List<Expr> choices) {
    if (Message.needed("choose: choices", choices).isEmpty()) throw Operands.fail(Kind.ARGUMENT, "choose: no choices", choices, "Give at least one.");
    Expr safe = checked("choose", indices, Dim.of(choices.size()), choices.size() + " choices");
    Expr result = choices.get(choices.size() - 1);
    for (int i = choices.size() - 2; i >= 0; i--) result = where(eq(safe, i), choices.get(i), result);
    return result;
  }

  /** How often each of the integers from 0 to {@code length} - 1 is there, as i64. */
  public static Expr bincount(Expr x, Object length) {
    return bincount(x, Ops.constant(1, Message.needed("bincount: x", x).type().withDType(DType.I64)), length);
  }

  /** The sum of the weights at each of the integers from 0 to {@code length} - 1. */
  public static Expr bincount(Expr x, Expr weights, Object length) {
    Dim n = Dims.one("bincount", length);
    Expr safe = checked("bincount", x, n, n + " bins");
    return Apply.one(new ScatterAdd(0, 0, List.of(n)), safe, weights);
  }

  /** How often class {@code actual} (row) was taken for class {@code predicted} (column), as i64. */
  public static Expr confusionMatrix(Expr actual, Expr predicted, int classes) {
    String of = classes + " classes";
    Expr row = checked("confusionMatrix", actual, Dim.of(classes), of);
    Expr column = checked("confusionMatrix", predicted, Dim.of(classes), of);
    return reshape(bincount(plus(times(row, classes), column), classes * classes), classes, classes);
  }

  /** The index along each axis of elements given by their number in row-major order; one an axis. */
  public static List<Expr> unravelIndex(Expr numbers, Object... dims) {
    List<Dim> shape = Dims.of("unravelIndex", dims);
    Dim size = Dim.ONE;
    for (Dim d : shape) size = size.times(d);
    Expr left = checked("unravelIndex", numbers, size, size + " elements");
    var indices = new ArrayList<Expr>();
    for (int i = shape.size() - 1; i >= 0; i--) {
      Expr extent = Ops.extent(shape.get(i), numbers.dtype());
      indices.add(0, i == 0 ? left : mod(left, extent));
      left = floorDiv(left, extent);
    }
    return indices;
  }
}
