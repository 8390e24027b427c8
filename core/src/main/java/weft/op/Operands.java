package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.graph.TypeProblem;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/** Brings what the user hands to an elementwise op to expressions of one dtype and one shape. */
final class Operands {
  private Operands() {}

  /** Applies a row to operands that may be expressions, Java numbers, booleans, tensors or parameters. */
  static Expr apply(Scalar op, Object... operands) {
    var exprs = new Expr[operands.length];
    Expr like = null;
    for (int i = 0; i < operands.length; i++) {
      if (isNumber(operands[i])) continue;
      exprs[i] = expr(op.name(), operands[i]);
      if (like == null || op == Scalar.WHERE && exprs[0] == like) like = exprs[i];
    }
    for (int i = 0; i < operands.length; i++) {
      if (exprs[i] == null) exprs[i] = number(op, i, operands[i], like, exprs);
    }
    unifyDTypes(op, exprs);
    unifyShapes(exprs);
    return Apply.one(op, exprs);
  }

  private static boolean choiceOf(Scalar op, int i) {
    return op == Scalar.WHERE && i == 0;
  }

  private static boolean isNumber(Object operand) {
    return operand instanceof Number || operand instanceof Boolean;
  }

  /** An operand that is more than a number, as an expression. */
  static Expr expr(String what, Object operand) {
    if (operand instanceof Expr e) return e;
    if (operand instanceof Tensor t) return Ops.literal(t);
    if (operand instanceof Parameter p) return Apply.one(new Leaf.Parametric(p));
    String given = operand == null ? "null" : "a " + operand.getClass().getSimpleName();
    throw new WeftException(Kind.ARGUMENT, Message.here(what + ": " + given + " is no operand",
        "Give an expression, a Java number or boolean, a tensor or a parameter."));
  }

  /** Whether all operands but Java numbers are integers (or booleans), and there is one. */
  static boolean areIntegers(Object... operands) {
    boolean some = false;
    for (Object o : operands) {
      if (isNumber(o)) continue;
      if (!(o instanceof Expr || o instanceof Tensor || o instanceof Parameter)) return false;
      if (expr("", o).dtype().isFloat()) return false;
      some = true;
    }
    return some;
  }

  /** An integer operand as f64. */
  static Object toFloat(Object operand) {
    return isNumber(operand) ? operand : Ops.cast(expr("div", operand), DType.F64);
  }

  /** A Java number as a constant of the other side's dtype and shape. */
  private static Expr number(Scalar op, int i, Object operand, Expr like, Expr[] exprs) {
    if (like == null || choiceOf(op, i) || op == Scalar.WHERE && like == exprs[0]) return Ops.scalar(operand);
    if (operand instanceof Boolean b) return Ops.constant(b ? 1 : 0, like.type().withDType(DType.BOOL));
    var value = (Number) operand;
    if (!fits(value, like.dtype())) {
      Expr constant = Apply.one(new Leaf.Constant(value, new TensorType(naturalDType(value), List.of())));
      List<Expr> sides = i == 0 ? List.of(constant, like) : List.of(like, constant);
      String dtype = like.dtype().text();
      throw fail(Kind.DTYPE, op.name() + ": " + Message.number(value) + " is no " + dtype, sides,
          like.dtype() == DType.BOOL ? "Cast the bool first, for instance with .cast(DType.F32)."
              : "Cast the " + dtype + " side to a float first, for instance with .cast(DType.F32).");
    }
    return Ops.constant(value, like.type());
  }

  /** A Java number or boolean as a scalar of the dtype of {@code like}. */
  static Expr numberLike(String what, Object operand, Expr like) {
    if (operand instanceof Boolean b) return Ops.scalar(b);
    var value = (Number) operand;
    if (fits(value, Message.needed(what + ": like", like).dtype())) return Ops.constant(value, new TensorType(like.dtype(), List.of()));
    throw fail(Kind.DTYPE, what + ": " + Message.number(value) + " is no " + like.dtype().text(), List.of(like),
        "Give a number that its dtype holds, or cast it first.");
  }

  /** Whether a number can be said in a dtype; floats may round it. */
  static boolean fits(Number value, DType dtype) {
    if (Message.needed("fits: dtype", dtype).isFloat()) return true;
    if (dtype == DType.BOOL) return false;
    double d = Message.needed("fits: value", value).doubleValue();
    if (d != Math.rint(d) || Double.isInfinite(d)) return false;
    return dtype == DType.I32 ? d == (int) d : d >= -0x1p63 && d < 0x1p63;
  }

  static DType naturalDType(Number value) {
    if (value instanceof Double) return DType.F64;
    if (value instanceof Float) return DType.F32;
    return value instanceof Long ? DType.I64 : DType.I32;
  }

  /** The smallest dtype that holds every value of both, or null. */
  static DType join(DType a, DType b) {
    if (a == b || b == DType.BOOL) return a;
    if (a == DType.BOOL) return b;
    if (a.isInteger() && b.isInteger()) return DType.I64;
    if (a == DType.I64 || b == DType.I64) return null;
    return a == DType.F64 || b == DType.F64 ? DType.F64 : null;
  }

