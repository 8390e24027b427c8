package weft.lower;

import java.util.ArrayList;
import java.util.List;
import weft.runtime.DType;
import weft.type.Dim;

/**
 * How large the register tiles are: rows of A by vectors of B, measured on JDK 17 and 25. Accumulators, one vector of B each and a
 * broadcast must fit the registers: 32 where a vector has 512 bits, 16 else. They should fill them, too: in what is free HotSpot keeps numbers
 * that the loop over k needs, if the CPU is Intel's ({@code UseFPUForSpilling}), and they come back when older multiply-adds are done (512 products a sum,
 * panels in the second cache of a Cascade Lake, 17: five rows by four vectors 109 GFLOP/s, eight by three 138, of 153).
 */
final class TileTable {
  /** The widest panel of B for many rows and columns, in vectors. */
  static final int WIDTH = 3;
  /** How many times as many sums a tile of four vectors must have to be taken. */
  private static final double MORE = 1.1;

  private final int lanes;
  /** Whether there are 32 registers. */
  private final boolean many;

  TileTable(DType dtype, int lanes) {
    this.lanes = lanes;
    this.many = lanes * dtype.bytes() >= 64;
  }

  /** The widest panel of B for so many rows of A and columns of B: that of which tiles have most sums. */
  int width(Dim rows, Dim columns) {
    if (!many || !rows.isConstant() || !columns.isConstant()) return WIDTH;
    long vectors = columns.ceilDiv(lanes).constant();
    return sums(rows.constant(), vectors, 4) > MORE * sums(rows.constant(), vectors, WIDTH) ? 4 : WIDTH;
  }

  private double sums(long rows, long vectors, int width) {
    long most = rows(width);
    return (double) rows / ((rows + most - 1) / most) * vectors / ((vectors + width - 1) / width);
  }

  /** How many rows go with a panel of that many vectors. */
  int rows(int width) {
    if (many) return width == 4 ? 6 : 8;
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
