package weft.lower;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.op.Measures;
import weft.op.Place;
import weft.op.Scalar;
import weft.op.Scan;
import weft.op.Structured;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * A scan becomes a loop over time in a driver of its own. A carry lives in its trajectory if somebody reads that (row t is read, row
 * t + 1 written), else in one place that a step replaces, by way of a second one if the old value is read until the end.
 */
final class ScanLowering {
  private final Region outer;
  private final Region body;
  private final Apply apply;
  private final Scan scan;
  private final Readers readers;
  private final Composer outside;
  private final Symbol time;
  private final Dim now;
  private final List<Emission.Target> targets = new ArrayList<>();
  /** Rows that are computed elsewhere and copied to their place at the end of each step. */
  private final List<Emission.Target> copied = new ArrayList<>();
  private final List<Emission.Carry> carries = new ArrayList<>();
  private final List<ScanWindow> windows = new ArrayList<>();
  private final int[] delayed;
  /** Where the carries are that take the old value of another one at the end of a step. */
  private final Map<Integer, Place> delays = new LinkedHashMap<>();

  private ScanLowering(Region outer, Apply apply, Scan scan, Readers readers) {
    this.outer = outer;
    this.apply = apply;
    this.scan = scan;
    this.readers = readers;
    this.outside = new Composer(outer);
    this.delayed = delayed();
    this.time = scan.isUntil() ? Measures.measured(scan) : Symbol.loopVariable(outer.program.unique("t"));
    this.now = scan.reverse() ? scan.length().minus(1).minus(Dim.of(time)) : Dim.of(time);
    String at = apply.origin().at();
    String title = (scan.label().equals("scan") ? "the scan" : "scan " + scan.label()) + (at.isEmpty() ? "" : " at " + at);
    this.body = Region.ofStep(outer, new Structured.Site.Step(title, now));
  }

  static void append(Region outer, Apply apply, Scan scan, Readers readers) {
    new ScanLowering(outer, apply, scan, readers).append();
  }

  private void append() {
    for (int i = 0; i < scan.sequences(); i++) sequence(scan.sequenceVariable(i), apply.input(i));
    for (int i = 0; i < scan.captured(); i++) {
      Expr from = apply.input(scan.sequences() + scan.carries() + i);
      body.defineInvariant(scan.capturedVariable(i), from, at -> outside.value(from, at));
    }
    for (int i = 0; i < scan.carries(); i++) carry(i);
    for (int i = 0; i < scan.stacked(); i++) stacked(i);
    Place stop = scan.isUntil() ? body.allocate(scan.condition(), "stop", false) : null;
    if (stop != null) targets.add(new Emission.Target(scan.condition(), stop, false));
    for (ScanWindow w : windows) w.count(body.driver, now);
    List<Emission.Carry> elsewhere = Emission.lower(body, targets, copied, carries, new HashSet<>(scan.body().variables()));
    delay();
    for (Emission.Carry c : elsewhere) copy(c.next().place(), c.current(), "next becomes current");
    Stmt loop = stop == null ? new Stmt.For(time, Dim.ZERO, scan.length(), 1, Stmt.Order.SEQUENTIAL, Stmt.of(body.driver)) : until(stop);
    String name = outer.program.unique(scan.label());
    outer.program.notes.about(apply.outputs());
    outer.program.notes.kernel(name);
    Kernel driver = new Kernel(name, formula(), apply.origin().at(),
        Kernel.Kind.DRIVER, loop);
    outer.driver.add(new Stmt.Run(driver));
  }

  /** What people read: {@code scan over time}, {@code scan decoder over words backwards}. */
  private String formula() {
    boolean says = scan.label().equals("scan") || scan.label().startsWith("scan.");
    return (says ? "" : "scan ") + scan.label() + " over " + (scan.isUntil() ? "at most " + scan.most() : scan.length())
        + (scan.reverse() ? " backwards" : "");
  }

