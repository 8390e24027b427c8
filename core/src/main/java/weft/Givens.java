package weft;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.op.Ops;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** What a function computes instead of some expressions. */
final class Givens {
  private final Map<Expr, Expr> all = new LinkedHashMap<>();

  /** Gives a value of the same type for an expression. */
  void add(Expr what, Object value) {
    Expr given = expression(what, value);
    if (!given.type().equals(what.type())) {
      throw new WeftException(given.dtype() != what.dtype() ? Kind.DTYPE : Kind.SHAPE,
          Message.of("given: what is given for " + Message.label(what) + " has another type", List.of(what, given),
              Origin.here(), "Give an expression of the same dtype and shape."));
    }
    for (Expr other : all.keySet()) {
      if (other == what || what.op() instanceof Leaf.Parametric && what.op().equals(other.op())) {
        throw new WeftException(Kind.DUPLICATE, Message.of("given: " + Message.label(what) + " is given twice", List.of(what),
            Origin.here(), "Give one value for it."));
      }
    }
    all.put(what, given);
  }

  private static Expr expression(Expr what, Object value) {
    if (value instanceof Expr e) return e;
    if (value instanceof Tensor t) return Tensors.constant(t);
    if (value instanceof Parameter p) return Tensors.param(p);
    if (value instanceof Boolean b && what.dtype() == DType.BOOL) return Ops.constant(b ? 1 : 0, what.type());
    if (value instanceof Number n && holds(what.dtype(), n.doubleValue())) return Ops.constant(n, what.type());
    throw new WeftException(value instanceof Number || value instanceof Boolean ? Kind.DTYPE : Kind.ARGUMENT,
        Message.of("given: " + Message.label(what) + " cannot be " + value, List.of(what), Origin.here(),
            "Give an expression, a tensor, a parameter or a number of its type."));
  }

  private static boolean holds(DType dtype, double value) {
    return dtype.isFloat() || value == Math.rint(value) && (dtype == DType.I64 || dtype == DType.I32 && value == (int) value);
  }

  /** By what they are given for. */
  Map<Expr, Expr> all() {
    return all;
  }
}
