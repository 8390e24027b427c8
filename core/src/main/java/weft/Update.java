package weft;

import weft.graph.Expr;
import weft.graph.Message;
import weft.runtime.Parameter;
import weft.runtime.WeftException;
import weft.type.TensorType;

/**
 * A parameter and the expression that gives its new value. All updates of a function read the old values and take effect
 * together at the end of a call.
 */
public record Update(Parameter parameter, Expr value) {
  /** Refuses a value of another type than the parameter's. */
  public Update {
    TensorType want = TensorType.of(parameter.dtype(), parameter.shape());
    if (!value.type().equals(want)) {
      throw new WeftException(value.dtype() != want.dtype() ? WeftException.Kind.DTYPE : WeftException.Kind.SHAPE,
          "update: the new value of " + parameter.name() + " has another type"
              + "\n    " + parameter.name() + "   " + want + "   parameter"
              + "\n    " + Message.label(value) + "   " + value.type() + at(value)
              + "\n  An update must keep the parameter's dtype and shape.");
    }
  }

  private static String at(Expr e) {
    return e.apply().origin().at().isEmpty() ? "" : "   at " + e.apply().origin().at();
  }
}
