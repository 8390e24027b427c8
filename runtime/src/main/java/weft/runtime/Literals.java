package weft.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;

/** Numbers that generated source holds, as arrays with {@link Tensor#SLACK}: a few as themselves, many as text. */
public final class Literals {
  private Literals() {}

  /** These numbers. */
  public static float[] of(float... values) {
    return Arrays.copyOf(values, values.length + Tensor.SLACK);
  }

  /** These numbers. */
  public static double[] of(double... values) {
    return Arrays.copyOf(values, values.length + Tensor.SLACK);
  }

  /** These numbers. */
  public static int[] of(int... values) {
    return Arrays.copyOf(values, values.length + Tensor.SLACK);
  }

  /** These numbers. */
  public static long[] of(long... values) {
    return Arrays.copyOf(values, values.length + Tensor.SLACK);
  }

  /** These truth values. */
  public static boolean[] of(boolean... values) {
    return Arrays.copyOf(values, values.length + Tensor.SLACK);
  }

  /**
   * The array of a dtype whose elements, little-endian, are written in base 64; every piece but the last stands for a multiple of
   * eight elements.
   */
  public static Object decode(DType dtype, int size, String... pieces) {
    var array = dtype.newArray(size + Tensor.SLACK);
    var at = 0;
    for (var piece : pieces) {
      var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(piece)).order(ByteOrder.LITTLE_ENDIAN);
      var count = bytes.remaining() / dtype.bytes();
      dtype.get(bytes, array, at, count);
      at += count;
    }
    return array;
  }
}
