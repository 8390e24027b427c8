package weft.lower;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.op.After;
import weft.op.ElementRule;
import weft.op.Index;
import weft.op.Reverse;
import weft.op.ScanRequire;
import weft.op.Slice;
import weft.op.Transpose;
import weft.type.Dim;

/** Which rows of a scan's stacked result are read, where only its last ones are. */
final class LastRows {
  /** What some rows of the result were made into: row i of {@code part} is row {@code first + i * step}. */
  private record View(Expr part, Dim first, int step) {}

  private final Map<Expr, List<Apply>> users;
  private final Set<Expr> results;
  private final List<Dim> firsts = new ArrayList<>();
  private final List<Dim> lasts = new ArrayList<>();

  private LastRows(Map<Expr, List<Apply>> users, Set<Expr> results) {
    this.users = users;
    this.results = results;
  }

  /**
   * How many rows at the end of {@code rows}, at its beginning if a scan goes backwards, hold all that are read; null if
   * that depends on how many rows there are, or would save little.
   *
   * @param results what is read whole
   */
  static Dim count(Expr rows, boolean reverse, Map<Expr, List<Apply>> users, Set<Expr> results) {
    var found = new LastRows(users, results);
    if (!found.follow(new View(rows, Dim.ZERO, 1)) || found.firsts.isEmpty()) return null;
    Dim total = rows.dim(0);
    Dim edge = found.edge(reverse);
    if (edge == null) return null;
    Dim kept = reverse ? edge.plus(1) : total.minus(edge);
    // A part without elements reads no row, but a carry's start still needs one to go to.
    if (kept.isConstant() && kept.constant() < 1) kept = Dim.ONE;
    if (total.isConstant()) return kept.isConstant() && 2 * kept.constant() <= total.constant() ? kept : null;
    return kept.symbols().stream().anyMatch(total::uses) ? null : kept;
  }

  /** The first of all rows that are read, or the last, if they are a known distance from each other; else null. */
  private Dim edge(boolean last) {
    List<Dim> all = last ? lasts : firsts;
    Dim edge = all.get(0);
    for (Dim d : all) {
      Dim apart = d.minus(edge);
      if (!apart.isConstant()) return null;
      if (last ? apart.constant() > 0 : apart.constant() < 0) edge = d;
    }
    return edge;
  }

  /** Notes the rows that are read; false if something reads them all. */
  private boolean follow(View whole) {
    var open = new ArrayDeque<>(List.of(whole));
    while (!open.isEmpty()) {
      View v = open.pop();
      boolean isRead = results.contains(v.part);
      for (Apply a : users.getOrDefault(v.part, List.of())) {
        if (a.op() instanceof After && a.input(0) != v.part) continue;
        if (a.op() instanceof Index at && at.axis() == 0) {
          Dim row = v.first.plus(at.at().times(v.step));
          firsts.add(row);
          lasts.add(row);
          continue;
        }
        View next = next(v, a);
        if (next != null) open.push(next);
        else isRead = true;
      }
      if (isRead && v.part == whole.part) return false;
      if (isRead) read(v);
    }
    return true;
  }

  private void read(View v) {
    Dim other = v.first.plus(v.part.dim(0).minus(1).times(v.step));
    firsts.add(v.step > 0 ? v.first : other);
    lasts.add(v.step > 0 ? other : v.first);
  }

  /** What an apply makes of a view without reading it; null if it reads it. */
  private static View next(View v, Apply a) {
    Expr out = a.output(0);
    if (a.op() instanceof Slice s && s.axis() == 0) return new View(out, v.first.plus(s.from().times(v.step)), v.step * s.step());
    if (a.op() instanceof Reverse r && r.axis() == 0) {
      return new View(out, v.first.plus(v.part.dim(0).minus(1).times(v.step)), -v.step);
    }
    boolean keepsRows = a.op() instanceof Slice || a.op() instanceof Reverse || a.op() instanceof Index || a.op() instanceof ScanRequire
        || a.op() instanceof After || a.op() instanceof Transpose t && t.permutation().get(0) == 0;
    return keepsRows && a.op() instanceof ElementRule rule && rule.isView() ? new View(out, v.first, v.step) : null;
  }
}
