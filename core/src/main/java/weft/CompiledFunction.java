package weft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import weft.graph.Apply;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.loop.KernelCost;
import weft.loop.KernelCosts;
import weft.loop.LoopPrinter;
import weft.pipeline.Compiler;
import weft.pipeline.Door;
import weft.pipeline.Explanation;
import weft.pipeline.Explorer;
import weft.pipeline.FunctionSpec;
import weft.pipeline.Options;
import weft.pipeline.Profile;
import weft.pipeline.WarmUp;
import weft.recipe.RecipeFormat;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/**
 * A function made of a graph, ready to be called, by any number of threads at once. Arguments are tensors, Java numbers for scalars, or
 * Java arrays of primitives, nested as deeply as the input has axes, in the order of the inputs; an array's numbers become the input's dtype
 * where that holds them all, as ints become i64 or f64, and bytes, shorts and chars any but bool.
 *
 * <p>{@link #call} gives new tensors; {@link #callInto} writes into the caller's and allocates nothing. Updates of parameters take
 * effect together when a call ends; a call that fails leaves them as they were.
 */
public final class CompiledFunction {
  private final Door door;
  private final Options options;
  private final Arguments arguments;
  private final Results results;
  /** What {@link #only} made, by the names of the outputs. */
  private final Map<List<String>, CompiledFunction> parts = new ConcurrentHashMap<>();

  /** @param options what it was compiled with */
  CompiledFunction(Door door, Options options) {
    this(door, options, Collections.nCopies(door.spec().inputs().size(), null),
        Collections.nCopies(door.spec().outputs().size(), null), null);
  }

  /**
   * @param options what it was compiled with
   * @param defaults one an input, null where it has none
   * @param names one an output, null where it has none
   * @param downcast what becomes of arguments that do not fit, as {@link Conversion}
   */
  CompiledFunction(Door door, Options options, List<Tensor> defaults, List<String> names, Boolean downcast) {
    FunctionSpec spec = door.spec();
    this.door = door;
    if (Boolean.getBoolean("weft.profile")) door.showProfileAtExit();
    this.options = options;
    this.arguments = new Arguments(spec.name(), spec.inputs(), defaults, new Conversion(spec.name(), downcast));
    this.results = new Results(spec.name(), spec.outputs(), names);
  }

  /**
   * Calls the function. Inputs at the end that have a default may be left out.
   *
   * @return its first output, or null if it has none
   * @throws WeftException if an argument has the wrong dtype or shape; the message names it
   */
  public Tensor call(Object... arguments) {
    return first(callAll(arguments));
  }

  /** Calls the function and gives all outputs, in the order in which they were declared. */
  public Tensor[] callAll(Object... arguments) {
    return run(this.arguments.of(spread(arguments), Map.of()));
  }

  /** Calls the function with arguments by the names of the inputs, and gives its first output, or null if it has none. */
  public Tensor call(Map<String, ?> arguments) {
    return first(callAll(arguments));
  }

  /** Calls the function with arguments by the names of the inputs, and gives all outputs. */
  public Tensor[] callAll(Map<String, ?> arguments) {
    var call = new Call(this);
    Message.needed(name() + ": the map of arguments", arguments).forEach(call::with);
    return call.callAll();
  }

  /** A call with an argument by name; others may follow, by name or by position. */
  public Call with(String input, Object argument) {
    return new Call(this).with(input, argument);
  }

  /**
   * Calls the function and gives all outputs by name, in order: by the names that {@code returns} gave them, or else those of their
   * expressions.
   */
  public Map<String, Tensor> callNamed(Object... arguments) {
    return results.byName(callAll(arguments));
  }

  /**
   * Calls the function and gives all outputs in a record, which has a component for each: a tensor or, where the rank is 0, the
   * primitive of its dtype. Components are found by name if {@code returns} named all outputs, else they stand in the same order.
   *
   * @throws WeftException of kind ARGUMENT if the record does not fit; the message says what it should be
   */
  public <R extends Record> R callAs(Class<R> type, Object... arguments) {
    return results.as(type, callAll(arguments));
  }

