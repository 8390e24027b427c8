package tests.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import tests.semantics.PlainRandom;
import weft.runtime.DType;

/** What a program means: its lines carried out one after the other on plain numbers, scans step by step. */
final class Meaning {
  /** Thrown where working it out would take too long, or where a derivative does not exist. */
  static final class Unknown extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static final int MOST_SLOPES = 80;
  private static final int MOST_RUNS = 1_000_000;
  private static final double STEP = 1e-5;
  /** Behind this integers overflow, and floats lose their digits. */
  private static final double MOST = 1e9;

  /** What stays when something else is moved. */
  private static final Set<String> FIXED = Set.of("row", "prev", "grad", "of", "hessianVector", "jvp", "vjp", "uniform", "normal",
      "bernoulli");
  /** What adds up elements of its first argument, or products of them. */
  private static final Set<String> SUMS = Set.of("sum", "mean", "cumsum", "dot", "batchedDot");

  private final Program program;
  private final int call;
  private final Function<Line, Num> leaves;
  private final Map<Integer, Line> lines = new HashMap<>();
  /** Gradients asked for at the top, which are checked elsewhere. */
  private final Map<Integer, Num> given;
  private final Function<Line, PlainRandom> draws;
  /** How many draws each line has made. */
  final Map<Integer, Integer> counts = new HashMap<>();
  /** Gradients at the top of what truncated scans gave, by the ids of the lines of which they are the first result. */
  final Map<Integer, List<Num>> truncated = new HashMap<>();
  /** What parameters are after the steps that update them. */
  final Map<Integer, Num> updated = new HashMap<>();
  /** What lines that add up may lose by rounding, over all steps, in roundings of 1. */
  final Map<Integer, Double> rounding = new HashMap<>();
  boolean hasSlopes;
  private int runs;
  /** The largest number that came up. */
  double largest;

  /** Values of one nesting level; {@code moved} are those that a difference shifts. */
  private final class Scope {
    final Scope outer;
    final Map<Integer, Object> values = new LinkedHashMap<>();
    final Map<Integer, Num> moved;
    Map<List<Integer>, Num> rows = Map.of();
    final List<List<Num>> histories = new ArrayList<>();
    List<Num> next = List.of();
    List<Num> emitted = List.of();
    boolean stops;
    /** What parameters are after this step. */
    final Map<Integer, Num> updated = new HashMap<>();
    /** How many draws had been made before each line that may draw. */
    final Map<Integer, Map<Integer, Integer>> drawn = new HashMap<>();

    Scope(Scope outer, Map<Integer, Num> moved) {
      this.outer = outer;
      this.moved = moved;
    }

    Object value(int id) {
      if (values.containsKey(id)) return values.get(id);
      return outer.value(id);
    }

    Num num(int id) {
      return (Num) value(id);
    }
  }

  /**
   * @param draws the states before the call
   * @param given the gradients and products at the top, by the ids of their lines
   */
  Meaning(Program program, int call, Function<Line, Num> leaves, Function<Line, PlainRandom> draws,
      Map<Integer, Num> given) {
    this.program = program;
    this.call = call;
    this.leaves = leaves;
    this.draws = draws;
    this.given = given;
    for (Line l : program.all()) lines.put(l.id(), l);
  }

  /** The values of the outputs, then those of the updates. */
  List<Num> results() {
    var top = new Scope(null, Map.of());
    for (Line l : program.lines()) run(l, top);
    var results = new ArrayList<Num>();
    for (Line l : program.lines()) if (l.is("output")) results.add(top.num(l.arg(0)));
    for (Line l : program.lines()) if (l.is("update")) results.add(top.num(l.arg(1)));
    return results;
  }