  private static void unifyDTypes(Scalar op, Expr[] x) {
    int first = op == Scalar.WHERE ? 1 : 0;
    if (x.length - first < 2 || x[first].dtype() == x[first + 1].dtype()) return;
    Expr a = x[first];
    Expr b = x[first + 1];
    boolean constantA = a.op() instanceof Leaf.Constant;
    boolean constantB = b.op() instanceof Leaf.Constant;
    if (constantA != constantB && a.dtype() != DType.BOOL && b.dtype() != DType.BOOL) {
      Number value = ((Leaf.Constant) (constantA ? a : b).op()).value();
      DType wanted = (constantA ? b : a).dtype();
      if (fits(value, wanted)) {
        x[first] = Ops.cast(a, wanted);
        x[first + 1] = Ops.cast(b, wanted);
        return;
      }
    }
    DType joint = join(a.dtype(), b.dtype());
    if (joint == null || !op.takes().accepts(joint)) return;
    x[first] = Ops.cast(a, joint);
    x[first + 1] = Ops.cast(b, joint);
  }

  private static void unifyShapes(Expr[] x) {
    List<Dim> dims = List.of();
    for (Expr e : x) {
      dims = broadcast(dims, e.type().dims());
      if (dims == null) return;
    }
    for (int i = 0; i < x.length; i++) x[i] = Ops.broadcastTo(x[i], dims);
  }

  /** The shape that both broadcast to, or null. */
  static List<Dim> broadcast(List<Dim> a, List<Dim> b) {
    if (a.equals(b)) return a;
    int rank = Math.max(a.size(), b.size());
    var dims = new ArrayList<Dim>(rank);
    for (int i = 0; i < rank; i++) {
      Dim left = i < rank - a.size() ? Dim.ONE : a.get(i - rank + a.size());
      Dim right = i < rank - b.size() ? Dim.ONE : b.get(i - rank + b.size());
      if (!left.equals(right) && !left.is(1) && !right.is(1)) return null;
      dims.add(left.is(1) ? right : left);
    }
    return dims;
  }

  static void checkDTypes(Scalar op, List<TensorType> inputs) {
    int first = 0;
    if (op == Scalar.WHERE) {
      first = 1;
      if (inputs.get(0).dtype() != DType.BOOL) {
        throw TypeProblem.dtype("the condition is " + inputs.get(0).dtype().text() + ", not bool",
            "Make it a condition, for instance with .ne(0).");
      }
    }
    List<TensorType> operands = inputs.subList(first, inputs.size());
    for (TensorType t : operands) {
      if (op.takes().accepts(t.dtype())) continue;
      throw TypeProblem.dtype("takes " + op.takes().text + ", not " + t.dtype().text(), switch (op.takes()) {
        case FLOATS -> "Cast it first, for instance with .cast(DType.F32).";
        case INTEGERS -> op == Scalar.FLOOR_DIV ? "Divide with div and round with floor."
            : "Cast it first, for instance with .cast(DType.I32).";
        case BOOLS -> "Compare first, for instance with .ne(0).";
        default -> "Cast it first, for instance with .cast(DType.I32).";
      });
    }
    DType dtype = operands.get(0).dtype();
    for (TensorType t : operands) {
      if (t.dtype() == dtype) continue;
      throw TypeProblem.dtype("dtypes differ, " + dtype.text() + " and " + t.dtype().text(),
          "Neither holds every value of the other; cast one of them, for instance with .cast(DType."
              + (dtype.isFloat() ? dtype : t.dtype()).name() + ").");
    }
  }

  static void checkShapes(List<TensorType> inputs) {
    TensorType a = inputs.get(0);
    for (TensorType b : inputs) {
      if (a.dims().equals(b.dims())) continue;
      for (int k = 1; k <= Math.min(a.rank(), b.rank()); k++) {
        Dim left = a.dim(a.rank() - k);
        Dim right = b.dim(b.rank() - k);
        if (left.equals(right) || left.is(1) || right.is(1)) continue;
        throw TypeProblem.shape("dimensions differ, " + left + " and " + right
            + (k == 1 ? " (last axis)" : " (axis " + k + " from the end)"), advice(left, right));
      }
      throw TypeProblem.shape("shapes differ, " + a + " and " + b, "Broadcast them first.");
    }
  }

  private static String advice(Dim left, Dim right) {
    if (left.isConstant() && right.isConstant()) return "Sides broadcast where one of them has a dimension of 1 or no such axis.";
    Dim named = left.isConstant() ? right : left;
    String name = named.symbols().iterator().next().name();
    if (left.isConstant() || right.isConstant()) {
      return Message.openAndFixed(left, right) + ", or give both sides the dimension " + name + ".";
    }
    return "If they are equal by nature, make the dimension once, var " + name + " = dim(\"" + name
        + "\"), and give it to both.";
  }

  /** An error about expressions, in the one form that all of them have. */
  static WeftException fail(Kind kind, String what, List<Expr> sides, String advice) {
    return new WeftException(kind, Message.of(what, sides, Origin.here(), advice));
  }

  /** The number in the Java type of its dtype, so that equal constants are equal. */
  static Number normal(Number value, DType dtype) {
    if (dtype == DType.I64 && value instanceof Long) return value;
    return Value.number(dtype, Message.needed("normal: value", value).doubleValue()).value();
  }
}
