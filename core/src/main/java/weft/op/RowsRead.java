package weft.op;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.type.Dim;

/** Which rows of a stacked tensor are read, through slices, indices and other views of it. */
public final class RowsRead {
  /**
   * Rows that are read: {@code first}, {@code first + step} and so on.
   *
   * @param way the views that the part was made by, from the tensor on
   * @param part what is read
   * @param extent how many rows there are; null for one row without an axis for it
   */
  public record Read(List<Apply> way, Expr part, Dim first, int step, Dim extent) {
    /** The first of the rows in the order of the tensor. */
    public Dim lowest() {
      return step > 0 ? first : other();
    }

    /** The last of the rows in the order of the tensor; the one before the first where none are read. */
    public Dim highest() {
      Dim last = step > 0 ? other() : first;
      boolean some = extent == null || extent.isConstant() && extent.constant() > 0;
      return some || Math.abs(step) == 1 ? last : Dim.max(last, lowest().minus(1));
    }

    private Dim other() {
      return extent == null ? first : first.plus(extent.minus(1).times(step));
    }

    private Read then(Apply view, Dim first, int step, Dim extent) {
      var longer = new ArrayList<>(way);
      longer.add(view);
      return new Read(longer, view.output(0), first, step, extent);
    }
  }

  private RowsRead() {}

  /**
   * The parts of {@code rows} that are read; null if all of it is.
   *
   * @param users which applies take an expression as an input
   * @param results what is read without an apply
   */
  public static List<Read> of(Expr rows, Map<Expr, List<Apply>> users, Set<Expr> results) {
    var reads = new ArrayList<Read>();
    var open = new ArrayDeque<>(List.of(new Read(List.of(), rows, Dim.ZERO, 1, rows.dim(0))));
    while (!open.isEmpty()) {
      Read r = open.pop();
      boolean isRead = results.contains(r.part) || r.extent == null;
      for (Apply a : r.extent == null ? List.<Apply>of() : users.getOrDefault(r.part, List.of())) {
        if (a.op() instanceof After && a.input(0) != r.part) continue;
        Read next = next(r, a);
        if (next != null) open.push(next);
        else isRead = true;
      }
      if (!isRead) continue;
      if (r.part == rows) return null;
      reads.add(r);
    }
    return reads;
  }

  /** Whether a view chooses or orders the rows themselves, so that it has to be another one where there are fewer rows. */
  public static boolean choosesRows(Apply view) {
    return view.op() instanceof Index i && i.axis() == 0 || view.op() instanceof Slice s && s.axis() == 0
        || view.op() instanceof Reverse r && r.axis() == 0;
  }

  /** What an apply makes of some rows without reading them; null if it reads them. */
  private static Read next(Read r, Apply a) {
    if (a.op() instanceof Index i && i.axis() == 0) return r.then(a, r.first.plus(i.at().times(r.step)), 1, null);
    if (a.op() instanceof Slice s && s.axis() == 0) return r.then(a, r.first.plus(s.from().times(r.step)), r.step * s.step(), s.extent());
    if (a.op() instanceof Reverse v && v.axis() == 0) return r.then(a, r.other(), -r.step, r.extent);
    boolean keepsRows = a.op() instanceof Slice || a.op() instanceof Reverse || a.op() instanceof Index || a.op() instanceof ScanRequire
        || a.op() instanceof After || a.op() instanceof Transpose t && t.permutation().get(0) == 0;
    return keepsRows ? r.then(a, r.first, r.step, r.extent) : null;
  }
}
