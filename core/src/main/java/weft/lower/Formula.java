package weft.lower;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.op.ElementRule;
import weft.op.Extent;
import weft.op.Scalar;
import weft.op.Slice;
import weft.type.Dim;

/** What a kernel computes, in the words of the graph. */
final class Formula {
  private static final int DEPTH = 4;

  private Formula() {}

  static String of(List<Unit> members) {
    var parts = new ArrayList<String>();
    for (Unit u : members) {
      if (!u.places.isEmpty()) parts.add(Message.label(u.expr) + " = " + text(u.expr, DEPTH, true));
    }
    return String.join("; ", parts);
  }

  static String of(Expr e) {
    return text(e, DEPTH, true);
  }

  private static String text(Expr e, int depth, boolean open) {
    if (!open && e.name() != null || e.op() instanceof Leaf || depth == 0) return Message.label(e);
    List<Expr> in = e.apply().inputs();
    if (e.op() instanceof Scalar s) {
      Object[] parts = in.stream().map(i -> text(i, depth - 1, false)).toArray();
      for (int i = 0; i < parts.length; i++) {
        if (s.fun().isOperator() && parts[i].toString().contains(" ")) parts[i] = "(" + parts[i] + ")";
      }
      return String.format(s.fun().form(), parts);
    }
    if (e.op() instanceof Extent extent) return extent.of().toString();
    if (e.op() instanceof Slice slice) return text(in.get(0), depth, false) + part(slice);
    if (e.op() instanceof ElementRule rule && rule.isView()) return text(in.get(0), depth, false);
    return e.op().name() + "(" + String.join(", ", in.stream().map(i -> text(i, depth - 1, false)).toList()) + ")";
  }

  /** As NumPy writes it: {@code [:, 6:12]}. */
  private static String part(Slice slice) {
    Dim end = slice.from().plus(slice.extent().times(slice.step()));
    return "[" + ":, ".repeat(slice.axis()) + slice.from() + ":" + end + (slice.step() == 1 ? "" : ":" + slice.step()) + "]";
  }
}
