package tests.fuzz;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Expr;
import weft.type.Dim;

/** Draws products of vectors, matrices and stacks of them, rather small ones of numbers near 0. */
final class Products {
  private static final int MOST_WORK = 20_000;

  private Products() {}

  static void add(Pool p) {
    int x = p.find(e -> e.dtype().isFloat() && e.rank() > 0 && e.rank() < 4);
    if (x == 0) return;
    Expr e = p.expr(x);
    int result = switch (p.below(12)) {
      case 0 -> outer(p, x, e);
      case 1 -> batched(p, x, e);
      case 2 -> tensordot(p, x, e);
      case 3 -> swapped(p, x, e);
      default -> dot(p, x, e);
    };
    if (result == 0) return;
    if (p.chance(.3)) p.add("timesNumber", List.of(result), 3);
    else if (p.chance(.8)) p.add(p.one(List.of("tanh", "sigmoid", "softsign")), List.of(result));
  }

  private static int dot(Pool p, int x, Expr e) {
    Dim inner = e.dim(e.rank() - 1);
    int y = p.chance(.4)
        ? p.find(o -> o.dtype() == e.dtype() && o.rank() > 0 && o.rank() < 3 && o.dim(0).equals(inner)) : 0;
    if (y == 0) {
      var dims = new ArrayList<>(List.of(inner));
      if (p.chance(.75)) dims.add(Dim.of(p.extent()));
      y = p.fresh(e.dtype(), dims);
    }
    if (y == 0 || p.size(e) * p.size(p.expr(y)) / Math.max(1, p.evaluate(inner)) > MOST_WORK) return 0;
    return p.add("dot", List.of(x, y));
  }

  /** The other side first, as in {@code W·x}. */
  private static int swapped(Pool p, int x, Expr e) {
    if (e.rank() > 2) return 0;
    int y = p.fresh(e.dtype(), p.chance(.5) ? List.of(Dim.of(p.extent()), e.dim(0)) : List.of(e.dim(0)));
    if (y == 0 || p.size(e) * p.size(p.expr(y)) > MOST_WORK * 8L) return 0;
    return p.add("dot", List.of(y, x));
  }

  private static int outer(Pool p, int x, Expr e) {
    int y = p.find(o -> o.dtype() == e.dtype() && o.rank() > 0 && o.rank() + e.rank() < 4);
    return y == 0 || p.size(e) * p.size(p.expr(y)) > Pool.MOST_ELEMENTS ? 0 : p.add("outer", List.of(x, y));
  }

  private static int batched(Pool p, int x, Expr e) {
    if (e.rank() < 2) return 0;
    int y = p.find(o -> o.dtype() == e.dtype() && o.rank() > 1 && o.dim(0).equals(e.dim(0)) && o.dim(1)
        .equals(e.dim(e.rank() - 1)));
    if (y == 0) y = p.fresh(e.dtype(), List.of(e.dim(0), e.dim(e.rank() - 1), Dim.of(p.extent())));
    return y == 0 || p.size(e) * p.size(p.expr(y)) > MOST_WORK * 8L ? 0 : p.add("batchedDot", List.of(x, y));
  }

  private static int tensordot(Pool p, int x, Expr e) {
    if (e.rank() < 2) return 0;
    var dims = new ArrayList<>(e.type().dims().subList(e.rank() - 2, e.rank()));
    if (p.chance(.6)) dims.add(Dim.of(p.extent()));
    int y = p.fresh(e.dtype(), dims);
    return y == 0 || p.size(e) * p.size(p.expr(y)) > MOST_WORK * 16L ? 0 : p.add("tensordot", List.of(x, y), 2);
  }
}
