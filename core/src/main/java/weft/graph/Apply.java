package weft.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import weft.runtime.WeftException;
import weft.type.TensorType;

/** One use of an op: its inputs and the expressions it gives. Applies compare by identity; together they form a DAG. */
public final class Apply {
  private final Op op;
  private final List<Expr> inputs;
  private final List<Expr> outputs;
  private final Origin origin;

  private Apply(Op op, List<Expr> inputs, List<TensorType> types, Origin origin) {
    this.op = op;
    this.inputs = List.copyOf(inputs);
    this.origin = origin;
    var outputs = new ArrayList<Expr>(types.size());
    for (int i = 0; i < types.size(); i++) outputs.add(new Expr(this, i, types.get(i)));
    this.outputs = List.copyOf(outputs);
  }

  /** Applies an op, checking types. */
  public static Apply of(Op op, List<Expr> inputs) {
    Origin origin = Origin.here();
    List<TensorType> types;
    for (Expr in : inputs) Message.needed(op.name() + ": an operand", in);
    try {
      types = op.types(inputs.stream().map(Expr::type).toList());
    } catch (TypeProblem problem) {
      throw new WeftException(problem.kind(), Message.typeProblem(op, inputs, origin, problem));
    }
    return new Apply(op, inputs, types, origin);
  }

  /** Applies an op with one output. */
  public static Expr one(Op op, Expr... inputs) {
    return of(op, Arrays.asList(inputs)).output(0);
  }

  /** What is used. */
  public Op op() {
    return op;
  }

  /** What it is used on, in the order of its arguments. */
  public List<Expr> inputs() {
    return inputs;
  }

  /** Argument {@code i}. */
  public Expr input(int i) {
    return inputs.get(i);
  }

  /** What it gives. */
  public List<Expr> outputs() {
    return outputs;
  }

  /** Result {@code i}. */
  public Expr output(int i) {
    return outputs.get(i);
  }

  /** Where the user's source made it. */
  public Origin origin() {
    return origin;
  }
}
