package tests.fuzz;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.type.Dim;

/** Draws scans, and what is read of them. */
final class Scans {
  private static final List<List<Integer>> TAPS =
      List.of(List.of(-1, 0), List.of(0, 1), List.of(-2), List.of(1), List.of(-1, 0, 1));
  private static final List<List<Integer>> CARRY_TAPS =
      List.of(List.of(-1, -2), List.of(-2), List.of(-1, -3), List.of(-1));

  private Scans() {}

  static void add(Pool p) {
    var body = new ArrayList<Line>();
    sequences(p, body);
    carries(p, body);
    options(p, body);
    read(p, p.add(new Line(p.newId(), "scan", List.of(), List.of(), body)), body);
  }

  /** One scan there and one back over the same sequence, and what they give side by side. */
  static void bothWays(Pool p) {
    int x = p.find(e -> e.rank() > 0 && e.dtype().isFloat() && p.evaluate(e.dim(0)) < 34);
    int h = x == 0 ? 0 : p.find(e -> e.dtype().isFloat() && e.rank() > 0 && e.rank() < 3 && p.size(e) < 300);
    if (h == 0) return;
    var both = new ArrayList<Integer>();
    for (boolean back : new boolean[] {false, true}) {
      var body = new ArrayList<Line>();
      body.add(Line.of(0, "over", List.of(x), 0));
      body.add(Line.of(0, "carry", List.of(h)));
      if (back) body.add(Line.of(0, "backwards", List.of()));
      int scan = p.add(new Line(p.newId(), "scan", List.of(), List.of(), body));
      if (scan == 0) return;
      both.add(p.add(back ? "aligned" : "all", List.of(scan), 0));
      if (p.chance(.3)) p.add("last", List.of(scan), 0);
    }
    if (!both.contains(0)) p.add("concat", both, p.expr(both.get(0)).rank() - 1);
  }

  private static void read(Pool p, int scan, List<Line> body) {
    if (scan == 0) return;
    int carries = 0;
    int emitted = 0;
    boolean truncated = p.lines.get(p.lines.size() - 1).isTruncated();
    for (Line l : body) {
      if (l.is("carry") || l.is("carryNumber")) carries++;
      if (l.is("emit")) emitted = l.args().size();
    }
    for (int i = 0; i < carries; i++) {
      if (p.chance(.6)) p.add("last", List.of(scan), i);
      List<String> words = List.of("all", "all", "aligned", truncated ? "last" : "withInitial");
      if (p.chance(.6)) p.add(p.one(words), List.of(scan), i);
    }
    for (int i = 0; i < emitted; i++) p.add(p.chance(.7) ? "emitted" : "emittedAligned", List.of(scan), i);
  }

  private static void sequences(Pool p, List<Line> body) {
    Dim length = null;
    for (int i = p.below(10) < 8 ? 1 + p.below(2) : p.below(2) * 3; i > 0; i--) {
      Dim same = p.chance(.8) ? length : null;
      int x = p.find(e -> e.rank() > 0 && (same == null || e.dim(0).equals(same)) && p.evaluate(e.dim(0)) < 34
          && (e.dtype().isFloat() || p.chance(.4)));
      if (x == 0) return;
      length = p.expr(x).dim(0);
      List<Integer> taps = p.chance(.85) ? List.of(0) : p.one(TAPS);
      body.add(new Line(0, "over", List.of(x), taps, List.of()));
    }
  }

  private static void carries(Pool p, List<Line> body) {
    for (int i = p.below(10) < 8 ? 1 + p.below(2) : p.below(4); i > 0; i--) {
      if (p.chance(.1)) {
        body.add(Line.of(0, "carryNumber", List.of(), p.below(3)));
        continue;
      }
      boolean tapped = p.chance(.15);
      List<Integer> taps = tapped ? p.one(CARRY_TAPS) : List.of();
      int x = p.find(e -> e.dtype().isFloat() && e.rank() < 3 && p.size(e) < 300);
      if (x == 0) continue;
      if (tapped || p.chance(.3)) {
        var dims = new ArrayList<>(p.expr(x).type().dims());
        if (tapped) dims.add(0, Dim.of(-taps.stream().mapToInt(t -> t).min().getAsInt()));
        x = p.fresh(p.expr(x).dtype(), dims);
      }
      if (x != 0) body.add(new Line(0, "carry", List.of(x), taps, List.of()));
    }
  }

