package tests.fuzz;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import tests.Close;
import tests.Mode;
import tests.Modes;
import tests.semantics.PlainRandom;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.Tensors;
import weft.codegen.source.Arity;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.type.Dim;

/** Runs a program in every mode and against its meaning, and says what is wrong. */
final class Check {
  /** How often what was done; only ever read by people. */
  private static final Map<String, Integer> DONE = new TreeMap<>();
  /** The seeds of programs of which something was left out, since they leave it open. */
  private static final Set<Long> OPEN = new TreeSet<>();
  /** The exponential function of more than this may leave what f32 can hold. */
  private static final double EXPLODES = 40;

  /** What is wrong. Programs fail alike if their kinds are equal. */
  record Failure(String kind, String message, Throwable cause) {}

  /** One program in so many also runs as classes that stand alone, since javac takes longer than all the rest. */
  private static final int CLASSES = Integer.getInteger("weft.fuzz.classes", 20);

  /** And in so many with versions of its own for each call's extents. */
  private static final int VERSIONS = Integer.getInteger("weft.fuzz.versions", 10);

  private final Program program;
  private final Build build;
  private final Modes modes;
  private final Runs runs;

  private Check(Program program, Build build) {
    this.program = program;
    this.build = build;
    this.runs = new Runs(build);
    this.modes = function(Mode.all(program.lanes()));
    boolean chosen = Math.floorMod(program.toString().hashCode(), CLASSES) == 0;
    if (chosen && runs.inputs().length <= Arity.MOST) modes.withClasses();
  }

  private Modes function(List<Mode> in) {
    return Modes.function(runs.inputs()).returns(build.outputs.toArray(Expr[]::new)).updates(build.updates).in(in);
  }

  private static void done(String what) {
    DONE.merge(what, 1, Integer::sum);
  }

  /** How often what was done so far. */
  static String counts() {
    return DONE + (OPEN.isEmpty() ? "" : ", something was left open by " + OPEN);
  }

  private void open(String what) {
    done(what);
    OPEN.add(program.seed());
  }

  /** How often one thing was. */
  static int count(String what) {
    return DONE.getOrDefault(what, 0);
  }

  /** What is wrong with a program, null if nothing is; a program that the library refuses is not wrong. */
  static Failure of(Program program) {
    Build build;
    try {
      build = Build.of(program);
      if (build.outputs.isEmpty() && build.updates.isEmpty()) return null;
    } catch (RuntimeException | StackOverflowError e) {
      return isRefusal(e) ? null : failure("build", e);
    }
    return new Check(program, build).run();
  }

  /** Whether an exception says that the user was wrong. */
  static boolean isRefusal(Throwable e) {
    return e instanceof WeftException w && w.kind() != WeftException.Kind.INTERNAL
        || e instanceof IllegalArgumentException
        && String.valueOf(e.getMessage()).startsWith("no line");
  }

  private static Failure failure(String kind, Throwable e) {
    return new Failure(kind, e.toString(), e);
  }

  private Failure run() {
    try {
      modes.compile();
    } catch (WeftException e) {
      return isRefusal(e) ? null : failure("compile", e);
    } catch (Modes.Disagreement e) {
      return failure("compile", e);
    }
    for (int call = 0; call < program.calls().size(); call++) {
      done("calls");
      Failure failure = call(call);
      if (failure != null) return failure;
    }
    return versions();
  }

  private Failure call(int call) {
    Object[] arguments = build.arguments(call);
    List<Tensor> before = modes.parameters().stream().map(Parameter::get).toList();
    Tensor[] results;
    try {
      results = modes.callAll(arguments);
    } catch (Modes.Disagreement first) {
      if (first.getMessage().contains("same bits")) return failure("bits", first);
      var doubts = doubts(Mode.PLAIN, arguments);
      if (first.getCause() != null) {
        if (!doubts.mayFail()) return failure("error", first);
        open("undecided whether they fail");
        return null;
      }
      try {
        results = within(modes, Mode.PLAIN, doubts, arguments, call);
      } catch (Modes.Disagreement second) {
        return failure("numbers", second);
      }
    } catch (WeftException e) {
      done("refused");
      return isRefusal(e) ? null : failure("call", e);
    } catch (RuntimeException | LinkageError e) {
      return failure("call", e);
    }
    List<Tensor> after = modes.parameters().stream().map(Parameter::get).toList();
    try {
      restore(before);
      Failure wrong = meaning(call, results, after, arguments);
      return wrong == null ? slopes(arguments) : wrong;
    } catch (Meaning.Unknown e) {
      done("of unknown meaning");
      return null;
    } catch (WeftException e) {
      return isRefusal(e) ? null : failure("call", e);
    } catch (ArrayIndexOutOfBoundsException e) {
      done("of unknown meaning");
      return null;
    } finally {
      restore(after);
    }
  }

