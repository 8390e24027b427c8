package weft.loop;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import weft.type.Symbol;

/**
 * Loop programs as text for people: Java-like, one statement a line. Nothing reads it back, except that line
 * numbers in the stack traces of generated classes point into it.
 *
 * <p>{@code x[i : 16]} are the 16 elements from i, {@code f32x16(a)} is a number in 16 lanes, {@code (f64) a}
 * converts, and one argument to {@code sum}, {@code product}, {@code min} or {@code max} means over its lanes.
 */
public final class LoopPrinter implements Stmt.Visitor {
  private static final int WIDTH = 110;

  private final Names names = new Names();
  private final Names kernelNames = new Names();
  private final ValueText values = new ValueText(names);
  private final List<String> lines = new ArrayList<>();
  private final Map<Stmt, Integer> lineOf = new IdentityHashMap<>();
  private int depth;

  private LoopPrinter() {}

  /**
   * A printed program.
   *
   * @param lineOf the line of each statement, from 1, by identity; the first one of a statement that stands in
   *     several places
   */
  public record Listing(List<String> lines, Map<Stmt, Integer> lineOf) {
    /** The lines as one text. */
    public String text() {
      return String.join("\n", lines) + "\n";
    }
  }

  /** The text of a program, and which line each statement stands in. */
  public static Listing listing(LoopProgram program) {
    var printer = new LoopPrinter();
    printer.header(program);
    for (Kernel kernel : program.kernels()) {
      printer.lines.add("");
      printer.kernel(kernel);
    }
    return new Listing(List.copyOf(printer.lines), printer.lineOf);
  }

  /** The text of a program, line by line. */
  public static List<String> lines(LoopProgram program) {
    return listing(program).lines();
  }

  /** The text of a program. */
  public static String text(LoopProgram program) {
    return listing(program).text();
  }

  /** The text of a kernel. */
  public static String text(Kernel kernel) {
    var printer = new LoopPrinter();
    printer.kernel(kernel);
    return String.join("\n", printer.lines);
  }

  /** The text of a statement. */
  public static String text(Stmt stmt) {
    var printer = new LoopPrinter();
    stmt.accept(printer);
    return String.join("\n", printer.lines);
  }

  /** The text of a value. */
  public static String text(Value value) {
    return new ValueText(new Names()).text(value);
  }

  private void header(LoopProgram program) {
    for (Symbol s : program.symbols()) names.of(s, s.name());
    List<String> buffers = program.buffers().stream().map(this::declaration).toList();
    String line = program.name() + "(" + String.join(", ", buffers) + ")";
    if (line.length() <= WIDTH) {
      line(line);
    } else {
      line(program.name() + "(");
      for (int i = 0; i < buffers.size(); i++) line("    " + buffers.get(i) + (i < buffers.size() - 1 ? "," : ")"));
    }
    String found = program.symbols().stream().filter(s -> !Sizes.isComputed(s)).map(this::symbol)
        .collect(Collectors.joining(", "));
    if (!found.isEmpty()) line("sizes " + found);
  }

  private String declaration(Buffer b) {
    String role = b.role().name().toLowerCase(Locale.ROOT);
    return names.of(b, b.name()) + " " + b.dtype() + "[" + values.text(b.size()) + "] " + role;
  }

  private String symbol(Symbol s) {
    String name = names.of(s, s.name());
    if (s.definition() instanceof Symbol.Measured) return name + " measured";
    if (s.definition() instanceof Symbol.Changed c) {
      return name + " changed(" + c.parameters().stream().map(p -> p.name()).collect(Collectors.joining(", ")) + ")";
    }
    return name;
  }

  private void kernel(Kernel kernel) {
    var title = new StringBuilder(kernel.kind() == Kernel.Kind.DRIVER ? "driver " : "kernel ");
    title.append(kernelNames.of(kernel, kernel.name()));
    if (!kernel.formula().isEmpty()) title.append("  # ").append(kernel.formula());
    if (!kernel.origin().isEmpty()) title.append("   at ").append(kernel.origin());
    line(title.toString());
    inside(kernel.body());
  }

  /** Prints a body one step further in; names that it introduces end with it. */
  private void inside(Stmt body) {
    int scope = names.enter();
    depth++;
    body.accept(this);
    depth--;
    names.leave(scope);
  }

