package weft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import weft.graph.Expr;
import weft.graph.Message;
import weft.graph.Origin;
import weft.pipeline.Compiler;
import weft.pipeline.Door;
import weft.pipeline.FunctionSpec;
import weft.pipeline.KernelRun;
import weft.pipeline.Memories;
import weft.pipeline.Monitor;
import weft.pipeline.Options;
import weft.pipeline.PassChoice;
import weft.rewrite.ScanMerge;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;

/** A function being described: inputs, outputs, updates; {@link #compile} makes it callable. */
public final class FunctionBuilder {
  /** What to do with an input that no output and no update needs. */
  public enum Unused {
    /** An error of kind UNUSED_INPUT. */
    RAISE,
    /** A line on the log. */
    WARN,
    /** Nothing. */
    IGNORE
  }

  private final List<Expr> inputs;
  private final List<Expr> outputs = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<Update> updates = new ArrayList<>();
  private final Givens givens = new Givens();
  private final Map<Expr, Object> defaults = new HashMap<>();
  private final Origin origin = Origin.here();
  private String name = "function";
  private Unused unused = Unused.RAISE;
  private Predicate<Parameter> frozen = p -> false;
  private Boolean downcast;
  private Set<Symbol> specialised = Set.of();
  private Options options = Mode.fromProperty().in(Options.DEFAULT).withWatch(Guard.fromProperty())
      .withProfiled(Boolean.getBoolean("weft.profile")).withThreads(Math.max(1, Integer.getInteger("weft.threads", 1)))
      .withPasses(PassNames.fromProperty());

  private FunctionBuilder(List<Expr> inputs) {
    this.inputs = inputs;
  }

  /**
   * A function of these inputs, in the order of its arguments. An input may be any expression that is no parameter and no constant:
   * its argument is what the graph goes on with, and what it was made of is not computed for it.
   */
  public static FunctionBuilder function(Expr... inputs) {
    return new FunctionBuilder(List.copyOf(Message.neededAll("function: inputs", inputs)));
  }

  /** Adds outputs. */
  public FunctionBuilder returns(Expr... results) {
    for (Expr result : Message.neededAll("returns: results", results)) add(null, result);
    return this;
  }

  /** Adds an output with a name to find it by. */
  public FunctionBuilder returns(String name, Expr result) {
    if (names.contains(name)) {
      throw new WeftException(Kind.DUPLICATE, Message.of("returns: two outputs are called " + name, List.of(result), Origin.here(),
          "Name them apart."));
    }
    add(name, result);
    return this;
  }

  /** Adds outputs with names, in the order of the map. */
  public FunctionBuilder returns(Map<String, Expr> results) {
    Message.needed("returns: the map of results", results).forEach(this::returns);
    return this;
  }

  /**
   * Adds the components of a record as outputs with their names.
   *
   * @throws WeftException of kind ARGUMENT if a component is no expression
   */
  public FunctionBuilder returns(Record results) {
    Results.parts(Message.needed("returns: the record of results", results)).forEach(this::returns);
    return this;
  }

  private void add(String name, Expr result) {
    outputs.add(Message.needed("returns: a result", result));
    names.add(name);
  }

  /**
   * Computes with another value wherever the graph has this expression: an input, a parameter or anything between. All givens take
   * effect together; a parameter that is no longer read loses its default update.
   *
   * <p>A dimension that is known only at the call becomes, in the whole function, what the value has in its place: with a batch of
   * {@code b} rows given for an input of {@code dim("n")} rows, everything of {@code n} rows has {@code b}, other inputs too. So
   * {@code given(x, data.at(window(i.times(b), b)))} computes with batch {@code i} of a parameter that holds all rows.
   *
   * @param value an expression of the same dtype and rank, which may read what it is given for, a tensor, a parameter, or a number for
   *     all elements
   * @throws WeftException of kind DTYPE or SHAPE if the types differ in more than that, or two values say two things of one dimension;
   *     of kind DUPLICATE if something is given already; when compiled, of kind ARGUMENT if a value depends on what another value is
   *     given for, of kind SHAPE if it reads an input whose dimensions it changes
   */
  public FunctionBuilder given(Expr what, Object value) {
    givens.add(Message.needed("given: what is given another value", what), value);
    return this;
  }

  /** Computes with other values, as {@link #given}. */
  public FunctionBuilder givens(Map<Expr, ?> values) {
    Message.needed("givens: the map", values).forEach(this::given);
    return this;
  }

  /**
   * The argument of an input that a call does not give.
   *
   * @param value a tensor, a Java number or a Java array, of which a copy is kept
   * @throws WeftException of kind ARGUMENT if the function has no such input
   */
  public FunctionBuilder withDefault(Expr input, Object value) {
    if (!inputs.contains(Message.needed("withDefault: the input", input))) {
      throw new WeftException(Kind.ARGUMENT, Message.of(name + ": a default for " + Message.label(input) + ", which is no input",
          List.of(input), Origin.here(), "Add it to function(…), or use given(…)."));
    }
    defaults.put(input, value);
    return this;
  }

