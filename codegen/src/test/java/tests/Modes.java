package tests;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;
import weft.Backend;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.Recipe;
import weft.Tensors;
import weft.Update;
import weft.codegen.source.StandAlone;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;

/**
 * One function in every mode at once. Each call runs all of them from the same parameters and holds them
 * against each other: bit for bit where only the back end differs, within a tolerance where rewrites or
 * vectors do. What the caller gets, and what the parameters are afterwards, is the plain mode's.
 */
public final class Modes {
  /** What modes disagree about; the message names the mode. */
  public static final class Disagreement extends AssertionError {
    private static final long serialVersionUID = 1;

    Disagreement(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** How far a mode may move the elements of a result that the plain mode gave; null where that result may be anything. */
  public interface Tolerance {
    IntToDoubleFunction of(Mode mode, int result, Tensor plain);
  }

  private record Outcome(List<Tensor> values, RuntimeException error) {}

  private interface Callee {
    Tensor[] call(Object... arguments);
  }

  private static final int LANES = 8;

  private final List<Expr> inputs;
  private final List<Expr> outputs = new ArrayList<>();
  private final List<Update> updates = new ArrayList<>();
  private List<Mode> modes = Mode.all(LANES);
  private List<Callee> compiled;
  private boolean standsAlone = true;
  private List<Parameter> parameters;
  private double f32 = 1e-5;
  private UnaryOperator<FunctionBuilder> configuration = UnaryOperator.identity();

  private Modes(List<Expr> inputs) {
    this.inputs = inputs;
  }

  public static Modes function(Expr... inputs) {
    return new Modes(List.of(inputs));
  }

  public Modes returns(Expr... results) {
    outputs.addAll(Arrays.asList(results));
    return this;
  }

  public Modes updates(List<Update> more) {
    updates.addAll(more);
    return this;
  }

  public Modes updates(Update... more) {
    return updates(Arrays.asList(more));
  }

  /** Says more about the function. */
  public Modes configured(UnaryOperator<FunctionBuilder> more) {
    configuration = more;
    return this;
  }

  /** The modes to run, the plain one first; no generated classes. */
  public Modes in(List<Mode> modes) {
    this.modes = modes;
    this.standsAlone = false;
    return this;
  }

  /** Adds the classes that a build would generate, with vectors and without. */
  public Modes withClasses() {
    this.standsAlone = true;
    return this;
  }

  /** How far f32 results may differ between modes, where sums are long. */
  public Modes f32Within(double relative) {
    this.f32 = relative;
    return this;
  }

  /** Calls in every mode and gives the first result. */
  public Tensor call(Object... arguments) {
    return callAll(arguments)[0];
  }

  /**
   * Calls in every mode and gives the results; an error must be the same in all of them, and leave the
   * parameters as they were.
   */
  public Tensor[] callAll(Object... arguments) {
    return callWithin(this::usual, arguments);
  }

  /** The same with a tolerance of the caller's. */
  public Tensor[] callWithin(Tolerance tolerance, Object... arguments) {
    if (compiled == null) compile();
    List<Tensor> before = parameters.stream().map(Parameter::get).toList();
    try {
      return callWithin(tolerance, before, arguments);
    } catch (Disagreement e) {
      restore(before);
      throw e;
    }
  }

  private Tensor[] callWithin(Tolerance tolerance, List<Tensor> before, Object... arguments) {
    Outcome plain = null;
    Outcome previous = null;
    for (int i = 0; i < modes.size(); i++) {
      Outcome now = run(compiled.get(i), before, arguments);
      if (plain == null) plain = now;
      if (previous != null && modes.get(i).sharesLoopsWith(modes.get(i - 1)))
          compare(i, i - 1, now, previous, null);
      if (i > 0) compare(i, 0, now, plain, tolerance);
      previous = now;
    }
    if (plain.error != null) throw plain.error;
    for (int p = 0; p < parameters.size(); p++) parameters.get(p).set(plain.values.get(outputs.size() + p));
    return plain.values.subList(0, outputs.size()).toArray(Tensor[]::new);
  }

  private IntToDoubleFunction usual(Mode mode, int result, Tensor plain) {
    double tolerance = plain.dtype() == DType.F32 ? f32 : 1e-9;
    return i -> tolerance;
  }

  /** Compiles in every mode, which otherwise the first call does. */
  public Modes compile() {
    compiled = new ArrayList<>();
    if (standsAlone) modes = Mode.withClasses(modes);
    for (Mode mode : modes) {
      try {
        compiled.add(callee(mode));
      } catch (RuntimeException | LinkageError e) {
        if (mode.equals(modes.get(0)) && e instanceof WeftException w
            && w.kind() != WeftException.Kind.INTERNAL) throw e;
        throw new Disagreement(mode + " does not compile: " + e, e);
      }
    }
    return this;
  }

  private Callee callee(Mode mode) {
    FunctionBuilder builder = mode.configure(builder());
    if (mode.form() == Mode.Form.FUNCTION || mode.form() == Mode.Form.TEAM) {
      CompiledFunction made = builder.compile(mode.backend());
      if (parameters == null) parameters = made.parameters();
      return made::callAll;
    }
    if (mode.form() == Mode.Form.RECIPE) return recipe(builder, mode.backend());
    StandAlone made = StandAlone.of(builder, inputs.size(), mode.lanes());
    return arguments -> made.call(Given.tensors(inputs, arguments));
  }

  /** The function as it comes out of its bytes, whose parameters are others that follow ours. */
  private Callee recipe(FunctionBuilder builder, Backend backend) {
    Recipe recipe = Recipe.read(Recipe.of(builder));
    CompiledFunction function = recipe.compile(backend);
    return arguments -> {
      for (Parameter p : parameters) for (Parameter q : recipe.parameters()) if (isSame(p, q)) q.set(p.get());
      Tensor[] results = function.callAll(arguments);
      for (Parameter p : parameters) for (Parameter q : recipe.parameters()) if (isSame(p, q)) p.set(q.get());
      return results;
    };
  }

  private static boolean isSame(Parameter ours, Parameter read) {
    return ours.name().equals(read.name());
  }

  private FunctionBuilder builder() {
    return configuration.apply(Tensors.function(inputs.toArray(Expr[]::new))
        .returns(outputs.toArray(Expr[]::new)).updates(updates).onUnusedInput(FunctionBuilder.Unused.IGNORE));
  }

  /** The parameters that the function reads or updates, in the order of their new values behind its results. */
  public List<Parameter> parameters() {
    return parameters;
  }

  private void restore(List<Tensor> values) {
    for (int p = 0; p < parameters.size(); p++) parameters.get(p).set(values.get(p));
  }

  private Outcome run(Callee function, List<Tensor> before, Object... arguments) {
    restore(before);
    try {
      var values = new ArrayList<>(Arrays.asList(function.call(arguments)));
      for (Parameter p : parameters) values.add(p.get());
      return new Outcome(values, null);
    } catch (RuntimeException e) {
      for (int p = 0; p < parameters.size(); p++) {
        String change = Close.bits(parameters.get(p).get(), before.get(p));
        if (change != null)
            throw new Disagreement("a failed call changed " + parameters.get(p).name() + ": " + change, e);
      }
      return new Outcome(List.of(), e);
    }
  }

  /** @param tolerance null for the same bits and the same errors */
  private void compare(int a, int b, Outcome actual, Outcome expected, Tolerance tolerance) {
    String sides = modes.get(a) + " against " + modes.get(b);
    if (expected.error != null || actual.error != null) {
      compareErrors(sides, actual.error, expected.error, modes.get(a).rewrites() != modes.get(b).rewrites());
      return;
    }
    for (int i = 0; i < expected.values.size(); i++) {
      Tensor is = actual.values.get(i);
      Tensor should = expected.values.get(i);
      IntToDoubleFunction within = tolerance == null ? null : tolerance.of(modes.get(a), i, should);
      if (tolerance != null && within == null) continue;
      String difference = within == null ? Close.bits(is, should) : Close.numbers(is, should, within);
      if (difference != null) throw new Disagreement(sides + ": " + what(i) + difference, null);
    }
  }

  /**
   * Rewrites may remove what fails, if nothing needs it, and name what fails by what they made of it.
   *
   * @param rewritten whether one side is rewritten and the other is not
   */
  private static void compareErrors(String sides, RuntimeException actual, RuntimeException expected,
      boolean rewritten) {
    if (actual == null && rewritten) return;
    boolean same = actual != null && expected != null && actual.getClass() == expected.getClass()
        && (rewritten || String.valueOf(actual.getMessage()).equals(String.valueOf(expected.getMessage())));
    if (!same || !(actual instanceof WeftException w) || w.kind() == WeftException.Kind.INTERNAL) {
      throw new Disagreement(sides + ": ends with " + actual + ", not with " + expected, actual == null
          ? expected : actual);
    }
  }

  private String what(int i) {
    return i < outputs.size() ? "result " + i + " (" + outputs.get(i) + ") " : "parameter "
        + parameters.get(i - outputs.size()).name() + " ";
  }
}
