package tests.fuzz;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.type.Dim;

/** Draws what carries become of which elements move: parts that are put together, turned around, swapped, shifted and replaced. */
final class Carried {
  private Carried() {}

  /** One new value a carry. */
  static List<Integer> next(Pool p, List<Integer> carries) {
    var next = new ArrayList<Integer>();
    boolean rotated = carries.size() > 1 && p.chance(.3);
    for (int i = 0; i < carries.size(); i++) {
      int prev = carries.get(i);
      int other = rotated ? carries.get((i + 1) % carries.size()) : p.one(carries);
      if (!type(p, other, prev)) other = prev;
      int made = rotated && p.chance(.6) ? other : one(p, carries, rotated ? other : prev, other);
      next.add(made != 0 && type(p, made, prev) ? made : calm(p, prev));
    }
    return next;
  }

  private static boolean type(Pool p, int a, int b) {
    return p.expr(a).type().equals(p.expr(b).type());
  }

  private static int one(Pool p, List<Integer> carries, int prev, int other) {
    int kind = p.below(100);
    int made = kind < 50 ? parts(p, carries, prev) : kind < 66 ? moved(p, prev) : kind < 77 ? replaced(p, prev, other)
        : kind < 84 ? within(p, prev) : kind < 92 ? computed(p, other) : other;
    if (p.chance(.12)) made = Scans.or(p.add("tanh", List.of(made)), made);
    return p.chance(.12) ? Scans.or(p.add("plus", List.of(made, prev)), made) : made;
  }

  /** Something else of the same type that hardly grows. */
  static int calm(Pool p, int x) {
    int part = p.find(e -> e.dtype() == p.expr(x).dtype() && Scans.fits(e, p.expr(x)) && e.rank() <= p.expr(x).rank());
    int half = p.add("timesNumber", List.of(x), 4);
    return Scans.or(p.add("tanh", List.of(p.add("plus", List.of(half, part)))), x);
  }

  /** Two or three parts along an axis, each cut from the old values or computed from all of them. */
  private static int parts(Pool p, List<Integer> carries, int prev) {
    Expr e = p.expr(prev);
    if (e.rank() == 0) return 0;
    int axis = p.below(e.rank());
    int n = LeanScans.extent(e, axis);
    if (n < 2) return rolled(p, prev, axis);
    int count = n > 2 && p.chance(.4) ? 3 : 2;
    var parts = new ArrayList<Integer>();
    boolean stacked = n == count && p.chance(.5);
    boolean computed = p.chance(.6);
    for (int at = 0, k = count; k > 0; k--) {
      int length = k == 1 ? n - at : 1 + p.below(n - at - k + 1);
      int part = part(p, p.chance(.75) ? prev : p.one(carries), e, axis, at, length, computed);
      parts.add(stacked ? p.add("squeeze", List.of(part), axis) : part);
      at += length;
    }
    return p.add(stacked ? "stack" : "concat", parts, axis);
  }

  /** Something like an expression but for how long one axis is, to go where {@code to} says. */
  private static int part(Pool p, int from, Expr like, int axis, int to, int length, boolean computed) {
    int cut = cut(p, from, like, axis, to, length);
    switch (cut == 0 ? 9 : computed ? 4 + p.below(9) : p.below(14)) {
      case 0, 1, 2: return cut;
      case 3: return p.add("reverse", List.of(cut), axis);
      case 4, 5, 6: return computed(p, cut);
      case 7: return p.add("timesNumber", List.of(cut), p.below(9));
      case 8: return Scans.or(p.add(p.one(Words.BINARY), List.of(cut, cut(p, from, like, axis, to, length))), cut);
      case 9, 10: return Scans.or(dot(p, from, like, axis, length), cut);
      case 11: return Scans.or(rows(p, cut, axis), cut);
      case 12: return Scans.or(chosen(p, cut, cut(p, from, like, axis, to, length)), cut);
      default: return Scans.or(p.find(e -> e != p.expr(from) && fits(e, like, axis, length)), cut);
    }
  }