  /**
   * Says what becomes of arguments that an input's dtype cannot hold. With true they are cast silently, as Java casts, whatever they
   * lose; with false not even a Java double becomes an f32 scalar unless it is one. Without either that alone is allowed.
   */
  public FunctionBuilder allowInputDowncast(boolean allow) {
    this.downcast = allow;
    return this;
  }

  /** Adds updates, which take effect together at the end of each call. */
  public FunctionBuilder updates(List<Update> more) {
    updates.addAll(Message.neededAll("updates", more));
    return this;
  }

  /** Adds updates, which take effect together at the end of each call. */
  public FunctionBuilder updates(Update... more) {
    return updates(Arrays.asList(Message.needed("updates", more)));
  }

  /**
   * Leaves parameters as they are although they have a default update or a scan in the function updates them; what
   * {@link #updates} says is done all the same.
   *
   * @param parameters expressions that param returned; none for all parameters
   */
  public FunctionBuilder withoutDefaultUpdates(Expr... parameters) {
    frozen = frozen.or(Update.frozen(Message.neededAll("withoutDefaultUpdates: parameters", parameters)));
    return this;
  }

  /** Names the function in errors, dumps and generated code. */
  public FunctionBuilder named(String name) {
    this.name = Message.needed("named: the name", name);
    return this;
  }

  /** Says what to do with an input that nothing needs; without, it is an error. */
  public FunctionBuilder onUnusedInput(Unused what) {
    this.unused = Message.needed("onUnusedInput: what to do", what);
    return this;
  }

  /** Says what to compile for; without, {@code -Dweft.mode} does, and without that it is {@link Mode#FAST}. */
  public FunctionBuilder mode(Mode mode) {
    options = Message.needed("mode", mode).in(options);
    return this;
  }

  /** Compiles without rewriting the graph first: slower, and every op as it was written. */
  public FunctionBuilder withoutRewrites() {
    options = options.withRewrites(Options.Rewrites.NONE);
    return this;
  }

  /**
   * Leaves passes out that the mode has, to find out what they do: the function computes the same, up to rounding. {@link Mode#passes} has
   * their names; without, {@code -Dweft.without=scan-hoist,share} says for all functions. Of what is said of one pass the last holds.
   *
   * @throws WeftException of kind ARGUMENT for a name that no pass has, and for a pass that the lowering cannot do without
   */
  public FunctionBuilder withoutPasses(String... names) {
    PassChoice choice = options.passes();
    for (String pass : Message.neededAll("withoutPasses: names", names)) {
      choice = PassNames.without(name + ": withoutPasses", choice, pass);
    }
    options = options.withPasses(choice);
    return this;
  }

  /**
   * Adds passes that the mode does without, in their places among all: {@code mode(NO_REWRITES).withPasses("scan-hoist")} has that one
   * alone. Of what is said of one pass the last holds.
   *
   * @throws WeftException of kind ARGUMENT for a name that no pass has
   */
  public FunctionBuilder withPasses(String... names) {
    PassChoice choice = options.passes();
    for (String pass : Message.neededAll("withPasses: names", names)) choice = PassNames.with(name + ": withPasses", choice, pass);
    options = options.withPasses(choice);
    return this;
  }

  /**
   * Makes such numbers errors of kind NAN: in arguments, in parameters and in whatever is computed. The error names the expression, its
   * line, the first such element and the step of every scan around; parameters stay as they were. What was computed
   * for all steps at once has an index for them in the place of a step. Every float is kept in memory and looked at, so calls take several
   * times as long. Without, {@code -Dweft.guard=nan,infinite,big} says for all functions.
   *
   * @param what none for no guard
   */
  public FunctionBuilder guarded(Guard... what) {
    options = options.withWatch(Guard.watch(Set.copyOf(Message.neededAll("guarded: what to look for", what))));
    return this;
  }

  /**
   * Measures every run of a kernel, for {@link CompiledFunction#profile}; without, {@code -Dweft.profile=true} does for all functions, and
   * prints their profiles when the virtual machine ends.
   */
  public FunctionBuilder profiled() {
    options = options.withProfiled(true);
    return this;
  }

  /**
   * Calls back behind every kernel with what it read and what it computed, for instance to find where numbers go wrong first:
   * {@code monitored(run -> { if (!run.isFinite()) throw new ArithmeticException(run.toString()); })}. What is thrown ends the call, and
   * parameters stay as they were. Kernels are those that really run, several ops in one and, for what a step does not need the one before
   * for, all steps at once; {@code mode(NO_REWRITES)} leaves steps as they were written, {@link #guarded} keeps every float apart. Calls take
   * many times as long, on one thread; functions without are what they were. While it looks, the function's parameters are locked: it
   * must not read or set them, nor call functions that do.
   *
   * @param after called behind each kernel, on the caller's thread
   */
  public FunctionBuilder monitored(Consumer<KernelRun> after) {
    return monitored(run -> {}, after);
  }

