package weft;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.lower.Lowering;
import weft.op.Ops;
import weft.op.Resized;
import weft.pipeline.FunctionSpec;
import weft.runtime.Parameter;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * What a function computes, put together from what its builder was told: the graph is cut at inputs that are expressions, what is
 * given takes the place of what it is given for, and the updates that nobody asked for are found.
 */
final class FunctionGraph {
  private final String name;
  private final Origin origin;
  private final List<Expr> inputs = new ArrayList<>();
  private final Map<Expr, Expr> replaced = new HashMap<>();
  private final Map<Parameter, Expr> replacedParameters = new HashMap<>();
  private Resized resized = new Resized(Map.of());
  /** The inputs that what is given reads, with the extents that they have. */
  private final Set<Expr> read = new HashSet<>();

  FunctionGraph(String name, Origin origin, List<Expr> inputs) {
    this.name = name;
    this.origin = origin;
    for (Expr input : inputs) this.inputs.add(input.op() instanceof Leaf.Input ? input : cut(input));
  }

  private Expr cut(Expr at) {
    Expr input = Origin.inherit(at.apply().origin(), () -> Apply.one(new Leaf.Input(at.type())).named(Message.label(at)));
    replaced.put(at, input);
    return input;
  }

  /** The inputs in the order of the arguments, each an input leaf. */
  List<Expr> inputs() {
    return inputs;
  }

  /**
   * Replaces expressions and parameters, all at once: what is given may read what it is given for, as it would be without.
   *
   * @param extents what takes the place of symbols in all else
   */
  void give(Map<Expr, Expr> givens, Map<Symbol, Dim> extents) {
    var cuts = Map.copyOf(replaced);
    for (Expr key : givens.keySet()) {
      for (Expr other : givens.keySet()) if (other != key && reads(givens.get(key), other)) throw chained(key, other);
    }
    resized = new Resized(extents);
    givens.forEach((key, value) -> {
      Expr now = value.op() instanceof Leaf.Constant c && value.type().equals(key.type())
          ? Ops.constant(c.value(), resized.type(key.type())) : Graphs.substitute(List.of(value), cuts).get(0);
      if (!now.type().equals(resized.type(key.type()))) throw misfit(key, now);
      for (Apply a : Graphs.order(List.of(now))) if (a.op() instanceof Leaf.Input) read.add(a.output(0));
      if (key.op() instanceof Leaf.Parametric p) replacedParameters.put(p.parameter(), now);
      else replaced.put(key, now);
    });
    if (!extents.isEmpty()) resizeInputs();
  }

  private void resizeInputs() {
    for (int i = 0; i < inputs.size(); i++) {
      Expr input = inputs.get(i);
      if (read.contains(input) || resized.type(input.type()).equals(input.type())) continue;
      Expr other = resized(input);
      inputs.set(i, other);
      replaced.replaceAll((key, value) -> value == input ? other : value);
      replaced.put(input, other);
    }
  }

  private Expr resized(Expr input) {
    return Origin.inherit(input.apply().origin(),
        () -> Apply.one(new Leaf.Input(resized.type(input.type()))).named(Message.label(input)));
  }

  private WeftException misfit(Expr key, Expr value) {
    return new WeftException(Kind.SHAPE, Message.of(name + ": " + Message.label(key) + " would be " + resized.type(key.type())
        + " by what is given, and " + value.type() + " is given for it", List.of(key, value), origin, "Give as many elements."));
  }

  private static boolean reads(Expr value, Expr key) {
    for (Apply a : Graphs.order(List.of(value))) if (isSame(a, key)) return true;
    return false;
  }

  private static boolean isSame(Apply a, Expr key) {
    return key.op() instanceof Leaf.Parametric ? key.op().equals(a.op()) : a.outputs().contains(key);
  }

  private WeftException chained(Expr key, Expr other) {
    return new WeftException(Kind.ARGUMENT, Message.of(name + ": what is given for " + Message.label(key) + " depends on "
        + Message.label(other) + ", for which something is given, too", List.of(key, other), origin,
        "Givens take effect together; write what is given for " + Message.label(other) + " in its place."));
  }

  /** An expression with everything replaced. */
  private Expr standing(Expr e) {
    return standing(List.of(e)).get(0);
  }

  private List<Expr> standing(List<Expr> all) {
    var mapped = ImplicitUpdates.replacements(all, replacedParameters);
    mapped.putAll(replaced);
    if (resized.isNothing()) return Graphs.substitute(all, mapped);
    for (Apply a : Graphs.order(all, mapped.keySet())) {
      if (!(a.op() instanceof Leaf.Input leaf) || resized.type(leaf.type()).equals(leaf.type())) continue;
      Expr input = a.output(0);
      if (read.contains(input)) throw twice(input);
      mapped.put(input, resized(input));
    }
    return resized.results(all, mapped);
  }

  /** Expressions with everything replaced; inputs stay what they are, so none may have to get other dims. */
  List<Expr> replaced(List<Expr> all) {
    for (Apply a : Graphs.order(all, replaced.keySet())) {
      if (!(a.op() instanceof Leaf.Input leaf) || resized.type(leaf.type()).equals(leaf.type())) continue;
      throw new WeftException(Kind.SHAPE, Message.of(name + ": " + Message.label(a.output(0)) + " would have to be "
          + resized.type(leaf.type()), List.of(a.output(0)), origin, "Replace it, too."));
    }
    return standing(all);
  }

  private WeftException twice(Expr input) {
    return new WeftException(Kind.SHAPE, Message.of(name + ": " + Message.label(input) + " would be " + resized.type(input.type())
        + " by what is given, which itself reads it as " + input.type(), List.of(input), origin,
        "Give something for it, too, or name its dims apart."));
  }

  /** The function with these outputs and updates, and those updates that it makes by itself. */
  FunctionSpec spec(List<Expr> outputs, List<Update> updates, Predicate<Parameter> frozen) {
    var results = new ArrayList<>(outputs);
    for (Update u : updates) results.add(u.value());
    List<Expr> now = standing(results);
    var told = new LinkedHashMap<Parameter, Expr>();
    for (int i = 0; i < updates.size(); i++) {
      Parameter p = updates.get(i).parameter();
      if (told.put(p, now.get(outputs.size() + i)) == null) continue;
      throw new WeftException(Kind.DUPLICATE, name + ": two updates of parameter " + p.name()
          + (origin.at().isEmpty() ? "" : "\n  at " + origin.at()) + "\n  Combine them into one expression.");
    }
    List<Expr> given = now.subList(0, outputs.size());
    var assignments = new ArrayList<Lowering.Assignment>();
    new ImplicitUpdates(name, origin, told, frozen, 0, this::standing).of(given)
        .forEach((p, value) -> assignments.add(new Lowering.Assignment(p, value)));
    return new FunctionSpec(name, inputs, given, assignments);
  }
}
