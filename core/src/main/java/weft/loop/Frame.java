package weft.loop;

/** The state of one run of an interpreted program: arrays, extents, loop variables and locals. */
final class Frame {
  final Object[] arrays;
  /** Elements that each buffer's size allows, by buffer. */
  final long[] limits;
  /** Elements that each array really has, by buffer. */
  final int[] lengths;
  /** The caller's extents; measured ones are written back here. */
  final int[] sizes;
  private final int known;
  /** Extents, then loop variables. */
  final long[] symbols;
  final float[] floats;
  final double[] doubles;
  final int[] ints;
  final long[] longs;
  final boolean[] bools;

  /**
   * @param known how many of the sizes the program reads; a caller may have more
   * @param locals how many elements of local variables there are, by ordinal of the dtype
   */
  Frame(Object[] arrays, int[] sizes, int known, int symbols, int[] locals) {
    this.arrays = arrays;
    this.limits = new long[arrays.length];
    this.lengths = new int[arrays.length];
    this.sizes = sizes;
    this.known = known;
    this.symbols = new long[symbols];
    this.floats = new float[locals[0]];
    this.doubles = new double[locals[1]];
    this.ints = new int[locals[2]];
    this.longs = new long[locals[3]];
    this.bools = new boolean[locals[4]];
  }

  /** Reads the extents again, after one of them was measured. */
  void readSizes() {
    for (int i = 0; i < known; i++) symbols[i] = sizes[i];
  }
}
