package weft.lower;

import java.util.ArrayList;
import java.util.List;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.op.Place;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * A reduction of which the last axis stays, such as a bias's gradient, the sum of all rows: each row is added to all sums, which are in memory, before
 * the next row is read. A few sums at a time, in registers, would read some bytes of each row and come back for the others when they have left the caches (2240 rows of
 * 2048 floats on a Cascade Lake: 4.3 ms, a row at a time 1.5). Each sum has the same order of terms.
 */
final class ColumnSums {
  /** Sums and terms below which registers are as good. */
  private static final int LEAST = Boolean.getBoolean("weft.tiny") ? 1 : 64;
  /**
   * So many sums stay in the nearest cache. Rows are not cut for threads either: memory gives whole rows faster than parts of them (3200 rows of 600 floats
   * in 0.85 ms, in two parts 1.37, on a Cascade Lake).
   */
  private static final int MOST = Boolean.getBoolean("weft.tiny") ? 16 : 4096;
  private static final int LANES = 16;

  private ColumnSums() {}

  /** Whether all of these units are such reductions, large enough, and stored in one place that they do not read. */
  static boolean isOne(Region region, List<Unit> members, List<Dim> shape) {
    int last = shape.size() - 1;
    if (last < 0 || !shape.get(last).isConstant() || shape.get(last).constant() < Math.max(2, LEAST)) return false;
    List<Dim> at = region.canonical(shape);
    return !members.get(0).group.replacesCarries && members.stream().allMatch(u -> isOne(region, u, at));
  }

  private static boolean isOne(Region region, Unit unit, List<Dim> at) {
    if (unit.kind != Unit.Kind.REDUCE || unit.last || unit.places.size() != 1) return false;
    Reduction reduction = Reduction.of(region, unit, at);
    Dim terms = Dim.ONE;
    for (Dim extent : reduction.extents()) terms = terms.times(extent);
    if (terms.isConstant() && terms.constant() < LEAST || reduction.symbols().isEmpty()) return false;
    Dim column = at.get(at.size() - 1);
    return reduction.operands().stream().allMatch(o -> o.at().get(o.at().size() - 1).equals(column));
  }

  /** Appends one kernel a unit. */
  static void append(Region region, List<Unit> members, List<Dim> shape) {
    for (Unit u : members) {
      List<Dim> at = region.canonical(shape);
      Sums sums = sums(region, u, at);
      List<Dim> padded = Padding.extents(region.program, List.of(u), at, shape, List.of(sums.first, sums.all(sums.next)));
      region.run(Formula.title(u.expr, u.places.get(0)), Formula.of(List.of(u)), u.expr, nest(region, u, at, padded));
    }
  }

  private static Stmt nest(Region region, Unit unit, List<Dim> at, List<Dim> extents) {
    int last = at.size() - 1;
    long columns = extents.get(last).constant();
    long parts = parts(columns);
    var strip = Symbol.loopVariable("strip");
    var column = Symbol.loopVariable("j");
    var index = new ArrayList<>(at);
    index.set(last, parts == 1 ? Dim.of(column) : Dim.of(strip).times(columns / parts).plus(Dim.of(column)));
    Dim width = Dim.of(columns / parts);
    Sums sums = sums(region, unit, index);
    Stmt first = Loops.parallel(column, Dim.ZERO, width, sums.first);
    Stmt row = Loops.parallel(column, Dim.ZERO, width, sums.next);
    Stmt nest = Stmt.of(List.of(first, sums.all(row)));
    if (parts > 1) nest = Loops.parallel(strip, Dim.ZERO, Dim.of(parts), nest);
    return Loops.nest(at.subList(0, last), extents.subList(0, last), List.of(nest));
  }

  /** Into how many parts of whole vectors the columns are cut. */
  private static long parts(long columns) {
    for (long parts = 1; parts * LANES <= columns; parts++) {
      if (columns % (parts * LANES) == 0 && columns / parts <= MOST) return parts;
    }
    return 1;
  }

  private static Sums sums(Region region, Unit unit, List<Dim> at) {
    Place place = unit.places.get(0);
    Reduction reduction = Reduction.of(region, unit, at);
    Dim index = place.index(at);
    Value next = reduction.next(new Composer(region), new Value.Load(place.buffer(), index, 1));
    return new Sums(reduction, new Stmt.Store(place.buffer(), index, Reduction.neutral(reduction.fun(), unit.expr.dtype())),
        Stmt.of(Share.in(region.program, List.of(new Stmt.Store(place.buffer(), index, next)))));
  }

  /** What is done with one element of a sum: first, and for each of its terms. */
  private record Sums(Reduction reduction, Stmt first, Stmt next) {
    Stmt all(Stmt each) {
      return reduction.loops(each, Stmt.Order.SEQUENTIAL);
    }
  }
}
