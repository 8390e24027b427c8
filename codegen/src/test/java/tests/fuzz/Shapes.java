package tests.fuzz;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import weft.graph.Expr;

/** Draws lines that move elements about. */
final class Shapes {
  private Shapes() {}

  static void add(Pool p) {
    int x = p.find(e -> e.rank() > 0 && (e.dtype().isFloat() || p.chance(.2)));
    if (x == 0) return;
    Expr e = p.expr(x);
    int axis = p.below(e.rank());
    switch (p.below(12)) {
      case 0 -> transpose(p, x, e);
      case 1 -> p.add("flatten", List.of(x));
      case 2 -> reshape(p, x, e);
      case 3 -> p.add("expandDims", List.of(x), p.below(e.rank() + 1));
      case 4 -> p.add("squeeze", List.of(x), axis);
      case 5 -> p.add("reverse", List.of(x), axis);
      case 6 -> p.add("index", List.of(x), axis, p.below(3) - 1);
      case 7, 8 -> slice(p, x, e, axis);
      case 9 -> concat(p, x, e, axis);
      case 10 -> p.add(p.chance(.5) ? "tile" : "repeat", List.of(x), axis, 1 + p.below(3));
      default -> p.add("pad", List.of(x), axis, p.below(3), p.below(3));
    }
  }

  private static void transpose(Pool p, int x, Expr e) {
    var axes = new ArrayList<Integer>();
    for (int a = 0; a < e.rank(); a++) axes.add(a);
    Collections.shuffle(axes, new Random(p.below(1000)));
    p.add("transpose", List.of(x), p.chance(.3) ? new Integer[0] : axes.toArray(Integer[]::new));
  }

  /** Two axes made one, or one made two. */
  private static void reshape(Pool p, int x, Expr e) {
    var dims = new ArrayList<Integer>();
    for (int a = 0; a < e.rank(); a++) {
      if (!e.dim(a).isConstant()) return;
      dims.add((int) e.dim(a).constant());
    }
    int at = p.below(dims.size());
    if (dims.size() > 1 && at > 0 && p.chance(.5)) {
      dims.set(at - 1, dims.get(at - 1) * dims.remove(at));
    } else {
      for (int by : new int[] {2, 3, 5, 1}) {
        if (dims.get(at) % by != 0) continue;
        dims.set(at, dims.get(at) / by);
        dims.add(at + p.below(2), by);
        break;
      }
    }
    if (p.chance(.3)) dims.set(p.below(dims.size()), -1);
    p.add("reshape", List.of(x), dims.toArray(Integer[]::new));
  }

  private static void slice(Pool p, int x, Expr e, int axis) {
    boolean constant = e.dim(axis).isConstant();
    int n = constant ? (int) e.dim(axis).constant() : 3;
    int step = p.chance(.7) ? 1 : p.one(List.of(2, 3, -1, -2));
    int from = p.chance(.4) ? 0 : p.below(Math.min(n, 4) + 1);
    int to = p.chance(.3) ? Integer.MAX_VALUE : p.chance(.4) ? -p.below(2) - 1 : from
        + p.below(Math.max(1, n - from + 1));
    if (step < 0)
        p.add("slice", List.of(x), axis, p.chance(.5) ? -1 : Integer.MAX_VALUE, Integer.MAX_VALUE, step);
    else p.add("slice", List.of(x), axis, from, to, step);
  }

  private static void concat(Pool p, int x, Expr e, int axis) {
    if (p.chance(.3)) {
      int y = p.find(o -> o.type().equals(e.type()));
      p.add("stack", p.chance(.3) ? List.of(x, y, x) : List.of(x, y), p.below(e.rank() + 1));
      return;
    }
    int y = p.find(o -> o.dtype() == e.dtype() && o.rank() == e.rank() && agrees(o, e, axis));
    p.add("concat", p.chance(.2) ? List.of(y, x, y) : List.of(x, y), axis);
  }

  private static boolean agrees(Expr a, Expr b, int except) {
    for (int i = 0; i < a.rank(); i++) if (i != except && !a.dim(i).equals(b.dim(i))) return false;
    return true;
  }
}
