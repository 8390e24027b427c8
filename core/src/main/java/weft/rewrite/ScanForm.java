package weft.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Message;
import weft.graph.Origin;
import weft.op.Measures;
import weft.op.Ops;
import weft.op.Scan;
import weft.op.ScanLifter;
import weft.op.ScanRows;
import weft.type.Dim;
import weft.type.Symbol;

/** A scan taken apart, so that a pass can change it and put it together again. */
final class ScanForm {
  /**
   * A variable of the step and what it stands for: a stacked tensor for a row, a tensor for what is captured.
   */
  static final class Binding {
    Expr variable;
    Expr input;

    Binding(Expr variable, Expr input) {
      this.variable = variable;
      this.input = input;
    }
  }

  /** One carry, and which outputs of the scan that was taken apart it stands for: none if a pass added it. */
  static final class Carry {
    Expr variable;
    Expr initial;
    Expr result;
    final List<Expr> lasts = new ArrayList<>();
    final List<Expr> trajectories = new ArrayList<>();
  }

  /**
   * One stacked result, and which outputs of the scan that was taken apart it stands for: none if a pass added
   * it.
   */
  static final class Row {
    Expr result;
    final List<Expr> outputs = new ArrayList<>();

    Row(Expr result) {
      this.result = result;
    }
  }

  final Apply apply;
  final Scan scan;
  String label;
  final Dim length;
  /** How many steps there are at most: the rows of the sequences. */
  final Dim most;
  final boolean reverse;
  /** What ends the scan, null if nothing does before its last step. */
  Expr until;
  final List<Binding> sequences = new ArrayList<>();
  final List<Carry> carries = new ArrayList<>();
  final List<Binding> captured = new ArrayList<>();
  final List<Row> rows = new ArrayList<>();
  /** What has become of outputs that the scan need not give any more. */
  final Map<Expr, Expr> replaced = new HashMap<>();
  private final Set<Expr> used;
  private Set<Symbol> measured;
  private Apply built;

  /** @param used which outputs something reads */
  ScanForm(Apply apply, Set<Expr> used) {
    this.apply = apply;
    this.scan = (Scan) apply.op();
    this.label = scan.label();
    this.length = scan.length();
    this.most = scan.most();
    this.until = scan.isUntil() ? scan.condition() : null;
    this.reverse = scan.reverse();
    this.used = used;
    for (int i = 0; i < scan.sequences(); i++) sequences.add(new Binding(scan.sequenceVariable(i),
        apply.input(i)));
    for (int i = 0; i < scan.carries(); i++) {
      var carry = new Carry();
      carry.variable = scan.carryVariable(i);
      carry.initial = apply.input(scan.sequences() + i);
      carry.result = scan.carryResult(i);
      carry.lasts.add(apply.output(scan.last(i)));
      carry.trajectories.add(apply.output(scan.trajectory(i)));
      carries.add(carry);
    }
    for (int i = 0; i < scan.captured(); i++) {
      captured.add(new Binding(scan.capturedVariable(i), apply.input(scan.sequences() + scan.carries() + i)));
    }
    for (int i = 0; i < scan.stacked(); i++) {
      var row = new Row(scan.stackedResult(i));
      row.outputs.add(apply.output(scan.ys(i)));
      rows.add(row);
    }
  }

  /** Whether something reads one of these outputs. */
  boolean isUsed(List<Expr> outputs) {
    for (Expr e : outputs) if (used.contains(e)) return true;
    return false;
  }

  /** Whether something outside reads the carry, at its end or on its way. */
  boolean isUsed(Carry carry) {
    return isUsed(carry.lasts) || isUsed(carry.trajectories);
  }

  void replace(List<Expr> outputs, Expr value) {
    for (Expr e : outputs) replaced.put(e, value);
  }

  /** How explanations call it: {@code scan h at Elman.java:24}. */
  String title() {
    return Scan.title(apply);
  }

  /** Whether its steps take others again, so as to keep little: then nothing may ask for rows of all steps. */
  boolean keepsLittle() {
    return order().stream().anyMatch(a -> a.op() instanceof Scan s && s.again());
  }

  /** A lifter for what is computed before the loop, for as many rows as there may be steps. */
  ScanLifter lifter() {
    return lifter(most);
  }

  /** A lifter for what is computed behind the loop, for as many rows as there were steps. */
  ScanLifter behind() {
    return lifter(length);
  }

  private ScanLifter lifter(Dim rows) {
    if (measured == null) measured = Measures.measurers(order()).keySet();
    var lifter = new ScanLifter(rows, measured);
    for (Binding s : sequences) lifter.rows(s.variable, Ops.slice(s.input, 0, Dim.ZERO, rows));
    for (Binding c : captured) lifter.same(c.variable, c.input);
    return lifter;
  }

  ScanRows at() {
    return new ScanRows(length, reverse);
  }

  /** The step's results: of the carries, then of the rows, then what ends the scan. */
  List<Expr> results() {
    var all = new ArrayList<Expr>();
    for (Carry c : carries) all.add(c.result);
    for (Row r : rows) all.add(r.result);
    if (until != null) all.add(until);
    return all;
  }

  /** What decides how the carries and the number of steps become. */
  List<Expr> course() {
    var all = new ArrayList<Expr>();
    for (Carry c : carries) all.add(c.result);
    if (until != null) all.add(until);
    return all;
  }

  List<Apply> order() {
    return Graphs.order(results());
  }

