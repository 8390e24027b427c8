package weft;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.op.Counted;
import weft.op.Ops;
import weft.op.Scan;
import weft.op.ScanCarry;
import weft.op.ScanMaker;
import weft.op.ScanRequire;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * Makes one {@link Scan} of what a {@link ScanBuilder} was told: cuts the sequences to length, finds the types
 * of the carries, and unfolds taps into several sequences and into carries that hand a value on from step to
 * step.
 */
final class ScanAssembly {
  /** A type that has not settled by then never will. */
  private static final int ATTEMPTS = 8;

  private final ScanBuilder given;
  private final Origin origin = Origin.here();
  private final List<ScanBuilder.Sequence> sequences;
  /** How many steps the user asked for, null for as many as there are rows; and what finds out, where they are computed. */
  private final Dim steps;
  private Counted counted;
  private final Dim length;
  private final ScanMasks masks;
  private final List<Expr> windows = new ArrayList<>();

  private final List<Expr> initial = new ArrayList<>();
  /** How many steps back a value of each carry is handed on. */
  private final List<Integer> depths = new ArrayList<>();
  private final List<ScanCarry> carries = new ArrayList<>();

  private final List<Expr> rowVariables = new ArrayList<>();
  /** What stands for values that are not handed on, which taps see in the rows of the past. */
  private final List<Expr> farVariables = new ArrayList<>();
  private final List<FarTaps.Tap> farTaps = new ArrayList<>();
  private final List<Expr> carryVariables = new ArrayList<>();
  private final List<Expr> nexts = new ArrayList<>();
  private final List<Expr> emitted = new ArrayList<>();
  private List<Update> updates = List.of();
  private Expr until;
  private WeftException refused;

  ScanAssembly(ScanBuilder given) {
    this.given = given;
    this.sequences = new ArrayList<>(given.sequences);
    if (given.mask != null) sequences.add(new ScanBuilder.Sequence(given.mask, Taps.NOW));
    this.steps = given.computed == null ? given.steps : computed();
    this.length = length();
    this.masks = ScanMasks.of(given, origin, length, sequences.isEmpty() ? length : shortest());
    if (given.lengths != null) sequences.add(new ScanBuilder.Sequence(masks.positions(), Taps.NOW));
    for (ScanBuilder.Sequence s : sequences) for (int tap : s.taps().offsets()) windows.add(window(s, tap));
    for (ScanBuilder.Start s : given.starts) start(s);
  }

  private static Dim usable(ScanBuilder.Sequence s) {
    return s.input().dim(0).minus(s.taps().last() - s.taps().first());
  }

  private Dim computed() {
    if (given.most == null && sequences.isEmpty()) {
      throw ScanBuilder.fail(Kind.ARGUMENT, "scan: the number of steps is computed, and nothing says how many there are at most",
          given.computed, "Give that with steps(n, most), or make the number an input of the function.");
    }
    Dim most = given.most == null ? shortest() : given.most;
    counted = Counted.of(given.computed, most, given.name + "_count");
    return counted.extent();
  }

  private Dim shortest() {
    return sequences.stream().map(ScanAssembly::usable).reduce(Dim::min).get();
  }

  /** What the scan starts with, made to need what counts its steps. */
  private void measureFirst(List<Expr> rows, List<Expr> starts) {
    if (counted == null) return;
    List<Expr> some = rows.isEmpty() ? starts : rows;
    if (some.isEmpty()) {
      rows.add(counted.with(Ops.arange(length, DType.I32)));
      rowVariables.add(Graphs.variable(rows.get(0).type().row(), "step", "number of the step"));
      some = rows;
    } else {
      some.set(0, counted.with(some.get(0)));
    }
    if (given.most == null) return;
    some.set(0, ScanRequire.of(some.get(0), given.most.minus(length), Kind.STEPS, "scan: %d steps, where " + given.most
        + " are the most\n  Take fewer, or say more with steps(n, most).", length));
  }

  private Dim length() {
    if (steps != null) return steps;
    if (sequences.isEmpty()) {
      throw new WeftException(Kind.STEPS, Message.of("scan: nothing says how many steps to take", List.of(), origin,
          "Give a sequence with over(x), or a number with steps(n)."));
    }
    return shortest();
  }

