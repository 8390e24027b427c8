package tests.fuzz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import weft.runtime.DType;

/** A program as a user would write it in Java, to be pasted into a method and tried. */
final class JavaText {
  private final Program program;
  private final StringBuilder text = new StringBuilder();
  private final Map<Integer, Line> lines = new HashMap<>();
  private final List<String> inputs = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private final List<String> updates = new ArrayList<>();

  private JavaText(Program program) {
    this.program = program;
    for (Line l : program.all()) lines.put(l.id(), l);
  }

  static String of(Program program) {
    return new JavaText(program).print();
  }

  private String print() {
    int symbols = program.calls().isEmpty() ? 0 : program.calls().get(0).length;
    for (int i = 0; i < symbols; i++) text.append("var n%d = dim(\"n%d\");\n".formatted(i, i));
    for (Line l : program.lines()) line(l, "", "");
    text.append("var f = function(").append(String.join(", ", inputs)).append(").returns(")
        .append(String.join(", ", outputs)).append(")");
    if (!updates.isEmpty()) text.append(".updates(").append(String.join(", ", updates)).append(")");
    return text.append(".lanes(").append(program.lanes()).append(").compile();\n").toString();
  }

  private static String dim(int token) {
    return token >= 0 ? Integer.toString(token) : "n" + (-1 - token);
  }

  private static String name(int id) {
    return "v" + id;
  }

  private static List<String> names(Line l) {
    return l.args().stream().map(JavaText::name).toList();
  }

  private static String dtype(Line l) {
    return DType.values()[l.number(0)].name();
  }

  private static String dims(Line l, int from) {
    var text = new StringBuilder();
    for (int i = from; i < l.numbers().size(); i++) text.append(", ").append(dim(l.number(i)));
    return text.toString();
  }

  private void line(Line l, String indent, String step) {
    String made = made(l, indent, step);
    if (made == null) return;
    text.append(indent);
    if (l.id() != 0) text.append("var ").append(name(l.id())).append(" = ");
    text.append(made).append(";\n");
  }

  /** The right side of a line, null where nothing is printed now. */
  private String made(Line l, String indent, String step) {
    String quoted = "\"" + name(l.id()) + "\"";
    switch (l.word()) {
      case "bind", "input":
        inputs.add(name(l.id()));
        return "tensor(" + quoted + ", " + dtype(l) + dims(l, 2) + ")";
      case "count":
        inputs.add(name(l.id()));
        return "scalar(" + quoted + ", I32)";
      case "param":
        return "param(" + quoted + ", " + data(l) + ")";
      case "literal":
        return "constant(" + data(l) + ")";
      case "number":
        return "full(" + l.number(1) / 8.0 + ", " + dtype(l) + ")";
      case "full":
        return "full(" + l.number(1) / 8.0 + ", " + dtype(l) + dims(l, 2) + ")";
      case "arange":
        return "arange(" + dim(l.number(1)) + ", " + dtype(l) + ")";
      case "scan":
        return scan(l, indent);
      case "row":
        return step + ".row(" + l.number(0) + ", " + l.number(1) + ")";
      case "prev":
        return step + ".prev(" + l.number(0) + ", " + l.number(1) + ")";
      case "next", "emit", "until":
        return step + "." + l.word() + "(" + String.join(", ", names(l)) + ")";
      case "stepUpdate":
        return step + ".updates(new Update(parameter(" + name(l.arg(0)) + "), " + name(l.arg(1)) + "))";
      case "last", "all", "emitted", "emittedAligned":
        return name(l.arg(0)) + "." + l.word() + "(" + l.number(0) + ")";
      case "aligned", "withInitial":
        return name(l.arg(0)) + ".carry(" + l.number(0) + ")." + l.word() + "()";
      case "uniform", "normal":
        return stream(l) + "." + l.word() + "(" + dtype(l) + ", 0, 1" + dims(l, 1) + ")";
      case "bernoulli":
        return stream(l) + ".bernoulli(" + dtype(l) + ", full(" + Build.BERNOULLI + ", " + dtype(l) + ")" + dims(l, 1) + ")";
      case "ifElse":
        return "ifElseAll(" + name(l.arg(0)) + ", " + branch(l.body().get(0), indent, step) + ", "
            + branch(l.body().get(1), indent, step) + ")";
      case "chosen":
        return name(l.arg(0)) + ".get(" + l.number(0) + ")";
      case "give":
        return "return List.of(" + String.join(", ", names(l)) + ")";
      case "grad":
        return "gradient(" + name(l.arg(0)) + ").disconnected(ZERO).wrt(List.of("
            + String.join(", ", names(l).subList(1, l.args().size())) + "))";
      case "hessianVector", "jvp", "vjp":
        return l.word() + "(" + String.join(", ", names(l)) + ")";
      case "of":
        return name(l.arg(0)) + ".get(" + l.number(0) + ")";
      case "output":
        outputs.add(name(l.arg(0)));
        return null;
      case "update":
        updates.add("new Update(parameter(" + name(l.arg(0)) + "), " + name(l.arg(1)) + ")");
        return null;
      default:
        return Words.of(l.word()).java(names(l), l.numbers());
    }
  }

