package weft.op;

import java.util.function.ToDoubleFunction;
import weft.runtime.DType;
import weft.runtime.Tensor;

/** A plain array of doubles with a shape: what the oracles of the op table are written with. */
record Nd(int[] shape, double[] data) {
  /** An array whose element at each index is what {@code element} says. */
  static Nd of(int[] shape, ToDoubleFunction<int[]> element) {
    int size = 1;
    for (int n : shape) size *= n;
    var data = new double[size];
    var at = new int[shape.length];
    for (int i = 0; i < size; i++) {
      data[i] = element.applyAsDouble(at);
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        if (++at[axis] < shape[axis]) break;
        at[axis] = 0;
      }
    }
    return new Nd(shape.clone(), data);
  }

  static Nd of(Tensor tensor) {
    return new Nd(tensor.shape(), tensor.toDoubles());
  }

  static int[] shape(int... dims) {
    return dims;
  }

  int offset(int... at) {
    int offset = 0;
    for (int i = 0; i < shape.length; i++) offset = offset * shape[i] + at[i];
    return offset;
  }

  double at(int... at) {
    return data[offset(at)];
  }

  Nd with(int index, double value) {
    double[] copy = data.clone();
    copy[index] = value;
    return new Nd(shape, copy);
  }

  Tensor tensor(DType dtype) {
    return Tensor.ofShape(dtype, data, shape);
  }
}
