package weft;

import java.lang.reflect.Array;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.TensorType;

/** Java arrays of primitives, nested to any depth, as tensors. */
final class JavaArrays {
  private final Tensor tensor;
  private int filled;

  private JavaArrays(Tensor tensor) {
    this.tensor = tensor;
  }

  /**
   * A copy of an array, or of arrays in arrays, of the dtype that is wanted where that holds every value of the array's type; else of the
   * array's own, where bytes, shorts and chars are i32. What no row of an empty array can tell has the extent that is wanted, if that is
   * a number. Null for what is no such array.
   *
   * @throws WeftException of kind SHAPE for rows of different lengths, of kind ARGUMENT for a row that is null
   */
  static Tensor tensor(Object array, TensorType wanted) {
    Class<?> element = array.getClass();
    int rank = 0;
    for (; element.isArray(); element = element.getComponentType()) rank++;
    if (rank == 0 || !element.isPrimitive()) return null;
    var shape = new int[rank];
    Object level = array;
    for (int axis = 0; axis < rank; axis++) {
      boolean told = axis < wanted.rank() && wanted.dim(axis).isConstant();
      shape[axis] = level != null ? Array.getLength(level) : told ? Math.toIntExact(wanted.dim(axis).constant()) : 0;
      level = level != null && axis + 1 < rank && shape[axis] > 0 ? Array.get(level, 0) : null;
    }
    var made = new JavaArrays(Tensor.zeros(holds(wanted.dtype(), element) ? wanted.dtype() : own(element), shape));
    made.fill(array, 0, "");
    return made.tensor;
  }

  private void fill(Object values, int axis, String row) {
    if (values == null) throw new WeftException(Kind.ARGUMENT, "row " + row + " is null");
    int length = Array.getLength(values);
    if (length != tensor.dim(axis)) {
      throw new WeftException(Kind.SHAPE, "row " + row + " has " + length + " elements, but the first has " + tensor.dim(axis)
          + "; all rows of a tensor must be equally long");
    }
    if (axis == tensor.rank() - 1) {
      copy(values, length);
      return;
    }
    for (int i = 0; i < length; i++) fill(Array.get(values, i), axis + 1, row.isEmpty() ? "" + i : row + ", " + i);
  }

  private void copy(Object from, int length) {
    Object to = tensor.array();
    if (from.getClass() == to.getClass()) System.arraycopy(from, 0, to, filled, length);
    else for (int i = 0; i < length; i++) {
      switch (tensor.dtype()) {
        case I32 -> Array.setInt(to, filled + i, Array.getInt(from, i));
        case I64 -> Array.setLong(to, filled + i, Array.getLong(from, i));
        case F32 -> Array.setFloat(to, filled + i, Array.getFloat(from, i));
        default -> Array.setDouble(to, filled + i, Array.getDouble(from, i));
      }
    }
    filled += length;
  }

  /** The dtype of an array's elements as they are. */
  private static DType own(Class<?> element) {
    if (element == boolean.class) return DType.BOOL;
    if (element == long.class) return DType.I64;
    if (element == float.class) return DType.F32;
    return element == double.class ? DType.F64 : DType.I32;
  }

  /** Whether each value of a Java type is one of the dtype. */
  private static boolean holds(DType dtype, Class<?> element) {
    boolean small = element == byte.class || element == short.class || element == char.class;
    return switch (dtype) {
      case I64 -> small || element == int.class;
      case F32 -> small;
      case F64 -> small || element == int.class || element == float.class;
      default -> false;
    };
  }
}