  /** The rows that one tap of a sequence sees, step by step. */
  private Expr window(ScanBuilder.Sequence s, int tap) {
    Dim spare = usable(s).minus(length);
    Dim must = steps == null ? length : spare;
    String what = "scan: " + Message.label(s.input()) + " has %d rows, too few for "
        + (steps == null ? "the taps " + s.taps() : counted == null ? length + " steps" : "as many steps as " + Message.label(given.computed) + " says")
        + (steps != null && s.taps() != Taps.NOW ? " with the taps " + s.taps() : "");
    String advice = s.taps() == Taps.NOW ? "Give a row for each step, or take fewer steps."
        : "Give a row for each step and " + (s.taps().last() - s.taps().first()) + " more, as the taps lie apart.";
    if (must.isConstant() && must.constant() < 0) {
      throw ScanBuilder.fail(Kind.STEPS, what.formatted(s.input().dim(0).constant()), s.input(), advice);
    }
    Expr input = counted == null ? s.input() : ScanRequire.of(s.input(), length, Kind.STEPS, "scan: %d steps\n  Give 0 or more.", length);
    Expr checked = ScanRequire.of(input, must, Kind.STEPS, what + "\n  " + advice, s.input().dim(0));
    Dim from = (given.backwards ? spare : Dim.ZERO).plus(tap - s.taps().first());
    return Ops.slice(checked, 0, from, length);
  }

  private void start(ScanBuilder.Start s) {
    Expr value = ScanCarry.operand(isFloatsDouble(s.given()) ? ((Double) s.given()).floatValue() : s.given());
    int depth = FarTaps.depth(s);
    TensorType type = value.type();
    if (isStacked(s)) {
      Dim spare = value.rank() == 0 ? Dim.of(-1) : value.dim(0).minus(depth);
      String what = "scan: a carry with the taps " + s.taps() + " needs " + depth + " initial rows";
      String advice = "Give one row a step that the taps reach back, the oldest first.";
      if (spare.isConstant() && spare.constant() < 0) {
        throw ScanBuilder.fail(Kind.SHAPE, what, value, advice);
      }
      value = ScanRequire.of(value, spare, Kind.SHAPE, what + ", not %d\n  " + advice, value.dim(0));
      type = value.type().row();
    }
    initial.add(value);
    depths.add(cutsGradients() ? depth : FarTaps.handedOn(s));
    carries.add(new ScanCarry(value, type));
  }

  private boolean cutsGradients() {
    return given.truncated > 0 || given.checkpoint != 0;
  }

  /** Hands on all that taps see, where no blocks of steps can be made. */
  private void handOnAll(String why) {
    for (int i = 0; i < depths.size(); i++) {
      int depth = FarTaps.depth(given.starts.get(i));
      if (depth > FarTaps.MOST) {
        throw new WeftException(Kind.ARGUMENT, Message.of("scan: a carry with the taps " + given.starts.get(i).taps() + " in a scan that " + why
            + ", where taps reach back " + FarTaps.MOST + " steps at most", List.of(initial.get(i)), origin,
            "Give taps that reach back less far, or leave that option out."));
      }
      depths.set(i, depth);
    }
  }

  /** Next to f32 sequences a Java double means a float, as it does in arithmetic. */
  private boolean isFloatsDouble(Object given) {
    return given instanceof Double && sequences.stream().anyMatch(s -> s.input().dtype() == DType.F32);
  }

  Scanned run(Consumer<Step> step) {
    if (cutsGradients()) handOnAll("cuts gradients or takes steps again");
    long since = ScanMaker.now();
    describeUntilSettled(step);
    if (until != null && !farTaps.isEmpty()) {
      handOnAll("stops by itself");
      describeUntilSettled(step);
    }
    var starts = new ArrayList<Expr>();
    var results = new ArrayList<Expr>();
    int next = 0;
    for (int i = 0; i < carries.size(); i++) {
      for (int back = 1; back <= depths.get(i); back++) {
        starts.add(initialRow(i, back));
        results.add(back == 1 ? nexts.get(i) : carryVariables.get(next + back - 2));
      }
      next += depths.get(i);
    }
    int emits = results.size();
    results.addAll(emitted);
    if (until != null && results.isEmpty()) results.add(until);
    if (until != null) results.add(until);
    StepUpdates made = StepUpdates.of(origin, results, updates, given.frozen, since);
    results.clear();
    results.addAll(made.results());
    Expr stop = until == null ? null : results.remove(results.size() - 1);
    results.addAll(emits, made.next());
    carryVariables.addAll(made.variables());
    starts.addAll(made.initial());
    boolean turned = given.backwards && until != null;
    var rows = new ArrayList<Expr>();
    for (Expr w : windows) rows.add(turned ? Ops.reverse(w, 0) : w);
    measureFirst(rows, starts);
    // What far taps see has no rows yet; these only say what type they have.
    for (Expr v : farVariables) rows.add(Ops.constant(0, v.type().stacked(length)));
    rowVariables.addAll(farVariables);
    Apply whole = ScanMaker.apply(given.name, since, rowVariables, rows, carryVariables, starts, results, stop,
        length, given.backwards && !turned, made.parameters());
    requireDeclared(whole);
    if (!farTaps.isEmpty()) return scanned((Scan) whole.op(), turned, FarTaps.of(whole, farTaps, pasts()));
    return scanned((Scan) whole.op(), turned, outputs(whole));
  }

