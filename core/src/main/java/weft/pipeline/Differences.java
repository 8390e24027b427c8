package weft.pipeline;

import java.util.Arrays;
import weft.runtime.DType;
import weft.runtime.Tensor;

/** Where two tensors differ. */
final class Differences {
  /** How far rounding may move an element, relative to the largest one of its tensor. */
  static final double F32 = 1e-4;

  static final double F64 = 1e-9;

  private Differences() {}

  /**
   * The first difference as text, null for none.
   *
   * @param isExact whether bits must be the same, of all but NaN; else floats may differ by rounding, and by anything where what is
   *     expected is not finite
   */
  static String first(Tensor actual, Tensor expected, boolean isExact) {
    if (actual.dtype() != expected.dtype() || !Arrays.equals(actual.shape(), expected.shape())) {
      return "is " + actual.typeText() + ", not " + expected.typeText();
    }
    boolean exact = isExact || !expected.dtype().isFloat();
    double within = exact ? 0 : (expected.dtype() == DType.F32 ? F32 : F64) * largest(expected);
    for (int i = 0; i < expected.size(); i++) {
      if (!(exact ? isEqual(actual, expected, i) : isClose(at(actual, i), at(expected, i), within))) {
        return "element " + Arrays.toString(index(expected.shape(), i)) + " is " + text(actual, i) + ", not " + text(expected, i);
      }
    }
    return null;
  }

  private static double largest(Tensor t) {
    double largest = 0;
    for (int i = 0; i < t.size(); i++) if (Double.isFinite(at(t, i))) largest = Math.max(largest, Math.abs(at(t, i)));
    return Math.max(largest, Float.MIN_NORMAL);
  }

  private static boolean isClose(double actual, double expected, double within) {
    return !Double.isFinite(expected) || Math.abs(actual - expected) <= within;
  }

  private static boolean isEqual(Tensor a, Tensor b, int i) {
    return switch (a.dtype()) {
      case F32 -> Float.floatToIntBits(a.floats()[i]) == Float.floatToIntBits(b.floats()[i]);
      case F64 -> Double.doubleToLongBits(a.doubles()[i]) == Double.doubleToLongBits(b.doubles()[i]);
      case I32 -> a.ints()[i] == b.ints()[i];
      case I64 -> a.longs()[i] == b.longs()[i];
      case BOOL -> a.booleans()[i] == b.booleans()[i];
    };
  }

  private static double at(Tensor t, int i) {
    return t.dtype() == DType.F32 ? t.floats()[i] : t.doubles()[i];
  }

  private static String text(Tensor t, int i) {
    return switch (t.dtype()) {
      case F32 -> Float.toString(t.floats()[i]);
      case F64 -> Double.toString(t.doubles()[i]);
      case I32 -> Integer.toString(t.ints()[i]);
      case I64 -> Long.toString(t.longs()[i]);
      case BOOL -> Boolean.toString(t.booleans()[i]);
    };
  }

  private static int[] index(int[] shape, int flat) {
    var at = new int[shape.length];
    int rest = flat;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      at[axis] = rest % shape[axis];
      rest /= shape[axis];
    }
    return at;
  }
}
