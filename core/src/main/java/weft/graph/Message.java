package weft.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;
import weft.type.TensorType;

/** The text of errors about expressions: what, the two sides with names, types and lines, where, what to change. */
public final class Message {
  private Message() {}

  static String typeProblem(Op op, List<Expr> inputs, Origin origin, TypeProblem problem) {
    return of(op.name() + ": " + problem.getMessage(), inputs, origin, problem.advice());
  }

  /** A message about no expression, but about what the user's source says here. */
  public static String here(String what, String advice) {
    return of(what, List.of(), Origin.here(), advice);
  }

  /** Builds a message from the template. */
  public static String of(String what, List<Expr> sides, Origin origin, String advice) {
    var text = new StringBuilder(what);
    table(text, sides);
    if (!origin.at().isEmpty() && sides.stream().noneMatch(e -> e.apply().origin().at().equals(origin.at()))) {
      text.append("\n  at ").append(origin.at());
    }
    for (int i = origin.steps().size() - 1; i >= 0; i--) text.append("\n  in the scan step at ").append(origin.steps().get(i));
    if (!advice.isEmpty()) text.append("\n  ").append(advice);
    if (!advice.contains("make the dimension once")) text.append(namesakes(sides));
    return text.toString();
  }

  /**
   * What the user gave.
   *
   * @param what the word and the argument, for the error
   * @throws WeftException of kind ARGUMENT if it is null
   */
  public static <T> T needed(String what, T given) {
    if (given == null) throw new WeftException(Kind.ARGUMENT, here(what + " is null", "Null stands for nothing here."));
    return given;
  }

  /** The same, for a call of a function: its text is made only where it is said, for a call allocates nothing. */
  public static <T> T needed(String function, String what, T given) {
    return given != null ? given : needed(function + ": " + what, given);
  }

  /** The same for a list or an array and all that is in it. */
  public static <T> List<T> neededAll(String what, List<T> given) {
    for (T one : needed(what, given)) needed("one of " + what, one);
    return given;
  }

  /** The same for an array. */
  public static <T> List<T> neededAll(String what, T[] given) {
    return neededAll(what, Arrays.asList(needed(what, given)));
  }

  /** Operands as a list, none of them null. */
  public static List<Expr> operands(String what, Expr... given) {
    return neededAll(what + ": operands", given);
  }

  /**
   * What to change where two types have to be equal and one has a dimension of any extent where the other has a number, as a parameter has
   * whose shape never changes; else nothing.
   */
  public static String openAndFixed(TensorType one, TensorType other) {
    for (int i = 0; one.rank() == other.rank() && i < one.rank(); i++) {
      boolean differ = one.dim(i).isConstant() != other.dim(i).isConstant();
      if (differ) return "\n  " + openAndFixed(one.dim(i), other.dim(i)) + ".";
    }
    return "";
  }

  /** The same of two dimensions, one of which is a number, as the beginning of a sentence. */
  public static String openAndFixed(Dim one, Dim other) {
    Dim open = one.isConstant() ? other : one;
    Dim fixed = one.isConstant() ? one : other;
    return open + " is whatever a call gives, the other side always " + fixed + ". Declare inputs with " + fixed + " in place of "
        + open.symbols().iterator().next().name() + ", as a parameter needs it, whose shape never changes";
  }

  /** What to say where two dimensions bear one name, which look as if they were equal; else nothing. */
  private static String namesakes(List<Expr> sides) {
    var named = new HashMap<String, Symbol>();
    for (Expr e : sides) {
      for (Dim d : e.type().dims()) {
        for (Symbol s : d.symbols()) {
          Symbol other = s.definition() instanceof Symbol.Free ? named.putIfAbsent(s.name(), s) : null;
          if (other != null && other != s) {
            return "\n  There are two dimensions called " + s.name() + ". If they are equal by nature, make the dimension once, var " + s.name()
                + " = dim(\"" + s.name() + "\"), and give it to both.";
          }
        }
      }
    }
    return "";
  }

  private static void table(StringBuilder text, List<Expr> sides) {
    var rows = new ArrayList<String[]>();
    for (Expr e : sides) rows.add(new String[] {label(e), e.type().toString(), role(e), e.apply().origin().at()});
    int[] width = new int[3];
    for (String[] row : rows) for (int i = 0; i < 3; i++) width[i] = Math.max(width[i], row[i].length());
    for (String[] row : rows) {
      var line = new StringBuilder("\n    ");
      for (int i = 0; i < 3; i++) line.append(row[i]).append(" ".repeat(width[i] - row[i].length() + 3));
      if (!row[3].isEmpty()) line.append("at ").append(row[3]);
      text.append(line.toString().stripTrailing());
    }
  }

  /** How an expression is called in errors and dumps: its name, or its formula cut short. */
  public static String label(Expr e) {
    if (e.name() != null) return e.name();
    if (e.op() instanceof Leaf.Constant c) return number(c.value());
    if (e.op() instanceof Leaf.Parametric p) return p.parameter().name();
    return e.op().name() + (e.apply().inputs().isEmpty() ? "" : "(…)");
  }

  private static String role(Expr e) {
    if (e.op() instanceof Leaf.Variable v) return v.role();
    if (e.op() instanceof Leaf) return e.op().name();
    return e.name() == null ? "" : e.op().name() + "(…)";
  }

  /** A constant as people write it. */
  public static String number(Number value) {
    double d = value.doubleValue();
    return d == Math.rint(d) && Math.abs(d) < 1e15 ? Long.toString((long) d) : value.toString();
  }
}
