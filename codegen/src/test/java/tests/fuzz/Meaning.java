package tests.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What a program means: its lines carried out one after the other on plain numbers, scans step by step. */
final class Meaning {
  /** Thrown where working it out would take too long, or where a derivative does not exist. */
  static final class Unknown extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static final int MOST_SLOPES = 80;
  private static final double STEP = 1e-5;
  /** Behind this integers overflow, and floats lose their digits. */
  private static final double MOST = 1e9;

  private final Program program;
  private final int call;
  private final Function<Line, Num> leaves;
  private final Map<Integer, Line> lines = new HashMap<>();
  /** Gradients asked for at the top, which are checked elsewhere. */
  private final Map<Integer, Num> given;
  boolean hasSlopes;
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

  /** What a scan gave, in the order of the steps. */
  private record Run(List<Num> initial, List<List<Num>> carries, List<List<Num>> emitted, List<Num> carryShapes,
      List<Num> emittedShapes, boolean backwards) {
  }

  /** @param given the gradients at the top, by the ids of their lines */
  Meaning(Program program, int call, Function<Line, Num> leaves, Map<Integer, Num> given) {
    this.program = program;
    this.call = call;
    this.leaves = leaves;
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
    Object value = scope.moved.containsKey(l.id()) ? scope.moved.get(l.id()) : value(l, scope);
    if (value instanceof Num n) for (double v : n.data()) if (Double.isFinite(v))
        largest = Math.max(largest, Math.abs(v));
    if (largest > MOST) throw new Unknown();
    if (l.id() != 0) scope.values.put(l.id(), value);
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
      case "grad":
        return s.outer == null ? List.of() : slopes(l, s);
      case "of":
        return given.containsKey(l.id()) ? given.get(l.id()) : ((List<?>) s.value(l.arg(0))).get(l.number(0));
      case "output", "update":
        return null;
      case "last", "all", "aligned", "withInitial", "emitted", "emittedAligned":
        return part((Run) s.value(l.arg(0)), l.word(), l.number(0));
      default:
        return Words.of(l.word()).value(nums(l, s), l.numbers());
    }
  }

  private static List<Num> nums(Line l, Scope s) {
    return l.args().stream().map(s::num).toList();
  }

  private static Num part(Run run, String word, int i) {
    if (word.startsWith("emitted"))
        return stacked(run, run.emitted.get(i), run.emittedShapes.get(i), !word.equals("emitted"));
    List<Num> rows = run.carries.get(i);
    Num initial = run.initial.get(i);
    int before = initial.rank() > run.carryShapes.get(i).rank() ? initial.dim(0) : 1;
    if (word.equals("last"))
        return rows.isEmpty() ? newest(initial, run.carryShapes.get(i)) : rows.get(rows.size() - 1);
    Num all = stacked(run, rows, run.carryShapes.get(i), word.equals("aligned"));
    return word.equals("withInitial")
        ? Num.concat(0, before == 1 && initial.rank() < all.rank() ? Num.stack(0, initial) : initial, all)
            : all;
  }

  private static Num newest(Num initial, Num like) {
    return initial.rank() > like.rank() ? initial.row(-1) : initial;
  }

  private static Num stacked(Run run, List<Num> rows, Num like, boolean aligned) {
    if (rows.isEmpty()) return Num.fill(Num.insert(like.shape(), 0, 0), at -> 0);
    var ordered = new ArrayList<>(rows);
    if (aligned && run.backwards) java.util.Collections.reverse(ordered);
    return Num.stack(0, ordered.toArray(Num[]::new));
  }

  /** A sequence cut so that row t is what a tap sees at step t. */
  private record Window(int sequence, Num input, int tap, int first, int last) {
    int usable() {
      return input.dim(0) - last + first;
    }

    Num row(int t, int steps, boolean backwards) {
      int at = (backwards ? usable() - steps : 0) + tap - first + t;
      return at < input.dim(0) ? input.row(at) : Num.fill(input.without(0), x -> 0);
    }
  }

  private Run scan(Line l, Scope s) {
    var windows = new ArrayList<Window>();
    var initial = new ArrayList<Num>();
    var depths = new ArrayList<Integer>();
    int steps = -1;
    int sequences = 0;
    boolean backwards = false;
    Num mask = null;
    Num lengths = null;
    for (Line o : l.body()) {
      switch (o.word()) {
        case "over" -> {
          int first = Math.min(0, o.numbers().stream().mapToInt(i -> i).min().getAsInt());
          int last = Math.max(0, o.numbers().stream().mapToInt(i -> i).max().getAsInt());
          for (int tap : o.numbers()) windows.add(new Window(sequences, s.num(o.arg(0)), tap, first, last));
          sequences++;
        }
        case "carry" -> {
          initial.add(s.num(o.arg(0)));
          depths.add(o.numbers().isEmpty() ? 0 : -o.numbers().stream().mapToInt(i -> i).min().getAsInt());
        }
        case "carryNumber" -> {
          initial.add(Num.scalar(o.number(0)));
          depths.add(-1);
        }
        case "steps" -> steps = extent(o.number(0));
        case "stepsOf" -> steps = (int) s.num(o.arg(0)).data()[0];
        case "backwards" -> backwards = true;
        case "mask" -> mask = s.num(o.arg(0));
        case "lengths" -> lengths = s.num(o.arg(0));
        default -> { }
      }
    }
    if (steps < 0) {
      steps = mask == null ? Integer.MAX_VALUE : mask.dim(0);
      for (Window w : windows) steps = Math.min(steps, w.usable());
    }
    return loop(l, s, windows, grown(l, s, windows, initial, depths), depths, steps, backwards, mask, lengths);
  }

  /** Initial numbers in the shapes that the step gives them. */
  private List<Num> grown(Line l, Scope s, List<Window> windows, List<Num> initial, List<Integer> depths) {
    List<Num> now = initial;
    while (depths.contains(-1)) {
      List<Num> before = now;
      List<Num> next = shapes(l, s, windows, histories(now, depths)).next;
      now = new ArrayList<>(before);
      for (int i = 0; i < now.size(); i++) {
        int carry = i;
        if (depths.get(i) == -1)
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

  private static List<List<Num>> histories(List<Num> initial, List<Integer> depths) {
    var all = new ArrayList<List<Num>>();
    for (int i = 0; i < initial.size(); i++) {
      var history = new ArrayList<Num>();
      if (depths.get(i) <= 0) history.add(initial.get(i));
      else for (int k = 0; k < depths.get(i); k++) history.add(initial.get(i).row(k));
      all.add(history);
    }
    return all;
  }

  private static Map<List<Integer>, Num> rows(List<Window> windows, Function<Window, Num> row) {
    var rows = new HashMap<List<Integer>, Num>();
    for (Window w : windows) rows.put(List.of(w.sequence, w.tap), row.apply(w));
    return rows;
  }

  private Scope step(Line l, Scope around, Map<List<Integer>, Num> rows, List<List<Num>> histories) {
    var scope = new Scope(around, around.moved);
    scope.rows = rows;
    scope.histories.addAll(histories);
    for (Line o : l.body()) if (!Build.isOption(o)) run(o, scope);
    return scope;
  }

  /** A step on rows of zeros, for the shapes that it gives. */
  private Scope shapes(Line l, Scope s, List<Window> windows, List<List<Num>> histories) {
    double before = largest;
    try {
      return step(l, s, rows(windows, w -> Num.fill(w.input.without(0), at -> 0)), histories);
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new Unknown();
    } finally {
      largest = before;
    }
  }

  private Run loop(Line l, Scope s, List<Window> windows, List<Num> initial, List<Integer> depths, int steps,
      boolean backwards,
      Num mask, Num lengths) {
    List<List<Num>> histories = histories(initial, depths);
    var carries = new ArrayList<List<Num>>();
    for (int i = 0; i < initial.size(); i++) carries.add(new ArrayList<>());
    var emitted = new ArrayList<List<Num>>();
    Scope shapes = shapes(l, s, windows, histories);
    for (int i = 0; i < shapes.emitted.size(); i++) emitted.add(new ArrayList<>());
    for (int k = 0; k < steps; k++) {
      int t = backwards ? steps - 1 - k : k;
      boolean reverse = backwards;
      Scope now = step(l, s, rows(windows, w -> w.row(t, steps, reverse)), histories);
      int offset = mask == null ? 0 : reverse ? mask.dim(0) - steps : 0;
      boolean stays = mask != null && mask.data()[offset + t] == 0 || lengths != null && t >= lengths.data()[0];
      for (int i = 0; i < carries.size(); i++) {
        List<Num> history = histories.get(i);
        history.add(stays ? history.get(history.size() - 1) : now.next.get(i));
        carries.get(i).add(history.get(history.size() - 1));
      }
      for (int i = 0; i < emitted.size(); i++) emitted.get(i).add(now.emitted.get(i));
    }
    return new Run(initial, carries, emitted, histories.stream().map(h -> h.get(0)).toList(), shapes.emitted,
        backwards);
  }

  /** Central differences, where those from both sides agree. */
  private List<Num> slopes(Line grad, Scope s) {
    hasSlopes = true;
    if (!s.moved.isEmpty() || program.needsSlopes(grad.arg(0)) || program.mayTie(grad.arg(0)))
        throw new Unknown();
    if (program.mayJump(grad.arg(0))) throw new Unknown();
    var found = new ArrayList<Num>();
    double here = s.num(grad.arg(0)).data()[0];
    for (int wrt : grad.args().subList(1, grad.args().size())) {
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
    s.values.forEach((id, value) -> {
      Line l = lines.get(id);
      boolean fixed = l.is("row") || l.is("prev") || l.is("grad") || l.is("of");
      again.values.put(id, moved.containsKey(id) ? moved.get(id) : fixed ? value : value(l, again));
    });
    return again;
  }
}
