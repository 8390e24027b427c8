package tests.fuzz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import weft.RandomStream;
import weft.ScanBuilder;
import weft.Scanned;
import weft.Step;
import weft.Tensors;
import weft.Update;
import weft.grad.Gradient.Disconnected;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.type.Dim;

/** A program turned into expressions, line by line. */
final class Build {
  /** How probable a 1 is in draws from Bernoulli's distribution. */
  static final double BERNOULLI = .375;

  /** What fills the empty body of a scan or branch while it is built: the generator. */
  interface Body {
    void fill(Line scan, Scope scope, Step step);

    void fill(Line branch, Scope scope);
  }

  final Program program;
  final List<Dim> symbols = new ArrayList<>();
  final Map<Integer, Expr> inputs = new LinkedHashMap<>();
  /** The lines that made the inputs. */
  final Map<Integer, Line> inputLines = new HashMap<>();
  final List<Expr> outputs = new ArrayList<>();
  final List<Update> updates = new ArrayList<>();
  /** Gradients that were asked for at the top, by the ids of their lines. */
  final Map<Integer, Slope> slopes = new LinkedHashMap<>();
  /** Products of Hessians and Jacobians with vectors that were asked for at the top, by the ids of their lines. */
  final Map<Integer, Expr> products = new LinkedHashMap<>();
  /** The states of random draws, by the ids of their lines. */
  final Map<Integer, Parameter> draws = new LinkedHashMap<>();
  final Scope top = new Scope(null, null);
  private final Body filler;
  /** In what other way lines are built, null for as they stand. */
  private final Doubt doubt;
  private final Map<Integer, Line> grads = new HashMap<>();
  private final Map<Integer, Object> leaves = new HashMap<>();

  /** A cost and its line, the line that it is differentiated by, and the gradient. */
  record Slope(int costLine, Expr cost, int wrt, Expr gradient) {}

  /** The values of one nesting level, and of those around it. */
  final class Scope {
    final Scope outer;
    final Step step;
    final Map<Integer, Object> values = new LinkedHashMap<>();
    /** What the carries were and are, where they are a record. */
    List<Expr> before;
    List<Expr> after;

    Scope(Scope outer, Step step) {
      this.outer = outer;
      this.step = step;
    }

    Object value(int id) {
      Object found = values.get(id);
      if (found == null && outer == null) throw new IllegalArgumentException("no line " + id);
      return found == null ? outer.value(id) : found;
    }

    Expr expr(int id) {
      if (value(id) instanceof Expr e) return e;
      throw new IllegalArgumentException("no line " + id + " gives a tensor");
    }
  }

  Build(Program program, Body filler) {
    this(program, filler, null);
  }

  private Build(Program program, Body filler, Doubt doubt) {
    this.program = program;
    this.filler = filler;
    this.doubt = doubt;
    int count = program.calls().isEmpty() ? 0 : program.calls().get(0).length;
    for (int i = 0; i < count; i++) symbols.add(Tensors.dim("n" + i));
  }

  static Build of(Program program) {
    return of(program, null);
  }

  static Build of(Program program, Doubt doubt) {
    var build = new Build(program, null, doubt);
    for (Line l : program.lines()) build.run(l, build.top);
    return build;
  }

  /** Runs one line in a scope. */
  void run(Line l, Scope scope) {
    Object value = doubt == null || isLeaf(l) ? value(l, scope) : doubt.seen(value(l, scope));
    if (l.id() != 0) scope.values.put(l.id(), value);
  }