  private Doubts doubts(Mode mode, Object[] arguments) {
    return new Doubts(build, mode, arguments, 10 * runs.base(DType.F64));
  }

  /**
   * The results of all modes where those are as close to the first one as rounding may leave them. Where what is not finite as written
   * decides, rewritten modes need only be so among themselves.
   */
  private Tensor[] within(Modes all, Mode first, Doubts doubts, Object[] arguments, int call) {
    Modes.Tolerance rounding = runs.tolerance(first, arguments, call);
    try {
      return all.callWithin(rounding, arguments);
    } catch (Modes.Disagreement e) {
      if (doubts.isEmpty(modes.parameters())) throw e;
    }
    Modes.Tolerance ties = but(rounding, doubts, Doubt.Kind.NEAR_TIE);
    try {
      Tensor[] results = all.callWithin(ties, arguments);
      open("undecided by a near tie");
      return results;
    } catch (Modes.Disagreement e) {
      if (first.rewrites() || doubts.isEmpty(Doubt.Kind.NOT_FINITE, modes.parameters())) throw e;
    }
    Modes.Tolerance finite = but(ties, doubts, Doubt.Kind.NOT_FINITE);
    List<Tensor> before = modes.parameters().stream().map(Parameter::get).toList();
    Tensor[] results = all.callWithin((m, i, plain) -> (m.rewrites() ? finite : ties).of(m, i, plain), arguments);
    List<Tensor> after = modes.parameters().stream().map(Parameter::get).toList();
    restore(before);
    var rewritten = Mode.all(program.lanes()).stream().filter(Mode::rewrites).toList();
    within(function(rewritten), rewritten.get(0), doubts(rewritten.get(0), arguments), arguments, call);
    restore(after);
    open("undecided by what is not finite as written");
    return results;
  }

  private Modes.Tolerance but(Modes.Tolerance decided, Doubts doubts, Doubt.Kind kind) {
    return (mode, result, plain) -> {
      boolean[] undecided = doubts.of(kind, result, modes.parameters());
      IntToDoubleFunction usual = decided.of(mode, result, plain);
      return undecided == null || usual == null ? null : i -> undecided[i] ? Double.POSITIVE_INFINITY : usual.applyAsDouble(i);
    };
  }

  private void restore(List<Tensor> values) {
    for (int p = 0; p < values.size(); p++) modes.parameters().get(p).set(values.get(p));
  }

  /** Whether what modes agree about is what the lines mean. */
  private Failure meaning(int call, Tensor[] results, List<Tensor> after, Object[] arguments) {
    Map<Integer, Num> gradients = new HashMap<>();
    var asked = new LinkedHashMap<>(build.products);
    build.slopes.forEach((id, s) -> asked.put(id, s.gradient()));
    if (!asked.isEmpty()) {
      var ids = List.copyOf(asked.keySet());
      Tensor[] values = runs.plain(ids.stream().map(asked::get).toList()).callAll(arguments);
      for (int i = 0; i < values.length; i++) gradients.put(ids.get(i), Num.of(values[i]));
    }
    var meaning = new Meaning(program, call, l -> Num.of(runs.leaf(l, call)), l -> state(build.draws.get(l.id())), gradients);
    List<Num> meant = meaning.results();
    done("held to their meaning");
    var doubts = doubts(Mode.PLAIN, arguments);
    Failure wrong = draws(meaning, after);
    if (wrong == null) wrong = stepUpdates(meaning, after);
    if (wrong != null && !doubts.isEmpty(modes.parameters())) {
      open("not what they mean, by something undecided");
      return null;
    }
    if (wrong == null) wrong = truncated(meaning, gradients);
    if (wrong != null) return wrong;
    var actual = new ArrayList<>(List.of(results));
    for (var u : build.updates) actual.add(after.get(modes.parameters().indexOf(u.parameter())));
    for (int i = 0; i < meant.size(); i++) {
      Tensor is = actual.get(i);
      Num should = meant.get(i);
      int result = i < results.length ? i : results.length + modes.parameters()
          .indexOf(build.updates.get(i - results.length).parameter());
      Failure wrongHere = meaning(meaning, i, result, is, should, doubts, arguments, call);
      if (wrongHere != null) return wrongHere;
    }
    return null;
  }

