package weft.lower;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.loop.Fun;
import weft.op.ElementRule;
import weft.op.Extent;
import weft.op.Scalar;
import weft.op.Scan;
import weft.op.Slice;
import weft.op.Place;
import weft.runtime.Parameter;
import weft.type.Dim;

/** What a kernel computes, in the words of the graph, with no more brackets than arithmetic needs. */
final class Formula {
  private static final int DEPTH = 4;
  private static final int LOOSE = 0;
  private static final int UNARY = 8;
  private static final int ATOM = 9;

  /**
   * A part of a formula.
   *
   * @param level how tightly it holds together
   */
  private record Text(String text, int level) {
    String atLeast(int wanted) {
      return level >= wanted ? text : "(" + text + ")";
    }
  }

  private Formula() {}

  static String of(List<Unit> members) {
    var parts = new ArrayList<String>();
    for (Unit u : members) {
      if (!u.places.isEmpty()) parts.add(target(u.expr, u.places.get(0)) + " = " + of(u.expr));
    }
    return String.join("; ", parts);
  }

  /** What is given a value: the parameter where a new value goes, else the expression. */
  private static String target(Expr e, Place place) {
    return place.buffer().source() instanceof Parameter p ? p.name() : Message.label(e);
  }

  /** What a kernel is called that computes an expression there. */
  static String title(Expr e, Place place) {
    return place.buffer().source() instanceof Parameter p ? "update_" + p.name() : name(e);
  }

  /** What a kernel says that moves an expression there. */
  static String copy(Expr e, Place place) {
    return place.buffer().source() instanceof Parameter p ? p.name() + " becomes " + name(e) : "copy of " + name(e);
  }

  /** How an expression is called where it is read, which for what a scan leaves is the name of its buffer. */
  static String name(Expr e) {
    return text(e, 0, false).text;
  }

  static String of(Expr e) {
    return text(e, DEPTH, true).text;
  }

  /** {@code dot(…) = x·W}. */
  static String product(Expr out, Expr a, Expr b) {
    return Message.label(out) + " = " + factor(a) + "·" + factor(b);
  }

  /** Names, parts of them and what ops make of them; of what is longer the op alone. */
  private static String factor(Expr e) {
    return text(e, e.op() instanceof Scalar ? 0 : 1, false).atLeast(ATOM);
  }

  private static Text text(Expr e, int depth, boolean open) {
    if (!open && e.name() != null || e.op() instanceof Leaf) return label(e);
    if (e.op() instanceof Scan scan) return row(scan, e);
    if (e.op() instanceof Extent extent) return extent(extent.of());
    if (depth == 0) return label(e);
    List<Expr> in = e.apply().inputs();
    if (e.op() instanceof Scalar s) return scalar(s.fun(), in.stream().map(i -> text(i, depth - 1, false)).toList());
    if (e.op() instanceof Slice slice) return new Text(seen(e, depth).atLeast(ATOM) + part(slice), ATOM);
    if (e.op() instanceof ElementRule rule && rule.isView()) return seen(e, depth);
    List<String> parts = in.stream().map(i -> text(i, depth - 1, false).text).toList();
    return new Text(e.op().name() + "(" + String.join(", ", parts) + ")", ATOM);
  }

  /** What a view shows, however many there are one behind the other. */
  private static Text seen(Expr view, int depth) {
    Expr e = view.apply().input(0);
    while (e.name() == null && !(e.op() instanceof Slice) && e.op() instanceof ElementRule rule && rule.isView()) e = e.apply().input(0);
    return text(e, e.op() instanceof Slice ? depth - 1 : depth, false);
  }

  private static Text scalar(Fun fun, List<Text> arguments) {
    int own = level(fun);
    var parts = new Object[arguments.size()];
    for (int i = 0; i < parts.length; i++) {
      int wanted = own == ATOM ? LOOSE : i == 0 && own != UNARY ? own : own + 1;
      parts[i] = arguments.get(i).atLeast(wanted);
    }
    return new Text(String.format(fun.form(), parts), own);
  }

  private static int level(Fun fun) {
    return switch (fun) {
      case SELECT -> LOOSE;
      case OR -> 1;
      case XOR -> 2;
      case AND -> 3;
      case EQ, NE, LT, LE, GT, GE -> 4;
      case SHIFT_LEFT, SHIFT_RIGHT -> 5;
      case ADD, SUB -> 6;
      default -> !fun.isOperator() ? ATOM : fun.arity() == 1 ? UNARY : 7;
    };
  }

  /** Names may be formulas themselves, such as {@code d loss/d W}. */
  private static Text label(Expr e) {
    String label = Message.label(e);
    boolean formula = e.name() != null && label.replaceAll("\\(.*\\)", "").matches(".*[-+*/·].*");
    return new Text(label, formula ? LOOSE : label.startsWith("-") ? UNARY : ATOM);
  }

  private static Text extent(Dim d) {
    boolean plain = d.isConstant() || d.terms().size() == 1 && d.terms().get(0).coefficient() == 1 && d.symbols().size() == 1;
    return new Text(d.toString(), plain ? ATOM : LOOSE);
  }

  /** What a scan leaves is called as the buffer is that holds it: like the carry, or like what is stacked. */
  private static Text row(Scan scan, Expr e) {
    int i = e.index();
    if (i < 2 * scan.carries()) return new Text(carry(scan, i % scan.carries()), ATOM);
    Expr row = scan.stackedResult(i - 2 * scan.carries());
    return label(row);
  }

  /** What a carry is called. */
  static String carry(Scan scan, int i) {
    String name = scan.carryVariable(i).name();
    return name == null ? Message.label(scan.carryResult(i)) : name;
  }

  /** As NumPy writes it: {@code [:, 6:12]}. */
  private static String part(Slice slice) {
    Dim end = slice.from().plus(slice.extent().times(slice.step()));
    return "[" + ":, ".repeat(slice.axis()) + slice.from() + ":" + end + (slice.step() == 1 ? "" : ":" + slice.step()) + "]";
  }
}
