package weft.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Op;
import weft.graph.Origin;
import weft.op.Broadcast;
import weft.op.Einsum;
import weft.op.Index;
import weft.op.Scan;
import weft.op.ScanCosts;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * A product that was written ahead of a scan, and of which each step reads a row and nobody else anything, is computed in the step if that
 * fills register tiles: {@link ScanHoist} leaves it there where it is written in the step.
 */
public final class ScanInline {
  /** What takes the place of a row along axis 0, for {@link RowWise#of}. */
  private static final Op ROW = new Index(0, Dim.ZERO);

  private final Notes notes;
  private final Map<Symbol, Integer> known;
  private final List<Apply> order;
  private final Set<Expr> results;
  private final Map<Expr, List<Apply>> users = new HashMap<>();

  private ScanInline(List<Expr> results, Notes notes, Map<Symbol, Integer> known) {
    this.notes = notes;
    this.known = known;
    this.order = Graphs.order(results);
    this.results = new HashSet<>(results);
    for (Apply a : order) for (Expr in : new LinkedHashSet<>(a.inputs())) users.computeIfAbsent(in, k -> new ArrayList<>()).add(a);
  }

  /** @param known extents that every call will have */
  public static List<Expr> apply(List<Expr> results, Notes notes, Map<Symbol, Integer> known) {
    return ScanGraphs.eachLevel(results, level -> new ScanInline(level, notes, known).level(level));
  }

  private List<Expr> level(List<Expr> level) {
    var mapped = new HashMap<Expr, Expr>();
    for (Apply a : order) {
      Apply now = Graphs.rebuild(a, mapped);
      if (a.op() instanceof Scan s) scan(a, now, s.sequences(), mapped);
    }
    return mapped.isEmpty() ? level : level.stream().map(e -> mapped.getOrDefault(e, e)).toList();
  }

  /**
   * Takes into a scan what is worth it.
   *
   * @param before the scan as the graph had it, whose inputs tell who reads them
   * @param now the same with inputs as they have become
   */
  private void scan(Apply before, Apply now, int sequences, Map<Expr, Expr> mapped) {
    var taken = new ArrayList<Integer>();
    for (int i = 0; i < sequences; i++) {
      Expr rows = before.input(i);
      if (Collections.frequency(before.inputs(), rows) == 1 && isWorth(rows, known)) taken.add(i);
      else notes.await(rows.type().dims().subList(1, rows.rank()), known, supposed -> isWorth(rows, supposed));
    }
    if (taken.isEmpty()) return;
    var used = new HashSet<Expr>();
    for (int i = 0; i < before.outputs().size(); i++) {
      Expr output = before.output(i);
      if (users.containsKey(output) || results.contains(output)) used.add(now.output(i));
    }
    var form = new ScanForm(now, used);
    List<ScanForm.Binding> all = List.copyOf(form.sequences);
    for (int i : taken) form.sequences.remove(all.get(i));
    var inside = new HashMap<Expr, Expr>();
    var done = new HashMap<Expr, Expr>();
    for (int i : taken) {
      inside.put(all.get(i).variable, row(before.input(i), form, mapped, done));
      notes.say(form.title() + ": took " + ScanTexts.formula(before.input(i)) + " into the step, whose rows fill register tiles");
    }
    form.substitute(inside);
    form.build();
    Map<Expr, Expr> outputs = form.outputs();
    for (int i = 0; i < before.outputs().size(); i++) {
      Expr after = outputs.get(now.output(i));
      if (after != null) mapped.put(before.output(i), Graphs.named(after, before.output(i)));
    }
  }

  /** Whether something is read by one apply alone, and a product that fills tiles row by row is in it, with nothing dear behind it. */
  private boolean isWorth(Expr rows, Map<Symbol, Integer> extents) {
    Expr at = rows;
    while (users.getOrDefault(at, List.of()).size() == 1 && !results.contains(at)) {
      Apply a = at.apply();
      boolean[] byRows = RowWise.inputs(a);
      if (byRows == null) return false;
      if (a.op() instanceof Einsum) return ScanHoist.fillsTiles(a, byRows, extents);
      if (ScanCosts.isHeavy(a.op())) return false;
      Expr next = null;
      for (int i = 0; i < byRows.length; i++) if (byRows[i] && !isRepeated(a.input(i)) && next == null) next = a.input(i);
      if (next == null) return false;
      at = next;
    }
    return false;
  }

  private static boolean isRepeated(Expr e) {
    return e.op() instanceof Broadcast b && !b.axes().contains(0);
  }

  /**
   * A row of what was computed for all steps, in the step.
   *
   * @param done rows that are there already, since one operation may read one thing twice
   */
  private Expr row(Expr e, ScanForm form, Map<Expr, Expr> mapped, Map<Expr, Expr> done) {
    Expr row = done.get(e);
    if (row == null) done.put(e, row = newRow(e, form, mapped, done));
    return row;
  }

  private Expr newRow(Expr e, ScanForm form, Map<Expr, Expr> mapped, Map<Expr, Expr> done) {
    if (isRepeated(e)) {
      var b = (Broadcast) e.op();
      var less = new Broadcast(b.to().subList(1, b.to().size()), b.axes().stream().map(axis -> axis - 1).toList());
      Expr of = given(e.apply().input(0), form, mapped);
      return Origin.inherit(e.apply().origin(), () -> Apply.one(less, of));
    }
    if (!isWorth(e, known)) return form.sequence(mapped.getOrDefault(e, e), e.name()).variable;
    Apply a = e.apply();
    boolean[] byRows = RowWise.inputs(a);
    var inputs = new ArrayList<Expr>();
    for (int i = 0; i < byRows.length; i++) {
      Expr in = a.input(i);
      inputs.add(byRows[i] ? row(in, form, mapped, done) : given(in, form, mapped));
    }
    return Graphs.named(Origin.inherit(a.origin(), () -> Apply.of(RowWise.of(a, ROW), inputs).output(0)), e);
  }

  private static Expr given(Expr e, ScanForm form, Map<Expr, Expr> mapped) {
    return e.op() instanceof Leaf.Constant ? e : form.capture(mapped.getOrDefault(e, e)).variable;
  }
}
