package weft;

import weft.graph.Expr;
import weft.graph.Message;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * Makes tensors of what users give for inputs.
 *
 * @param downcast whether any number may become any other, losing digits, fractions or high bits; null for Java doubles that become f32
 *     scalars only; false for not even those
 */
record Conversion(String function, Boolean downcast) {

  /** A tensor, a Java number or a Java array as a tensor; null stays null. */
  Tensor tensor(Expr input, Object given) {
    if (given instanceof Tensor t) return cast(input, t);
    if (given == null) return null;
    if (given instanceof Number n && input.rank() == 0) return scalar(input, n);
    if (given instanceof Boolean b && input.rank() == 0 && (lossy() || input.dtype() == DType.BOOL)) return cast(input, Tensor.scalar(b));
    Tensor made;
    try {
      made = JavaArrays.tensor(given, input.type());
    } catch (WeftException e) {
      throw refused(e.kind(), input, given, e.getMessage());
    }
    if (made != null) return cast(input, made);
    throw refused(Kind.ARGUMENT, input, given, input.rank() == 0 ? "Give a number or a tensor." : "Give a tensor, or a Java array of primitives.");
  }

  private boolean lossy() {
    return downcast != null && downcast;
  }

  private Tensor cast(Expr input, Tensor given) {
    return lossy() && given.dtype() != input.dtype() ? given.to(input.dtype()) : given;
  }

  private WeftException refused(Kind kind, Expr input, Object given, String advice) {
    return new WeftException(kind, function + ": input " + Message.label(input) + " cannot be made of what was given"
        + "\n    declared  " + input.type() + at(input)
        + "\n    given     " + given.getClass().getSimpleName()
        + "\n  " + advice);
  }

  /** A Java number as a scalar, if the input's dtype can hold it. */
  private Tensor scalar(Expr input, Number n) {
    double value = n.doubleValue();
    boolean whole = n instanceof Long || n instanceof Integer;
    if (lossy()) return (whole ? Tensor.scalar(n.longValue()) : Tensor.scalar(value)).to(input.dtype());
    switch (input.dtype()) {
      case F32:
        if (downcast == null || Double.compare(n.floatValue(), value) == 0) return Tensor.scalar(n.floatValue());
        break;
      case F64:
        return Tensor.scalar(value);
      case I32:
        if (value == (int) value) return Tensor.scalar((int) value);
        break;
      case I64:
        if (whole || value == (long) value) return Tensor.scalar(n.longValue());
        break;
      default:
    }
    throw new WeftException(Kind.DTYPE, function + ": input " + Message.label(input) + " cannot hold " + n
        + "\n    declared  " + input.type() + at(input) + "\n  Give a number of that dtype.");
  }

  /** Where an input was declared, for messages. */
  static String at(Expr input) {
    return input.apply().origin().at().isEmpty() ? "" : "   at " + input.apply().origin().at();
  }
}