  /** What the scan gives, cut where gradients end or carries are kept for them. */
  private List<Expr> outputs(Apply whole) {
    if (given.block > 0) return ScanWindows.of(whole, given.block, given.truncated, given.checkpoint);
    if (given.truncated > 0) return ScanTruncation.of(whole, given.truncated, given.checkpoint);
    if (given.checkpoint == 0) return whole.outputs();
    return until == null ? ScanCheckpoints.of(whole, given.checkpoint) : ScanCheckpoints.ofStopping(whole, given.checkpoint);
  }

  /** In strict mode: that the step captured only what was declared. */
  private void requireDeclared(Apply whole) {
    if (given.strict == null) return;
    var scan = (Scan) whole.op();
    for (Expr e : whole.inputs().subList(scan.sequences() + scan.carries(), whole.inputs().size())) {
      if (given.strict.contains(e) || e.op() instanceof Leaf.Literal) continue;
      throw new WeftException(Kind.ARGUMENT, Message.of("scan: the step reads " + Message.label(e) + ", which was not declared", List.of(e),
          origin, "Pass it to strict(…), or go through it with over(…)."));
    }
  }

  /** Whether the initial value has an axis for time; a Java number stands for all rows. */
  private static boolean isStacked(ScanBuilder.Start s) {
    return s.taps() != null && !(s.given() instanceof Number);
  }

  /** What carry {@code i} was {@code back} steps before the first. */
  private Expr initialRow(int i, int back) {
    Expr value = initial.get(i);
    if (!isStacked(given.starts.get(i))) return carries.get(i).adapt(value);
    if (value.op() instanceof Leaf.Constant c) return carries.get(i).adapt(Ops.constant(c.value(), value.type().row()));
    return carries.get(i).adapt(Ops.index(value, 0, Dim.of(FarTaps.depth(given.starts.get(i)) - back)));
  }

  private boolean isFar(int i) {
    return depths.get(i) < FarTaps.depth(given.starts.get(i));
  }

  /** The initial rows of the carries that have far taps. */
  private List<Expr> pasts() {
    var pasts = new ArrayList<Expr>();
    for (int i = 0; i < carries.size(); i++) if (isFar(i)) pasts.add(initialRows(i));
    return pasts;
  }

  /** What carry {@code i} was as long before the first step as its taps reach back, the oldest first. */
  private Expr initialRows(int i) {
    int depth = FarTaps.depth(given.starts.get(i));
    Expr value = initial.get(i);
    TensorType type = carries.get(i).type().stacked(Dim.of(depth));
    if (value.op() instanceof Leaf.Constant c) return Ops.constant(c.value(), type);
    Expr rows = isStacked(given.starts.get(i)) ? Ops.slice(value, 0, Dim.ZERO, Dim.of(depth)) : value;
    return Ops.broadcastTo(Ops.cast(rows, type.dtype()), type.dims());
  }

  private void describeUntilSettled(Consumer<Step> step) {
    int attempt = 0;
    while (!describeOrLoosen(step)) {
      if (++attempt == ATTEMPTS) {
        throw new WeftException(Kind.SHAPE, Message.of("scan: the type of a carry grows at every step", initial,
            origin, "Start with a value of the type that the step returns, such as zeros(hidden)."));
      }
    }
  }

  /** The same as {@link #describe}, but where the step does not take an integer constant, that becomes a float for the next attempt. */
  private boolean describeOrLoosen(Consumer<Step> step) {
    try {
      return describe(step);
    } catch (WeftException e) {
      boolean loosened = false;
      if (e.kind() == Kind.DTYPE) for (ScanCarry c : carries) loosened |= c.loosen();
      if (!loosened) throw refused == null ? e : refused;
      refused = e;
      return false;
    }
  }