  private Object value(Line l, Scope scope) {
    switch (l.word()) {
      case "bind", "input", "count", "param", "literal":
        return leaves.computeIfAbsent(l.id(), id -> leaf(l));
      case "number":
        return Tensors.full(l.number(1) / 8.0, dtype(l), new Object[0]);
      case "full":
        return Tensors.full(l.number(1) / 8.0, dtype(l), dims(l, 2));
      case "arange":
        return Tensors.arange(dim(l.number(1)), dtype(l));
      case "scan":
        return scan(l, scope);
      case "row":
        return scope.step.row(l.number(0), l.number(1));
      case "prev":
        return scope.before != null ? scope.before.get(l.number(0)) : scope.step.prev(l.number(0), l.number(1));
      case "next":
        if (scope.before == null) return scope.step.next(exprs(l, scope));
        return scope.after = l.args().stream().map(scope::expr).toList();
      case "emit":
        return scope.step.emit(exprs(l, scope));
      case "last":
        return ((Scanned) scope.value(l.arg(0))).last(l.number(0));
      case "all":
        return ((Scanned) scope.value(l.arg(0))).all(l.number(0));
      case "aligned":
        return ((Scanned) scope.value(l.arg(0))).carry(l.number(0)).aligned();
      case "withInitial":
        return ((Scanned) scope.value(l.arg(0))).carry(l.number(0)).withInitial();
      case "emitted":
        return ((Scanned) scope.value(l.arg(0))).emitted(l.number(0));
      case "emittedAligned":
        return ((Scanned) scope.value(l.arg(0))).emittedAligned(l.number(0));
      case "until":
        return scope.step.until(scope.expr(l.arg(0)));
      case "uniform", "normal", "bernoulli":
        return draw(l);
      case "ifElse":
        return Tensors.ifElseAll(scope.expr(l.arg(0)), () -> branch(l, 0, scope), () -> branch(l, 1, scope));
      case "chosen":
        return ((List<?>) scope.value(l.arg(0))).get(l.number(0));
      case "grad":
        return gradients(l, scope);
      case "of":
        return gradient(l, scope);
      case "hessianVector", "jvp", "vjp":
        return product(l, scope);
      case "stepUpdate":
        return scope.step.updates(new Update(Tensors.parameter(scope.expr(l.arg(0))), scope.expr(l.arg(1))));
      case "output":
        outputs.add(scope.expr(l.arg(0)));
        return null;
      case "update":
        updates.add(new Update(Tensors.parameter(scope.expr(l.arg(0))), scope.expr(l.arg(1))));
        return null;
      default:
        var args = l.args().stream().map(scope::expr).toList();
        return doubt == null ? Words.of(l.word()).build(args, l.numbers()) : doubt.build(l, args);
    }
  }

  private static boolean isLeaf(Line l) {
    return switch (l.word()) {
      case "bind", "input", "count", "param", "literal" -> true;
      default -> false;
    };
  }

  private static DType dtype(Line l) {
    return DType.values()[l.number(0)];
  }

  private static Object[] exprs(Line l, Scope scope) {
    return l.args().stream().map(scope::expr).toArray();
  }

  /** A dimension from how lines write it: a number, or {@code -1 - k} for the k-th named one. */
  Dim dim(int token) {
    return token >= 0 ? Dim.of(token) : symbols.get(-1 - token);
  }

  private Object[] dims(Line l, int from) {
    return l.numbers().subList(from, l.numbers().size()).stream().map(this::dim).toArray();
  }

  private Object leaf(Line l) {
    if (l.is("param")) return Tensors.param("v" + l.id(), Data.of(program, l, 0));
    if (l.is("literal")) return Tensors.constant(Data.of(program, l, 0));
    Expr input = l.is("count") ? Tensors.scalar("v" + l.id(), DType.I32)
        : Tensors.tensor("v" + l.id(), dtype(l), dims(l, 2));
    inputs.put(l.id(), input);
    inputLines.put(l.id(), l);
    return input;
  }

  private List<Expr> gradients(Line l, Scope scope) {
    grads.put(l.id(), l);
    Expr cost = scope.expr(l.arg(0));
    var wrt = l.args().subList(1, l.args().size()).stream().map(scope::expr).toList();
    return Tensors.gradient(cost).disconnected(Disconnected.ZERO).wrt(wrt);
  }

  private Expr gradient(Line l, Scope scope) {
    var gradient = (Expr) ((List<?>) scope.value(l.arg(0))).get(l.number(0));
    List<Integer> asked = grads.get(l.arg(0)).args();
    if (scope == top)
        slopes.put(l.id(),
            new Slope(asked.get(0), scope.expr(asked.get(0)), asked.get(1 + l.number(0)), gradient));
    return gradient;
  }

  private Expr product(Line l, Scope scope) {
    Expr y = scope.expr(l.arg(0));
    Expr x = scope.expr(l.arg(1));
    Expr v = scope.expr(l.arg(2));
    Expr product = l.is("jvp") ? Tensors.jvp(y, x, v) : l.is("vjp") ? Tensors.vjp(y, x, v) : Tensors.hessianVector(y, x, v);
    if (scope == top) products.put(l.id(), product);
    return product;
  }

  private Scanned scan(Line l, Scope scope) {
    ScanBuilder scan = Tensors.scan("scan" + l.id());
    boolean record = l.body().stream().anyMatch(o -> o.is("record"));
    for (Line o : l.body()) if (!record || !o.is("carry")) option(scan, l, o, scope);
    if (!record) return scan.run(step -> step(l, new Scope(scope, step), step));
    var initial = l.body().stream().filter(o -> o.is("carry")).map(o -> scope.expr(o.arg(0))).toList();
    return initial.size() == 1 ? scan.run(new One(initial.get(0)), (step, r) -> new One(next(l, scope, step, r.a()).get(0))).scanned()
        : scan.run(Two.of(initial), (step, r) -> Two.of(next(l, scope, step, r.of().a(), r.b()))).scanned();
  }

