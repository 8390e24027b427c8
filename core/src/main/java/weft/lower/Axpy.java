package weft.lower;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Expr;
import weft.graph.Message;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.op.Place;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * A contraction without vectors of our own, shaped for HotSpot's: {@code acc[j] += a₀·b₀[j] + … + a₇·b₇[j]} where acc and the rows of B lie
 * at constant offsets of arrays of their own, since loops over arrays at different run-time offsets are not vectorised (JDK 17 to 25). With
 * many rows of A a chunk of B is copied to such a place once for all of them; with few, B is read where it lies and k is unrolled.
 */
final class Axpy {
  /** How many rows of B one pass adds up: with more the loop body is too large to be unrolled and vectorised. */
  private static final int ROWS = 8;
  private static final int VECTOR = 16;
  /** A panel of at most 512 columns: a chunk of it and a row of sums lie in the nearest cache. */
  private static final int WIDTH = 32;
  /** Below this many products an element at a time is as fast. */
  private static final int SMALL = 512;
  /** From so many rows of A on a chunk of B is copied. */
  private static final int MANY = 16;
  /** So many rows of B are unrolled into one method. */
  private static final int UNROLLED = 96;

  private final Contraction contraction;
  private final Region region;
  private final Expr out;
  private Place a;
  private Place c;
  private List<Contraction.Axis> ms;
  private Dim stepA;
  private Panels panels;

  Axpy(Contraction contraction) {
    this.contraction = contraction;
    this.region = contraction.region;
    this.out = contraction.unit.expr;
  }

  /** Appends the kernels; false, and nothing appended, where this form does not fit. */
  boolean append() {
    c = contraction.unit.places.get(0);
    String letters = contraction.letters(contraction.lettersA, contraction::isK);
    String nLetters = contraction.letters(contraction.lettersC, contraction::isN);
    Dim n = contraction.extent(nLetters.charAt(0));
    if (nLetters.length() != 1 || !n.isConstant() || !c.strides().get(c.rank() - 1).is(1)) return false;
    for (char each : contraction.lettersC.toCharArray()) if (contraction.isBatch(each)) return false;
    a = region.place(contraction.a);
    List<Contraction.Axis> ks = contraction.axes(letters, a, null, null);
    if (ks.size() != 1 || !ks.get(0).strideA().isConstant()) return false;
    Dim depth = ks.get(0).extent();
    if (depth.isConstant() && depth.constant() * n.constant() < SMALL) return false;
    stepA = ks.get(0).strideA();
    ms = contraction.axes(contraction.letters(contraction.lettersC, contraction::isM), a, null, c);
    boolean many = true;
    if (ms.isEmpty() || ms.size() == 1 && ms.get(0).extent().isConstant()) {
      many = !ms.isEmpty() && ms.get(0).extent().constant() >= MANY;
    }
    if (!many && !depth.isConstant()) return false;
    panels = new Panels(contraction, n, letters, List.of(), !many, VECTOR, WIDTH, false);
    region.run(name(), "sums start at 0", out, rows(offset -> List.of(zero(offset, n))));
    for (TileTable.Run run : panels.runs) {
      for (int p = 0; p < run.count(); p++) panel(run, p, n.constant(), depth, many);
    }
    return true;
  }

  private String name() {
    return Message.label(out);
  }

  /** Where a row of A and of C starts. */
  private record Offset(Dim a, Dim c) {}

  private interface Row {
    List<Stmt> at(Offset offset);
  }

  /** Loops over all rows of A and C. */
  private Stmt rows(Row row) {
    var symbols = new ArrayList<Symbol>();
    Dim offsetA = a.base();
    Dim offsetC = c.base();
    for (Contraction.Axis axis : ms) {
      var symbol = Symbol.loopVariable("i_" + axis.letters());
      symbols.add(symbol);
      offsetA = offsetA.plus(axis.strideA().times(Dim.of(symbol)));
      offsetC = offsetC.plus(axis.strideC().times(Dim.of(symbol)));
    }
    Stmt nest = Stmt.of(row.at(new Offset(offsetA, offsetC)));
    for (int i = ms.size() - 1; i >= 0; i--) {
      nest = new Stmt.For(symbols.get(i), Dim.ZERO, ms.get(i).extent(), 1, Stmt.Order.SEQUENTIAL, nest);
    }
    return nest;
  }

  private Stmt zero(Offset offset, Dim n) {
    var j = Symbol.loopVariable("j");
    return loop(j, n.constant(), new Stmt.Store(c.buffer(), offset.c().plus(Dim.of(j)), Value.number(out.dtype(), 0)));
  }

  private static Stmt loop(Symbol j, long to, Stmt body) {
    return new Stmt.For(j, Dim.ZERO, Dim.of(to), 1, Stmt.Order.PARALLEL, body);
  }

