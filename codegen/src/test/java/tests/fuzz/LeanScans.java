package tests.fuzz;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.type.Dim;

/**
 * Draws scans of which mostly the last values are read. Their carries need no rows for all steps, so that new values may lie where the old
 * ones do, and they are made in ways for which that is delicate.
 */
final class LeanScans {
  private static final List<Integer> WIDTHS = List.of(1, 2, 2, 3, 3, 4, 4, 5, 6, 6, 7, 8, 8, 9, 12, 16, 17);
  private static final int LONGEST = 34;
  private static final long LARGEST = 300;

  private LeanScans() {}

  static void add(Pool p) {
    int any = p.findFloat();
    DType dtype = any == 0 ? DType.F64 : p.expr(any).dtype();
    var shape = new ArrayList<Dim>();
    if (p.chance(.5)) shape.add(p.chance(.25) ? p.build.dim(p.token()) : Dim.of(1 + p.below(5)));
    shape.add(Dim.of(p.one(WIDTHS)));
    if (shape.size() == 2 && p.chance(.25)) shape.set(0, shape.get(1));
    var body = new ArrayList<Line>();
    if (p.chance(.85)) sequences(p, body, dtype, shape);
    carries(p, body, dtype, shape);
    Scans.options(p, body);
    var line = new Line(p.newId(), "scan", List.of(), List.of(), body);
    Line before = p.lean;
    p.lean = line;
    int scan = p.add(line);
    p.lean = before;
    if (scan != 0) read(p, scan, body);
  }

  /** One or two with rows like those of carries, or of another width; or anything that is there. */
  private static void sequences(Pool p, List<Line> body, DType dtype, List<Dim> shape) {
    Dim length = p.depth() > 0 || p.build.symbols.isEmpty() || p.chance(.5) ? Dim.of(1 + p.below(p.depth() > 0 ? 3 : 7))
        : p.build.dim(-1 - p.below(p.build.symbols.size()));
    for (int i = 1 + p.below(2); i > 0; i--) {
      var dims = new ArrayList<>(List.of(length));
      dims.addAll(shape);
      if (p.chance(.5)) dims.set(dims.size() - 1, Dim.of(p.one(WIDTHS)));
      int known = p.chance(.3) ? p.find(e -> e.dtype() == dtype && e.rank() > 0 && p.evaluate(e.dim(0)) < LONGEST) : 0;
      int x = known == 0 ? p.fresh(dtype, dims) : known;
      if (x == 0) continue;
      length = p.expr(x).dim(0);
      body.add(Line.of(0, "over", List.of(x), 0));
    }
  }

  /** One to three of one type, now and then one among them of twice the width. */
  private static void carries(Pool p, List<Line> body, DType dtype, List<Dim> shape) {
    for (int i = p.one(List.of(1, 1, 2, 2, 3)); i > 0; i--) {
      var dims = new ArrayList<>(shape);
      Dim last = dims.get(dims.size() - 1);
      if (p.chance(.12)) dims.set(dims.size() - 1, last.plus(last));
      int known = p.find(e -> e.dtype() == dtype && e.type().dims().equals(dims));
      int x = known != 0 && p.chance(.4) ? known : p.chance(.1) ? zeros(p, dtype, dims) : p.fresh(dtype, dims);
      if (x != 0 && p.size(p.expr(x)) < LARGEST) body.add(Line.of(0, "carry", List.of(x)));
    }
  }

  private static int zeros(Pool p, DType dtype, List<Dim> dims) {
    var numbers = new ArrayList<>(List.of(dtype.ordinal(), 0));
    for (Dim d : dims) numbers.add(p.tokenOf(d));
    return numbers.contains(Integer.MIN_VALUE) ? 0 : p.add("full", List.of(), numbers.toArray(Integer[]::new));
  }

  private static void read(Pool p, int scan, List<Line> body) {
    int carries = 0;
    int emitted = 0;
    for (Line l : body) {
      if (l.is("carry")) carries++;
      if (l.is("emit")) emitted = l.args().size();
    }
    var last = new ArrayList<Integer>();
    for (int i = 0; i < carries; i++) {
      int id = p.chance(.9) ? p.add("last", List.of(scan), i) : 0;
      if (id != 0) last.add(id);
      if (id != 0 && p.depth() == 0 && p.chance(.7)) p.lines.add(new Line(0, "output", List.of(id), List.of(), List.of()));
      if (p.chance(.04)) p.add("all", List.of(scan), i);
    }
    for (int i = 0; i < emitted; i++) if (p.chance(.7)) p.add(p.chance(.7) ? "emitted" : "emittedAligned", List.of(scan), i);
    if (!last.isEmpty() && p.chance(.2)) Gradients.of(p, p.one(last));
  }

  /** The step: now and then any lines or a scan, then what the carries become, which somebody may read as it is or was. */
  static void step(Pool p, List<Integer> carries) {
    if (p.chance(.3)) for (int i = 1 + p.below(2); i > 0; i--) Lines.add(p);
    if (p.depth() < 4 && p.chance(p.depth() == 1 ? .08 : .3)) {
      if (p.chance(.5)) Scans.add(p);
      else add(p);
    }
    List<Integer> next = p.chance(.28) ? Cells.next(p, carries) : Carried.next(p, carries);
    p.add(new Line(0, "next", next, List.of(), List.of()));
    Scans.until(p, .12);
    var emitted = new ArrayList<Integer>();
    for (int i = carries.isEmpty() || p.chance(.3) ? 1 + p.below(2) : 0; i > 0; i--) {
      int moved = p.chance(.5) && !carries.isEmpty() ? Carried.moved(p, p.one(carries)) : 0;
      int e = moved != 0 ? moved : p.find(x -> p.size(x) < LARGEST);
      if (e != 0) emitted.add(e);
    }
    if (!emitted.isEmpty()) p.add(new Line(0, "emit", emitted, List.of(), List.of()));
  }

  /** The extent of an expression's axis if it is a number, or 0. */
  static int extent(Expr e, int axis) {
    return e.dim(axis).isConstant() ? (int) e.dim(axis).constant() : 0;
  }
}
