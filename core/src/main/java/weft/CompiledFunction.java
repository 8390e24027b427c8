package weft;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.loop.KernelCost;
import weft.loop.KernelCosts;
import weft.loop.LoopPrinter;
import weft.pipeline.Door;
import weft.pipeline.Explanation;
import weft.pipeline.Options;
import weft.pipeline.WarmUp;
import weft.recipe.RecipeFormat;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/**
 * A function made of a graph, ready to be called, by any number of threads at once. Arguments are tensors, or Java numbers for
 * scalars, in the order of the inputs.
 *
 * <p>{@link #call} gives new tensors; {@link #callInto} writes into the caller's and allocates nothing. Updates of parameters take
 * effect together when a call ends; a call that fails leaves them as they were.
 */
public final class CompiledFunction {
  private final Door door;
  private final Options options;

  /** @param options what it was compiled with */
  CompiledFunction(Door door, Options options) {
    this.door = door;
    this.options = options;
  }

  /**
   * Calls the function.
   *
   * @return its first output, or null if it has none
   * @throws WeftException if an argument has the wrong dtype or shape; the message names it
   */
  public Tensor call(Object... arguments) {
    Tensor[] results = callAll(arguments);
    return results.length == 0 ? null : results[0];
  }

  /** Calls the function and gives all outputs, in the order in which they were declared. */
  public Tensor[] callAll(Object... arguments) {
    var results = new Tensor[outputs()];
    door.call(tensors(arguments), results);
    return results;
  }

  private Tensor[] tensors(Object... arguments) {
    Object[] given = isMatrix(arguments) ? new Object[] {arguments} : arguments;
    if (given.length != inputs()) throw count(given.length);
    var tensors = new Tensor[given.length];
    for (int i = 0; i < given.length; i++) tensors[i] = tensor(i, given[i]);
    return tensors;
  }

  /**
   * Calls the function and writes the outputs into the caller's tensors; nothing is allocated.
   *
   * @param results one a output, of its dtype and shape; an element that is null is replaced by a new tensor
   */
  public void callInto(Tensor[] results, Tensor... arguments) {
    if (arguments.length != inputs()) throw count(arguments.length);
    if (results.length != outputs()) {
      throw new WeftException(Kind.ARGUMENT, name() + ": takes " + outputs() + " result tensors, not " + results.length
          + "\n  Give one for each output, or null for a new one.");
    }
    door.call(arguments, results);
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
    return WarmUp.of(door, tensors(arguments), limit.toNanos());
  }

  /** To Java the rows of a matrix that is the only argument are the arguments. */
  private static boolean isMatrix(Object[] arguments) {
    return arguments instanceof float[][] || arguments instanceof double[][] || arguments instanceof int[][];
  }

  private Tensor tensor(int i, Object given) {
    Expr input = door.spec().inputs().get(i);
    if (given == null || given instanceof Tensor) return (Tensor) given;
    if (given instanceof Number n && input.rank() == 0) return scalar(input, n);
    if (given instanceof Boolean b && input.rank() == 0 && input.dtype() == DType.BOOL) return Tensor.scalar(b);
    Tensor made;
    try {
      made = ofArray(given);
    } catch (WeftException e) {
      throw refused(e.kind(), input, given, e.getMessage());
    }
    if (made != null) return made;
    throw refused(Kind.ARGUMENT, input, given, "Give a Tensor" + (input.rank() == 0 ? " or a number." : "."));
  }

  private WeftException refused(Kind kind, Expr input, Object given, String advice) {
    return new WeftException(kind, name() + ": input " + Message.label(input) + " cannot be made of what was given"
        + "\n    declared  " + input.type() + at(input)
        + "\n    given     " + given.getClass().getSimpleName()
        + "\n  " + advice);
  }

  /** A Java array as a tensor, null for anything else. */
  private static Tensor ofArray(Object given) {
    if (given instanceof float[] a) return Tensor.of(a);
    if (given instanceof float[][] a) return Tensor.of(a);
    if (given instanceof float[][][] a) return Tensor.of(a);
    if (given instanceof double[] a) return Tensor.of(a);
    if (given instanceof double[][] a) return Tensor.of(a);
    if (given instanceof double[][][] a) return Tensor.of(a);
    if (given instanceof int[] a) return Tensor.of(a);
    if (given instanceof int[][] a) return Tensor.of(a);
    if (given instanceof long[] a) return Tensor.of(a);
    if (given instanceof long[][] a) return Tensor.of(a);
    if (given instanceof boolean[] a) return Tensor.of(a);
    if (given instanceof boolean[][] a) return Tensor.of(a);
    return null;
  }

  /** A Java number as a scalar, if the input's dtype can hold it. */
  private Tensor scalar(Expr input, Number n) {
    double value = n.doubleValue();
    switch (input.dtype()) {
      case F32:
        return Tensor.scalar(n.floatValue());
      case F64:
        return Tensor.scalar(value);
      case I32:
        if (value == (int) value) return Tensor.scalar((int) value);
        break;
      case I64:
        if (n instanceof Long || n instanceof Integer || value == (long) value) return Tensor.scalar(n.longValue());
        break;
      default:
    }
    throw new WeftException(Kind.DTYPE, name() + ": input " + Message.label(input) + " cannot hold " + n
        + "\n    declared  " + input.type() + at(input) + "\n  Give a number of that dtype.");
  }

  private static String at(Expr input) {
    return input.apply().origin().at().isEmpty() ? "" : "   at " + input.apply().origin().at();
  }

  private WeftException count(int given) {
    var names = door.spec().inputs().stream().map(Message::label).toList();
    if (given < inputs()) {
      Expr missing = door.spec().inputs().get(given);
      return new WeftException(Kind.MISSING_INPUT, name() + ": missing input " + Message.label(missing) + "\n    declared  "
          + missing.type() + at(missing) + "\n  The function takes " + names + ".");
    }
    return new WeftException(Kind.ARGUMENT, name() + ": takes " + inputs() + " inputs, not " + given
        + "\n  They are " + names + ".");
  }

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

  /** What was compiled, for people: kernels, methods, bytes, milliseconds. */
  public String report() {
    return door.compiled().report();
  }

  /**
   * What the compiler made of the graph and why, for people: what was done to each scan and why not more, what each kernel computes and
   * costs, what is kept in memory and why, and how often each pass did what.
   */
  public String explain() {
    return Explanation.text(door.prepared(), null);
  }

  /**
   * The same with figures for extents of this size.
   *
   * @param dims by the names of the dimensions
   * @throws WeftException of kind ARGUMENT if one is missing
   */
  public String explain(Map<String, Integer> dims) {
    return Explanation.text(door.prepared(), dims);
  }

  /** What each kernel costs, as expressions over the extents, in the order in which they run first. */
  public List<KernelCost> costs() {
    return KernelCosts.of(door.program());
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
    return LoopPrinter.text(door.program());
  }

  @Override
  public String toString() {
    return name() + Arrays.toString(door.spec().inputs().toArray());
  }
}