  private void run(Line l, Scope scope) {
    if (++runs > MOST_RUNS) throw new Unknown();
    if (!l.body().isEmpty()) scope.drawn.put(l.id(), new HashMap<>(counts));
    Object value = scope.moved.containsKey(l.id()) ? scope.moved.get(l.id()) : value(l, scope);
    if (value instanceof Num n) for (double v : n.data()) if (Double.isFinite(v))
        largest = Math.max(largest, Math.abs(v));
    if (largest > MOST) throw new Unknown();
    if (SUMS.contains(l.word()) && scope.moved.isEmpty()) rounding.merge(l.id(), rounding(l, scope, (Num) value), Double::sum);
    if (l.id() != 0) scope.values.put(l.id(), value);
  }

  /** What sums of n terms may lose, in roundings of 1: n - 1 times the sum of the terms without their signs (Higham 2002, 4.2). */
  private static double rounding(Line l, Scope scope, Num sums) {
    Num[] sizes = nums(l, scope).stream().map(x -> x.map(Math::abs)).toArray(Num[]::new);
    boolean reduces = l.is("sum") || l.is("mean");
    int terms = reduces ? sizes[0].data().length / Math.max(1, sums.data().length) : Arrays.stream(sizes[0].shape()).max().orElse(1);
    return terms * Words.of(l.word()).value(List.of(sizes), l.numbers()).max(false).data()[0];
  }

  private int extent(int token) {
    return token >= 0 ? token : program.calls().get(call)[-1 - token];
  }

  private Object value(Line l, Scope s) {
    switch (l.word()) {
      case "bind", "input", "count", "param", "literal":
        return leaves.apply(l);
      case "number":
        return Num.scalar(l.number(1) / 8.0);
      case "full":
        return Num.fill(l.numbers().stream().skip(2).mapToInt(this::extent).toArray(), at -> l.number(1) / 8.0);
      case "arange":
        return Num.fill(new int[] {extent(l.number(1))}, at -> at[0]);
      case "scan":
        return scan(l, s);
      case "row":
        return s.rows.get(l.numbers());
      case "prev":
        List<Num> history = s.histories.get(l.number(0));
        return history.get(history.size() + l.number(1));
      case "next":
        return s.next = nums(l, s);
      case "emit":
        return s.emitted = nums(l, s);
      case "until":
        s.stops |= nums(l, s).get(0).data()[0] != 0;
        return null;
      case "uniform", "normal", "bernoulli":
        return draw(l);
      case "ifElse":
        return branch(l, s.num(l.arg(0)).data()[0] != 0 ? 0 : 1, s);
      case "chosen":
        return ((List<?>) s.value(l.arg(0))).get(l.number(0));
      case "grad":
        if (s.outer == null) truncatedSlopes(l, s);
        return s.outer == null ? List.of() : slopes(l, s);
      case "of":
        return given.containsKey(l.id()) ? given.get(l.id()) : ((List<?>) s.value(l.arg(0))).get(l.number(0));
      case "hessianVector", "jvp", "vjp":
        if (!given.containsKey(l.id())) throw new Unknown();
        return given.get(l.id());
      case "stepUpdate":
        s.updated.put(l.arg(0), s.num(l.arg(1)));
        return null;
      case "output", "update":
        return null;
      case "last", "all", "aligned", "withInitial", "emitted", "emittedAligned":
        return ((ScanRun) s.value(l.arg(0))).part(l.word(), l.number(0));
      default:
        return Words.of(l.word()).value(nums(l, s), l.numbers());
    }
  }

  private List<Num> branch(Line ifElse, int which, Scope s) {
    var inner = new Scope(s, s.moved);
    for (Line o : ifElse.body().get(which).body()) {
      if (o.is("give")) return nums(o, inner);
      run(o, inner);
    }
    return List.of();
  }

  private Num draw(Line l) {
    PlainRandom first = draws.apply(l);
    var random = new PlainRandom(first.key(), first.draw() + counts.merge(l.id(), 1, Integer::sum) - 1);
    boolean f32 = l.number(0) == DType.F32.ordinal();
    var next = new int[1];
    return Num.fill(l.numbers().stream().skip(1).mapToInt(this::extent).toArray(), at -> {
      int i = next[0]++;
      if (l.is("normal")) return f32 ? random.normal32(i) : random.normal64(i);
      double u = f32 ? random.uniform32(i) : random.uniform64(i);
      return l.is("uniform") ? u : u < Build.BERNOULLI ? 1 : 0;
    });
  }

