package weft.loop;

import weft.runtime.Tensor;
import weft.runtime.WeftException.Kind;
import weft.runtime.WeftException;

/**
 * Where a load or a store touches a buffer; every access is checked against the size of the buffer.
 *
 * @param slot of the buffer among the buffers of the program
 * @param slack how far behind the buffer's size the access may reach
 */
record Place(Kernel kernel, Buffer buffer, int slot, Code.Index index, int lanes, int slack) {

  static Place ofLoad(Kernel kernel, Buffer buffer, int slot, Code.Index index, int lanes) {
    return new Place(kernel, buffer, slot, index, lanes, buffer.hasSlack() ? Tensor.SLACK : 0);
  }

  static Place ofStore(Kernel kernel, Buffer buffer, int slot, Code.Index index, int lanes) {
    return new Place(kernel, buffer, slot, index, lanes, 0);
  }

  /** The position of the first element in the array. */
  int first(Frame f) {
    long at = index.at(f);
    if (at < 0 || at > Math.min(f.limits[slot] + slack, f.lengths[slot]) - lanes) throw outside(f, at);
    return (int) at;
  }

  private WeftException outside(Frame f, long at) {
    String reach = lanes == 1 ? "index " + at : "index " + at + " with " + lanes + " lanes";
    String size = buffer.size().isConstant() ? "" : " = " + f.limits[slot];
    return new WeftException(Kind.INTERNAL, "kernel " + kernel.name() + ": " + reach + " is outside " + buffer + " "
        + buffer.dtype() + "[" + buffer.size() + size + "]");
  }
}