  /** Replaces expressions in the step. */
  void substitute(Map<Expr, Expr> replacements) {
    if (replacements.isEmpty()) return;
    setResults(Graphs.substitute(results(), replacements));
  }

  void setResults(List<Expr> results) {
    for (int i = 0; i < carries.size(); i++) carries.get(i).result = results.get(i);
    for (int i = 0; i < rows.size(); i++) rows.get(i).result = results.get(carries.size() + i);
    if (until != null) until = results.get(results.size() - 1);
  }

  /** Makes each result of the step need what measures its extents, so that no other result, which has that, is missed. */
  void close() {
    if (!Measures.measurers(order()).isEmpty()) setResults(Measurers.closed(results()));
  }

  /** Gives the step variables of its own, where another scan has the same ones. */
  void refresh() {
    var fresh = new HashMap<Expr, Expr>();
    for (Binding s : sequences) fresh.put(s.variable, s.variable = Graphs.freshVariable(s.variable));
    for (Carry c : carries) fresh.put(c.variable, c.variable = Graphs.freshVariable(c.variable));
    for (Binding c : captured) fresh.put(c.variable, c.variable = Graphs.freshVariable(c.variable));
    substitute(fresh);
  }

  /** What depends on a row, a carry or a draw: what is not the same at every step. */
  Set<Expr> varying() {
    Set<Expr> sources = drawn();
    for (Binding s : sequences) sources.add(s.variable);
    for (Carry c : carries) sources.add(c.variable);
    return ScanGraphs.dependents(order(), sources);
  }

  /** What depends on a carry or a draw: what cannot be known for all steps at once. */
  Set<Expr> recurrent() {
    Set<Expr> sources = drawn();
    for (Carry c : carries) sources.add(c.variable);
    return ScanGraphs.dependents(order(), sources);
  }

  /** What impure ops give. */
  private Set<Expr> drawn() {
    var drawn = new HashSet<Expr>();
    for (Apply a : order()) if (!a.op().isPure()) drawn.addAll(a.outputs());
    return drawn;
  }

  /** The row that gives {@code result}, added if there is none. */
  Row row(Expr result) {
    for (Row r : rows) if (r.result == result) return r;
    var row = new Row(result);
    rows.add(row);
    return row;
  }

  Binding capture(Expr outer) {
    for (Binding c : captured) if (c.input == outer) return c;
    var binding = new Binding(Graphs.variable(outer.type(), Message.label(outer), "captured"), outer);
    captured.add(binding);
    return binding;
  }

  Binding sequence(Expr outer, String name) {
    for (Binding s : sequences) if (s.input == outer) return s;
    var binding = new Binding(Graphs.variable(outer.type().row(), name, "row of " + Message.label(outer)),
        outer);
    sequences.add(binding);
    return binding;
  }

  /** Everything that tells two states of this form apart. */
  List<Expr> contents() {
    var all = new ArrayList<Expr>();
    for (Binding s : sequences) add(all, all, s.variable, s.input);
    for (Carry c : carries) add(all, all, c.variable, c.initial);
    for (Binding c : captured) add(all, all, c.variable, c.input);
    all.addAll(results());
    return all;
  }

  /** Whether it is still the scan that was taken apart. */
  boolean isUnchanged() {
    return contents().equals(new ScanForm(apply, used).contents()) && replaced.isEmpty();
  }

  /** Applies the changed scan; null if nothing is left of it. */
  Apply build() {
    if (carries.isEmpty() && rows.isEmpty()) return null;
    var variables = new ArrayList<Expr>();
    var inputs = new ArrayList<Expr>();
    for (Binding s : sequences) add(variables, inputs, s.variable, s.input);
    for (Carry c : carries) add(variables, inputs, c.variable, c.initial);
    for (Binding c : captured) add(variables, inputs, c.variable, c.input);
    var op = new Scan(label, new Lambda(variables, results()), sequences.size(), carries.size(), length,
        most, reverse, List.of(), scan.again());
    built = Origin.inherit(apply.origin(), () -> Apply.of(op, inputs));
    return built;
  }

  private static void add(List<Expr> variables, List<Expr> inputs, Expr variable, Expr input) {
    variables.add(variable);
    inputs.add(input);
  }

  Expr builtLast(Carry carry) {
    return built.output(((Scan) built.op()).last(carries.indexOf(carry)));
  }

  Expr builtTrajectory(Carry carry) {
    return built.output(((Scan) built.op()).trajectory(carries.indexOf(carry)));
  }

  Expr builtRow(Row row) {
    return built.output(((Scan) built.op()).ys(rows.indexOf(row)));
  }

  /** The stacked rows of what a step computes: a carry before or after the step, or one of the rows. */
  Expr builtRows(Expr result) {
    for (Carry c : carries) if (c.variable == result) return at().before(builtTrajectory(c));
    for (Carry c : carries) if (c.result == result) return at().after(builtTrajectory(c));
    for (Row r : rows) if (r.result == result) return builtRow(r);
    throw new IllegalStateException(label + " does not give " + result);
  }

  /** What became of the outputs of the scan that was taken apart, after {@link #build}. */
  Map<Expr, Expr> outputs() {
    var all = new HashMap<Expr, Expr>();
    for (Carry c : carries) {
      for (Expr e : c.lasts) all.put(e, builtLast(c));
      for (Expr e : c.trajectories) all.put(e, builtTrajectory(c));
    }
    for (Row r : rows) for (Expr e : r.outputs) all.put(e, builtRow(r));
    all.putAll(replaced);
    return all;
  }
}