  /** A loop that counts its steps as it takes them, until one says that it was the last. */
  private Stmt until(Place stop) {
    var goesOn = new Local("goes_on", DType.BOOL, 1);
    Value left = new Value.Call(Fun.LT, new Value.Position(Dim.of(time)), new Value.Position(scan.most()));
    var step = new ArrayList<>(body.driver);
    step.add(new Stmt.Assign(goesOn, new Value.Call(Fun.NOT, stop.load(List.of()))));
    step.add(new Stmt.Measure(time, new Value.Position(now.plus(1))));
    outer.measure(time);
    return new Stmt.Block(List.of(new Stmt.Measure(time, Value.number(DType.I32, 0)),
        new Stmt.Declare(goesOn, Value.number(DType.BOOL, 1)),
        new Stmt.While(new Value.Call(Fun.AND, new Value.Get(goesOn), left), new Stmt.Block(step))));
  }

  private void sequence(Expr variable, Expr rows) {
    if (rows.op() instanceof Scalar && outer.placeOrNull(rows) == null) body.price(variable, StepRows.price(rows));
    body.define(variable, (Source) at -> outside.value(rows, prepend(now, at)));
  }

  private static List<Dim> prepend(Dim first, List<Dim> rest) {
    var all = new ArrayList<Dim>(rest.size() + 1);
    all.add(first);
    all.addAll(rest);
    return all;
  }

  private void carry(int i) {
    Expr last = apply.output(scan.last(i));
    Expr trajectory = apply.output(scan.trajectory(i));
    Expr init = apply.input(scan.sequences() + i);
    Dim end = scan.reverse() ? Dim.ZERO : scan.length();
    boolean isRead = readers.isUsed(trajectory);
    Dim kept = isRead ? readers.lastRows(trajectory, scan.reverse()) : null;
    if (isRead && kept == null) {
      Place rows = outer.allocate(trajectory, name(i), false);
      initialise(name(i), init, rows.at(0, scan.reverse() ? scan.length() : Dim.ZERO));
      body.defineCarried(scan.carryVariable(i), rows.at(0, scan.reverse() ? now.plus(1) : now));
      targets.add(new Emission.Target(scan.carryResult(i), rows.at(0, scan.reverse() ? now : now.plus(1)), false));
      outer.define(trajectory, rows);
      outer.define(last, rows.at(0, end));
    } else {
      Place current = outer.allocate(last, name(i), false);
      initialise(name(i), init, current);
      body.defineCarried(scan.carryVariable(i), current);
      if (isDelay(i)) delays.put(i, current);
      else next(i, current);
      outer.define(last, current);
      if (isRead) window(scan.carryResult(i), trajectory, kept, name(i)).start().forEach(place -> initialise(name(i), init, place));
    }
  }

  /** Where a carry that changes is computed, if not in place of what it was. */
  private void next(int i, Place current) {
    Place next = outer.allocate(apply.output(scan.last(i)), name(i) + ".next", false);
    var target = new Emission.Target(scan.carryResult(i), next, false);
    boolean stays = false;
    for (int k = 0; k < scan.carries(); k++) stays |= delayed[k] == i && isDelay(k);
    carries.add(new Emission.Carry(scan.carryVariable(i), target, current, stays));
  }

  /** For each carry the one whose old value it takes, or -1. */
  private int[] delayed() {
    var of = new int[scan.carries()];
    var variables = new HashMap<Expr, Integer>();
    for (int i = 0; i < of.length; i++) variables.put(scan.carryVariable(i), i);
    for (int i = 0; i < of.length; i++) {
      int from = variables.getOrDefault(scan.carryResult(i), -1);
      of[i] = from == i ? -1 : from;
    }
    return of;
  }

  /** Whether a carry can take the old value of another at the end of a step: not if they take each other's, in a circle. */
  private boolean isDelay(int i) {
    int at = delayed[i];
    for (int k = 0; k < delayed.length && at >= 0; k++) {
      if (at == i) return false;
      at = delayed[at];
    }
    return delayed[i] >= 0;
  }

  /** Hands old values on, each before it is overwritten. */
  private void delay() {
    while (!delays.isEmpty()) {
      int i = delays.keySet().stream().filter(k -> delays.keySet().stream().noneMatch(reader -> delayed[reader] == k)).findFirst().orElseThrow();
      copy(body.place(scan.carryVariable(delayed[i])), delays.remove(i), name(delayed[i]) + " becomes " + name(i));
    }
  }

