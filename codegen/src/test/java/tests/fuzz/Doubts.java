package tests.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tests.Mode;
import tests.Modes;
import weft.Tensors;
import weft.graph.Expr;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;

/**
 * What of the results of one call hangs on something that the program's lines do not say well: on numbers that are not finite as written
 * where a rewrite may find finite ones, and on near ties. All else is decided, and held to what it should be.
 */
final class Doubts {
  private static final double[] INSTEAD_OF_NAN = {-.7, 2.3, -41, 1700};
  private static final int NUDGES = 4;

  private final Build build;
  private final Mode mode;
  private final Object[] arguments;
  private final double unit;
  private final Map<Doubt.Kind, List<Outcome>> others = new HashMap<>();
  private final Map<Doubt.Kind, Outcome> without = new HashMap<>();

  /** Results, then new parameters by name; null where the call failed. */
  private record Outcome(Tensor[] results, Map<String, Tensor> parameters) {
    Tensor value(int result, List<Parameter> order) {
      return result < results.length ? results[result] : parameters.get(order.get(result - results.length).name());
    }
  }

  /** @param unit how far, relative to numbers above 1, rounding may move what a line decides by */
  Doubts(Build build, Mode mode, Object[] arguments, double unit) {
    this.build = build;
    this.mode = mode;
    this.arguments = arguments;
    this.unit = unit;
  }

  /** Whether it hangs on numbers that are not finite, or on near ties, whether the call fails. */
  boolean mayFail() {
    for (Doubt.Kind kind : Doubt.Kind.values()) {
      for (Outcome o : others(kind)) if ((o == null) != (without(kind) == null)) return true;
    }
    return false;
  }

  /**
   * Which elements of a result hang on such a thing; null where its shape does.
   *
   * @param result counted through results and then parameters, in the given order
   */
  boolean[] of(Doubt.Kind kind, int result, List<Parameter> order) {
    if (without(kind) == null) return null;
    Tensor is = without(kind).value(result, order);
    double[] one = is.toDoubles();
    boolean[] undecided = new boolean[one.length];
    for (Outcome o : others(kind)) {
      if (o == null) return null;
      Tensor other = o.value(result, order);
      if (!Arrays.equals(other.shape(), is.shape())) return null;
      double[] two = other.toDoubles();
      for (int i = 0; i < one.length; i++) {
        double by = Math.abs(one[i] - two[i]);
        undecided[i] |= Double.isFinite(one[i]) && !(by <= unit * Math.max(1, Math.abs(one[i])));
      }
    }
    return undecided;
  }

  /** Whether every result and parameter is decided. */
  boolean isEmpty(List<Parameter> order) {
    return isEmpty(Doubt.Kind.NEAR_TIE, order) && isEmpty(Doubt.Kind.NOT_FINITE, order);
  }

  /** Whether nothing hangs on things of one kind. */
  boolean isEmpty(Doubt.Kind kind, List<Parameter> order) {
    for (int i = 0; i < build.outputs.size() + order.size(); i++) {
      boolean[] undecided = of(kind, i, order);
      if (undecided == null) return false;
      for (boolean u : undecided) if (u) return false;
    }
    return true;
  }

  /** What comes of the lines as they are, computed as the others are: numbers that are wrong only in the program itself are not in doubt. */
  private Outcome without(Doubt.Kind kind) {
    if (!without.containsKey(kind)) {
      Build other = other(Doubt.none(kind));
      without.put(kind, run(other == null ? build : other));
    }
    return without.get(kind);
  }

  private List<Outcome> others(Doubt.Kind kind) {
    return others.computeIfAbsent(kind, k -> {
      var found = new ArrayList<Outcome>();
      boolean finite = k == Doubt.Kind.NOT_FINITE;
      double[] by = finite ? INSTEAD_OF_NAN : IntStream.range(1, NUDGES + 1).mapToDouble(i -> (i % 2 == 0 ? i : -i) * unit).toArray();
      for (double b : by) {
        Build other = other(new Doubt(k, b));
        if (other != null) found.add(run(other));
      }
      return found;
    });
  }

  /** The program built another way, with what parameters and draws hold now; null where the library refuses it. */
  private Build other(Doubt doubt) {
    Build other;
    try {
      other = Build.of(build.program, doubt);
    } catch (RuntimeException e) {
      if (Check.isRefusal(e)) return null;
      throw e;
    }
    for (Line l : build.program.all()) {
      if (l.is("param") && build.top.values.containsKey(l.id())) parameter(other, l).set(parameter(build, l).get());
    }
    build.draws.forEach((id, state) -> other.draws.get(id).set(state.get()));
    return other;
  }

  private static Parameter parameter(Build build, Line l) {
    return Tensors.parameter(build.top.expr(l.id()));
  }

  private Outcome run(Build of) {
    Modes modes = Modes.function(of.inputs.values().toArray(Expr[]::new)).returns(of.outputs.toArray(Expr[]::new))
        .updates(of.updates).in(List.of(mode));
    List<Tensor> before = List.of();
    try {
      before = modes.compile().parameters().stream().map(Parameter::get).toList();
      Tensor[] results = modes.callAll(arguments);
      var parameters = new HashMap<String, Tensor>();
      for (Parameter p : modes.parameters()) parameters.put(p.name(), p.get());
      return new Outcome(results, parameters);
    } catch (WeftException e) {
      if (!Check.isRefusal(e)) throw e;
      return null;
    } finally {
      for (int p = 0; p < before.size(); p++) modes.parameters().get(p).set(before.get(p));
    }
  }
}
