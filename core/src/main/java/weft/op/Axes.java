package weft.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import weft.graph.Expr;
import weft.graph.Message;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** Arithmetic on lists of axes and dims. */
final class Axes {
  private Axes() {}

  /** An axis counted from the front, or an error that names what was asked of what. */
  static int check(String what, Expr x, int axis) {
    return check(what, x, axis, Message.needed(what + ": what to take axes of", x).rank());
  }

  /** The same for the axes of a result of another rank. */
  static int check(String what, Expr x, int axis, int rank) {
    if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
    throw Operands.fail(Kind.SHAPE, what + ": there is no axis " + axis, List.of(x),
        rank == 0 ? "A scalar has no axes." : "Axes go from " + -rank + " to " + (rank - 1) + ".");
  }

  /** The given axes counted from the front, sorted; all axes where none is given. */
  static List<Integer> check(String what, Expr x, int... axes) {
    Message.needed(what + ": what to take axes of", x);
    if (Message.needed(what + ": axes", axes).length == 0) return range(0, x.rank());
    int[] sorted = Arrays.stream(axes).map(a -> check(what, x, a)).sorted().toArray();
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] != sorted[i - 1]) continue;
      throw Operands.fail(Kind.ARGUMENT, what + ": axis " + sorted[i] + " is given twice", List.of(x),
          "Give each axis once.");
    }
    return list(sorted);
  }

  static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  static int[] array(List<Integer> axes) {
    return axes.stream().mapToInt(Integer::intValue).toArray();
  }

  static List<Integer> list(int... axes) {
    return Arrays.stream(axes).boxed().toList();
  }

  /** The axes below {@code rank} that are not in {@code axes}. */
  static List<Integer> without(int rank, List<Integer> axes) {
    return IntStream.range(0, rank).filter(a -> !axes.contains(a)).boxed().toList();
  }

  static List<Integer> shifted(List<Integer> axes) {
    return axes.stream().map(a -> a + 1).toList();
  }

  /** Axis 0 and then the others, one further back. */
  static List<Integer> prependShifted(List<Integer> axes) {
    var all = new ArrayList<Integer>();
    all.add(0);
    all.addAll(shifted(axes));
    return all;
  }

  static List<Dim> prepend(Dim first, List<Dim> dims) {
    return insert(dims, 0, first);
  }

  @SafeVarargs
  static List<Dim> join(List<Dim>... parts) {
    var all = new ArrayList<Dim>();
    for (List<Dim> part : parts) all.addAll(part);
    return all;
  }

  static List<Dim> insert(List<Dim> dims, int axis, Dim dim) {
    var all = new ArrayList<>(dims);
    all.add(axis, dim);
    return all;
  }

  static List<Dim> replace(List<Dim> dims, int axis, Dim dim) {
    var all = new ArrayList<>(dims);
    all.set(axis, dim);
    return all;
  }

  static List<Dim> remove(List<Dim> dims, int axis) {
    var all = new ArrayList<>(dims);
    all.remove(axis);
    return all;
  }

  static List<Dim> select(List<Dim> dims, List<Integer> axes) {
    return axes.stream().map(dims::get).toList();
  }
}
