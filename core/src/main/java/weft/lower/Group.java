package weft.lower;

import java.util.ArrayList;
import java.util.List;
import weft.type.Dim;

/** Units that become one kernel: all of one shape, computed element by element together. */
final class Group {
  /**
   * Above this many operations a kernel is full: what waits for each other in several of its iterations should fit into the hundred or two
   * of instructions that a core looks ahead. An LSTM's next state and its output, two kernels, take 0.85 of the time of one.
   */
  static final int CAPACITY = 45;
  private static final int STORES = 16;
  /** How many operations may follow the sums of a tile, counted over all its accumulators. */
  private static final int EPILOGUE = 64;

  final List<Dim> shape;
  final List<Unit> members = new ArrayList<>();
  final boolean last;
  int cost;
  /** How many accumulators the tiles of a contraction have: so often stands in the method what is fused into their store. */
  int copies = 1;
  /** It writes where it reads, so it computes all values of an element before it stores any. */
  boolean replacesCarries;

  Group(List<Dim> shape, boolean last) {
    this.shape = shape;
    this.last = last;
  }

  /** Whether it is a product in tiles, with what is computed from its sums. Tiles may overlap, so they must not read what they write. */
  boolean isContraction() {
    return members.get(0).kind == Unit.Kind.CONTRACT;
  }

  boolean takes(Unit unit, int more) {
    if (!shape.equals(unit.expr.type().dims()) || last != unit.last || members.size() >= STORES) return false;
    if (isContraction()) {
      return unit.kind == Unit.Kind.ELEMENT && (cost + more) * copies <= EPILOGUE;
    }
    return unit.isFused() && members.get(0).isFused() && cost + more <= CAPACITY;
  }

  void add(Unit unit, int more) {
    members.add(unit);
    unit.group = this;
    cost += more;
  }
}
