package weft.lower;

import java.util.ArrayList;
import java.util.List;

/**
 * How large the register tiles are: rows of A by vectors of B, measured on JDK 17 and 25. Accumulators, one vector of B each and a
 * broadcast must fit the registers: 32 where a vector has 512 bits, 16 else.
 */
final class TileTable {
  private TileTable() {}

  /** The widest panel of B, in vectors. */
  static int width(int lanes) {
    return lanes >= 16 ? 4 : 3;
  }

  /** How many rows go with a panel of that many vectors. */
  static int rows(int lanes, int width) {
    if (lanes >= 16) return width == 4 ? 6 : 8;
    return width == 3 ? 3 : 4;
  }

  /** A run of tiles or panels of one size. */
  record Run(int start, int size, int count) {}

  /** {@code total} cut into as few pieces of at most {@code most} as possible, all but equal, the larger ones first. */
  static List<Run> split(int total, int most) {
    var runs = new ArrayList<Run>();
    if (total == 0) return runs;
    int pieces = (total + most - 1) / most;
    int small = total / pieces;
    int larger = total % pieces;
    if (larger > 0) runs.add(new Run(0, small + 1, larger));
    runs.add(new Run(larger * (small + 1), small, pieces - larger));
    return runs;
  }
}
