package weft.rewrite;

/**
 * From where on passes take something for large.
 *
 * @param rows of a product that fill a register tile: no tile is larger
 * @param work multiply-adds of a step's product, some five microseconds, below which what all steps give stays in a cache
 * @param elements of a row that fill a cache (256 KB of f32)
 * @param little how many times smaller than such a row is what may be kept of it
 */
record Limits(long rows, long work, long elements, long little) {
  /** With {@code -Dweft.tiny=true} nearly everything is large, so that tests of small programs go the ways of large ones. */
  static final Limits OF = Boolean.getBoolean("weft.tiny") ? new Limits(1, 0, 2, 2)
      : new Limits(8, 1 << 18, 1 << 16, 16);
}