  /** @param result counted through results and then parameters, {@code i} through outputs and then updates */
  private Failure meaning(Meaning meaning, int i, int result, Tensor is, Num should, Doubts doubts, Object[] arguments, int call) {
    String shape = Tensor.typeText(is.dtype(), should.shape());
    if (!shape.equals(is.typeText())) {
      if (isUndecided(doubts, result)) return null;
      return new Failure("meaning", "result " + i + " is " + is.typeText() + ", not " + shape, null);
    }
    Tensor expected = Tensor.ofShape(DType.F64, should.data(), should.shape());
    Tensor wide = Tensor.ofShape(DType.F64, is.toDoubles(), should.shape());
    double base = meaning.hasSlopes ? 1e-4 : runs.base(is.dtype());
    if (meaning.largest > EXPLODES && Arrays.stream(is.toDoubles()).anyMatch(v -> !Double.isFinite(v))) return null;
    if (Close.numbers(wide, expected, x -> base) == null) return null;
    var tolerance = runs.tolerance(Mode.PLAIN, arguments, call).of(Mode.PLAIN, result, is);
    int line = resultLine(i);
    double lost = runs.unit(is.dtype()) * meaning.rounding.entrySet().stream()
        .mapToDouble(e -> program.reads(line, l -> l.id() == e.getKey()) ? e.getValue() : 0).sum();
    IntToDoubleFunction rounding = x -> base + tolerance.applyAsDouble(x) + lost / Math.max(1, Math.abs(should.data()[x]));
    if (Close.numbers(wide, expected, rounding) == null) return null;
    Modes.Tolerance doubted = but(but((m, r, t) -> rounding, doubts, Doubt.Kind.NEAR_TIE), doubts, Doubt.Kind.NOT_FINITE);
    IntToDoubleFunction within = doubted.of(Mode.PLAIN, result, is);
    String difference = within == null ? null : Close.numbers(wide, expected, within);
    if (difference != null) return new Failure("meaning", "result " + i + " " + difference, null);
    open("not what they mean, by something undecided");
    return null;
  }

  /** Whether the shape of a result hangs on what is undecided. */
  private boolean isUndecided(Doubts doubts, int result) {
    return Arrays.stream(Doubt.Kind.values()).anyMatch(k -> doubts.of(k, result, modes.parameters()) == null);
  }

  private static PlainRandom state(Parameter p) {
    return state(p.get());
  }

  private static PlainRandom state(Tensor t) {
    long[] state = t.longs();
    return new PlainRandom(state[0], state[1]);
  }

  /** Whether the states of draws have moved on as often as something was drawn; the parameters are as before the call. */
  private Failure draws(Meaning meaning, List<Tensor> after) {
    for (int id : build.draws.keySet()) {
      int at = modes.parameters().indexOf(build.draws.get(id));
      if (at < 0) continue;
      PlainRandom before = state(modes.parameters().get(at));
      var should = new PlainRandom(before.key(), before.draw() + meaning.counts.getOrDefault(id, 0));
      PlainRandom is = state(after.get(at));
      if (!is.equals(should)) return new Failure("draws", "the state of line " + id + " is " + is + ", not " + should, null);
    }
    return null;
  }

  /** Whether parameters are what the steps made of them; those that nobody needs stay as they are. */
  private Failure stepUpdates(Meaning meaning, List<Tensor> after) {
    for (int id : meaning.updated.keySet()) {
      Parameter parameter = Tensors.parameter(build.top.expr(id));
      int at = modes.parameters().indexOf(parameter);
      if (at < 0 || Tensor.contentEquals(after.get(at), modes.parameters().get(at).get())) continue;
      done("parameters held to what steps make of them");
      Num should = meaning.updated.get(id);
      Tensor wide = after.get(at).to(DType.F64);
      String difference = Close.numbers(wide, Tensor.ofShape(DType.F64, should.data(), should.shape()), i -> meaning.hasSlopes ? 1e-4 : 1e-3);
      if (difference != null) return new Failure("step update", "parameter " + id + " " + difference, null);
    }
    return null;
  }