  private void restore(Map<Integer, Integer> drawn) {
    counts.clear();
    counts.putAll(drawn);
  }

  private static List<Num> nums(Line l, Scope s) {
    return l.args().stream().map(s::num).toList();
  }

  private ScanInput input(Line scan, Scope s) {
    ScanInput in = ScanInput.of(scan, s::num, this::extent);
    return in.withInitial(grown(scan, s, in));
  }

  private ScanRun scan(Line l, Scope s) {
    ScanInput in = input(l, s);
    if (!in.truncate().isEmpty() && !s.moved.isEmpty()) throw new Unknown();
    return loop(l, s, in, 0, in.steps(), in.histories(), true);
  }

  /** A scan with some of its arguments moved, as far as truncated gradients see that. */
  private ScanRun truncated(Line l, Scope s, ScanRun before) {
    ScanInput in = input(l, s);
    int steps = before.steps();
    int every = in.truncate().size() == 1 ? Math.max(1, steps) : in.truncate().get(0);
    int back = in.truncate().get(in.truncate().size() - 1);
    ScanRun now = loop(l, s, in, 0, 0, in.histories(), false);
    var run = new ScanRun(in, before.carries(), before.emitted(), now.carryShapes(), now.emittedShapes(), before.counts());
    for (int first = 0; first < steps; first += every) {
      int end = Math.min(first + every, steps);
      int start = Math.max(0, end - back);
      if (start < before.counts().size()) restore(before.counts().get(start));
      ScanRun window = loop(l, s, in, start, end, start == 0 ? in.histories() : before.histories(start), false);
      run = run.with(window, start, Math.max(first, start), end);
    }
    return run;
  }

  /** Initial numbers in the shapes that the step gives them. */
  private List<Num> grown(Line l, Scope s, ScanInput in) {
    List<Num> now = in.initial();
    while (in.depths().contains(-1)) {
      List<Num> before = now;
      List<Num> next = shapes(l, s, in.withInitial(now)).next;
      now = new ArrayList<>(before);
      for (int i = 0; i < now.size(); i++) {
        int carry = i;
        if (in.depths().get(i) == -1)
            now.set(i,
                Num.fill(Num.broadcast(before.get(i).shape(), next.get(i).shape()), at -> before.get(carry)
                    .broadcast(at)));
      }
      boolean same = true;
      for (int i = 0; i < now.size(); i++) same &= Arrays.equals(now.get(i).shape(), before.get(i).shape());
      if (same) break;
    }
    return now;
  }

  /** @param parameters what those are by now that steps before this one updated */
  private Scope step(Line l, Scope around, Map<List<Integer>, Num> rows, List<List<Num>> histories, Map<Integer, Num> parameters) {
    var scope = new Scope(around, around.moved);
    scope.values.putAll(parameters);
    scope.rows = rows;
    scope.histories.addAll(histories);
    for (Line o : l.body()) if (!Build.isOption(o)) run(o, scope);
    return scope;
  }

  /** A step on rows of zeros, for the shapes that it gives. */
  private Scope shapes(Line l, Scope s, ScanInput in) {
    double before = largest;
    var drawn = new HashMap<>(counts);
    try {
      return step(l, s, in.rows(w -> Num.fill(w.input().without(0), at -> 0)), in.histories(), Map.of());
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new Unknown();
    } finally {
      largest = before;
      restore(drawn);
    }
  }