  private String data(Line l) {
    var tensor = Data.of(program, l, 0);
    var values = new ArrayList<String>();
    for (double v : tensor.toDoubles()) values.add(Double.toString(v));
    var shape = new StringBuilder();
    for (int extent : tensor.shape()) shape.append(", ").append(extent);
    return "Tensor.ofShape(" + tensor.dtype().name() + ", new double[] {" + String.join(", ", values) + "}"
        + shape + ")";
  }

  private String stream(Line l) {
    return "new RandomStream(\"r" + l.id() + "\", " + (program.seed() * 1009 + l.id()) + ")";
  }

  private String branch(Line branch, String indent, String step) {
    int start = text.length();
    for (Line o : branch.body()) line(o, indent + "  ", step);
    String lines = text.substring(start);
    text.setLength(start);
    return "() -> {\n" + lines + indent + "}";
  }

  private String scan(Line l, String indent) {
    String step = "s" + l.id();
    var head = new StringBuilder("scan()");
    for (Line o : l.body()) if (Build.isOption(o)) head.append(option(l, o));
    head.append(".run(").append(step).append(" -> {\n");
    int start = text.length();
    for (Line o : l.body()) if (!Build.isOption(o)) line(o, indent + "  ", step);
    head.append(text.substring(start)).append(indent).append("})");
    text.setLength(start);
    return head.toString();
  }

  private static String option(Line scan, Line o) {
    String taps = o.numbers().isEmpty() ? "" : ", taps("
        + String.join(", ", o.numbers().stream().map(String::valueOf).toList()) + ")";
    return switch (o.word()) {
      case "over", "carry" -> "." + o.word() + "(" + name(o.arg(0)) + taps + ")";
      case "carryNumber" -> ".carry(" + o.number(0) + ")";
      case "steps" -> ".steps(" + dim(o.number(0)) + ")";
      case "stepsOf" -> ".steps(" + name(o.arg(0)) + ")";
      case "backwards" -> ".backwards()";
      case "record" -> "";
      case "lengths" -> ".lengths(" + scan.body().stream().filter(l -> l.is("over") || l.is("mask")).map(l -> "extent(" + name(l.arg(0))
          + ", 0).minus(" + Build.reach(l) + ")").reduce(name(o.arg(0)), (a, b) -> "minimum(" + a + ", " + b + ")") + ")";
      case "truncate", "checkpoint" -> "." + o.word() + "(" + String.join(", ", o.numbers().stream().map(String::valueOf)
          .toList()) + ")";
      default -> "." + o.word() + "(" + name(o.arg(0)) + ")";
    };
  }
}