  private static boolean fits(Expr e, Expr like, int axis, int length) {
    if (e.dtype() != like.dtype() || e.rank() != like.rank()) return false;
    for (int a = 0; a < e.rank(); a++) if (!e.dim(a).equals(a == axis ? Dim.of(length) : like.dim(a))) return false;
    return true;
  }

  /** A slice of an axis, rather from before where it goes to, where something new may be by then; 0 if the axis is too short. */
  private static int cut(Pool p, int from, Expr like, int axis, int to, int length) {
    Expr e = p.expr(from);
    if (e.rank() != like.rank()) return 0;
    int n = LeanScans.extent(e, axis);
    if (n < length) return 0;
    int at = from(p, n, to, length);
    return n == length ? from : p.add("slice", List.of(from), axis, at, at + length, 1);
  }

  static int from(Pool p, int n, int to, int length) {
    int last = n - length;
    return p.below((p.chance(.7) && to > 0 ? Math.min(to - 1, last) : last) + 1);
  }

  /** Elementwise, often with something else that broadcasts. */
  private static int computed(Pool p, int x) {
    Expr e = p.expr(x);
    int other = p.chance(.7) ? p.find(o -> o.dtype() == e.dtype() && o.rank() <= e.rank() && Scans.fits(o, e)) : 0;
    int sum = other == 0 ? x : Scans.or(p.add(p.one(List.of("plus", "plus", "times", "minus")), List.of(x, other)), x);
    return Scans.or(p.add(p.one(List.of("tanh", "tanh", "sigmoid", "softsign", "sin")), List.of(sum)), sum);
  }

  /** A product of all of a value, as long as it should be. */
  private static int dot(Pool p, int from, Expr like, int axis, int length) {
    Expr e = p.expr(from);
    if (e.rank() != like.rank() || e.rank() == 0) return 0;
    boolean last = axis == e.rank() - 1;
    int matrix = p.fresh(e.dtype(), last ? List.of(e.dim(axis), Dim.of(length)) : List.of(Dim.of(length), e.dim(axis)));
    int product = p.add("dot", last ? List.of(from, matrix) : List.of(matrix, from));
    return p.chance(.7) ? Scans.or(p.add("tanh", List.of(product)), product) : Scans.or(p.add("timesNumber", List.of(product), 2), product);
  }

  /** All rows of a scan over the axis. */
  private static int rows(Pool p, int x, int axis) {
    Expr e = p.expr(x);
    if (axis != 0 || p.depth() > 2) return 0;
    int first = e.rank() == 1 ? 0 : p.add("index", List.of(x), 0, 0);
    int row = p.newId();
    int prev = p.newId();
    int sum = p.newId();
    int tanh = p.newId();
    var body = List.of(Line.of(0, "over", List.of(x), 0),
        first == 0 ? Line.of(0, "carryNumber", List.of(), p.below(3)) : Line.of(0, "carry", List.of(first)),
        Line.of(row, "row", List.of(), 0, 0), Line.of(prev, "prev", List.of(), 0, -1),
        Line.of(sum, "plus", List.of(row, prev)), Line.of(tanh, "tanh", List.of(sum)), Line.of(0, "next", List.of(tanh)));
    int scan = p.add(new Line(p.newId(), "scan", List.of(), List.of(), body));
    return scan == 0 ? 0 : p.add("all", List.of(scan), 0);
  }

  /** One thing or what another one is computed to. */
  private static int chosen(Pool p, int one, int other) {
    int condition = Branches.condition(p);
    int tanh = p.newId();
    var then = List.of(Line.of(tanh, "tanh", List.of(one)), Line.of(0, "give", List.of(tanh)));
    var branches = List.of(new Line(0, "then", List.of(), List.of(), then),
        new Line(0, "else", List.of(), List.of(), List.of(Line.of(0, "give", List.of(other)))));
    if (condition == 0 || one == 0 || other == 0) return 0;
    int choice = p.add(new Line(p.newId(), "ifElse", List.of(condition), List.of(), branches));
    return choice == 0 ? 0 : p.add("chosen", List.of(choice), 0);
  }