  /** @param histories what step {@code from} sees of the carries; grows */
  private ScanRun loop(Line l, Scope s, ScanInput in, int from, int to, List<List<Num>> histories, boolean stops) {
    var carries = new ArrayList<List<Num>>();
    for (int i = 0; i < in.initial().size(); i++) carries.add(new ArrayList<>());
    var emitted = new ArrayList<List<Num>>();
    Scope shapes = shapes(l, s, in);
    for (int i = 0; i < shapes.emitted.size(); i++) emitted.add(new ArrayList<>());
    var drawn = new ArrayList<Map<Integer, Integer>>();
    Map<Integer, Num> parameters = new HashMap<>();
    for (Line o : l.body()) if (o.is("stepUpdate")) parameters.put(o.arg(0), s.num(o.arg(0)));
    List<Num> like = in.histories().stream().map(h -> h.get(0)).toList();
    for (int k = from; k < to; k++) {
      int t = in.backwards() ? in.steps() - 1 - k : k;
      drawn.add(new HashMap<>(counts));
      Scope now = step(l, s, in.rows(w -> w.row(t, in.steps(), in.backwards())), histories, parameters);
      parameters = now.updated;
      for (int i = 0; i < carries.size(); i++) {
        List<Num> history = histories.get(i);
        history.add(in.after(t, history.get(history.size() - 1), now.next.get(i)));
        carries.get(i).add(history.get(history.size() - 1));
      }
      for (int i = 0; i < emitted.size(); i++) emitted.get(i).add(now.emitted.get(i));
      if (stops && now.stops) break;
    }
    if (s.moved.isEmpty()) updated.putAll(parameters);
    return new ScanRun(in, carries, emitted, like, shapes.emitted, drawn);
  }

  /** Central differences, where those from both sides agree. */
  private List<Num> slopes(Line grad, Scope s) {
    hasSlopes = true;
    if (program.mayJump(grad.arg(0))) throw new Unknown();
    return differences(grad, s);
  }

  /** What is truncated is no slope of the function, but of what this makes of it. */
  private void truncatedSlopes(Line grad, Scope s) {
    if (!program.truncates(grad.arg(0))) return;
    var drawn = new HashMap<>(counts);
    try {
      truncated.put(grad.id(), differences(grad, s));
    } catch (Unknown e) {
      truncated.remove(grad.id());
    } finally {
      restore(drawn);
    }
  }

  private List<Num> differences(Line grad, Scope s) {
    if (!s.moved.isEmpty() || program.needsSlopes(grad.arg(0)) || program.mayTie(grad.arg(0)))
        throw new Unknown();
    var found = new ArrayList<Num>();
    double here = s.num(grad.arg(0)).data()[0];
    for (int wrt : grad.args().subList(1, grad.args().size())) {
      if (s.outer != null && s.values.containsKey(wrt) && lines.get(wrt).is("param")) throw new Unknown();
      Num x = s.num(wrt);
      if (x.data().length > MOST_SLOPES) throw new Unknown();
      double[] slopes = new double[x.data().length];
      for (int i = 0; i < slopes.length; i++) {
        double up = shifted(grad, s, wrt, x, i, STEP) - here;
        double down = here - shifted(grad, s, wrt, x, i, -STEP);
        slopes[i] = (up + down) / (2 * STEP);
        if (Math.abs(up - down) / STEP > 1e-2 * Math.max(1, Math.abs(slopes[i]))) throw new Unknown();
      }
      found.add(new Num(x.shape(), slopes));
    }
    return found;
  }

  private double shifted(Line grad, Scope s, int wrt, Num x, int i, double by) {
    double[] data = x.data().clone();
    data[i] += by;
    return replay(s, Map.of(wrt, new Num(x.shape(), data))).num(grad.arg(0)).data()[0];
  }

  /** The same scope once more with one value replaced; rows, previous carries and gradients stay. */
  private Scope replay(Scope s, Map<Integer, Num> moved) {
    var again = new Scope(s.outer == null ? null : replay(s.outer, moved), moved);
    var drawn = new HashMap<>(counts);
    s.values.forEach((id, value) -> {
      Line l = lines.get(id);
      if (s.drawn.containsKey(id)) restore(s.drawn.get(id));
      Object now = moved.containsKey(id) ? moved.get(id) : FIXED.contains(l.word()) || l.is("param") && s.outer != null ? value
          : l.isTruncated() ? truncated(l, again, (ScanRun) value) : value(l, again);
      again.values.put(id, now);
    });
    restore(drawn);
    return again;
  }
}
