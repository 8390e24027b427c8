package tests;

import java.util.List;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Arguments as the tensors that a generated class takes, where a function at run time takes Java's numbers and arrays too. */
final class Given {
  private Given() {}

  static Tensor[] tensors(List<Expr> inputs, Object... arguments) {
    if (arguments.length != inputs.size()) throw new WeftException(Kind.ARGUMENT, arguments.length + " arguments");
    var tensors = new Tensor[arguments.length];
    for (int i = 0; i < tensors.length; i++) tensors[i] = tensor(inputs.get(i), arguments[i]);
    return tensors;
  }

  private static Tensor tensor(Expr input, Object given) {
    if (given == null || given instanceof Tensor) return (Tensor) given;
    if (given instanceof float[] a) return Tensor.of(a);
    if (given instanceof float[][] a) return Tensor.of(a);
    if (given instanceof double[] a) return Tensor.of(a);
    if (given instanceof double[][] a) return Tensor.of(a);
    if (given instanceof int[] a) return Tensor.of(a);
    if (given instanceof int[][] a) return Tensor.of(a);
    if (given instanceof long[] a) return Tensor.of(a);
    if (given instanceof long[][] a) return Tensor.of(a);
    if (given instanceof boolean[] a) return Tensor.of(a);
    if (given instanceof Boolean b) return Tensor.scalar(b);
    if (!(given instanceof Number n)) throw new IllegalArgumentException("no tensor is made of " + given.getClass());
    return input.dtype() == DType.F64 ? Tensor.scalar(n.doubleValue()) : input.dtype() == DType.F32
        ? Tensor.scalar(n.floatValue()) : input.dtype() == DType.I32 ? Tensor.scalar(n.intValue())
        : Tensor.scalar(n.longValue());
  }
}