  /** Has each step write its row of what is stacked to a window of the rows that are read. */
  private ScanWindow window(Expr row, Expr stacked, Dim kept, String name) {
    var window = new ScanWindow(outer, scan, stacked, kept, name);
    windows.add(window);
    window.begin(outer.driver);
    for (Place place : window.now()) targets.add(new Emission.Target(row, place, false));
    outer.define(stacked, window.all(stacked));
    outer.program.notes.say(Scan.title(apply) + ": of " + name + " only the last " + (kept.is(1) ? "row is" : kept + " rows are") + " kept");
    return window;
  }

  private String name(int i) {
    return Formula.carry(scan, i);
  }

  /** What a stacked row is called: as the carry, if it is one. */
  private String nameOf(Expr row) {
    for (int c = 0; c < scan.carries(); c++) if (row == scan.carryResult(c)) return name(c);
    return Message.label(row);
  }

  private void initialise(String name, Expr init, Place place) {
    List<Dim> at = outer.canonical(place.dims());
    Stmt store = new Stmt.Store(place.buffer(), place.index(at), outside.value(init, at));
    outer.run(name + ".init", name + " starts as " + Formula.name(init), init,
        Loops.nest(at, place.dims(), Share.in(outer.program, List.of(store))));
  }

  private void stacked(int i) {
    Expr ys = apply.output(scan.ys(i));
    if (!readers.isUsed(ys)) return;
    Expr row = scan.stackedResult(i);
    for (int c = 0; c < scan.carries(); c++) {
      if (row == scan.carryResult(c) && keepsAll(c)) {
        Place rows = outer.place(apply.output(scan.trajectory(c)));
        outer.define(ys, rows.slice(0, scan.reverse() ? Dim.ZERO : Dim.ONE, scan.length()));
        return;
      }
    }
    Dim kept = readers.lastRows(ys, scan.reverse());
    if (kept != null) {
      window(row, ys, kept, nameOf(row));
      return;
    }
    Place wanted = outer.offered(ys);
    boolean refused = wanted != null && endsWithinVector(wanted) && (isCarry(row) || !isPartOfRows(wanted));
    if (refused && !readers.isRead(ys)) {
      copied.add(new Emission.Target(row, wanted.at(0, now), false));
      outer.define(ys, wanted);
      return;
    }
    if (refused) outer.offer(ys, wanted);
    Place rows = wanted != null && !refused ? wanted : outer.allocate(ys, Message.label(row), false);
    targets.add(new Emission.Target(row, rows.at(0, now), false));
    outer.define(ys, rows);
  }

  private boolean isCarry(Expr row) {
    for (int c = 0; c < scan.carries(); c++) if (row == scan.carryResult(c)) return true;
    return false;
  }

  /**
   * Whether rows are parts of longer ones, of a concat: copying them behind the scan costs more than a last vector that overlaps the one before it, which is what
   * kernels have that replace no carry (training a GRU B64 T50 H200 0.96 of the time).
   */
  private static boolean isPartOfRows(Place rows) {
    int last = rows.rank() - 1;
    return last > 0 && !rows.strides().get(last - 1).equals(rows.dims().get(last));
  }

  /** Whether all rows of a carry's trajectory are in memory. */
  private boolean keepsAll(int carry) {
    Expr trajectory = apply.output(scan.trajectory(carry));
    return readers.isUsed(trajectory) && readers.lastRows(trajectory, scan.reverse()) == null;
  }

  /**
   * Whether rows end within a vector and have no room behind them: a scalar rest in every step costs more than a copy of rows with room,
   * at the end of the step or, where these rows are read, once behind the scan.
   */
  private boolean endsWithinVector(Place rows) {
    int lanes = outer.program.lanes(rows.buffer().dtype());
    Dim extent = rows.dims().get(rows.rank() - 1);
    return rows.rank() > 1 && extent.isConstant() && extent.constant() >= Memory.SHORT_ROW && extent.constant() % lanes > rows.overrun();
  }

  private void copy(Place from, Place to, String what) {
    List<Dim> at = body.canonical(from.dims());
    body.program.notes.about(List.of());
    Stmt store = new Stmt.Store(to.buffer(), to.index(at), from.load(at));
    body.run(from.buffer().name(), what, apply.output(0), Loops.nest(at, from.dims(), List.of(store)));
  }
}
