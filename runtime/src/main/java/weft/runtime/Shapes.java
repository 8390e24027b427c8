package weft.runtime;

import java.util.Arrays;
import weft.runtime.WeftException.Kind;

/** Arithmetic on shapes: sizes, offsets and their text. */
final class Shapes {
  /** Elements of the largest tensor: a little less than the longest Java array, to leave room for slack. */
  static final int MAX_SIZE = Integer.MAX_VALUE - 64;

  private Shapes() {}

  /** What was given, refused where that is nothing. */
  static <T> T needed(T given, String what) {
    if (given == null) {
      throw new WeftException(Kind.ARGUMENT, what + " is null");
    }
    return given;
  }

  /** The number of elements of this shape, refused when negative or above {@link #MAX_SIZE}. */
  static int size(DType dtype, int[] shape) {
    needed(dtype, "the dtype of a tensor");
    needed(shape, "the shape of a tensor");
    var empty = false;
    for (var axis = 0; axis < shape.length; axis++) {
      if (shape[axis] < 0) {
        throw new WeftException(Kind.SHAPE, "shape " + text(shape) + " is impossible: dimension " + axis
            + " is " + shape[axis] + "; dimensions start at 0");
      }
      empty |= shape[axis] == 0;
    }
    if (empty) {
      return 0;
    }
    var size = 1L;
    for (var dim : shape) {
      size *= dim;
      if (size > MAX_SIZE) {
        throw new WeftException(Kind.SIZE, typeText(dtype, shape) + " is too large: a tensor holds at most "
            + MAX_SIZE + " elements");
      }
    }
    return (int) size;
  }

  /** The row-major offset of one element, every index checked. */
  static int offset(Tensor tensor, int[] at) {
    if (needed(at, "the index of an element").length != tensor.rank()) {
      throw new WeftException(Kind.INDEX, tensor.typeText() + " is indexed by " + tensor.rank()
          + " numbers, but " + at.length + " were given: " + text(at));
    }
    var offset = 0;
    for (var axis = 0; axis < at.length; axis++) {
      var dim = tensor.dimAt(axis);
      if (at[axis] < 0 || at[axis] >= dim) {
        throw new WeftException(Kind.INDEX, "index " + at[axis] + " of dimension " + axis + " is outside "
            + tensor.typeText() + "; it must be from 0 to " + (dim - 1));
      }
      offset = offset * dim + at[axis];
    }
    return offset;
  }

  static String typeText(DType dtype, int[] shape) {
    var text = needed(dtype, "the dtype of a type").text();
    return needed(shape, "the shape of a type").length == 0 ? text : text + text(shape);
  }

  static String text(int[] shape) {
    return Arrays.toString(shape);
  }
}
