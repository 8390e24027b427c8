package weft.lower;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import weft.loop.Buffer;
import weft.loop.Stmt;
import weft.op.Place;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * The operand A of a contraction as tiles read it: where it lies, or in panels of as many rows as a tile has, in which what one step of the loop over k takes
 * lies side by side. Rows of a panel are at constant distances from one counter, those of a copy that has k along its rows are not if only a call
 * knows how many steps there are (2240 products, 512 rows, 2048 columns on a Cascade Lake: 127 GFLOP/s for 94, of 153).
 */
final class OperandA {
  final Buffer buffer;
  private final Dim base;
  /** From row to row of a tile. */
  private final Dim toRow;
  /** From the beginning of a tile to that of the next one, divided by its rows. */
  private final Dim perRow;
  /** From k to k + 1; null for the rows of a tile. */
  private final Dim step;
  /** From element to element of each axis outside. */
  private final List<Dim> strides;

  private OperandA(Buffer buffer, Dim base, Dim toRow, Dim perRow, Dim step, List<Dim> strides) {
    this.buffer = buffer;
    this.base = base;
    this.toRow = toRow;
    this.perRow = perRow;
    this.step = step;
    this.strides = strides;
  }

  static OperandA inPlace(Place place, Dim step, Contraction.Axis m, List<Contraction.Axis> outer) {
    Dim toRow = m == null ? Dim.ZERO : m.strideA();
    return new OperandA(place.buffer(), place.base(), toRow, toRow, step, outer.stream().map(Contraction.Axis::strideA).toList());
  }

  /**
   * Appends the kernel that packs it.
   *
   * @param letters what is summed over, in the order in which it counts
   * @param m the rows, whose number is known
   * @param outer axes that are looped over outside, of which A may have some
   * @param most rows of a tile at most
   */
  static OperandA packed(Contraction contraction, String letters, Contraction.Axis m, List<Contraction.Axis> outer, int most) {
    List<Contraction.Axis> ks = contraction.single(letters, null, null, null);
    Dim depth = Dim.ONE;
    for (var k : ks) depth = depth.times(k.extent());
    Dim size = depth.times(m.extent());
    var strides = new ArrayList<Dim>();
    for (var axis : outer) {
      boolean has = contraction.lettersA.contains(axis.letters());
      strides.add(has ? size : Dim.ZERO);
      if (has) size = size.times(axis.extent());
    }
    Region region = contraction.region;
    String name = Formula.name(contraction.a) + ".rows";
    var packed = new OperandA(region.program.scratch(name, contraction.a.dtype(), size), Dim.ZERO, Dim.ONE, depth, null, strides);
    for (TileTable.Run run : TileTable.split(Math.toIntExact(m.extent().constant()), most)) {
      region.run(name, Formula.name(contraction.a) + " in panels of " + run.size() + " rows", contraction.a, packed.pack(contraction, ks, m, outer, run));
    }
    return packed;
  }

  private Stmt pack(Contraction contraction, List<Contraction.Axis> ks, Contraction.Axis m, List<Contraction.Axis> outer, TileTable.Run run) {
    List<Symbol> kSymbols = Packing.symbols("k_", ks);
    List<Symbol> outerSymbols = Packing.symbols("o_", outer);
    var tile = Symbol.loopVariable("i");
    Dim row = run.count() == 1 ? Dim.of(run.start()) : Dim.of(tile).times(run.size()).plus(run.start());
    Dim to = start(row, outerSymbols).plus(Packing.number(ks, kSymbols).times(run.size()));
    IntFunction<Stmt> step = numbers -> {
      var r = Symbol.loopVariable("r");
      Stmt store = new Stmt.Store(buffer, to.plus(Dim.of(r)), contraction.elementOfA(ks, kSymbols, outer, outerSymbols, m, row.plus(Dim.of(r))));
      return Loops.parallel(r, Dim.ZERO, Dim.of(numbers), Stmt.of(Share.in(contraction.region.program, List.of(store))));
    };
    int wide = wide(contraction, ks, m, run);
    Stmt nest = wide == 0 ? Packing.loops(ks, kSymbols, s -> tiles(run, tile, 0, run.count(), s), step.apply(run.size()))
        : Packing.blocks(ks, kSymbols, (first, end) -> {
          var k = kSymbols.get(kSymbols.size() - 1);
          int lanes = contraction.region.program.lanes(buffer.dtype());
          Dim apart = end.minus(behind(run.size(), lanes));
          Stmt vectors = new Stmt.For(k, first, apart, 1, Stmt.Order.SEQUENTIAL, step.apply(lanes));
          Stmt most = tiles(run, tile, 0, wide, new Stmt.Block(List.of(vectors, Loops.parallel(k, apart, end, step.apply(run.size())))));
          if (wide == run.count()) return most;
          return new Stmt.Block(List.of(most, tiles(run, tile, wide, run.count(), Loops.parallel(k, first, end, step.apply(run.size())))));
        });
    for (int i = outer.size() - 1; i >= 0; i--) {
      if (!strides.get(i).is(0)) nest = Loops.parallel(outerSymbols.get(i), Dim.ZERO, outer.get(i).extent(), nest);
    }
    return nest;
  }

  private static Stmt tiles(TileTable.Run run, Symbol tile, int from, int to, Stmt each) {
    return run.count() == 1 ? each : Loops.parallel(tile, Dim.of(from), Dim.of(to), each);
  }

  /**
   * How many tiles, from the first one on, get a whole vector for each k, though they have fewer rows: what is too much lies where the next ks are written
   * later. Where a block of ks ends there is no next one, so that its last rows come one by one. 3200 products of 200 rows in 0.58 to 0.63 of the time (Cascade
   * Lake, 17 and 25); vectors of half the length are no way, since HotSpot 17 makes no good code for two lengths in a process (three to five times as slow).
   */
  private static int wide(Contraction contraction, List<Contraction.Axis> ks, Contraction.Axis m, TileTable.Run run) {
    int lanes = contraction.region.program.lanes(contraction.a.dtype());
    if (run.size() >= lanes || ks.isEmpty() || Packing.rows(ks.get(ks.size() - 1).extent()) <= behind(run.size(), lanes)) return 0;
    long room = m.extent().constant() - run.start() - lanes;
    return room < 0 ? 0 : (int) Math.min(run.count(), room / run.size() + 1);
  }

  /** How many ks the vector of one k reaches into behind its own. */
  private static int behind(int rows, int lanes) {
    return (lanes - 1) / rows;
  }

  /** Where the first element of a tile's first row lies. */
  Dim start(Dim row, List<Symbol> outerSymbols) {
    Dim start = base.plus(perRow.times(row));
    for (int i = 0; i < strides.size(); i++) start = start.plus(strides.get(i).times(Dim.of(outerSymbols.get(i))));
    return start;
  }

  /** The same of a row so many behind it. */
  Dim row(int behind) {
    return toRow.times(behind);
  }

  /** From k to k + 1 in a tile of so many rows. */
  int step(int rows) {
    if (step == null) return rows;
    return Math.toIntExact(step.isConstant() ? step.constant() : 0);
  }
}
