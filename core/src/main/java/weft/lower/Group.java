package weft.lower;

import java.util.ArrayList;
import java.util.List;
import weft.type.Dim;

/** Units that become one kernel: all of one shape, computed element by element together. */
final class Group {
  /** Above this many operations a kernel is full: it must stay well below HotSpot's 8,000 bytes once it is vectors. */
  static final int CAPACITY = 90;
  private static final int STORES = 16;

  final List<Dim> shape;
  final List<Unit> members = new ArrayList<>();
  final boolean last;
  int cost;

  Group(List<Dim> shape, boolean last) {
    this.shape = shape;
    this.last = last;
  }

  boolean takes(Unit unit, int more) {
    return unit.isFused() && !members.isEmpty() && members.get(0).isFused() && last == unit.last
        && shape.equals(unit.expr.type().dims()) && cost + more <= CAPACITY && members.size() < STORES;
  }

  void add(Unit unit, int more) {
    members.add(unit);
    unit.group = this;
    cost += more;
  }
}
