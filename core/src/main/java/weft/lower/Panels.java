package weft.lower;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import weft.graph.Expr;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.Lengths;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.op.Place;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * The operand B of a contraction as tiles read it: panels of a few vectors, row k behind row k - 1. Either B lies like that already,
 * or it is packed: before the loop if no step changes it, and from call to call only when a parameter has changed.
 */
final class Panels {
  /** Panels of so many bytes are not found in a second cache again after all of them were read. */
  private static final long MANY = Boolean.getBoolean("weft.tiny") ? 0 : 512 << 10;
  /** Elements between panels of one vector, so that neighbours do not lie in the same few places of the nearest cache. */
  private static final int APART = 80;
  /** How many columns are transposed at once. */
  private static final int BLOCK = 8;

  final Contraction contraction;
  final int lanes;
  /** The widest panel, in vectors. */
  private final int width;
  /** How n is cut into panels, counted in vectors; one run of full panels when n is known only at call time. */
  final List<TileTable.Run> runs;
  final Dim vectors;
  /** Whether panels have one vector each. */
  final boolean isStaggered;
  final Buffer buffer;
  private final Place inPlace;
  /** From row k to row k + 1 of a panel, in elements; null where it depends on the panel's width. */
  private final Dim rowStride;
  /** The summed letters one by one, in the order in which they count. */
  private final List<Contraction.Axis> ks;
  /** The same merged as B lies; null if B is not in memory. */
  private final List<Contraction.Axis> merged;
  private final List<Contraction.Axis> outer;
  private final Dim depth;
  private Dim base = Dim.ZERO;

  /**
   * @param letters what is summed over, in the order in which they count
   * @param lanes how many elements a vector has; widths of panels are counted in vectors
   * @param width the widest panel
   * @param staggered whether panels of one vector are wanted, of which tiles read several
   * @param outer axes that B has and that are looped over outside: batches and further letters of n
   */
  Panels(Contraction contraction, Dim n, String letters, List<Contraction.Axis> outer, boolean fewRows, int lanes, int width,
      boolean staggered) {
    this.contraction = contraction;
    this.lanes = lanes;
    this.width = width;
    Place place = contraction.region.placeOrNull(contraction.b);
    this.ks = contraction.single(letters, null, place, null);
    this.merged = place == null ? null : contraction.axes(letters, null, place, null);
    this.outer = outer;
    vectors = n.isConstant() ? n.ceilDiv(lanes) : n.ceilDiv(lanes * width).times(width);
    Dim total = Dim.ONE;
    for (var k : ks) total = total.times(k.extent());
    depth = total;
    inPlace = inPlace(place, n, fewRows);
    isStaggered = staggered && inPlace == null;
    runs = n.isConstant() ? TileTable.split(Math.toIntExact(vectors.constant()), isStaggered ? 1 : width) : null;
    if (inPlace != null) {
      buffer = inPlace.buffer();
      base = inPlace.base();
      rowStride = merged.isEmpty() ? Dim.ONE : merged.get(0).strideB();
    } else {
      rowStride = null;
      buffer = pack(n);
      base = Dim.of(buffer.first());
    }
  }

  /** Whether B can be read where it lies: unit stride along n, one constant step along k, and nothing gained by packing. */
  private Place inPlace(Place place, Dim n, boolean fewRows) {
    var region = contraction.region;
    if (place == null || merged.size() > 1 || !n.isConstant()) return null;
    if (!merged.isEmpty()) {
      Dim step = merged.get(0).strideB();
      if (!step.isConstant() || step.constant() <= 0 || step.constant() > Integer.MAX_VALUE) return null;
    }
    int at = contraction.lettersB.indexOf(contraction.lettersC.charAt(contraction.lettersC.length() - 1));
    if (!n.is(1) && !place.strides().get(at).is(1)) return null;
    if (n.constant() % lanes != 0 && !place.buffer().hasSlack()) return null;
    boolean reused = region.outer != null && region.isInvariant(contraction.b) || !fewRows;
    return reused && vectors.constant() > width ? null : place;
  }

  Dim depth() {
    return depth;
  }

  /**
   * The loops around tiles. Rows of another axis than the tiles' (steps times sequences) meet a panel inside the loop over panels, if those are many
   * bytes: each is fetched once, not once a step (LSTM B32 T100 I512 H512, 4 MB of weights, on a Cascade Lake: 143 ms for 154).
   */
  Stmt around(Stmt tiles, UnaryOperator<Stmt> panelLoops, List<Contraction.Axis> axes, List<Symbol> symbols) {
    boolean many = buffer.own().isConstant() && buffer.own().constant() * buffer.dtype().bytes() >= MANY;
    Stmt nest = tiles;
    for (int i = axes.size() - 1; i >= 0; i--) if (many && !hasB(axes.get(i))) nest = loop(symbols.get(i), axes.get(i).extent(), nest);
    nest = panelLoops.apply(nest);
    for (int i = axes.size() - 1; i >= 0; i--) if (!many || hasB(axes.get(i))) nest = loop(symbols.get(i), axes.get(i).extent(), nest);
    return nest;
  }

