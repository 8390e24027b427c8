package weft.lower;

import java.util.List;
import java.util.function.UnaryOperator;
import weft.loop.Stmt;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Which vectors of large weights tiles of three take: every third tile of rows begins at vector 0, the next ones at 1 and at 2. So of the three vectors
 * that a tile reads only one is new, and comes from a far cache while two are multiplied that are near: panels of three would come all at once, and
 * the tile that needs them first would wait (2048 columns and 512 products on a Cascade Lake: 64 rows 132 GFLOP/s for 125, 32 rows 131 for 118, of 153). What that
 * leaves at both ends of a row are tiles of two vectors and of one.
 */
final class Stagger {
  static final int SIZE = 3;
  /** Bytes of weights from which on they come from a far cache in every step. */
  private static final long LEAST = 2 << 20;
  /** So many tiles of rows share a panel at most for that to matter. */
  private static final int MOST_TILES = 16;

  /**
   * Tiles of one size.
   *
   * @param vector the first vector of a tile
   * @param firstTile the first tile of rows that begins there; every third one behind it does, too
   * @param loops puts the loops over vectors around the one over tiles
   */
  record Part(int size, Dim vector, Dim firstTile, UnaryOperator<Stmt> loops) {}

  private Stagger() {}

  /**
   * Whether it is worth it, and possible.
   *
   * @param tiles of rows
   * @param vectors of a row of B
   * @param bytes of B
   */
  static boolean isWorth(int tiles, long vectors, Dim bytes) {
    return bytes.isConstant() && bytes.constant() >= LEAST && tiles >= SIZE && tiles <= MOST_TILES && vectors % SIZE == 2 && vectors > SIZE;
  }

  /** All tiles of so many vectors, three a group and two left over. */
  static List<Part> parts(long vectors) {
    var group = Symbol.loopVariable("p");
    var shift = Symbol.loopVariable("shift");
    var end = Symbol.loopVariable("end");
    Dim last = Dim.of(vectors - 2);
    return List.of(
        new Part(SIZE, Dim.of(group).times(SIZE).plus(Dim.of(shift)), Dim.of(shift),
            s -> Loops.parallel(group, Dim.ZERO, Dim.of(vectors / SIZE), Loops.parallel(shift, Dim.ZERO, Dim.of(SIZE), s))),
        new Part(2, last.minus(last.times(Dim.of(end))), Dim.of(end).times(2), s -> Loops.parallel(end, Dim.ZERO, Dim.of(2), s)),
        new Part(1, Dim.of(end).times(vectors - 1), Dim.ONE, s -> Loops.parallel(end, Dim.ZERO, Dim.of(2), s)));
  }
}