  private void line(String text) {
    lines.add("  ".repeat(depth) + text);
  }

  private void line(Stmt stmt, String text) {
    lineOf.putIfAbsent(stmt, lines.size() + 1);
    line(text);
  }

  @Override
  public void block(Stmt.Block s) {
    lineOf.putIfAbsent(s, lines.size() + 1);
    int scope = names.enter();
    for (Stmt each : s.stmts()) each.accept(this);
    names.leave(scope);
  }

  @Override
  public void loop(Stmt.For s) {
    String from = values.text(s.from());
    String to = values.text(s.to());
    List<String> starts = s.along().stream().map(a -> values.text(a.from())).toList();
    int scope = names.enter();
    var text = new StringBuilder("for ").append(names.of(s.var(), s.var().name())).append(" in ").append(from)
        .append(" .. ").append(to);
    if (s.step() != 1) text.append(" step ").append(s.step());
    for (int i = 0; i < starts.size(); i++) {
      Stmt.Along along = s.along().get(i);
      text.append(", ").append(names.of(along.var(), along.var().name())).append(" from ").append(starts.get(i));
      if (along.step() != 1) text.append(" step ").append(along.step());
    }
    if (s.order() != Stmt.Order.SEQUENTIAL) text.append(" ").append(s.order().name().toLowerCase(Locale.ROOT));
    line(s, text.toString());
    inside(s.body());
    names.leave(scope);
  }

  @Override
  public void loop(Stmt.While s) {
    line(s, "while " + values.text(s.condition()));
    inside(s.body());
  }

  @Override
  public void branch(Stmt.If s) {
    line(s, "if " + values.text(s.condition()));
    inside(s.then());
    if (s.otherwise() instanceof Stmt.Block b && b.stmts().isEmpty()) return;
    line("else");
    inside(s.otherwise());
  }

  @Override
  public void declare(Stmt.Declare s) {
    Local local = s.local();
    String value = values.text(s.value());
    line(s, ValueText.type(local.dtype(), local.lanes()) + " " + names.of(local, local.name()) + " = " + value);
  }

  @Override
  public void assign(Stmt.Assign s) {
    line(s, names.of(s.local(), s.local().name()) + " = " + values.text(s.value()));
  }

  @Override
  public void store(Stmt.Store s) {
    store(s, s.buffer(), values.text(s.index()), s.value());
  }

  @Override
  public void scatter(Stmt.Scatter s) {
    store(s, s.buffer(), values.place(s.base(), s.stride(), s.at()), s.value());
  }

  private void store(Stmt s, Buffer buffer, String index, Value value) {
    line(s, "store " + ValueText.range(buffer, index, value.lanes(), names) + " = " + values.text(value));
  }

  @Override
  public void measure(Stmt.Measure s) {
    line(s, "measure " + names.of(s.symbol(), s.symbol().name()) + " = " + values.text(s.value()));
  }

  @Override
  public void require(Stmt.Require s) {
    String message = "\"" + s.message().replace("\n", "\\n") + "\"";
    line(s, "require " + values.text(s.condition()) + " else " + s.kind() + " " + message
        + (s.subjects().isEmpty() ? "" : " with " + String.join(", ", s.subjects().stream().map(values::text).toList())));
  }

  @Override
  public void print(Stmt.Print s) {
    String message = "\"" + s.message().replace("\n", "\\n") + "\"";
    line(s, "print " + message + " " + names.of(s.buffer(), s.buffer().name()) + "[" + values.text(s.from()) + "] as "
        + s.shape().stream().map(values::text).toList() + (s.steps().isEmpty() ? "" : " at step "
        + s.steps().stream().map(values::text).toList()));
  }

  @Override
  public void clock(Stmt.Clock s) {
    line(s, (s.stops() ? "stop " : "start ") + names.of(s.buffer(), s.buffer().name()) + "[" + s.at() + "]");
  }

  @Override
  public void meet(Stmt.Meet s) {
    line(s, "meet");
  }

  @Override
  public void fence(Stmt.Fence s) {
    line(s, "fence");
  }

  @Override
  public void run(Stmt.Run s) {
    line(s, "run " + kernelNames.of(s.kernel(), s.kernel().name()));
  }
}