  static void options(Pool p, List<Line> body) {
    boolean sequences = body.stream().anyMatch(l -> l.is("over"));
    if (p.chance(.3)) body.add(Line.of(0, "backwards", List.of()));
    if (p.chance(.12)) {
      int every = 1 + p.below(3);
      if (p.chance(.5)) body.add(Line.of(0, "truncate", List.of(), every));
      else body.add(Line.of(0, "truncate", List.of(), every, every + p.below(3)));
    }
    if (p.chance(.14)) {
      body.add(p.chance(.3) ? Line.of(0, "checkpoint", List.of()) : Line.of(0, "checkpoint", List.of(), 1 + p.below(4)));
    }
    long carries = body.stream().filter(l -> l.is("carry")).count();
    boolean plain = body.stream().noneMatch(l -> l.is("carryNumber") || l.is("carry") && !l.numbers().isEmpty());
    if (plain && (carries == 1 || carries == 2) && p.chance(.15)) body.add(Line.of(0, "record", List.of()));
    if (!sequences && p.chance(.3)) {
      int symbol = p.build.symbols.isEmpty() ? 0 : -1 - p.below(p.build.symbols.size());
      if (symbol < 0) {
        int n = p.leaf("count", symbol);
        body.add(Line.of(0, "stepsOf", List.of(n)));
        return;
      }
    }
    if (!sequences || p.chance(.1)) body.add(Line.of(0, "steps", List.of(), p.below(Generator.MOST_STEPS)));
    if (!sequences) return;
    Expr first = p.expr(body.get(0).arg(0));
    List<Dim> batch = p.chance(.6) ? batch(p, body) : List.of();
    if (p.chance(.1)) {
      var dims = new ArrayList<>(List.of(first.dim(0)));
      dims.addAll(batch);
      int mask = p.fresh(DType.BOOL, dims);
      if (mask != 0) body.add(Line.of(0, "mask", List.of(mask)));
    }
    if (p.chance(.1)) {
      int lengths = batch.isEmpty() ? p.leaf("input", DType.I32.ordinal(), 9) : Lines.indices(p, 9, batch);
      if (lengths != 0) body.add(Line.of(0, "lengths", List.of(lengths)));
    }
  }

  /** The first axis of all carries, none where they differ. */
  private static List<Dim> batch(Pool p, List<Line> body) {
    Dim first = null;
    for (Line l : body) {
      if (l.is("carryNumber")) return List.of();
      if (!l.is("carry")) continue;
      List<Dim> dims = p.expr(l.arg(0)).type().dims();
      int axis = l.numbers().isEmpty() ? 0 : 1;
      if (dims.size() <= axis || first != null && !dims.get(axis).equals(first)) return List.of();
      first = dims.get(axis);
    }
    return first == null ? List.of() : List.of(first);
  }

  /** Names the rows and the previous carries; gives the ids of the latter, one a carry. */
  static List<Integer> variables(Pool p, Line scan) {
    var carries = new ArrayList<Integer>();
    int sequence = 0;
    int carry = 0;
    for (Line l : List.copyOf(scan.body())) {
      switch (l.word()) {
        case "over" -> {
          for (int tap : l.numbers()) p.add("row", List.of(), sequence, tap);
          sequence++;
        }
        case "carry", "carryNumber" -> {
          int first = 0;
          for (int tap : l.is("carryNumber") || l.numbers().isEmpty() ? List.of(-1) : l.numbers()) {
            int id = p.add("prev", List.of(), carry, tap);
            if (first == 0) first = id;
          }
          carries.add(first);
          carry++;
        }
        default -> { }
      }
    }
    return carries;
  }

  static void finish(Pool p, List<Integer> carries) {
    var next = new ArrayList<Integer>();
    for (int prev : carries) next.add(next(p, prev));
    p.add(new Line(0, "next", next, List.of(), List.of()));
    until(p, .2);
    var emitted = new ArrayList<Integer>();
    for (int i = carries.isEmpty() ? 1 : p.below(3); i > 0; i--) {
      int e = p.find(x -> p.size(x) < 400);
      if (e != 0) emitted.add(e);
    }
    if (!emitted.isEmpty()) p.add(new Line(0, "emit", emitted, List.of(), List.of()));
  }

  /** Ends a step with a condition for stopping, now and then. */
  static void until(Pool p, double chance) {
    int stop = p.chance(chance) ? Branches.condition(p) : 0;
    if (stop != 0) p.add(new Line(0, "until", List.of(stop), List.of(), List.of()));
  }

  /** Something of a carry's type that hardly ever explodes. */
  private static int next(Pool p, int prev) {
    Expr carry = p.expr(prev);
    int ready = p.chance(.4) ? p.find(e -> e.type().equals(carry.type())) : 0;
    if (ready != 0) return p.chance(.6) ? or(p.add("tanh", List.of(ready)), ready) : ready;
    int kept = carry.dtype().isFloat() ? or(p.add("timesNumber", List.of(prev), p.below(9)), prev) : prev;
    int part = p.find(e -> e.dtype() == carry.dtype() && e.rank() <= carry.rank() && Lines.broadcasts(carry, e)
        && fits(e, carry));
    int sum = part == 0 ? kept : or(p.add("plus", List.of(kept, part)), kept);
    return p.chance(.6) && carry.dtype().isFloat() ? or(p.add("tanh", List.of(sum)), sum) : sum;
  }

  static boolean fits(Expr small, Expr large) {
    for (int k = 1; k <= small.rank(); k++) {
      if (!small.dim(small.rank() - k).is(1) && !small.dim(small.rank() - k)
          .equals(large.dim(large.rank() - k))) return false;
    }
    return true;
  }

  static int or(int id, int otherwise) {
    return id == 0 ? otherwise : id;
  }
}
