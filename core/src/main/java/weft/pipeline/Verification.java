package weft.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.loop.BackEnd;
import weft.rewrite.Notes;
import weft.rewrite.Silence;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * A function computed in all ways that there are, on the arguments of a call and copies of its parameters: as written by the interpreter,
 * rewritten, with vectors, and by the back end each time. Back ends must agree about the same loops bit for bit; rewrites and vectors may
 * only move the rounding.
 */
final class Verification {
  private final Door door;
  private final FunctionSpec spec;
  private final Options options;
  private final List<Pass> passes;
  private final boolean speaks;
  private final List<Way> ways = new ArrayList<>();

  /**
   * One way of computing the function.
   *
   * @param isExact whether it runs the loops of {@code like} in another back end
   * @param like the way that it is held to, null for the first
   * @param what happens between the two, for errors
   */
  private record Way(Door door, boolean isExact, Way like, String what) {}

  Verification(Door door) {
    this(door, Passes.of(door.prepared().options()), BackEnds.find(null));
  }

  /** @param best the back end that the interpreter is compared with */
  Verification(Door door, List<Pass> passes, BackEnd best) {
    this.door = door;
    this.options = door.prepared().options().withChecked(false).withProfiled(false).withThreads(1).withMonitor(null);
    this.passes = passes;
    List<Expr> silent = Silence.apply(door.spec().results());
    this.speaks = !silent.equals(door.spec().results()) || door.prepared().options().monitor() != null;
    this.spec = door.spec().withResults(silent);
    Way written = way(Passes.NEEDED, BackEnds.INTERPRETER, 1, false, null, "");
    boolean rewrites = !passes.equals(Passes.NEEDED);
    Way scalar = rewrites ? way(passes, BackEnds.INTERPRETER, 1, false, written, "rewriting") : written;
    same(scalar, best, 1);
    int lanes = options.lanes() == 0 ? best.lanes() : options.lanes();
    if (lanes > 1) same(way(passes, BackEnds.INTERPRETER, lanes, false, scalar, "vectors of " + lanes + " lanes"), best, lanes);
  }

  private Way way(List<Pass> passes, BackEnd backEnd, int lanes, boolean isExact, Way like, String what) {
    var made = new Way(Compiler.compile(spec, options.withLanes(lanes), passes, backEnd, new Notes(), Trace.NONE), isExact, like, what);
    ways.add(made);
    return made;
  }

  /** The same loops by what really runs them, and by the best back end that there is. */
  private void same(Way interpreted, BackEnd best, int lanes) {
    BackEnd own = BackEnds.find(options.backend());
    boolean isOwn = door.program().lanes() == lanes && own != BackEnds.INTERPRETER;
    if (isOwn && !speaks) ways.add(new Way(door, true, interpreted, "back end " + own.name()));
    else if (isOwn) way(passes, own, lanes, true, interpreted, "back end " + own.name());
    if (best != BackEnds.INTERPRETER && !(isOwn && own.name().equals(best.name()))) {
      way(passes, best, lanes, true, interpreted, "back end " + best.name());
    }
  }

  /**
   * Computes a call in all ways; nothing that anybody sees changes.
   *
   * @param called the door that the call came through
   * @throws WeftException of kind INTERNAL if two of them differ
   */
  void check(Door called, Tensor[] arguments) {
    var values = new HashMap<Parameter, Tensor>();
    for (Parameter p : parameters()) values.put(p, called.current(p).get());
    var outcomes = new HashMap<Way, Outcome>();
    for (Way way : ways) {
      Outcome now = Outcome.of(way.door, arguments, values);
      outcomes.put(way, now);
      if (way.like == null) continue;
      String difference = now.difference(outcomes.get(way.like), way.isExact, spec);
      if (difference != null) throw wrong(way, difference, arguments, values, outcomes.get(way.like));
    }
  }

