package tests.fuzz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import weft.graph.Expr;
import weft.runtime.DType;

/** Makes a program that fails smaller, as long as it fails alike. */
final class Shrink {
  private final String kind;
  private final long deadline;
  private Program best;

  private Shrink(Program program, String kind, int seconds) {
    this.best = program;
    this.kind = kind;
    this.deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
  }

  static Program of(Program program, Check.Failure failure, int seconds) {
    var shrink = new Shrink(program, failure.kind(), seconds);
    while (shrink.round() && System.nanoTime() < shrink.deadline) { }
    return shrink.best;
  }

  private boolean round() {
    int before = best.toString().length();
    String start = best.toString();
    calls();
    lines();
    leaves();
    extents();
    return best.toString().length() < before || !best.toString().equals(start);
  }

  private boolean accept(Program candidate) {
    if (System.nanoTime() > deadline || candidate.toString().equals(best.toString())) return false;
    Check.Failure failure = Check.of(candidate);
    if (failure == null || !failure.kind().equals(kind)) return false;
    best = candidate;
    return true;
  }

  private void calls() {
    for (int i = best.calls().size() - 1; i >= 0 && best.calls().size() > 1; i--)
        accept(best.withCalls(List.of(best.calls().get(i))));
    for (int c = 0; c < best.calls().size(); c++) {
      for (int n = 0; n < best.calls().get(c).length; n++) {
        for (int smaller : new int[] {1, 2, 3, best.calls().get(c)[n] / 2, best.calls().get(c)[n] - 1}) {
          if (smaller < 0 || smaller >= best.calls().get(c)[n]) continue;
          var calls = new ArrayList<>(best.calls());
          calls.set(c, calls.get(c).clone());
          calls.get(c)[n] = smaller;
          if (accept(best.withCalls(calls))) break;
        }
      }
    }
  }

  /** Leaves out outputs and options, and reads past a line to one of its arguments. */
  private void lines() {
    List<Line> all = best.all();
    for (int i = all.size() - 1; i >= 0; i--) {
      Line l = all.get(i);
      if (!best.all().contains(l)) continue;
      boolean optional = l.id() == 0 && !l.is("next") || l.is("bind");
      if (optional && accept(best.withLines(Program.mapped(best.lines(), o -> o == l ? null : o)).live()))
          continue;
      if (l.is("emit") || l.is("output") && l.args().size() > 1) fewerArguments(l);
      if (l.id() == 0) continue;
      for (int arg : l.args()) if (accept(renamed(Map.of(l.id(), arg)))) break;
    }
  }

  private void fewerArguments(Line l) {
    for (int i = 0; i < l.args().size(); i++) {
      var args = new ArrayList<>(l.args());
      args.remove(i);
      var shorter = new Line(l.id(), l.word(), args, l.numbers(), l.body());
      if (accept(best.withLines(Program.mapped(best.lines(), o -> o == l ? shorter : o)).live())) return;
    }
  }

  private Program renamed(Map<Integer, Integer> names) {
    return best.withLines(Program.mapped(best.lines(), l -> new Line(l.id(), l.word(),
        l.args().stream().map(a -> names.getOrDefault(a, a)).toList(), l.numbers(), l.body()))).live();
  }

  /** Puts an input or a constant in the place of what is computed. */
  private void leaves() {
    Build build;
    try {
      build = Build.of(best);
    } catch (RuntimeException | StackOverflowError e) {
      return;
    }
    Map<Integer, Expr> types = types(build);
    for (Line l : best.all()) {
      Expr e = types.get(l.id());
      if (e == null || l.args().isEmpty() || !best.all().contains(l)) continue;
      Line leaf = leaf(build, l.id(), e);
      if (leaf != null && !accept(replaced(l, leaf)) && e.dtype().isFloat()) {
        var numbers = new ArrayList<>(leaf.numbers());
        numbers.set(1, 4);
        accept(replaced(l, new Line(l.id(), "full", List.of(), numbers, List.of())));
      }
    }
  }

  private Program replaced(Line l, Line leaf) {
    var lines = Program.mapped(best.lines(), o -> o == l ? null : o);
    lines.add(0, leaf);
    return best.withLines(lines).live();
  }

  private static Map<Integer, Expr> types(Build build) {
    var types = new HashMap<Integer, Expr>();
    build.top.values.forEach((id, value) -> {
      if (value instanceof Expr e) types.put(id, e);
    });
    return types;
  }

  private static Line leaf(Build build, int id, Expr e) {
    var numbers =
        new ArrayList<>(List.of(e.dtype().ordinal(), e.dtype().isFloat() || e.dtype() == DType.BOOL ? 0 : 2));
    for (var d : e.type().dims()) {
      int named = build.symbols.indexOf(d);
      if (!d.isConstant() && named < 0) return null;
      numbers.add(d.isConstant() ? (int) d.constant() : -1 - named);
    }
    return new Line(id, "input", List.of(), numbers, List.of());
  }

  /** Smaller numbers for extents, wherever leaves say them. */
  private void extents() {
    Set<Integer> extents = new TreeSet<>();
    for (Line l : best.all()) if (isLeaf(l)) extents.addAll(l.numbers().subList(from(l), l.numbers().size()));
    for (int extent : new HashSet<>(extents)) {
      if (extent < 2) continue;
      for (int smaller : new int[] {1, 2, 3, 4, extent / 2, extent - 1}) {
        if (smaller < extent && smaller > 0 && accept(withExtent(extent, smaller))) break;
      }
    }
  }

  private static boolean isLeaf(Line l) {
    return l.is("bind") || l.is("input") || l.is("param") || l.is("literal") || l.is("full");
  }

  private static int from(Line l) {
    return l.is("param") ? 1 : 2;
  }

  private Program withExtent(int extent, int smaller) {
    return best.withLines(Program.mapped(best.lines(), l -> {
      if (!isLeaf(l)) return l;
      var numbers = new ArrayList<>(l.numbers());
      for (int i = from(l); i < numbers.size(); i++) if (numbers.get(i) == extent) numbers.set(i, smaller);
      return new Line(l.id(), l.word(), l.args(), numbers, l.body());
    }));
  }
}
