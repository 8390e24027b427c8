package weft;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.runtime.Parameter;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.TensorType;

/**
 * A parameter and the expression that gives its new value. All updates of a function read the old values and take effect
 * together at the end of a call.
 */
public record Update(Parameter parameter, Expr value) {
  /** Refuses a value of another type than the parameter's. */
  public Update {
    Message.needed("update: the new value", value);
    TensorType want = TensorType.of(Message.needed("update: the parameter", parameter).dtype(), parameter.shape());
    if (!value.type().equals(want)) {
      Expr old = Apply.one(new Leaf.Parametric(parameter));
      throw new WeftException(value.dtype() != want.dtype() ? Kind.DTYPE : Kind.SHAPE,
          Message.of("update: the new value of " + parameter.name() + " has another type", List.of(old, value),
              Origin.here(), "An update must keep the parameter's dtype and shape." + Message.openAndFixed(value.type(), want)));
    }
  }

  /** The new value that a parameter gets by default, or null. */
  static Expr byDefault(Parameter parameter) {
    return parameter.attachment() instanceof Expr value ? value : null;
  }

  /** Whether a parameter is among these, or there are none of these, which means all. */
  static Predicate<Parameter> frozen(List<Expr> parameters) {
    Set<Parameter> some = parameters.stream().map(Tensors::parameter).collect(Collectors.toSet());
    return p -> some.isEmpty() || some.contains(p);
  }
}