  /** The same elements in other places. */
  static int moved(Pool p, int x) {
    Expr e = p.expr(x);
    if (e.rank() == 0) return 0;
    int axis = p.below(e.rank());
    boolean square = e.rank() == 2 && e.dim(0).equals(e.dim(1));
    switch (p.below(square ? 13 : 9)) {
      case 0, 1: return p.add("reverse", List.of(x), axis);
      case 2, 3: return rolled(p, x, axis);
      case 4: return p.add("pad", List.of(p.add("slice", List.of(x), axis, 1, Integer.MAX_VALUE, 1)), axis, 0, 1);
      case 5: return p.add("pad", List.of(p.add("slice", List.of(x), axis, 0, -1, 1)), axis, 1, 0);
      case 6: return p.add("sort", List.of(x), axis, p.below(2));
      case 7: return p.add("take", List.of(x, Lines.indices(p, p.tokenOf(e.dim(axis)), List.of(e.dim(axis)))), axis);
      case 8: return p.add("repeat", List.of(p.add("slice", List.of(x), axis, 0, 1, 1)), axis, LeanScans.extent(e, axis));
      default: return p.add("transpose", List.of(x));
    }
  }

  /** The first elements behind all others, or the last before them. */
  private static int rolled(Pool p, int x, int axis) {
    int by = p.chance(.5) ? 1 : -1;
    int first = p.add("slice", List.of(x), axis, by, Integer.MAX_VALUE, 1);
    int then = p.add("slice", List.of(x), axis, 0, by, 1);
    if (p.chance(.3)) then = computed(p, then);
    return p.add("concat", List.of(first, then), axis);
  }

  /** A value with a part of it replaced or added to. */
  private static int replaced(Pool p, int x, int other) {
    Expr e = p.expr(x);
    if (e.rank() == 0) return 0;
    int axis = p.below(e.rank());
    int n = LeanScans.extent(e, axis);
    if (n == 0) return 0;
    var items = new ArrayList<>(Collections.nCopies(axis, Items.WHOLE));
    var args = new ArrayList<>(List.of(x));
    if (p.chance(.25)) {
      int length = 1 + p.below(Math.min(n, 4));
      items.add(Items.TENSOR);
      args.add(Lines.indices(p, n, List.of(Dim.of(length))));
      args.add(1, part(p, other, e, axis, n, length, false));
    } else if (p.chance(.2)) {
      items.addAll(List.of(Items.INDEX, p.below(n)));
      args.add(1, p.add("index", List.of(other), axis, p.below(n)));
    } else {
      int length = 1 + p.below(n);
      int at = p.below(n - length + 1);
      items.addAll(List.of(Items.RANGE, at, at + length, 1));
      args.add(1, part(p, other, e, axis, at, length, false));
    }
    return p.add(p.chance(.6) ? "set" : "increment", args, items.toArray(Integer[]::new));
  }

  /** Elements that hang on others of the same value, each at its place. */
  private static int within(Pool p, int x) {
    Expr e = p.expr(x);
    if (e.rank() == 0) return 0;
    int axis = p.below(e.rank());
    return switch (p.below(7)) {
      case 0 -> p.add("softmax", List.of(x), axis);
      case 1 -> p.add("centred", List.of(x), axis);
      case 2 -> p.add("cumsum", List.of(p.add("timesNumber", List.of(x), 2)), axis, p.below(2));
      case 3 -> p.add("minus", List.of(x, p.add("slice", List.of(x), axis, 0, 1, 1)));
      case 4 -> p.add("tanh", List.of(p.add("plus", List.of(x, p.add("reverse", List.of(x), axis)))));
      case 5 -> p.add("times", List.of(x, p.add("sigmoid", List.of(p.add("index", List.of(x), 0, 0)))));
      default -> p.add("tanh", List.of(p.add("plus", List.of(x, p.add("meanKeep", List.of(x), axis)))));
    };
  }

  /** The same in another order, the same one for the same draws. */
  static <T> List<T> shuffled(Pool p, List<T> of) {
    var result = new ArrayList<>(of);
    Collections.shuffle(result, new Random(p.below(1000)));
    return result;
  }
}
