package weft.lower;

import java.util.ArrayList;
import java.util.List;
import weft.runtime.DType;
import weft.schedule.Pieces;
import weft.schedule.Registers;
import weft.type.Dim;

/**
 * How large the register tiles are: rows of A by vectors of B, measured on JDK 17 and 25. Accumulators, one vector of B each and a
 * broadcast must fit the registers: 32 where a vector has 512 bits, 16 else. They should fill them, too: in what is free HotSpot keeps numbers
 * that the loop over k needs, if the CPU is Intel's ({@code UseFPUForSpilling}), and they come back when older multiply-adds are done (512 products a sum,
 * panels in the second cache of a Cascade Lake, 17: five rows by four vectors 109 GFLOP/s, eight by three 138, of 153). And what the loop over k does
 * besides is less for each sum, which counts most where another thread has a half of the core: with 16 registers six rows by two vectors run at 93 to 95 GFLOP/s
 * on a Zen 3, five by two at 91 to 94, three by three at 88 to 94, of 104, beside such a thread at 67 to 72, 52 to 61 and less (128 products a sum, 17 and 25). Six by two need a method
 * of their own, as only large tiles have ({@link Pieces}): with more loops around it HotSpot 25 loads so much of A ahead that a sum has to go to
 * memory in each step of k, at half the speed. Small ones have five rows.
 */
final class TileTable {
  /** How many times as many sums a tile of another width must have to be taken. */
  private static final double MORE = 1.1;
  /** Rows that go with a panel of 0, 1, 2, … vectors where there are 32 registers, and where there are 16. */
  private static final int[] MANY = {0, 8, 8, 8, 6};
  private static final int[] FEW = {0, 10, 6, 3, 2, 2, 1};
  /** The same where sums have so few products that a tile is no method of its own. */
  private static final int[] FLAT = {0, 10, 5, 3, 2, 2, 1};
  /** Products of a sum from which on it is, an extent that is not known yet taken for what {@link Pieces} takes it for. */
  private static final int DEEP = 96;

  private final int lanes;
  private final int[] rows;

  /** @param depth how many products a sum has */
  TileTable(DType dtype, int lanes, Dim depth) {
    this.lanes = lanes;
    boolean isFlat = depth.substitute(s -> Dim.of(Pieces.UNKNOWN)).constant() < DEEP;
    this.rows = Registers.of(lanes * dtype.bytes()) == Registers.MANY ? MANY : isFlat ? FLAT : FEW;
  }

  /** The widest panel of B for many rows and columns, in vectors. */
  int width() {
    return rows == MANY ? 3 : 2;
  }

  /** The widest panel of B for so many rows of A and columns of B: that of which tiles have most sums. */
  int width(Dim rows, Dim columns) {
    int best = width();
    if (!rows.isConstant() || !columns.isConstant()) return best;
    long vectors = columns.ceilDiv(lanes).constant();
    for (int width = best + 1; width <= widest(); width++) {
      if (sums(rows.constant(), vectors, width) > MORE * sums(rows.constant(), vectors, best)) best = width;
    }
    return best;
  }

  /** The widest panel that any product has, in vectors. */
  int widest() {
    return rows.length - 1;
  }

  private double sums(long rows, long vectors, int width) {
    long most = rows(width);
    return (double) rows / ((rows + most - 1) / most) * vectors / ((vectors + width - 1) / width);
  }

  /** How many rows go with a panel of that many vectors. */
  int rows(int width) {
    return rows[width];
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
