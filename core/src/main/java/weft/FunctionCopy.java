package weft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.lower.Lowering;
import weft.pipeline.FunctionSpec;
import weft.runtime.Parameter;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * A copy of a compiled function in the making. It shares the parameters of the original but for those that are swapped; outputs, unless it
 * has fewer, inputs and their defaults are the same.
 */
public final class FunctionCopy {
  private final CompiledFunction original;
  private final Map<Parameter, Parameter> swapped = new LinkedHashMap<>();
  private boolean updates = true;
  private String name;
  /** The places of its outputs among those of the original. */
  private List<Integer> outputs;

  FunctionCopy(CompiledFunction original) {
    this.original = original;
    this.name = original.name();
    this.outputs = IntStream.range(0, original.outputs()).boxed().toList();
  }

  /** Names the copy in errors, dumps and generated code. */
  public FunctionCopy named(String name) {
    this.name = name;
    return this;
  }

  /**
   * Reads and updates another parameter wherever the original has this one; swaps take effect together.
   *
   * @throws WeftException of kind ARGUMENT if the original does not have the parameter, of kind DTYPE or SHAPE if the other one has
   *     another type, of kind DUPLICATE if the parameter is swapped already
   */
  public FunctionCopy swap(Parameter parameter, Parameter other) {
    List<Parameter> known = original.parameters();
    if (!known.contains(parameter)) {
      throw new WeftException(Kind.ARGUMENT, name + ": there is no parameter " + parameter.name() + " to swap\n  It has "
          + known.stream().map(Parameter::name).toList() + ".");
    }
    if (parameter.dtype() != other.dtype() || !Arrays.equals(parameter.shape(), other.shape())) {
      throw new WeftException(parameter.dtype() != other.dtype() ? Kind.DTYPE : Kind.SHAPE, name
          + ": parameters of different types cannot be swapped\n    original  " + parameter + "\n    instead   " + other
          + "\n  Give one of the same dtype and shape.");
    }
    if (swapped.putIfAbsent(parameter, other) != null) {
      throw new WeftException(Kind.DUPLICATE, name + ": parameter " + parameter.name() + " is swapped twice"
          + "\n  Say once what takes its place.");
    }
    return this;
  }

  /** The same for expressions that param returned. */
  public FunctionCopy swap(Expr parameter, Expr other) {
    return swap(Tensors.parameter(parameter), Tensors.parameter(other));
  }

  /** Leaves all parameters as they are. */
  public FunctionCopy withoutUpdates() {
    this.updates = false;
    return this;
  }

  /**
   * Gives these outputs alone, in this order; what only others need is not computed. Updates are made all the same.
   *
   * @param names as {@code returns} gave them, or else those of the expressions
   * @throws WeftException of kind ARGUMENT if there is no such output, of kind DUPLICATE if two are called so
   */
  public FunctionCopy only(String... names) {
    var found = new ArrayList<Integer>();
    for (String output : Message.neededAll(name + ": only: names", names)) found.add(original.results().indexOf(output));
    outputs = List.copyOf(found);
    return this;
  }

  /**
   * The same by the places of the outputs, counted from 0.
   *
   * @throws WeftException of kind ARGUMENT for a place that there is not
   */
  public FunctionCopy only(int... places) {
    var found = new ArrayList<Integer>();
    for (int i : Message.needed(name + ": only: places", places)) {
      if (i < 0 || i >= original.outputs()) {
        throw new WeftException(Kind.ARGUMENT, name + ": only: there is no output " + i + "\n  It has " + original.outputs()
            + ", counted from 0.");
      }
      found.add(i);
    }
    outputs = List.copyOf(found);
    return this;
  }

  private Parameter now(Parameter compiledWith) {
    Parameter original = this.original.current(compiledWith);
    return swapped.getOrDefault(original, original);
  }

  /**
   * Compiles the copy, in the way of the original.
   *
   * @throws WeftException of kind DUPLICATE if two updates fall on one parameter, of kind ARGUMENT if nothing is left to do
   */
  public CompiledFunction compile() {
    FunctionSpec spec = original.spec();
    var leaves = new LinkedHashMap<Parameter, Expr>();
    for (Apply a : Graphs.order(spec.results())) {
      if (a.op() instanceof Leaf.Parametric p) leaves.put(p.parameter(), Apply.one(new Leaf.Parametric(now(p.parameter()))));
    }
    List<Expr> results = Graphs.substitute(spec.results(), ImplicitUpdates.replacements(spec.results(), leaves));
    var assignments = new ArrayList<Lowering.Assignment>();
    var targets = new HashSet<Parameter>();
    for (int i = 0; updates && i < spec.assignments().size(); i++) {
      Parameter target = now(spec.assignments().get(i).parameter());
      if (!targets.add(target)) {
        throw new WeftException(Kind.DUPLICATE, name + ": two updates of parameter " + target.name()
            + "\n  Swap one of the two that become it for another, or leave updates out with withoutUpdates().");
      }
      assignments.add(new Lowering.Assignment(target, results.get(spec.outputs().size() + i)));
    }
    if (outputs.isEmpty() && assignments.isEmpty()) {
      throw new WeftException(Kind.ARGUMENT, name + ": returns nothing and updates nothing"
          + "\n  Keep the updates of a function that has no outputs.");
    }
    return original.recompiled(new FunctionSpec(name, spec.inputs(), outputs.stream().map(results::get).toList(), assignments), outputs);
  }
}
