package weft.lower;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.IntFunction;
import weft.graph.Expr;
import weft.graph.Message;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.op.Place;
import weft.runtime.DType;
import weft.schedule.Registers;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * A contraction in register tiles: some rows of A times a panel of B, all sums in vector registers. The loop over k counts the
 * offset into the panel; the offset into A is stepped along, so that no index is multiplied.
 */
final class Tiles {
  /**
   * Bytes from row to row of A from which on a copy with its columns as rows is worth it (instead of 512, training of an LSTM B64 T50 I64 H100: 0.88 of
   * the time; at 128, of an Elman net B64 T50 H32: 1.7; both on a Zen 3).
   */
  private static final long FAR = Boolean.getBoolean("weft.tiny") ? 1 : 256;
  /** Products of one sum from which on their lines may be too many. */
  private static final long LONG = Boolean.getBoolean("weft.tiny") ? 0 : 512;

  private final Contraction contraction;
  private final Region region;
  private final Expr out;
  private final DType dtype;
  private final int lanes;
  private final TileTable table;
  private final List<Unit> followers;
  /** What is said of a kernel of some rows beside its tiles. */
  private String which = "";
  /** How often the loop over tiles runs, the second time for the last rows; null for once. */
  private Dim rounds;
  private Epilogue epilogue;

  /** @param followers what is computed from the sums before they are stored */
  Tiles(Contraction contraction, List<Unit> followers) {
    this.contraction = contraction;
    this.region = contraction.region;
    this.out = contraction.unit.expr;
    this.dtype = out.dtype();
    this.lanes = region.program.lanes(dtype);
    this.table = contraction.table();
    this.followers = followers;
  }

  /** Appends the kernels; false, and nothing appended, if the followers cannot be computed as vectors there. */
  boolean append() {
    String mLetters = contraction.letters(contraction.lettersC, contraction::isM);
    boolean oneAxis = isOneKnownAxis(contraction.single(mLetters, null, null, null));
    Place a = oneAxis ? region.placeOrNull(contraction.a) : region.place(contraction.a);
    String letters = contraction.letters(contraction.lettersA, contraction::isK);
    List<Contraction.Axis> ks = contraction.axes(letters, a, null, null);
    boolean stored = !contraction.unit.places.isEmpty();
    Place target = stored ? contraction.unit.places.get(0) : null;
    if (!followers.isEmpty()) {
      epilogue = new Epilogue(contraction, followers, lanes);
      if (!epilogue.isPossible() || stored && !epilogue.fits(target)) return false;
    }
    Place c = !stored ? null : epilogue != null || Epilogue.fits(target, lanes) ? target : paddedCopy();
    boolean copied = a == null || ks.size() > 1 || !ks.isEmpty() && (!isSmallConstant(ks.get(0).strideA()) || isFarApart(ks.get(0)));
    boolean inPanels = copied && oneAxis;
    if (copied && !inPanels) {
      a = contraction.copyOfA();
      ks = contraction.axes(letters, a, null, null);
    }
    List<Contraction.Axis> ms = epilogue == null ? contraction.axes(mLetters, a, null, c)
        : contraction.single(mLetters, a, null, c);
    String nLetters = contraction.letters(contraction.lettersC, contraction::isN);
    char n = nLetters.charAt(nLetters.length() - 1);
    Place b = region.placeOrNull(contraction.b);
    var outer = new ArrayList<>(contraction.single(contraction.letters(contraction.lettersC, contraction::isBatch), a, b, c));
    outer.addAll(contraction.single(nLetters.substring(0, nLetters.length() - 1), a, b, c));
    while (ms.size() > 1) outer.add(ms.remove(0));
    Contraction.Axis m = ms.isEmpty() ? null : ms.get(0).with(region.program.known(ms.get(0).extent()));
    boolean few = m == null || m.extent().isConstant() && m.extent().constant() <= 4;
    Dim columns = contraction.extent(n);
    int width = table.width(m == null ? Dim.ONE : m.extent(), columns);
    var panels = new Panels(contraction, columns, letters, outer, few, lanes, width, isStaggered(m, columns, letters, width));
    var inPlace = inPanels ? null : OperandA.inPlace(a, ks.isEmpty() ? Dim.ZERO : ks.get(0).strideA(), m, outer);
    var packed = new HashMap<Integer, OperandA>();
    append(panels, rows -> inPlace != null ? inPlace : packed.computeIfAbsent(rows, r -> OperandA.packed(contraction, letters, m, outer, r)), c, m, outer);
    if (c != target) unpad(c, target);
    return true;
  }

