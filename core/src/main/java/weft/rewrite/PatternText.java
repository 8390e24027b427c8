package weft.rewrite;

import java.util.stream.Collectors;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.op.Broadcast;
import weft.op.Reshape;
import weft.op.Scalar;
import weft.runtime.DType;

/** The text of a pattern as people write equations; broadcasting goes without saying. */
final class PatternText {
  private static final int SUM = 1;
  private static final int PRODUCT = 2;
  private static final int SIGN = 3;
  private static final int ATOM = 4;

  private PatternText() {}

  static String of(Expr e) {
    return at(e, 0);
  }

  private static String at(Expr e, int binding) {
    if (e.op() instanceof Broadcast || e.op() instanceof Reshape) return at(e.apply().input(0), binding);
    int own = binding(e);
    String text = switch (e.op().name()) {
      case "plus" -> infix(e, " + ", SUM, PRODUCT);
      case "minus" -> infix(e, " - ", SUM, PRODUCT);
      case "times" -> infix(e, " · ", PRODUCT, SIGN);
      case "div" -> infix(e, " / ", PRODUCT, SIGN);
      case "neg" -> "-" + at(e.apply().input(0), SIGN);
      default -> call(e);
    };
    return own < binding ? "(" + text + ")" : text;
  }

  private static int binding(Expr e) {
    if (e.op() == Scalar.ADD || e.op() == Scalar.SUB) return SUM;
    if (e.op() == Scalar.MUL || e.op() == Scalar.DIV) return PRODUCT;
    return e.op() == Scalar.NEG ? SIGN : ATOM;
  }

  private static String infix(Expr e, String sign, int left, int right) {
    return at(e.apply().input(0), left) + sign + at(e.apply().input(1), right);
  }

  private static String call(Expr e) {
    if (e.op() instanceof Leaf.Constant c && e.dtype() == DType.BOOL) {
      return String.valueOf(c.value().intValue() != 0);
    }
    if (e.apply().inputs().isEmpty()) return Message.label(e);
    return e.op().name()
        + e.apply().inputs().stream().map(PatternText::of).collect(Collectors.joining(", ", "(", ")"));
  }
}
