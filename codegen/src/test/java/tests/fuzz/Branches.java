package tests.fuzz;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.type.TensorType;

/** Draws choices of one of two branches by a bool, each with lines of its own. */
final class Branches {
  private Branches() {}

  static void add(Pool p) {
    int condition = condition(p);
    if (condition == 0) return;
    var branches = List.of(new Line(0, "then", List.of(), List.of(), new ArrayList<>()),
        new Line(0, "else", List.of(), List.of(), new ArrayList<>()));
    int chosen = p.add(new Line(p.newId(), "ifElse", List.of(condition), List.of(), branches));
    if (chosen == 0) return;
    List<Line> last = branches.get(0).body();
    for (int i = 0; i < last.get(last.size() - 1).args().size(); i++) p.add("chosen", List.of(chosen), i);
  }

  /** A bool scalar. */
  static int condition(Pool p) {
    int x = p.findFloat();
    if (x == 0) return 0;
    int c = p.add(p.one(Words.COMPARE), List.of(x), p.below(9) - 4);
    return c == 0 || p.expr(c).rank() == 0 ? c : p.add(p.chance(.5) ? "anyOf" : "allOf", List.of(c));
  }

  /** Says what a branch gives: anything, or what has the given types; false if there is none. */
  static boolean finish(Pool p, Line branch, List<TensorType> types) {
    var given = new ArrayList<Integer>();
    if (types == null) {
      for (int i = 1 + p.below(2); i > 0; i--) {
        int x = p.find(e -> (e.dtype().isFloat() || p.chance(.1)) && p.size(e) < 500);
        if (x != 0) given.add(x);
      }
    } else {
      for (TensorType type : types) given.add(like(p, type));
    }
    if (given.isEmpty() || given.contains(0)) return false;
    branch.body().add(new Line(0, "give", given, List.of(), List.of()));
    return true;
  }

  private static int like(Pool p, TensorType type) {
    int ready = p.find(e -> e.type().equals(type));
    if (ready != 0 && p.chance(.7)) return type.dtype().isFloat() && p.chance(.5) ? changed(p, ready) : ready;
    if (type.dtype() == DType.BOOL || !type.dtype().isFloat()) return ready;
    int made = p.fresh(type.dtype(), type.dims());
    return made == 0 ? ready : made;
  }

  private static int changed(Pool p, int x) {
    int y = p.add(p.one(Words.SMOOTH), List.of(x), p.below(17) - 8);
    return y == 0 ? x : y;
  }

  static List<TensorType> types(Pool p, Line branch) {
    return branch.body().get(branch.body().size() - 1).args().stream().map(p::expr).map(Expr::type).toList();
  }
}
