package weft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.loop.LoopProgram;
import weft.lower.Lowering;
import weft.op.Extent;
import weft.op.Scan;
import weft.pipeline.Compiler;
import weft.pipeline.FunctionSpec;
import weft.pipeline.Options;
import weft.runtime.Parameter;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;

/** A function being described: inputs, outputs, updates; {@link #compile} makes it callable. */
public final class FunctionBuilder {
  /** What to do with an input that no output and no update needs. */
  public enum Unused { RAISE, WARN, IGNORE }

  private final List<Expr> inputs;
  private final List<Expr> outputs = new ArrayList<>();
  private final List<Update> updates = new ArrayList<>();
  private final Origin origin = Origin.here();
  private String name = "function";
  private Unused unused = Unused.RAISE;
  private Predicate<Parameter> frozen = p -> false;
  private Options options = Options.DEFAULT;

  private FunctionBuilder(List<Expr> inputs) {
    this.inputs = inputs;
  }

  /** A function of these inputs, in the order of its arguments. */
  public static FunctionBuilder function(Expr... inputs) {
    return new FunctionBuilder(List.of(inputs));
  }

  /** Adds outputs. */
  public FunctionBuilder returns(Expr... results) {
    outputs.addAll(Arrays.asList(results));
    return this;
  }

  /** Adds updates, which take effect together at the end of each call. */
  public FunctionBuilder updates(List<Update> more) {
    updates.addAll(more);
    return this;
  }

  /** Adds updates, which take effect together at the end of each call. */
  public FunctionBuilder updates(Update... more) {
    return updates(Arrays.asList(more));
  }

  /**
   * Leaves parameters as they are although they have a default update or a scan in the function updates them; what
   * {@link #updates} says is done all the same.
   *
   * @param parameters expressions that param returned; none for all parameters
   */
  public FunctionBuilder withoutDefaultUpdates(Expr... parameters) {
    frozen = frozen.or(Update.frozen(List.of(parameters)));
    return this;
  }

  /** Names the function in errors, dumps and generated code. */
  public FunctionBuilder named(String name) {
    this.name = name;
    return this;
  }

  /** Says what to do with an input that nothing needs; without, it is an error. */
  public FunctionBuilder onUnusedInput(Unused what) {
    this.unused = what;
    return this;
  }

  /** Compiles without rewriting the graph first: slower, and every op as it was written. */
  public FunctionBuilder withoutRewrites() {
    options = options.withRewrite(false);
    return this;
  }

  /** Uses vectors of so many floats, 1 for none, instead of what the machine offers. */
  public FunctionBuilder lanes(int floats) {
    options = options.withLanes(floats);
    return this;
  }

  /** Compiles to bytecode where the module {@code weft-codegen} is there, else for the interpreter. */
  public CompiledFunction compile() {
    return compiled(options);
  }

  public CompiledFunction compile(Backend backend) {
    return compiled(options.with(backend.word()));
  }

  private CompiledFunction compiled(Options how) {
    return new CompiledFunction(Compiler.compile(spec(), how), how);
  }

  Options options() {
    return options;
  }

  FunctionSpec spec() {
    if (outputs.isEmpty() && updates.isEmpty()) {
      throw new WeftException(Kind.ARGUMENT, name + ": returns nothing and updates nothing" + at()
          + "\n  Say what it is for with returns(…) or updates(…).");
    }
    checkInputs();
    var told = new LinkedHashMap<Parameter, Expr>();
    for (Update u : updates) {
      if (told.put(u.parameter(), u.value()) != null) {
        throw new WeftException(Kind.DUPLICATE, name + ": two updates of parameter " + u.parameter().name() + at()
            + "\n  Combine them into one expression.");
      }
    }
    var assignments = new ArrayList<Lowering.Assignment>();
    new ImplicitUpdates(name, origin, told, frozen, 0, e -> e).of(outputs)
        .forEach((p, value) -> assignments.add(new Lowering.Assignment(p, value)));
    var spec = new FunctionSpec(name, inputs, outputs, assignments);
    checkLeaves(spec);
    return spec;
  }

  private String at() {
    return origin.at().isEmpty() ? "" : "\n  at " + origin.at();
  }

  private void checkInputs() {
    var seen = new HashSet<Expr>();
    for (Expr input : inputs) {
      if (input.op() instanceof Leaf.Parametric p) {
        throw new WeftException(Kind.ARGUMENT, Message.of(name + ": parameter " + p.parameter().name() + " cannot be an input",
            List.of(input), origin, "Parameters are read by themselves; leave it out."));
      }
      if (!(input.op() instanceof Leaf.Input)) {
        throw new WeftException(Kind.ARGUMENT, Message.of(name + ": " + Message.label(input) + " is not an input",
            List.of(input), origin, "Declare inputs with scalar, vector, matrix or tensor."));
      }
      if (!seen.add(input)) {
        throw new WeftException(Kind.DUPLICATE, Message.of(name + ": input " + Message.label(input) + " is given twice",
            List.of(input), origin, "Give each input once."));
      }
    }
  }

  private void checkLeaves(FunctionSpec spec) {
    var used = new HashSet<Expr>();
    for (Apply a : Graphs.order(spec.results())) {
      if (a.op() instanceof Leaf.Variable v) {
        throw new WeftException(Kind.MISSING_INPUT, Message.of(name + ": " + Message.label(a.output(0))
            + " exists only inside a scan's step", List.of(a.output(0)), origin, "Use what the scan returns."));
      }
      if (!(a.op() instanceof Leaf.Input)) continue;
      used.add(a.output(0));
      if (!inputs.contains(a.output(0))) {
        throw new WeftException(Kind.MISSING_INPUT, Message.of(name + ": input " + Message.label(a.output(0))
            + " is needed but not given", List.of(a.output(0)), origin, "Add it to function(…)."));
      }
    }
    for (Expr input : inputs) if (!used.contains(input)) unused(input, used, spec);
  }

  private void unused(Expr input, Set<Expr> used, FunctionSpec spec) {
    if (unused == Unused.IGNORE || bindsADimension(input, used, spec)) return;
    String text = Message.of(name + ": input " + Message.label(input) + " is not used", List.of(input), origin,
        "Leave it out, or say onUnusedInput(IGNORE).");
    if (unused == Unused.RAISE) throw new WeftException(Kind.UNUSED_INPUT, text);
    System.getLogger("weft").log(System.Logger.Level.WARNING, text);
  }

  /** An input may be there only for its shape, or because its value is a number of steps. */
  private boolean bindsADimension(Expr input, Set<Expr> used, FunctionSpec spec) {
    var needed = new HashSet<Symbol>();
    var open = new ArrayList<>(List.of(spec.results()));
    while (!open.isEmpty()) {
      for (Apply a : Graphs.order(open.remove(open.size() - 1))) {
        for (Expr out : a.outputs()) for (Dim d : out.type().dims()) need(d, needed);
        if (a.op() instanceof Extent e) need(e.of(), needed);
        if (a.op() instanceof Scan s) need(s.most(), needed);
        a.op().bodies().forEach(b -> open.add(b.results()));
      }
    }
    for (Expr other : used) for (Dim d : other.type().dims()) needed.removeAll(d.symbols());
    for (Symbol s : needed) if (s.definition() instanceof Symbol.Given g && g.input() == input.op()) return true;
    return input.type().dims().stream().anyMatch(d -> !Collections.disjoint(d.symbols(), needed));
  }

  private static void need(Dim dim, Set<Symbol> needed) {
    for (Symbol s : dim.symbols()) if (needed.add(s)) for (Dim part : LoopProgram.parts(s)) need(part, needed);
  }
}