  private Stmt copy(Buffer from, Dim at, Buffer to, Dim toAt, long count) {
    var j = Symbol.loopVariable("j");
    return loop(j, count, new Stmt.Store(to, toAt.plus(Dim.of(j)), new Value.Load(from, at.plus(Dim.of(j)), 1)));
  }

  /**
   * Where sums of {@code columns} columns from {@code first} on are while they are added up: behind a chunk of B in one array, so that both
   * lie on lines of the cache in the same way, whatever its address is (an LSTM of 64 sequences and 512 units: 40 GFLOP/s for 27, of 118).
   */
  private record Sums(Buffer buffer, long at, long first, long columns) {
    Dim element(Symbol j) {
      return Dim.of(j).plus(at);
    }
  }

  /** Fetches the sums of a row of C, does something with them, and puts them back. */
  private List<Stmt> aside(Offset offset, Sums sums, List<Stmt> passes) {
    Dim row = offset.c().plus(sums.first());
    var body = new ArrayList<Stmt>();
    body.add(copy(c.buffer(), row, sums.buffer(), Dim.of(sums.at()), sums.columns()));
    body.addAll(passes);
    body.add(copy(sums.buffer(), Dim.of(sums.at()), c.buffer(), row, sums.columns()));
    return body;
  }

  private void panel(TileTable.Run run, int p, long n, Dim depth, boolean many) {
    long width = (long) run.size() * VECTOR;
    long first = (run.start() + (long) p * run.size()) * VECTOR;
    long columns = Math.min(n - first, width);
    Dim start = panels.start(run, Dim.of(p), List.of());
    int step = panels.step(run.size());
    String formula = Formula.product(out, contraction.a, contraction.b) + (columns == n ? "" : ", columns " + first + " to " + (first + columns))
        + ", " + ROWS + " rows a loop for HotSpot to vectorise";
    if (many) {
      var sums = new Sums(region.scratch(name() + ".chunk", out, Dim.of((ROWS + 1) * width)), ROWS * width, first, columns);
      region.run(name(), formula, out, copied(start, step, width, depth, sums));
      return;
    }
    var sums = new Sums(region.scratch(name() + ".row", out, Dim.of(width)), 0, first, columns);
    for (long k = 0; k < depth.constant(); k += UNROLLED) {
      long from = k;
      long to = Math.min(depth.constant(), k + UNROLLED);
      region.run(name(), formula, out, rows(offset -> {
        var passes = new ArrayList<Stmt>();
        for (long r = from; r < to; r += ROWS) {
          int some = (int) Math.min(ROWS, to - r);
          passes.add(pass(offset.a().plus(stepA.times(r)), panels.buffer, start.plus(r * step), step, some, sums));
        }
        return aside(offset, sums, passes);
      }));
    }
  }

  /** Chunk by chunk of B, each copied once for all rows of A. */
  private Stmt copied(Dim start, int step, long width, Dim depth, Sums sums) {
    Dim whole = depth.floorDiv(ROWS);
    var stmts = new ArrayList<Stmt>();
    stmts.add(chunks(start, step, width, Dim.ZERO, whole, ROWS, sums));
    Dim rest = depth.minus(whole.times(ROWS));
    if (!rest.is(0)) stmts.add(chunks(start, step, width, whole.times(ROWS), rest, 1, sums));
    return new Stmt.Block(stmts);
  }

  private Stmt chunks(Dim start, int step, long width, Dim from, Dim count, int size, Sums sums) {
    var q = Symbol.loopVariable("q");
    Dim k = from.plus(Dim.of(q).times(size));
    var body = new ArrayList<Stmt>();
    for (int r = 0; r < size; r++) {
      body.add(copy(panels.buffer, start.plus(k.plus(r).times(step)), sums.buffer(), Dim.of(r * width), sums.columns()));
    }
    body.add(rows(offset -> aside(offset, sums,
        List.of(pass(offset.a().plus(stepA.times(k)), sums.buffer(), Dim.ZERO, (int) width, size, sums)))));
    return new Stmt.For(q, Dim.ZERO, count, 1, Stmt.Order.SEQUENTIAL, new Stmt.Block(body));
  }

  /** acc[j] += Σ_r a_r · b[r·step + j]. */
  private Stmt pass(Dim atA, Buffer b, Dim atB, int step, int count, Sums sums) {
    var body = new ArrayList<Stmt>();
    var j = Symbol.loopVariable("j");
    Value sum = new Value.Load(sums.buffer(), sums.element(j), 1);
    for (int r = 0; r < count; r++) {
      var x = new Local("a" + r, out.dtype(), 1);
      body.add(new Stmt.Declare(x, new Value.Load(a.buffer(), atA.plus(stepA.times(r)), 1)));
      sum = new Value.Call(Fun.FMA, new Value.Get(x), new Value.Load(b, atB.plus((long) r * step).plus(Dim.of(j)), 1), sum);
    }
    body.add(loop(j, sums.columns(), new Stmt.Store(sums.buffer(), sums.element(j), sum)));
    return new Stmt.Block(body);
  }
}
