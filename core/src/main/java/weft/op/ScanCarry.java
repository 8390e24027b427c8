package weft.op;

import java.util.List;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * The type of one carry while it is being found. The initial carry gives the first guess; where it is a
 * constant, or where nothing is lost, it gives way to what the step returns.
 */
public final class ScanCarry {
  private final Expr initial;
  private final TensorType declared;
  private TensorType type;

  /**
   * @param initial what the user gave, for a tapped carry with the rows in front
   * @param type the type of the carry at one step
   */
  public ScanCarry(Expr initial, TensorType type) {
    this.initial = initial;
    this.declared = type;
    this.type = type;
  }

  /**
   * An operand for a carry or a row that is emitted: an expression, a Java number or boolean, a tensor or a
   * parameter.
   */
  public static Expr operand(Object operand) {
    return operand instanceof Number || operand instanceof Boolean ? Ops.scalar(operand)
        : Operands.expr("scan", operand);
  }

  /** Its type, as far as it is known by now. */
  public TensorType type() {
    return type;
  }

  /** A variable of the type that the carry is thought to have. */
  public Expr variable(String name) {
    String role = initial.name() == null ? "carry" : "carry that starts as " + initial.name();
    return Origin.inherit(initial.apply().origin(), () -> Graphs.variable(type, name, role));
  }

  /** An initial value of the declared type, in the type that was found. */
  public Expr adapt(Expr value) {
    if (value.type().equals(type)) return value;
    return Ops.broadcastTo(Ops.cast(value, type.dtype()), type.dims());
  }

  /**
   * What the step returns, brought to the type of the carry; null if the carry has to take another type
   * instead, so that the step must be run again.
   *
   * @throws WeftException of kind SHAPE or DTYPE if the two types cannot be reconciled
   */
  public Expr accept(Object returned) {
    Expr next = operand(returned);
    if (next.type().equals(type)) return next;
    DType dtype = dtype(next);
    List<Dim> dims = dims(next);
    if (dtype == null || dims == null) {
      throw new WeftException(dtype == null ? Kind.DTYPE : Kind.SHAPE, changes(next));
    }
    if (dtype == type.dtype() && dims.equals(type.dims())) return Ops.broadcastTo(Ops.cast(next, dtype), dims);
    type = new TensorType(dtype, dims);
    return null;
  }

  /** Makes the carry a float if it starts as an integer constant; the step takes the wider one of f32 and f64 by itself. */
  public boolean loosen() {
    if (!isConstant(initial) || !type.dtype().isInteger()) return false;
    type = type.withDType(DType.F32);
    return true;
  }

  private DType dtype(Expr next) {
    if (next.dtype() == type.dtype()) return type.dtype();
    if (isConstant(next) && holds(type.dtype(), next)) return type.dtype();
    if (isConstant(initial) && holds(next.dtype(), initial)) return next.dtype();
    DType joint = Operands.join(type.dtype(), next.dtype());
    return joint == type.dtype() || joint == next.dtype() ? joint : null;
  }

  private List<Dim> dims(Expr next) {
    if (next.type().dims().equals(type.dims())) return type.dims();
    List<Dim> both = Operands.broadcast(type.dims(), next.type().dims());
    if (both == null) return null;
    if (isConstant(initial) && both.equals(next.type().dims())) return both;
    return isConstant(next) && both.equals(type.dims()) ? both : null;
  }

  private static boolean isConstant(Expr e) {
    return e.op() instanceof Leaf.Constant;
  }

  private static boolean holds(DType dtype, Expr constant) {
    double value = ((Leaf.Constant) constant.op()).value().doubleValue();
    if (dtype == DType.BOOL) return constant.dtype() == DType.BOOL;
    return dtype.isFloat() || value == Math.rint(value);
  }

  private String changes(Expr next) {
    var sides = List.of(initial, next);
    var types = List.of(declared.toString(), next.type().toString());
    var words = List.of("enters as", "leaves as");
    int typeWidth = Math.max(types.get(0).length(), types.get(1).length());
    int labelWidth = Math.max(Message.label(initial).length(), Message.label(next).length());
    var text = new StringBuilder("scan: the carry changes type from one step to the next");
    for (int i = 0; i < 2; i++) {
      String label = Message.label(sides.get(i));
      String at = sides.get(i).apply().origin().at();
      String line = "\n    " + words.get(i) + "  " + types.get(i)
          + " ".repeat(typeWidth - types.get(i).length() + 3)
          + label + " ".repeat(labelWidth - label.length() + 3) + (at.isEmpty() ? "" : "at " + at);
      text.append(line.stripTrailing());
    }
    boolean lacksTime = initial.rank() == declared.rank() + 1 && initial.type().dims().equals(next.type().dims());
    return text.append(lacksTime ? "\n  With taps the initial value has an axis for time in front, with a row for each step that they reach back."
        : "\n  Return a value of the carry's type from the step." + Message.openAndFixed(declared, next.type())).toString();
  }
}