  /**
   * The same with another one before each kernel, which is shown what the kernel will read.
   *
   * @param before called ahead of each kernel, with no outputs
   * @param after called behind it, with the inputs as they were before
   */
  public FunctionBuilder monitored(Consumer<KernelRun> before, Consumer<KernelRun> after) {
    options = options.withMonitor(new Monitor(Message.needed("monitored: what is called before", before),
        Message.needed("monitored: what is called after", after)));
    return this;
  }

  /**
   * Lets so many threads share the work of each call, the caller among them; without, {@code -Dweft.threads} says for all functions, else
   * it is 1. Kernels that take less than some ten microseconds stay with the caller, and so does the whole call where all are such, where
   * other calls have the helpers, with {@link #profiled} and in the interpreter. The results have the same bits whatever the number.
   *
   * @throws WeftException of kind SIZE for less than one, or more than 256
   */
  public FunctionBuilder threads(int count) {
    if (count < 1 || count > 256) {
      throw new WeftException(Kind.SIZE, name + ": threads(" + count + ") must be from 1 to 256");
    }
    options = options.withThreads(count);
    return this;
  }

  /**
   * Uses vectors of so many floats, 1 for none, instead of what the machine offers. On Java 17 a process should have vectors of one length only: HotSpot
   * makes good code for those that it meets first, and functions with others take several times as long and allocate memory.
   *
   * @param floats 1, 4, 8 or 16
   */
  public FunctionBuilder lanes(int floats) {
    if (floats != 1 && floats != 4 && floats != 8 && floats != 16) {
      throw new WeftException(Kind.UNSUPPORTED, Message.here(name + ": vectors of " + floats + " floats", "Give 1, 4, 8 or 16."));
    }
    options = options.withLanes(floats);
    return this;
  }

  /**
   * Says which dimensions get versions of their own for values that are often called: batches, and whatever else counts the rows of
   * products. Such a version is made beside the callers when its value has come often enough to pay, or at once by
   * {@link CompiledFunction#warmUp}; four are kept, and a general one runs all else. Results are the same bit for bit. Without, those do
   * whose value leaves tiles of rows unfilled. Dimensions that say how many steps a scan takes never do.
   *
   * @param dims each a dimension that {@code dim} gave
   */
  public FunctionBuilder specialise(Dim... dims) {
    specialised = new HashSet<>();
    for (Dim d : Message.neededAll("specialise: dimensions", dims)) specialised.addAll(d.symbols());
    return this;
  }

  /** Compiles one version for all extents, and no more later on. */
  public FunctionBuilder general() {
    specialised = null;
    return this;
  }

  /** Compiles to bytecode where the module {@code weft-codegen} is there, else for the interpreter. */
  public CompiledFunction compile() {
    return compiled(options, null);
  }

  /** Compiles for one back end. */
  public CompiledFunction compile(Backend backend) {
    return compile(backend, null);
  }

  /**
   * @param backend null for the best there is
   * @param memories what it uses in turn with other functions, null for memory of its own
   */
  CompiledFunction compile(Backend backend, Memories memories) {
    return compiled(backend == null ? options : options.with(backend.word()), memories);
  }

  private CompiledFunction compiled(Options how, Memories memories) {
    FunctionSpec spec = spec();
    var conversion = new Conversion(name, downcast);
    var values = new ArrayList<Tensor>();
    for (int i = 0; i < inputs.size(); i++) {
      Object value = defaults.get(inputs.get(i));
      Tensor made = value == null ? null : conversion.tensor(spec.inputs().get(i), value);
      values.add(made == null ? null : made.copy());
    }
    Door door = Compiler.compile(spec, how);
    if (specialised == null || !specialised.isEmpty()) door = door.specialising(specialised);
    return new CompiledFunction(memories == null ? door : door.in(memories), how, values, names, downcast);
  }

  Options options() {
    return options;
  }

  FunctionSpec spec() {
    if (outputs.isEmpty() && updates.isEmpty()) {
      throw new WeftException(Kind.ARGUMENT, name + ": returns nothing and updates nothing"
          + (origin.at().isEmpty() ? "" : "\n  at " + origin.at()) + "\n  Say what it is for with returns(…) or updates(…).");
    }
    var checks = new FunctionChecks(name, origin);
    checks.inputs(inputs, givens.all());
    var graph = new FunctionGraph(name, origin, inputs);
    graph.give(givens.all(), givens.extents());
    FunctionSpec spec = graph.spec(outputs, updates, frozen);
    checks.givens(spec, givens.all());
    checks.leaves(spec, unused);
    // A scan and its copy that gradients made would print twice; a recipe would no longer know that they are one.
    return spec.withResults(ScanMerge.impureTwins(spec.results()));
  }
}
