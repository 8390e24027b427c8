package tests.fuzz;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Expr;
import weft.type.Dim;

/** Draws steps as recurrent nets have them: products cut into gates, which say how much of the old state stays. */
final class Cells {
  private Cells() {}

  /** One new value a carry. */
  static List<Integer> next(Pool p, List<Integer> carries) {
    var next = new ArrayList<Integer>();
    for (int i = 0; i < carries.size(); i++) {
      int h = carries.get(i);
      boolean pair = i + 1 < carries.size() && p.expr(h).type().equals(p.expr(carries.get(i + 1)).type());
      if (units(p, h) == 0) {
        next.add(Carried.calm(p, h));
      } else if (pair && p.chance(.7)) {
        List<Integer> cell = lstm(p, h, carries.get(++i));
        next.add(Scans.or(cell.get(0), h));
        next.add(Scans.or(cell.get(1), carries.get(i)));
      } else {
        int made = switch (p.below(10)) {
          case 0, 1, 2 -> gru(p, h);
          case 3, 4, 5 -> together(p, h);
          case 6, 7 -> square(p, h);
          default -> p.add("tanh", List.of(scores(p, h, units(p, h))));
        };
        next.add(made == 0 ? Carried.calm(p, h) : made);
      }
    }
    return next;
  }

  private static int units(Pool p, int h) {
    Expr e = p.expr(h);
    return e.rank() == 0 ? 0 : LeanScans.extent(e, e.rank() - 1);
  }

  /** Products of a row, if there is one that fits, and of the state, in this many columns. */
  private static int scores(Pool p, int h, int columns) {
    Expr state = p.expr(h);
    var rows = new ArrayList<Integer>();
    for (Line l : p.lines) if (l.is("row") && sameBatch(p.expr(l.id()), state)) rows.add(l.id());
    int x = rows.isEmpty() || p.chance(.1) ? 0 : p.one(rows);
    if (x != 0 && p.chance(.2)) return biased(p, product(p, p.add("concat", List.of(x, h), state.rank() - 1), columns), columns);
    int sum = product(p, h, columns);
    if (x != 0) {
      int there = product(p, x, columns);
      sum = Scans.or(p.add("plus", p.chance(.5) ? List.of(there, sum) : List.of(sum, there)), sum);
    }
    return biased(p, sum, columns);
  }

  private static boolean sameBatch(Expr row, Expr state) {
    if (row.dtype() != state.dtype() || row.rank() != state.rank()) return false;
    return row.type().dims().subList(0, row.rank() - 1).equals(state.type().dims().subList(0, row.rank() - 1));
  }

  private static int product(Pool p, int x, int columns) {
    if (x == 0) return 0;
    Expr e = p.expr(x);
    return p.add("dot", List.of(x, p.fresh(e.dtype(), List.of(e.dim(e.rank() - 1), Dim.of(columns)))));
  }

  private static int biased(Pool p, int x, int columns) {
    if (x == 0 || p.chance(.5)) return x;
    return Scans.or(p.add("plus", List.of(x, p.fresh(p.expr(x).dtype(), List.of(Dim.of(columns))))), x);
  }

  /** As many gates as wide as the state, which are parts of one product or products each. */
  private static List<Integer> gates(Pool p, int h, int count) {
    int n = units(p, h);
    var gates = new ArrayList<Integer>();
    boolean apart = p.chance(.15);
    int all = apart ? 0 : scores(p, h, n * count);
    for (int k = 0; k < count; k++) gates.add(apart ? scores(p, h, n) : slice(p, all, k * n, k * n + n));
    return Carried.shuffled(p, gates);
  }

  private static int slice(Pool p, int x, int from, int to) {
    return x == 0 ? 0 : p.add("slice", List.of(x), p.expr(x).rank() - 1, from, to, 1);
  }

  /** The new h and c. */
  private static List<Integer> lstm(Pool p, int h, int c) {
    List<Integer> gates = gates(p, h, 4);
    int kept = times(p, sigmoid(p, gates.get(0)), c);
    int added = times(p, sigmoid(p, gates.get(1)), p.add("tanh", List.of(gates.get(2))));
    int cell = p.add("plus", List.of(kept, added));
    return List.of(times(p, sigmoid(p, gates.get(3)), p.add("tanh", List.of(cell))), cell);
  }

  private static int gru(Pool p, int h) {
    int n = units(p, h);
    boolean after = p.chance(.4);
    List<Integer> gates = gates(p, h, after ? 3 : 2);
    int update = sigmoid(p, gates.get(0));
    int reset = sigmoid(p, gates.get(1));
    int candidate = after ? p.add("plus", List.of(gates.get(2), times(p, reset, product(p, h, n)))) : scores(p, times(p, reset, h), h, n);
    int fresh = times(p, p.add("numberMinus", List.of(update), 8), p.add("tanh", List.of(candidate)));
    return p.add("plus", List.of(times(p, update, h), fresh));
  }

  private static int scores(Pool p, int x, int otherwise, int columns) {
    return scores(p, Scans.or(x, otherwise), columns);
  }

  /** A state and what is kept of it side by side in one carry, which may change sides. */
  private static int together(Pool p, int both) {
    int n = units(p, both);
    if (n % 2 != 0) return square(p, both);
    int one = slice(p, both, 0, n / 2);
    int other = slice(p, both, n / 2, n);
    if (one == 0 || other == 0) return 0;
    List<Integer> cell = p.chance(.5) ? lstm(p, one, other) : lstm(p, other, one);
    return p.add("concat", p.chance(.5) ? cell : List.of(cell.get(1), cell.get(0)), p.expr(both).rank() - 1);
  }

  /** A product with a square matrix whose columns are gates and values, side by side again. */
  private static int square(Pool p, int h) {
    int n = units(p, h);
    int all = scores(p, h, n);
    if (n < 2 || all == 0) return p.add("tanh", List.of(all));
    var parts = new ArrayList<Integer>();
    for (int from = 0, left = p.chance(.5) && n > 2 ? 3 : 2; left > 0; left--) {
      int to = left == 1 ? n : from + 1 + p.below(n - from - left + 1);
      int part = slice(p, all, from, to);
      int at = Carried.from(p, n, from, to - from);
      parts.add(switch (p.below(5)) {
        case 0, 3 -> times(p, sigmoid(p, part), slice(p, h, at, at + to - from));
        case 1 -> sigmoid(p, part);
        case 2 -> slice(p, h, at, at + to - from);
        default -> p.add("tanh", List.of(part));
      });
      from = to;
    }
    return p.add("concat", Carried.shuffled(p, parts), p.expr(h).rank() - 1);
  }

  private static int times(Pool p, int a, int b) {
    return p.add("times", p.chance(.5) ? List.of(a, b) : List.of(b, a));
  }

  private static int sigmoid(Pool p, int x) {
    return p.add("sigmoid", List.of(x));
  }
}