  /** Whether versions for the extents of the calls give the bits that the general program gives. */
  private Failure versions() {
    if (program.calls().size() < 2 || Math.floorMod(program.toString().hashCode(), VERSIONS) != 0) return null;
    CompiledFunction general = function().general().compile();
    CompiledFunction special = function().specialise(build.symbols.toArray(Dim[]::new)).compile();
    try {
      for (int call = 0; call < program.calls().size(); call++) special.warmUp(Duration.ofMillis(1), build.arguments(call));
      if (special.explain().contains("specialised")) done("specialised programs");
      for (int call = 0; call < program.calls().size(); call++) {
        List<Tensor> before = modes.parameters().stream().map(Parameter::get).toList();
        Tensor[] should = general.callAll(build.arguments(call));
        List<Tensor> after = modes.parameters().stream().map(Parameter::get).toList();
        restore(before);
        Tensor[] is = special.callAll(build.arguments(call));
        for (int i = 0; i < is.length; i++) {
          String difference = Close.bits(is[i], should[i]);
          if (difference != null) return new Failure("version", "call " + call + ", result " + i + " " + difference, null);
        }
        for (int p = 0; p < after.size(); p++) {
          String difference = Close.bits(modes.parameters().get(p).get(), after.get(p));
          if (difference != null) return new Failure("version", "call " + call + ", parameter " + p + " " + difference, null);
        }
      }
    } catch (WeftException e) {
      return isRefusal(e) ? null : failure("version", e);
    }
    return null;
  }

  private FunctionBuilder function() {
    return Tensors.function(runs.inputs()).returns(build.outputs.toArray(Expr[]::new)).updates(build.updates)
        .onUnusedInput(FunctionBuilder.Unused.IGNORE).lanes(program.lanes());
  }

  /** Whether truncated gradients at the top are what differences say where what is given does not move. */
  private Failure truncated(Meaning meaning, Map<Integer, Num> gradients) {
    for (Line l : program.lines()) {
      Build.Slope s = build.slopes.get(l.id());
      if (s == null || !meaning.truncated.containsKey(l.arg(0)) || !runs.isAllF64(s.cost())) continue;
      // A constant is part of whatever reads it, so that steps have one of their own.
      if (build.top.expr(s.wrt()).op() instanceof Leaf.Constant) continue;
      double[] should = meaning.truncated.get(l.arg(0)).get(l.number(0)).data();
      double[] is = gradients.get(l.id()).data();
      done("gradients held to differences");
      done("of those truncated");
      for (int i = 0; i < is.length; i++) {
        if (!(Math.abs(is[i] - should[i]) > 1e-4 * Math.max(1, Math.abs(should[i])))) continue;
        return new Failure("truncated gradient", "[" + i + "] of the gradient " + l.id() + " is " + is[i] + ", not " + should[i], null);
      }
    }
    return null;
  }

  private int resultLine(int i) {
    var lines = new ArrayList<Integer>();
    for (Line l : program.lines()) if (l.is("output")) lines.add(l.arg(0));
    for (Line l : program.lines()) if (l.is("update")) lines.add(l.arg(1));
    return lines.get(i);
  }

  /** Whether gradients at the top are what differences say. */
  private Failure slopes(Object[] arguments) {
    for (var s : build.slopes.values()) {
      if (!runs.isAllF64(s.cost()) || program.mayTie(s.costLine()) || program.truncates(s.costLine())) continue;
      String difference = runs.slope(s, arguments);
      done("gradients held to differences");
      if (difference != null) return new Failure("gradient", difference, null);
    }
    for (Line l : program.lines()) {
      if (!build.products.containsKey(l.id()) || program.mayTie(l.arg(0)) || program.truncates(l.arg(0))) continue;
      if (!runs.isAllF64(build.products.get(l.id()))) continue;
      String difference = new Moves(build, runs, l, arguments).difference();
      done("products held to differences");
      if (difference != null) return new Failure("product", difference, null);
    }
    return null;
  }
}
