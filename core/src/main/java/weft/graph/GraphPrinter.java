package weft.graph;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import weft.runtime.DType;
import weft.type.TensorType;

/**
 * Prints graphs for people: one line an apply, inputs before users, with the user's names and source lines;
 * what a scan does in a step stands indented below it. Constants are said where they are used.
 *
 * <pre>
 * %1 f32[time, 8] x = input  # ElmanRnn.java:18
 * %2 f32[8, 32] Wx = parameter  # ElmanRnn.java:11
 * %3 f32[time, 32] = dot[ak,kn-&gt;an](x, Wx)  # ElmanRnn.java:24
 * return %3
 * </pre>
 */
public final class GraphPrinter {
  private final StringBuilder text = new StringBuilder();
  private final Map<Expr, String> labels = new HashMap<>();
  private int count;

  private GraphPrinter() {}

  /** The graph that {@code results} need. */
  public static String text(List<Expr> results) {
    var printer = new GraphPrinter();
    printer.scope(List.of(), results, "");
    return printer.text.toString();
  }

  /** The same for one expression. */
  public static String text(Expr... results) {
    return text(List.of(results));
  }

  /** What {@link #text} calls the expressions of a graph and of the graphs inside it; constants are not among them. */
  public static Map<Expr, String> labels(List<Expr> results) {
    var printer = new GraphPrinter();
    printer.scope(List.of(), results, "");
    return printer.labels;
  }

  /** The same in the language of Graphviz; what a scan does in a step is a box around its applies. */
  public static String dot(List<Expr> results) {
    return GraphDot.text(results);
  }

  private void scope(List<Expr> variables, List<Expr> results, String indent) {
    List<Apply> order = Graphs.order(results);
    Set<String> taken = namesGivenOnce(variables, order);
    for (Apply a : order) {
      if (isInline(a) || variables.contains(a.output(0))) continue;
      line(a, taken, indent);
    }
    text.append(indent).append("return ").append(references(results)).append('\n');
  }

  private static Set<String> namesGivenOnce(List<Expr> variables, List<Apply> order) {
    var once = new HashSet<String>();
    var seen = new HashSet<String>();
    for (Expr v : variables) name(v, seen, once);
    for (Apply a : order) for (Expr e : a.outputs()) if (!variables.contains(e)) name(e, seen, once);
    return once;
  }

  private static void name(Expr e, Set<String> seen, Set<String> once) {
    String name = name(e);
    if (name == null) return;
    if (seen.add(name)) once.add(name);
    else once.remove(name);
  }

  private static String name(Expr e) {
    return e.name() == null && e.op() instanceof Leaf.Parametric p ? p.parameter().name() : e.name();
  }

  private void line(Apply a, Set<String> taken, String indent) {
    String number = "%" + ++count;
    boolean one = a.outputs().size() == 1;
    text.append(indent).append(number);
    if (one) text.append(' ').append(declare(a.output(0), number, taken));
    text.append(" = ").append(operation(a));
    if (!a.inputs().isEmpty()) text.append('(').append(references(a.inputs())).append(')');
    if (!a.origin().at().isEmpty()) text.append("  # ").append(a.origin().at());
    text.append('\n');
    for (int i = 0; i < a.op().bodies().size(); i++) body(a.op().bodyName(i), a.op().bodies().get(i), indent + "  ");
    if (one) return;
    for (int i = 0; i < a.outputs().size(); i++) {
      String part = number + "." + i;
      String declared = declare(a.output(i), part, taken);
      text.append(indent).append("  gives ").append(part).append(' ').append(declared).append('\n');
    }
  }

  private void body(String what, Lambda body, String indent) {
    Set<String> taken = namesGivenOnce(body.variables(), Graphs.order(body.results()));
    String list = body.variables().stream().map(v -> "%" + ++count + " " + declare(v, "%" + count, taken))
        .collect(Collectors.joining(", "));
    text.append(indent).append(what).append(" (").append(list).append(")\n");
    scope(body.variables(), body.results(), indent + "  ");
  }

  /**
   * The type and name of an expression, which from here on is called by its name, or by its number where it
   * has none of its own.
   */
  private String declare(Expr e, String number, Set<String> taken) {
    String name = name(e);
    labels.put(e, name != null && taken.contains(name) ? name : number);
    return name == null ? e.type().toString() : e.type() + " " + name;
  }

  private String references(List<Expr> all) {
    return all.stream().map(this::reference).collect(Collectors.joining(", "));
  }

  private String reference(Expr e) {
    return isInline(e.apply()) ? constant((Leaf.Constant) e.op()) : labels.get(e);
  }

  /** Whether it is said where it is used and has no line of its own. */
  public static boolean isInline(Apply a) {
    return a.op() instanceof Leaf.Constant;
  }

  /** A number; with its type where it stands for more than one element. */
  public static String constant(Leaf.Constant c) {
    TensorType type = c.type();
    String number = type.dtype() == DType.BOOL ? String.valueOf(c.value().intValue() != 0)
        : Message.number(c.value());
    return type.rank() == 0 ? number : number + " " + type.dims();
  }

  /** The op and what it is told. */
  static String operation(Apply a) {
    String attributes = a.op().attributes();
    boolean small = a.op() instanceof Leaf.Literal l && l.value().rank() < 2 && l.value().size() <= 8;
    if (small) return "literal " + ((Leaf.Literal) a.op()).value();
    return attributes.isEmpty() ? a.op().name() : a.op().name() + "[" + attributes + "]";
  }
}