  /**
   * Whether what the loop over k reads of A lies so many bytes apart that each step is a line of its own, of which a tile needs a half, and the next tile
   * finds the other half gone: a row of 200 floats, say, where the cotangents of all steps are multiplied with what the steps read. Rows of 512 floats also lie
   * in the same few places of a cache. A copy is worth it (46 to 86 GFLOP/s for 512 rows and 2240 products, of 118; training of an LSTM B64 T50 H200
   * 0.82 of the time).
   */
  private boolean isFarApart(Contraction.Axis k) {
    long apart = Math.abs(k.strideA().constant()) * dtype.bytes();
    Dim columns = contraction.extent(last());
    return apart >= FAR && !isBelow(k.extent(), LONG) && !isBelow(columns, table.width() * lanes);
  }

  private boolean isOneKnownAxis(List<Contraction.Axis> ms) {
    return ms.size() == 1 && region.program.known(ms.get(0).extent()).isConstant();
  }

  private static boolean isBelow(Dim extent, long least) {
    return extent.isConstant() && extent.constant() < least;
  }

  private static boolean isSmallConstant(Dim stride) {
    return stride.isConstant() && Math.abs(stride.constant()) <= Integer.MAX_VALUE;
  }

  private Place paddedCopy() {
    var dims = new ArrayList<>(out.type().dims());
    Dim n = dims.get(dims.size() - 1);
    int width = table.width() * lanes;
    dims.set(dims.size() - 1, n.isConstant() ? n.ceilDiv(lanes).times(lanes) : n.ceilDiv(width).times(width));
    return Place.dense(region.program.scratch(Message.label(out) + ".tiles", dtype, product(dims)), dims);
  }

  private static Dim product(List<Dim> dims) {
    Dim size = Dim.ONE;
    for (Dim d : dims) size = size.times(d);
    return size;
  }

  private void unpad(Place from, Place to) {
    List<Dim> at = region.canonical(to.dims());
    Stmt store = new Stmt.Store(to.buffer(), to.index(at), from.load(at));
    region.run(Message.label(out), "rows of " + Message.label(out), out, Loops.nest(at, to.dims(), List.of(store)));
  }

  /** Whether weights are so large, and rows so few, that tiles are better off with a new vector each than with new panels all. */
  private boolean isStaggered(Contraction.Axis m, Dim columns, String letters, int width) {
    if (m == null || !m.extent().isConstant() || !columns.isConstant() || width != Stagger.SIZE || Registers.of(lanes * dtype.bytes()) < Registers.MANY) return false;
    Dim bytes = columns.times(dtype.bytes());
    for (char k : letters.toCharArray()) bytes = bytes.times(contraction.extent(k));
    List<TileTable.Run> tiles = TileTable.split(Math.toIntExact(m.extent().constant()), table.rows(width));
    return tiles.size() == 1 && Stagger.isWorth(tiles.get(0).count(), columns.ceilDiv(lanes).constant(), bytes);
  }

  private void staggered(Panels panels, IntFunction<OperandA> operand, Place c, Contraction.Axis m, List<Contraction.Axis> outer) {
    TileTable.Run tiles = TileTable.split(Math.toIntExact(m.extent().constant()), table.rows(Stagger.SIZE)).get(0);
    OperandA a = operand.apply(table.rows(Stagger.SIZE));
    for (Stagger.Part part : Stagger.parts(panels.vectors.constant())) {
      List<Symbol> symbols = Packing.symbols("o_", outer);
      var tile = Symbol.loopVariable("i");
      Dim row = Dim.of(tile).times(tiles.size());
      Stmt nest = tile(panels, part.size(), panels.start(part.vector(), symbols), part.vector().times(lanes), a, c, m, tiles.size(), row, outer, symbols);
      nest = new Stmt.For(tile, part.firstTile(), Dim.of(tiles.count()), Stagger.SIZE, Stmt.Order.PARALLEL, nest);
      run(panels.around(nest, part.loops(), outer, symbols), tiles.size(), part.size());
    }
  }

