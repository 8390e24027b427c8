package weft.runtime;

import java.lang.reflect.Array;

/** The text of a tensor, in nested brackets as NumPy prints arrays. */
final class TensorText {
  /** Above this many elements every long dimension shows its ends only. */
  private static final int ELIDE_ABOVE = 1000;

  private static final int EDGE = 3;

  private final Tensor tensor;
  private final boolean elided;
  private final StringBuilder out = new StringBuilder();
  private int width;

  private TensorText(Tensor tensor) {
    this.tensor = tensor;
    this.elided = tensor.size() > ELIDE_ABOVE;
  }

  static String of(Tensor tensor) {
    if (tensor.rank() == 0) {
      return element(tensor, 0);
    }
    var text = new TensorText(tensor);
    text.walk(0, 0, false);
    text.walk(0, 0, true);
    return text.out.toString();
  }

  /** Visits what will be shown: once to learn the widest element, once to write, so that columns line up. */
  private void walk(int axis, int offset, boolean write) {
    if (axis == tensor.rank()) {
      var element = element(tensor, offset);
      if (write) {
        out.append(" ".repeat(width - element.length())).append(element);
      } else {
        width = Math.max(width, element.length());
      }
      return;
    }
    var dim = tensor.dimAt(axis);
    var last = axis == tensor.rank() - 1;
    if (write) {
      out.append('[');
    }
    for (var i = 0; i < dim; i++) {
      if (write && i > 0) {
        out.append(last ? ", " : "," + "\n".repeat(tensor.rank() - 1 - axis) + " ".repeat(axis + 1));
      }
      if (elided && dim > 2 * EDGE && i == EDGE) {
        if (write) {
          out.append("...");
        }
        i = dim - EDGE - 1;
      } else {
        walk(axis + 1, offset * dim + i, write);
      }
    }
    if (write) {
      out.append(']');
    }
  }

  private static String element(Tensor tensor, int at) {
    return Array.get(tensor.array(), at).toString();
  }
}