  /** A carry that is a record. */
  record One(Expr a) {}

  /** The same with another record inside. */
  record Two(One of, Expr b) {
    static Two of(List<Expr> parts) {
      return new Two(new One(parts.get(0)), parts.get(1));
    }
  }

  private List<Expr> next(Line scan, Scope scope, Step step, Expr... before) {
    var inner = new Scope(scope, step);
    inner.before = List.of(before);
    step(scan, inner, step);
    return inner.after;
  }

  private void step(Line scan, Scope inner, Step step) {
    if (filler != null && scan.body().stream().noneMatch(o -> o.is("next"))) filler.fill(scan, inner, step);
    else for (Line o : scan.body()) if (!isOption(o)) run(o, inner);
  }

  /** The results of a branch, which its last line gives. */
  private List<Expr> branch(Line ifElse, int which, Scope scope) {
    if (ifElse.body().size() < 2) throw new IllegalArgumentException("no line for a branch");
    Line branch = ifElse.body().get(which);
    var inner = new Scope(scope, scope.step);
    if (filler != null && branch.body().isEmpty()) filler.fill(branch, inner);
    else for (Line o : branch.body()) if (!o.is("give")) run(o, inner);
    return branch.body().stream().filter(o -> o.is("give")).flatMap(o -> o.args().stream()).map(inner::expr).toList();
  }

  /** A draw from a stream of its own, whose state is then the line's. */
  private Expr draw(Line l) {
    var stream = new RandomStream("r" + l.id(), program.seed() * 1009 + l.id());
    Object[] dims = dims(l, 1);
    Expr drawn = switch (l.word()) {
      case "uniform" -> stream.uniform(dtype(l), 0, 1, dims);
      case "normal" -> stream.normal(dtype(l), 0, 1, dims);
      default -> stream.bernoulli(dtype(l), Tensors.full(BERNOULLI, dtype(l), new Object[0]), dims);
    };
    draws.put(l.id(), stream.parameters().get(0));
    return drawn;
  }

  static boolean isOption(Line l) {
    return switch (l.word()) {
      case "over", "carry", "carryNumber", "steps", "stepsOf", "backwards", "mask", "lengths", "truncate",
          "checkpoint", "record" -> true;
      default -> false;
    };
  }

  private void option(ScanBuilder scan, Line l, Line o, Scope scope) {
    int[] taps = o.numbers().stream().mapToInt(i -> i).toArray();
    switch (o.word()) {
      case "over" -> scan.over(scope.expr(o.arg(0)), Tensors.taps(taps));
      case "carry" -> {
        if (taps.length == 0) scan.carry(scope.expr(o.arg(0)));
        else scan.carry(scope.expr(o.arg(0)), Tensors.taps(taps));
      }
      case "carryNumber" -> scan.carry(o.number(0));
      case "steps" -> scan.steps(dim(o.number(0)));
      case "stepsOf" -> scan.steps(scope.expr(o.arg(0)));
      case "backwards" -> scan.backwards();
      case "mask" -> scan.mask(scope.expr(o.arg(0)));
      case "lengths" -> scan.lengths(Tensors.minimum(scope.expr(o.arg(0)), rows(l, scope)));
      case "truncate" -> {
        if (taps.length == 1) scan.truncate(taps[0]);
        else scan.truncate(taps[0], taps[1]);
      }
      case "checkpoint" -> {
        if (taps.length == 0) scan.checkpoint();
        else scan.checkpoint(taps[0]);
      }
      default -> { }
    }
  }

  /** How many rows the sequences of a scan have, which its lengths must not be above. */
  private static Expr rows(Line scan, Scope scope) {
    Expr least = null;
    for (Line o : scan.body()) {
      if (!o.is("over") && !o.is("mask")) continue;
      Expr rows = Tensors.extent(scope.expr(o.arg(0)), 0).minus(reach(o));
      least = least == null ? rows : Tensors.minimum(least, rows);
    }
    return least;
  }

  /** How many rows a sequence has that no step begins at. */
  static int reach(Line over) {
    int last = over.numbers().stream().mapToInt(i -> i).reduce(0, Math::max);
    return last - over.numbers().stream().mapToInt(i -> i).reduce(0, Math::min);
  }

  /** The arguments of a call, in the order of {@link #inputs}. */
  Object[] arguments(int call) {
    var arguments = new ArrayList<Tensor>();
    for (Line l : inputLines()) arguments.add(Data.of(program, l, call));
    return arguments.toArray();
  }

  private List<Line> inputLines() {
    return inputs.keySet().stream().map(inputLines::get).toList();
  }
}