  private void append(Panels panels, IntFunction<OperandA> operand, Place c, Contraction.Axis m, List<Contraction.Axis> outer) {
    if (panels.isStaggered) {
      staggered(panels, operand, c, m, outer);
      return;
    }
    List<TileTable.Run> runs = panels.runs != null ? panels.runs
        : List.of(new TileTable.Run(0, table.width(), 0));
    for (TileTable.Run run : runs) {
      Dim count = panels.runs != null ? Dim.of(run.count()) : contraction.extent(last()).ceilDiv(run.size() * lanes);
      int rows = table.rows(run.size());
      OperandA a = operand.apply(rows);
      if (m == null) {
        tile(panels, run, count, a, c, null, 1, Dim.ZERO, Dim.ONE, outer);
      } else if (m.extent().isConstant()) {
        for (TileTable.Run mRun : TileTable.split(Math.toIntExact(m.extent().constant()), rows)) {
          tile(panels, run, count, a, c, m, mRun.size(), Dim.of(mRun.start()), Dim.of(mRun.count()), outer);
        }
      } else {
        append(panels, run, count, a, c, m, rows, outer);
      }
    }
  }

  private char last() {
    return contraction.lettersC.charAt(contraction.lettersC.length() - 1);
  }

  /**
   * Tiles for a number of rows that only a call knows. What full tiles leave over is a tile that ends with the last row and overlaps the
   * one before it, which stores equal numbers twice: the loop over tiles has a second round for it, so that HotSpot has one method less to
   * compile. Where there are fewer rows than one tile has, each row is computed alone.
   */
  private void append(Panels panels, TileTable.Run run, Dim count, OperandA a, Place c, Contraction.Axis m, int rows,
      List<Contraction.Axis> outer) {
    List<Stmt> driver = region.driver;
    int before = driver.size();
    Dim full = m.extent().floorDiv(rows);
    rounds = m.extent().ceilDiv(rows).minus(full).plus(1);
    tile(panels, run, count, a, c, m, rows, Dim.ZERO, full, outer);
    rounds = null;
    Stmt tiles = driver.remove(before);
    which = ", where there are fewer rows";
    tile(panels, run, count, a, c, m, 1, Dim.ZERO, m.extent(), outer);
    which = "";
    Stmt single = driver.remove(before);
    driver.add(new Stmt.If(compare(Fun.GE, m.extent(), rows), tiles, single));
  }

  private static Value compare(Fun fun, Dim left, int right) {
    return new Value.Call(fun, new Value.Position(left), Value.number(DType.I32, right));
  }

  /** One kernel: {@code count} panels times {@code tiles} tiles of {@code rows} rows, the first row being {@code firstRow}. */
  private void tile(Panels panels, TileTable.Run run, Dim count, OperandA a, Place c, Contraction.Axis m, int rows,
      Dim firstRow, Dim tiles, List<Contraction.Axis> outer) {
    List<Symbol> symbols = Packing.symbols("o_", outer);
    var panel = Symbol.loopVariable("p");
    var tile = Symbol.loopVariable("i");
    Dim p = count.is(1) ? Dim.ZERO : Dim.of(panel);
    Dim row = rounds != null ? Dim.of(tile) : firstRow.plus(tiles.is(1) ? Dim.ZERO : Dim.of(tile).times(rows));
    Dim column = p.times((long) run.size() * lanes).plus((long) run.start() * lanes);
    Stmt nest = tile(panels, run.size(), panels.start(run, p, symbols), column, a, c, m, rows, row, outer, symbols);
    if (rounds != null) nest = inRounds(tile, m.extent(), tiles.times(rows), rows, nest);
    else if (!tiles.is(1)) nest = Loops.parallel(tile, Dim.ZERO, tiles, nest);
    run(panels.around(nest, s -> count.is(1) ? s : Loops.parallel(panel, Dim.ZERO, count, s), outer, symbols), rows, run.size());
  }

