package weft.runtime;

import java.lang.reflect.Array;
import java.util.Arrays;
import weft.runtime.WeftException.Kind;

/** Element access to the five kinds of Java arrays that tensors are made of. */
final class Elements {
  private Elements() {}

  static double get(Object array, int at) {
    if (array instanceof float[] floats) {
      return floats[at];
    } else if (array instanceof double[] doubles) {
      return doubles[at];
    } else if (array instanceof int[] ints) {
      return ints[at];
    } else if (array instanceof long[] longs) {
      return longs[at];
    }
    return ((boolean[]) array)[at] ? 1 : 0;
  }

  static void set(Object array, int at, double value) {
    if (array instanceof float[] floats) {
      floats[at] = (float) value;
    } else if (array instanceof double[] doubles) {
      doubles[at] = value;
    } else if (array instanceof int[] ints) {
      ints[at] = (int) value;
    } else if (array instanceof long[] longs) {
      longs[at] = (long) value;
    } else {
      ((boolean[]) array)[at] = value != 0;
    }
  }

  /** Converts {@code size} elements; a long takes no detour over double, which would round it. */
  static void convert(Object from, Object to, int size) {
    for (var i = 0; i < size; i++) {
      if (from instanceof long[] longs && to instanceof int[] ints) {
        ints[i] = (int) longs[i];
      } else if (from instanceof long[] longs && to instanceof float[] floats) {
        floats[i] = longs[i];
      } else {
        set(to, i, get(from, i));
      }
    }
  }

  static boolean equal(Object a, Object b, int size) {
    if (a instanceof float[] floats) {
      return Arrays.equals(floats, 0, size, (float[]) b, 0, size);
    } else if (a instanceof double[] doubles) {
      return Arrays.equals(doubles, 0, size, (double[]) b, 0, size);
    } else if (a instanceof int[] ints) {
      return Arrays.equals(ints, 0, size, (int[]) b, 0, size);
    } else if (a instanceof long[] longs) {
      return Arrays.equals(longs, 0, size, (long[]) b, 0, size);
    }
    return Arrays.equals((boolean[]) a, 0, size, (boolean[]) b, 0, size);
  }

  /** Copies nested arrays of this rank into one tensor; every row must be as long as the first. */
  static Tensor nested(DType dtype, Object values, int rank) {
    var shape = new int[rank];
    var level = values;
    for (var axis = 0; axis < rank; axis++) {
      shape[axis] = level == null ? 0 : Array.getLength(level);
      level = axis + 1 < rank && shape[axis] > 0 ? Array.get(level, 0) : null;
    }
    var result = Tensor.zeros(dtype, shape);
    fill(result, values, 0, 0, "");
    return result;
  }

  private static int fill(Tensor into, Object values, int axis, int offset, String row) {
    if (values == null) {
      throw new WeftException(Kind.ARGUMENT, row.isEmpty() ? "the given array is null" : "row " + row + " is null");
    }
    var length = Array.getLength(values);
    if (length != into.dimAt(axis)) {
      throw new WeftException(Kind.SHAPE, "row " + row + " has " + length + " elements, but the first has "
          + into.dimAt(axis) + "; all rows of a tensor must be equally long");
    }
    if (axis == into.rank() - 1) {
      System.arraycopy(values, 0, into.array(), offset, length);
      return offset + length;
    }
    var next = offset;
    for (var i = 0; i < length; i++) {
      next = fill(into, Array.get(values, i), axis + 1, next, row.isEmpty() ? "" + i : row + ", " + i);
    }
    return next;
  }
}