  private boolean hasB(Contraction.Axis axis) {
    return contraction.lettersB.indexOf(axis.letters().charAt(0)) >= 0;
  }

  private static Stmt loop(Symbol symbol, Dim extent, Stmt body) {
    return Loops.parallel(symbol, Dim.ZERO, extent, body);
  }

  int step(int panelWidth) {
    if (isStaggered) return lanes;
    return rowStride == null ? panelWidth * lanes : Math.toIntExact(rowStride.constant());
  }

  /** From a vector of a row to the next one. */
  Dim toVector() {
    return isStaggered ? perVector() : Dim.of(lanes);
  }

  /** What a vector's rows take. */
  private Dim perVector() {
    return depth.times(lanes).plus(isStaggered ? APART : 0);
  }

  /** Where row 0 of the panel of a vector starts. */
  Dim start(Dim vector, List<Symbol> outerSymbols) {
    return packed(vector, outerSymbols);
  }

  /** Where row 0 of a panel starts. */
  Dim start(TileTable.Run run, Dim panel, List<Symbol> outerSymbols) {
    Dim start = base;
    if (inPlace != null) {
      start = start.plus((long) run.start() * lanes).plus(panel.times((long) run.size() * lanes));
      for (int i = 0; i < outer.size(); i++) start = start.plus(outer.get(i).strideB().times(Dim.of(outerSymbols.get(i))));
      return start;
    }
    return packed(panel.times(run.size()).plus(run.start()), outerSymbols);
  }

  private Dim packedSize() {
    Dim size = perVector().times(vectors);
    for (var axis : outer) if (hasB(axis)) size = size.times(axis.extent());
    return size;
  }

  private Dim packed(Dim vector, List<Symbol> outerSymbols) {
    Dim start = base.plus(perVector().times(vector));
    Dim block = perVector().times(vectors);
    for (int i = outer.size() - 1; i >= 0; i--) {
      if (!hasB(outer.get(i))) continue;
      start = start.plus(block.times(Dim.of(outerSymbols.get(i))));
      block = block.times(outer.get(i).extent());
    }
    return start;
  }

  /** What decides how an operand is packed: which of its axes are summed, run along the panel, or are looped over outside. */
  private record Key(Expr b, List<Integer> axes, int lanes, int width, boolean staggered) {}

  /** The packed operand; one that another contraction of the region has packed in the same way is used again. */
  private Buffer pack(Dim n) {
    var axes = new ArrayList<Integer>();
    for (var axis : ks) axes.add(contraction.lettersB.indexOf(axis.letters()));
    axes.add(-1);
    for (var axis : outer) axes.add(contraction.lettersB.indexOf(axis.letters().charAt(0)));
    return contraction.region.panels(new Key(contraction.b, axes, lanes, width, isStaggered), () -> packNew(n));
  }

  private Buffer packNew(Dim n) {
    var region = contraction.region;
    var own = new ArrayList<Contraction.Axis>();
    for (var axis : outer) if (hasB(axis)) own.add(axis);
    Region home = region;
    Expr b = contraction.b;
    while (home.outer != null && own.isEmpty() && (home.isInvariant(b) || home.isBranch() && home.outside(b) != null)) {
      if (home.outside(b) != null) b = home.outside(b);
      home = home.outer;
    }
    List<Parameter> parameters = home.outer == null && region.isFromParameters(contraction.b) ? parameters(region) : List.of();
    String name = region.program.unique(Formula.name(contraction.b) + ".panels");
    Buffer packed = region.program.shelf.buffer(name, contraction.b.dtype(), Lengths.most(packedSize()), !parameters.isEmpty());
    base = Dim.of(packed.first());
    var statements = new ArrayList<Stmt>();
    for (TileTable.Run run : runsOf(n)) packRun(packed, n, run, statements);
    String formula = Formula.name(contraction.b) + " in panels of " + runsOf(n).get(0).size() * lanes;
    var runs = new ArrayList<Stmt>();
    for (Stmt s : statements) {
      runs.add(new Stmt.Run(new Kernel(region.program.unique(name), formula, contraction.b.apply().origin().at(),
          Kernel.Kind.LOOPS, s)));
    }
    if (parameters.isEmpty()) {
      home.driver.addAll(runs);
    } else {
      var changed = Symbol.defined(name + " is stale", new Symbol.Changed(parameters));
      home.driver.add(new Stmt.If(new Value.Call(Fun.NE, new Value.Position(Dim.of(changed)), Value.number(DType.I32, 0)),
          Stmt.of(runs), new Stmt.Block(List.of())));
    }
    return packed;
  }