  /** Runs the step on fresh variables; false if it showed that a carry has another type. */
  private boolean describe(Consumer<Step> user) {
    rowVariables.clear();
    farVariables.clear();
    farTaps.clear();
    carryVariables.clear();
    nexts.clear();
    emitted.clear();
    until = null;
    var rows = new ArrayList<List<Expr>>();
    for (ScanBuilder.Sequence s : sequences) {
      var taps = new ArrayList<Expr>();
      for (int tap : s.taps().offsets()) taps.add(rowVariable(s.input(), tap));
      rowVariables.addAll(taps);
      rows.add(taps);
    }
    var previous = new ArrayList<Map<Integer, Expr>>();
    int past = 0;
    for (int i = 0; i < carries.size(); i++) {
      var delays = new LinkedHashMap<Integer, Expr>();
      for (int back = 1; back <= depths.get(i); back++) delays.put(-back, carries.get(i).variable(carryName(i, back)));
      int carry = carryVariables.size();
      carryVariables.addAll(delays.values());
      if (isFar(i)) addFar(i, past++, carry, delays);
      previous.add(delays);
    }
    var tapsOfCarries = given.starts.stream().map(s -> s.taps() == null ? new Taps(-1) : s.taps()).toList();
    var tapsOfRows = given.sequences.stream().map(ScanBuilder.Sequence::taps).toList();
    var step = new Step(tapsOfRows, rows, tapsOfCarries, previous);
    return Origin.inStep(origin.at(), () -> {
      user.accept(step);
      return settle(step, rows, previous);
    });
  }

  private void addFar(int i, int past, int carry, Map<Integer, Expr> delays) {
    for (int tap : given.starts.get(i).taps().offsets()) {
      if (-tap <= depths.get(i)) continue;
      Expr variable = carries.get(i).variable(carryName(i, -tap));
      delays.put(tap, variable);
      farVariables.add(variable);
      farTaps.add(new FarTaps.Tap(past, carry, -tap));
    }
  }

  private boolean settle(Step step, List<List<Expr>> rows, List<Map<Integer, Expr>> previous) {
    if (step.next().length != carries.size()) {
      throw new WeftException(Kind.ARGUMENT, Message.of("scan: the step says what " + step.next().length + " of " + carries.size()
          + " carries become", List.of(), origin, "Call next(…) with one value for each carry, in order."));
    }
    boolean settled = true;
    for (int i = 0; i < carries.size(); i++) {
      Expr next = carries.get(i).accept(step.next()[i]);
      settled &= next != null;
      if (next != null) nexts.add(masks.masked(next, previous.get(i).get(-1), rows));
    }
    for (Object row : step.emitted()) emitted.add(ScanCarry.operand(row));
    updates = List.copyOf(step.updates());
    until = step.until();
    return settled;
  }

  private Expr rowVariable(Expr sequence, int tap) {
    String label = Message.label(sequence);
    String name = (sequence.name() == null ? "row" : label + "_t") + (tap == 0 ? "" : tap > 0 ? "+" + tap : tap);
    return Origin.inherit(sequence.apply().origin(), () -> Graphs.variable(sequence.type().row(), name, "row of " + label));
  }

  private String carryName(int i, int back) {
    String name = initial.get(i).name() == null ? "prev" + (carries.size() == 1 ? "" : i) : initial.get(i)
        .name() + "_prev";
    return back == 1 ? name : name + "-" + back;
  }

  /** Where a carry started, as the scan gives it: cut off from gradients unless its last steps are all of them. */
  private static Expr firstRow(Scan scan, Expr trajectory) {
    return Ops.index(trajectory, 0, scan.reverse() ? scan.length() : Dim.ZERO);
  }

  /** @param turned whether the sequences were turned round, since a scan that stops by itself goes forwards */
  private Scanned scanned(Scan scan, boolean turned, List<Expr> outputs) {
    var trajectories = new ArrayList<Trajectory>();
    int at = 0;
    for (int i = 0; i < carries.size(); i++) {
      Expr rows = null;
      if (given.starts.get(i).taps() != null) {
        var all = new ArrayList<Expr>();
        if (isFar(i)) all.add(initialRows(i));
        else for (int back = depths.get(i); back >= 1; back--) {
          boolean cut = given.truncated > 0 && given.block == 0;
          Expr row = cut ? firstRow(scan, outputs.get(scan.trajectory(at + back - 1))) : initialRow(i, back);
          all.add(Ops.expandDims(row, 0));
        }
        rows = Ops.concat(0, all);
      }
      trajectories.add(new Trajectory(outputs.get(scan.last(at)), outputs.get(scan.trajectory(at)), scan, turned,
          rows));
      at += depths.get(i);
    }
    var made = new ArrayList<Update>();
    for (int i = 0; i < scan.updated().size(); i++) {
      made.add(new Update(scan.updated().get(i), outputs.get(scan.last(scan.updatedCarry(i)))));
    }
    Expr any = outputs.isEmpty() ? null : outputs.get(scan.carries() == 0 ? scan.ys(0) : scan.trajectory(0));
    return new Scanned(trajectories, outputs.subList(scan.ys(0), outputs.size()), made, scan, turned, any);
  }
}
