package weft.runtime;

import weft.runtime.WeftException.Kind;

/**
 * The scratch memory of one running function: numbered slots, each a Java array that grows when asked and
 * never shrinks.
 *
 * <p>Not for two threads at once; a {@link Pool} gives every call its own.
 */
public final class Workspace {
  private final Object[] slots;

  /** A workspace of so many empty slots. */
  public Workspace(int slots) {
    this.slots = new Object[slots];
  }

  /** The number of slots. */
  public int slots() {
    return slots.length;
  }

  /** The array of a slot, {@code null} before its first use. */
  public Object array(int slot) {
    return slots[slot];
  }

  /** A slot as a {@code float[]}, {@code size} elements or more and slack; old contents may be lost. */
  public float[] floats(int slot, long size) {
    if (slots[slot] instanceof float[] array && array.length - Tensor.SLACK >= size && size >= 0) {
      return array;
    }
    return (float[]) grow(slot, DType.F32, size);
  }

  /** A slot as a {@code double[]}, {@code size} elements or more and slack; old contents may be lost. */
  public double[] doubles(int slot, long size) {
    if (slots[slot] instanceof double[] array && array.length - Tensor.SLACK >= size && size >= 0) {
      return array;
    }
    return (double[]) grow(slot, DType.F64, size);
  }

  /** A slot as an {@code int[]}, {@code size} elements or more and slack; old contents may be lost. */
  public int[] ints(int slot, long size) {
    if (slots[slot] instanceof int[] array && array.length - Tensor.SLACK >= size && size >= 0) {
      return array;
    }
    return (int[]) grow(slot, DType.I32, size);
  }

  /** A slot as a {@code long[]}, {@code size} elements or more and slack; old contents may be lost. */
  public long[] longs(int slot, long size) {
    if (slots[slot] instanceof long[] array && array.length - Tensor.SLACK >= size && size >= 0) {
      return array;
    }
    return (long[]) grow(slot, DType.I64, size);
  }

  /** A slot as a {@code boolean[]}, {@code size} elements or more and slack; old contents may be lost. */
  public boolean[] booleans(int slot, long size) {
    if (slots[slot] instanceof boolean[] array && array.length - Tensor.SLACK >= size && size >= 0) {
      return array;
    }
    return (boolean[]) grow(slot, DType.BOOL, size);
  }

  private Object grow(int slot, DType dtype, long size) {
    if (size < 0 || size > Shapes.MAX_SIZE) {
      throw new WeftException(Kind.SIZE, "buffer " + slot + " would need " + (size < 0 ? "more than 2^63" : size)
          + " elements of " + dtype + bytesText(dtype, size) + "; one array holds at most " + Shapes.MAX_SIZE
          + " elements");
    }
    slots[slot] = null;
    var array = dtype.newArray((int) size + Tensor.SLACK);
    slots[slot] = array;
    return array;
  }

  private static String bytesText(DType dtype, long size) {
    return size < 0 || size > Long.MAX_VALUE / dtype.bytes() ? "" : " (" + size * dtype.bytes() + " bytes)";
  }
}