  private LinkedHashSet<Parameter> parameters() {
    var all = new LinkedHashSet<Parameter>();
    door.spec().assignments().forEach(a -> all.add(a.parameter()));
    for (Apply a : Graphs.order(door.spec().results())) if (a.op() instanceof Leaf.Parametric p) all.add(p.parameter());
    return all;
  }

  private WeftException wrong(Way way, String difference, Tensor[] arguments, Map<Parameter, Tensor> values, Outcome expected) {
    String culprit = way.what.equals("rewriting") ? culprit(arguments, values, expected) : way.what;
    String text = spec.name() + ": " + culprit + (way.isExact ? " computes something else than the interpreter" : " changes what is computed")
        + "\n" + difference + "\n  Nothing was returned, and parameters are as they were. "
        + (way.isExact ? "Compile for Backend.INTERPRETER until this is mended." : way.like == ways.get(0)
        ? "Mode NO_REWRITES does without until this is mended." : "Compile with lanes(1) until this is mended.");
    return new WeftException(Kind.INTERNAL, text);
  }

  /** The pass after which the results are others than without any: they were the same with one pass less. */
  private String culprit(Tensor[] arguments, Map<Parameter, Tensor> values, Outcome expected) {
    int good = 0;
    int bad = passes.size();
    while (bad - good > 1) {
      int middle = (good + bad) / 2;
      if (isSame(passes.subList(0, middle), arguments, values, expected)) good = middle;
      else bad = middle;
    }
    return "pass " + passes.get(bad - 1).name() + " (number " + bad + " of " + passes.size() + ")";
  }

  private boolean isSame(List<Pass> some, Tensor[] arguments, Map<Parameter, Tensor> values, Outcome expected) {
    var all = new ArrayList<>(some);
    all.addAll(Passes.NEEDED);
    Door made = Compiler.compile(spec, options.withLanes(1), all, BackEnds.INTERPRETER, new Notes(), Trace.NONE);
    return Outcome.of(made, arguments, values).difference(expected, false, spec) == null;
  }

  /**
   * What came out: results, then new values of parameters, or an error.
   *
   * @param values null if there is an error
   */
  private record Outcome(List<Tensor> values, WeftException error) {
    static Outcome of(Door door, Tensor[] arguments, Map<Parameter, Tensor> given) {
      var copies = new HashMap<Parameter, Parameter>();
      given.forEach((p, value) -> copies.put(p, new Parameter(p.name(), value)));
      var results = new Tensor[door.spec().outputs().size()];
      try {
        door.with(copies).call(arguments, results);
      } catch (WeftException e) {
        return new Outcome(null, e);
      }
      var all = new ArrayList<>(Arrays.asList(results));
      door.spec().assignments().forEach(a -> all.add(copies.get(a.parameter()).get()));
      return new Outcome(all, null);
    }

    /** The first difference, null for none; rewrites may remove what fails where nothing needs it. */
    String difference(Outcome expected, boolean isExact, FunctionSpec spec) {
      if (error != null) {
        boolean same = expected.error != null && error.kind() == expected.error.kind()
            && (!isExact || error.getMessage().equals(expected.error.getMessage()));
        return same ? null : "    it ends with\n" + error.getMessage() + "\n    and not with\n" + (expected.error == null ? "any error"
            : expected.error.getMessage());
      }
      if (expected.error != null) return isExact ? "    it does not end with\n" + expected.error.getMessage() : null;
      for (int i = 0; i < values.size(); i++) {
        String difference = Differences.first(values.get(i), expected.values.get(i), isExact);
        if (difference != null) return "    " + what(i, spec) + "\n    " + difference;
      }
      return null;
    }

    private static String what(int i, FunctionSpec spec) {
      if (i >= spec.outputs().size()) return "the new value of parameter " + spec.assignments().get(i - spec.outputs().size()).parameter().name();
      var out = spec.outputs().get(i);
      String at = out.apply().origin().at();
      return "result " + i + ", " + Message.label(out) + " " + out.type() + (at.isEmpty() ? "" : "   at " + at);
    }
  }
}
