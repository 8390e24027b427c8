package weft.graph;

import java.util.List;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.type.TensorType;

/** Ops without inputs: where values enter a graph. */
public sealed interface Leaf extends Op {
  /** The type of what it brings in. */
  TensorType type();

  @Override
  default List<TensorType> types(List<TensorType> inputs) {
    return List.of(type());
  }

  @Override
  default List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return List.of();
  }

  /** An argument of a compiled function. */
  final class Input implements Leaf {
    private final TensorType type;

    /** An argument of this type. */
    public Input(TensorType type) {
      this.type = type;
    }

    @Override
    public String name() {
      return "input";
    }

    @Override
    public TensorType type() {
      return type;
    }
  }

  /** A parameter of a {@link Lambda}: what changes from one step of a scan to the next. */
  final class Variable implements Leaf {
    private final TensorType type;
    private final String role;

    /** @param role how errors describe it, such as "row of x" */
    public Variable(TensorType type, String role) {
      this.type = type;
      this.role = role;
    }

    /** How errors describe it. */
    public String role() {
      return role;
    }

    @Override
    public String name() {
      return "variable";
    }

    @Override
    public TensorType type() {
      return type;
    }
  }

  /** The current value of a parameter. */
  record Parametric(Parameter parameter) implements Leaf {
    @Override
    public String name() {
      return "parameter";
    }

    @Override
    public TensorType type() {
      return TensorType.of(parameter.dtype(), parameter.shape());
    }
  }

  /** One number, in every element of a tensor of any shape. */
  record Constant(Number value, TensorType type) implements Leaf {
    @Override
    public String name() {
      return "constant";
    }

    @Override
    public String attributes() {
      return value.toString();
    }
  }

  /** A tensor known at build. */
  final class Literal implements Leaf {
    private final Tensor value;

    /** @param value copied, since literals never change */
    public Literal(Tensor value) {
      this.value = Message.needed("<init>: value", value).copy();
    }

    /** The tensor, which must not be changed. */
    public Tensor value() {
      return value;
    }

    @Override
    public String name() {
      return "literal";
    }

    @Override
    public TensorType type() {
      return TensorType.of(value.dtype(), value.shape());
    }
  }
}