  private List<Parameter> parameters(Region region) {
    var found = new ArrayList<Parameter>();
    region.parametersBelow(contraction.b, found);
    return found;
  }

  private List<TileTable.Run> runsOf(Dim n) {
    return runs != null ? runs : List.of(new TileTable.Run(0, width, -1));
  }

  /** One nest for the full panels of a run, one for a last panel that n does not fill. */
  private void packRun(Buffer packed, Dim n, TileTable.Run run, List<Stmt> statements) {
    int columns = run.size() * lanes;
    if (runs == null) {
      Dim full = n.floorDiv(columns);
      statements.add(packNest(packed, run, null, full, Dim.of(columns)));
      statements.add(packNest(packed, run, full, Dim.ONE, n.minus(full.times(columns))));
      return;
    }
    long end = Math.min(n.constant(), (long) (run.start() + run.size() * run.count()) * lanes);
    long valid = end - (long) run.start() * lanes;
    long full = valid / columns;
    if (full > 0) statements.add(packNest(packed, run, null, Dim.of(full), Dim.of(columns)));
    if (valid % columns != 0) statements.add(packNest(packed, run, Dim.of(full), Dim.ONE, Dim.of(valid % columns)));
  }

  private Stmt packNest(Buffer packed, TileTable.Run run, Dim fixedPanel, Dim panels, Dim columns) {
    List<Symbol> outerSymbols = Packing.symbols("o_", outer);
    var panelSymbol = Symbol.loopVariable("p");
    Dim panel = fixedPanel != null ? fixedPanel : Dim.of(panelSymbol);
    List<Symbol> kSymbols = Packing.symbols("k_", ks);
    int panelWidth = run.size() * lanes;
    Dim first = panel.times(panelWidth).plus((long) run.start() * lanes);
    Dim to = packed(panel.times(run.size()).plus(run.start()), outerSymbols).plus(Packing.number(ks, kSymbols).times(panelWidth));
    UnaryOperator<Stmt> all = s -> fixedPanel != null ? s : loop(panelSymbol, panels, s);
    Stmt nest = isTransposed() && columns.isConstant()
        ? all.apply(columnsByBlocks(packed, to, first, columns.constant(), kSymbols, outerSymbols))
        : Packing.loops(ks, kSymbols, all, columns(packed, to, first, columns, kSymbols, outerSymbols));
    for (int i = outer.size() - 1; i >= 0; i--) if (hasB(outer.get(i))) nest = loop(outerSymbols.get(i), outer.get(i).extent(), nest);
    return nest;
  }

  /** Whether B lies with k along its rows, so that packing transposes it. */
  private boolean isTransposed() {
    return merged != null && merged.size() == 1 && ks.size() == 1 && merged.get(0).strideB().is(1);
  }

  private Stmt store(Buffer packed, Dim to, Dim column, List<Symbol> kSymbols, List<Symbol> outerSymbols) {
    return new Stmt.Store(packed, to, contraction.elementOfB(ks, kSymbols, outer, outerSymbols, column));
  }

  /** Along a row of the panel. */
  private Stmt columns(Buffer packed, Dim to, Dim first, Dim columns, List<Symbol> kSymbols, List<Symbol> outerSymbols) {
    var j = Symbol.loopVariable("j");
    Stmt store = store(packed, to.plus(Dim.of(j)), first.plus(Dim.of(j)), kSymbols, outerSymbols);
    return loop(j, columns, Stmt.of(Share.in(contraction.region.program, List.of(store))));
  }

  /** Along k, eight columns at once: eight streams that are read in order, and eight neighbours that are written. */
  private Stmt columnsByBlocks(Buffer packed, Dim to, Dim first, long columns, List<Symbol> kSymbols,
      List<Symbol> outerSymbols) {
    var nests = new ArrayList<Stmt>();
    long blocks = columns / BLOCK;
    if (blocks > 0) {
      var block = Symbol.loopVariable("block");
      Dim at = blocks == 1 ? Dim.ZERO : Dim.of(block).times(BLOCK);
      Stmt nest = block(packed, to.plus(at), first.plus(at), BLOCK, kSymbols, outerSymbols);
      nests.add(blocks == 1 ? nest : new Stmt.For(block, Dim.ZERO, Dim.of(blocks), 1, Stmt.Order.PARALLEL, nest));
    }
    long done = blocks * BLOCK;
    if (done < columns) {
      nests.add(block(packed, to.plus(done), first.plus(done), (int) (columns - done), kSymbols, outerSymbols));
    }
    return Stmt.of(nests);
  }

  private Stmt block(Buffer packed, Dim to, Dim first, int columns, List<Symbol> kSymbols, List<Symbol> outerSymbols) {
    var stores = new ArrayList<Stmt>();
    for (int j = 0; j < columns; j++) stores.add(store(packed, to.plus(j), first.plus(j), kSymbols, outerSymbols));
    return Contraction.loops(ks, kSymbols, Stmt.of(stores));
  }
}
