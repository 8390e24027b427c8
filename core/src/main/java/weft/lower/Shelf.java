package weft.lower;

import java.util.EnumMap;
import java.util.Map;
import weft.loop.Buffer;
import weft.runtime.DType;
import weft.type.Dim;

/**
 * Where the packed panels of one program lie, so that their vectors begin on lines of the caches. A vector of 64 bytes that does not is
 * two reads, and a core that begins two of them a cycle waits for them: on a Cascade Lake six rows by four vectors of aligned panels run at
 * 138 GFLOP/s of 153, else at 107 (JDK 17; 141 and 115 on 25).
 */
final class Shelf {
  private static final int LINE = 64;
  private static final int HEADER = 16;
  /** Panels of fewer bytes are not worth an array of {@link #ALONE}. */
  private static final int WORTH = 64 << 10;
  /**
   * An array of so many bytes begins at the start of a region of G1 (in heaps of up to 8 GB, whose regions have 4 MB), its elements 16
   * bytes behind a line; a smaller one begins anywhere.
   */
  private static final int ALONE = 2 << 20;

  private final boolean vectors;
  private final Map<DType, Long> used = new EnumMap<>(DType.class);
  /** What buffers of a dtype name the array that they have in common. */
  private final Map<DType, Object> arrays = new EnumMap<>(DType.class);

  /** @param vectors whether anybody reads vectors */
  Shelf(boolean vectors) {
    this.vectors = vectors;
  }

  /**
   * Memory for packed panels. Those that are kept from call to call lie in one array a dtype; of others nobody knows how long they live.
   *
   * @param size in elements; where only a call knows it, the array may turn out to be large enough
   */
  Buffer buffer(String name, DType dtype, Dim size, boolean kept) {
    Buffer.Role role = kept ? Buffer.Role.KEPT : Buffer.Role.WORKSPACE;
    if (!vectors || size.isConstant() && size.constant() < WORTH / dtype.bytes()) return new Buffer(name, dtype, size, role, null);
    long line = LINE / dtype.bytes();
    long head = (LINE - HEADER) / dtype.bytes();
    if (!kept || !size.isConstant()) return Buffer.within(name, dtype, head, size, ALONE / dtype.bytes(), role, null);
    long first = used.getOrDefault(dtype, head);
    used.put(dtype, first + (size.constant() + line - 1) / line * line);
    return Buffer.within(name, dtype, first, size, ALONE / dtype.bytes(), role, arrays.computeIfAbsent(dtype, d -> new Object()));
  }
}