  private void run(Stmt nest, int rows, int width) {
    String formula = Formula.product(out, contraction.a, contraction.b) + ", " + rows + "×" + width * lanes + " tiles" + which
        + (epilogue == null ? "" : "; " + Formula.of(followers));
    region.driver.add(new Stmt.Run(region.kernel(name(), formula, out, nest)));
  }

  /**
   * One tile.
   *
   * @param width how many vectors of B
   * @param start where row 0 of the first of them lies
   * @param column the first column
   * @param row the first of so many rows
   */
  private Stmt tile(Panels panels, int width, Dim start, Dim column, OperandA a, Place c, Contraction.Axis m, int rows, Dim row,
      List<Contraction.Axis> outer, List<Symbol> symbols) {
    var body = new ArrayList<Stmt>();
    Local[][] acc = accumulators(rows, width, body);
    body.add(products(panels, width, start, a, a.start(row, symbols), acc));
    for (int r = 0; r < rows && epilogue != null; r++) {
      for (int v = 0; v < width; v++) {
        body.addAll(epilogue.at(acc[r][v], symbols, outer, m, row.plus(r), column.plus((long) v * lanes)));
      }
    }
    if (c == null) return Stmt.of(body);
    Dim offset = c.base().plus(column);
    for (int i = 0; i < outer.size(); i++) offset = offset.plus(outer.get(i).strideC().times(Dim.of(symbols.get(i))));
    for (int r = 0; r < rows; r++) {
      Dim to = m == null ? offset : offset.plus(m.strideC().times(row.plus(r)));
      for (int v = 0; v < width; v++) body.add(new Stmt.Store(c.buffer(), to.plus((long) v * lanes), new Value.Get(acc[r][v])));
    }
    return Stmt.of(body);
  }

  /** The loop over the first rows of tiles, once up to {@code whole}, and once for the tile at the end. */
  private Stmt inRounds(Symbol row, Dim extent, Dim whole, int rows, Stmt body) {
    var round = Symbol.loopVariable("round");
    Dim from = Dim.of(round).times(extent.minus(rows));
    Dim to = Dim.of(round).times(extent.minus(whole)).plus(whole);
    return new Stmt.For(round, Dim.ZERO, rounds, 1, Stmt.Order.PARALLEL, new Stmt.For(row, from, to, rows, Stmt.Order.PARALLEL, body));
  }

  private String name() {
    for (Unit u : followers) if (!u.places.isEmpty()) return Message.label(u.expr);
    return Message.label(out);
  }

  private Local[][] accumulators(int rows, int width, List<Stmt> body) {
    var acc = new Local[rows][width];
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < width; v++) {
        acc[r][v] = new Local("c" + r + "_" + v, dtype, lanes);
        body.add(new Stmt.Declare(acc[r][v], new Value.Splat(Value.number(dtype, 0), lanes)));
      }
    }
    return acc;
  }

  private Stmt products(Panels panels, int width, Dim start, OperandA a, Dim startA, Local[][] acc) {
    var b = Symbol.loopVariable("b");
    var k = Symbol.loopVariable("a");
    int step = panels.step(width);
    var body = new ArrayList<Stmt>();
    var vectors = new Local[width];
    for (int v = 0; v < width; v++) {
      vectors[v] = new Local("b" + v, dtype, lanes);
      body.add(new Stmt.Declare(vectors[v], new Value.Load(panels.buffer, Dim.of(b).plus(panels.toVector().times(v)), lanes)));
    }
    for (int r = 0; r < acc.length; r++) {
      var x = new Local("a" + r, dtype, lanes);
      body.add(new Stmt.Declare(x, new Value.Splat(new Value.Load(a.buffer, Dim.of(k).plus(a.row(r)), 1), lanes)));
      for (int v = 0; v < width; v++) {
        body.add(new Stmt.Assign(acc[r][v], new Value.Call(Fun.FMA, new Value.Get(x), new Value.Get(vectors[v]),
            new Value.Get(acc[r][v]))));
      }
    }
    Dim end = start.plus(panels.depth().times(step));
    return new Stmt.For(b, start, end, step, Stmt.Order.SEQUENTIAL,
        List.of(new Stmt.Along(k, startA, a.step(acc.length))), Stmt.of(body));
  }
}
