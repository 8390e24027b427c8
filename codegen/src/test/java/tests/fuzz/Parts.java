package tests.fuzz;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.type.Dim;

/** Draws what sorts, what adds up along an axis, and parts of tensors, also as replaced or added to. */
final class Parts {
  private Parts() {}

  static void add(Pool p) {
    int x = p.find(e -> e.rank() > 0 && e.rank() < 4 && (e.dtype().isFloat() || p.chance(.2)));
    if (x == 0) return;
    if (p.chance(.4)) along(p, x);
    else part(p, x);
  }

  private static void along(Pool p, int x) {
    Expr e = p.expr(x);
    int axis = p.below(e.rank());
    long extent = p.evaluate(e.dim(axis));
    if (extent > 34) return;
    switch (p.below(14)) {
      case 11 -> {
        int mask = p.fresh(DType.BOOL, List.of(e.dim(axis)));
        if (mask != 0) p.add("keptRows", List.of(x, mask), axis);
      }
      case 9 -> {
        if (e.dtype().isFloat()) p.add("kept", List.of(x), p.below(9) - 4);
      }
      case 10 -> {
        if (e.dtype().isFloat()) p.add(p.chance(.5) ? "kinds" : "places", List.of(x), p.below(9) - 4, axis);
      }
      case 0, 1 -> p.add("sort", List.of(x), axis, p.below(2));
      case 2 -> p.add("argsort", List.of(x), axis, p.below(2));
      case 3, 12, 13 -> p.add(p.chance(.8) ? "topValues" : "topIndices", List.of(x), axis, 1 + p.below(3));
      case 4 -> {
        if (extent > 0) p.add("median", List.of(x), axis);
      }
      case 5 -> p.add("diff", List.of(x), axis);
      case 6 -> {
        if (extent < 10 && e.dtype().isFloat()) p.add("cumprod", List.of(x), axis, p.below(2));
      }
      default -> p.add("cumsum", List.of(x), axis, p.below(2));
    }
  }

  /** x[…], and often x with that part replaced or added to. */
  private static void part(Pool p, int x) {
    Expr e = p.expr(x);
    var numbers = new ArrayList<Integer>();
    var tensors = new ArrayList<Integer>();
    boolean rest = false;
    for (int axis = 0; axis < e.rank(); axis++) {
      if (p.chance(.08)) numbers.add(Items.NEW);
      int kind = p.below(20);
      if (kind < 5) numbers.addAll(List.of(Items.INDEX, p.below(4) - 2));
      else if (kind < 12) range(p, e.dim(axis), numbers);
      else if (kind < 15) numbers.add(Items.WHOLE);
      else if (kind < 17 && !rest) {
        numbers.add(Items.OTHERS);
        rest = true;
        axis += p.below(e.rank() - axis);
      } else {
        int indices = Lines.indices(p, p.tokenOf(e.dim(axis)), indexDims(p, tensors));
        if (indices == 0) continue;
        tensors.add(indices);
        numbers.add(Items.TENSOR);
      }
    }
    var args = new ArrayList<>(List.of(x));
    args.addAll(tensors);
    int part = p.add("at", args, numbers.toArray(Integer[]::new));
    if (part == 0 || p.chance(.4)) return;
    Expr like = p.expr(part);
    int value = p.find(v -> v.dtype() == e.dtype() && v.rank() <= like.rank() && Scans.fits(v, like));
    if (value == 0 || p.chance(.2)) value = p.fresh(e.dtype(), like.type().dims());
    if (value == 0) return;
    args.add(1, value);
    p.add(p.chance(.5) ? "set" : "increment", args, numbers.toArray(Integer[]::new));
  }

  private static List<Dim> indexDims(Pool p, List<Integer> tensors) {
    if (!tensors.isEmpty() && p.chance(.7)) return p.expr(tensors.get(0)).type().dims();
    return p.chance(.25) ? List.of() : List.of(p.chance(.2) ? Dim.ONE : Dim.of(2 + p.below(3)));
  }

  /** Bounds that lie inside an axis of at least three elements, or of as many as there are. */
  private static void range(Pool p, Dim dim, List<Integer> numbers) {
    int n = dim.isConstant() ? (int) dim.constant() : 3;
    int step = p.one(List.of(1, 1, 1, 2, 3, -1, -1, -2));
    int first = p.below(Math.min(n, 4) + (step > 0 ? 1 : 0) + (n == 0 && step < 0 ? 1 : 0));
    int count = p.below(Math.max(1, n - first + 1));
    numbers.add(Items.RANGE);
    if (step > 0) {
      numbers.add(p.chance(.1) && n > 0 ? first - n - 1 + (first == n ? 1 : 0) : first);
      numbers.add(p.chance(.35) ? Integer.MAX_VALUE : p.chance(.3) ? -p.below(2) - 1 : first + count);
    } else {
      numbers.add(p.chance(.5) ? -1 : p.chance(.5) ? Integer.MAX_VALUE : first);
      numbers.add(p.chance(.6) ? Integer.MAX_VALUE : 0);
    }
    numbers.add(step);
  }
}