  /**
   * Calls the function and writes the outputs into the caller's tensors; nothing is allocated.
   *
   * @param results one an output, of its dtype and shape; an element that is null is replaced by a new tensor, and so is one of another
   *     length than a call found out, where a scan stopped by itself
   */
  public void callInto(Tensor[] results, Tensor... arguments) {
    if (Message.needed(name(), "the array of results", results).length != outputs()) {
      throw new WeftException(Kind.ARGUMENT, name() + ": takes " + outputs() + " result tensors, not " + results.length
          + "\n  Give one for each output, or null for a new one.");
    }
    door.call(this.arguments.of(arguments), results);
  }

  /**
   * Lets go of the memory that is kept for the next call, which makes its own and packs the weights anew; parameters and what was compiled
   * stay. Calls that run meanwhile go on.
   */
  public void free() {
    door.free();
    parts.values().forEach(CompiledFunction::free);
  }

  /** A copy that shares parameters with this function, has others instead, or updates none. */
  public FunctionCopy copy() {
    return new FunctionCopy(this);
  }

  /**
   * This function with these outputs alone, in this order: what only others need is not computed, updates are made all the same. It is
   * compiled when it is asked for first, and is then the same for the same names, so {@code train.only("loss").call(x, y)} is a way to
   * call; {@code copy().only("loss").withoutUpdates()} only looks.
   *
   * @param outputs as {@code returns} named them, or else the names of the expressions
   * @throws WeftException of kind ARGUMENT if there is no such output, of kind DUPLICATE if two are called so
   */
  public CompiledFunction only(String... outputs) {
    Message.neededAll(name() + ": only: names", outputs);
    return parts.computeIfAbsent(List.of(outputs), names -> copy().only(outputs).compile());
  }

  /** @param places of its outputs among those of this function */
  CompiledFunction recompiled(FunctionSpec other, List<Integer> places) {
    return new CompiledFunction(Compiler.compile(other, options).specialisingLike(door), options, arguments.defaults(),
        results.names(places), arguments.conversion().downcast());
  }

  Tensor[] run(Tensor[] given) {
    var made = new Tensor[outputs()];
    door.call(given, made);
    return made;
  }

  Tensor first(Tensor[] all) {
    return all.length == 0 ? null : all[0];
  }

  /**
   * Calls the function until HotSpot has made it as fast as it gets, for at most ten seconds, so that the first real call is as fast as
   * all others. Parameters stay as they are: updates go to copies. Kernels warm up for all lengths of a sequence at once; give arguments
   * of a usual size.
   *
   * @return how it went
   * @throws WeftException as {@link #call} does
   */
  public WarmUp warmUp(Object... arguments) {
    return warmUp(Duration.ofSeconds(10), arguments);
  }

  /** The same with another limit; the call that runs when it is reached is still finished. */
  public WarmUp warmUp(Duration limit, Object... arguments) {
    return WarmUp.of(door, this.arguments.of(spread(arguments), Map.of()), limit.toNanos());
  }

  /** To Java the rows of arrays in arrays that are the only argument are the arguments. */
  static Object[] spread(Object[] arguments) {
    boolean rows = arguments != null && arguments.getClass().getComponentType().isArray();
    return rows ? new Object[] {arguments} : arguments;
  }

  Arguments arguments() {
    return arguments;
  }

  Results results() {
    return results;
  }

  FunctionSpec spec() {
    return door.spec();
  }

  /** The parameter in the place of one that {@link #spec} has. */
  Parameter current(Parameter compiledWith) {
    return door.current(compiledWith);
  }

  /** What errors, dumps and generated code call it. */
  public String name() {
    return door.spec().name();
  }

  /** How many inputs it takes. */
  public int inputs() {
    return door.spec().inputs().size();
  }

  /** How many outputs it gives. */
  public int outputs() {
    return door.spec().outputs().size();
  }

  /** The parameters that it reads or updates. */
  public List<Parameter> parameters() {
    var all = new LinkedHashSet<Parameter>();
    door.spec().assignments().forEach(a -> all.add(a.parameter()));
    for (Apply a : Graphs.order(door.spec().results())) if (a.op() instanceof Leaf.Parametric p) all.add(p.parameter());
    return all.stream().map(door::current).toList();
  }

  /** This function as bytes, with the present values of its parameters, for {@link Recipe#read}. */
  public byte[] recipe() {
    return RecipeFormat.write(door.spec(), options, door::current);
  }

  /**
   * Where the time of all calls since it was compiled went: per kernel the time, its share, flops and bytes; per scan what the loop itself
   * took. Its text is a table.
   *
   * @throws WeftException of kind UNSUPPORTED if the function was not compiled to measure
   */
  public Profile profile() {
    Profile profile = door.profile();
    if (profile != null) return profile;
    throw new WeftException(Kind.UNSUPPORTED, name() + ": nothing measured where its time went\n  Compile it with profiled(), or start Java"
        + " with -Dweft.profile=true.");
  }

  /** Forgets what {@link #profile} has, so that warming up does not count. */
  public void resetProfile() {
    door.resetProfile();
  }

  /** What was compiled, for people: kernels, methods, bytes, milliseconds. */
  public String report() {
    return door.compiled().report();
  }

  /**
   * What the compiler made of the graph and why, for people: what was done to each scan and why not more, what each kernel computes and
   * costs, what is kept in memory and why, how often each pass did what, and which specialised versions there are by now; and the
   * {@link #profile}, if there is one.
   */
  public String explain() {
    return Explanation.text(door.prepared(), null) + specialised() + measured();
  }

  /**
   * The same with figures for extents of this size.
   *
   * @param dims by the names of the dimensions
   * @throws WeftException of kind ARGUMENT if one is missing
   */
  public String explain(Map<String, Integer> dims) {
    return Explanation.text(door.prepared(), dims) + specialised() + measured();
  }

  private String measured() {
    Profile profile = door.profile();
    return profile == null || profile.calls() == 0 ? "" : "measured\n\n" + profile;
  }

  private String specialised() {
    List<String> lines = door.specialised();
    return lines.isEmpty() ? "" : "\nspecialised versions\n\n  " + String.join("\n  ", lines) + "\n";
  }

  /**
   * Writes {@link #explain} and much more as one page for a browser, which loads nothing else: the graph as written and after each pass,
   * the step of a scan as a box in it, the loops of every kernel and what they cost.
   *
   * @param file of type HTML, replaced if it exists
   */
  public void explore(Path file) {
    try {
      Files.writeString(file, Explorer.page(door.prepared(), door.profile(), door.compiled().listing()));
    } catch (IOException e) {
      throw new UncheckedIOException(name() + ": cannot write " + file, e);
    }
  }

  /** What each kernel costs, as expressions over the extents, in the order in which they run first. */
  public List<KernelCost> costs() {
    return KernelCosts.of(door.prepared().program());
  }

  /**
   * The same with numbers for the extents; parameters count as unchanged since the last call.
   *
   * @param dims by the names of the dimensions
   * @throws WeftException of kind ARGUMENT if one is missing
   */
  public List<KernelCost.Numbers> costs(Map<String, Integer> dims) {
    return Explanation.costs(door.prepared(), dims);
  }

  /** Bytes of workspace that one call needs, as an expression over the extents. */
  public Dim workspace() {
    return door.prepared().workspace();
  }

  /** The loops it runs, as text. */
  public String loops() {
    return LoopPrinter.text(door.prepared().shown());
  }

  @Override
  public String toString() {
    return name() + Arrays.toString(door.spec().inputs().toArray());
  }
}
