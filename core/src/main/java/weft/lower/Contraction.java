package weft.lower;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.op.Einsum;
import weft.op.Place;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * A contraction as a matrix product {@code C[m, n] = Σ_k A[m, k] · B[k, n]}: which operand plays A and which B, and how far its letters
 * merge into one m, one n and one k. B is the operand that has the last letter of the result, so that vectors run along n.
 */
final class Contraction {
  /** How a contraction is computed. */
  enum Form {
    /** Nothing is summed: an element rule. */
    PRODUCT,
    /** Each element on its own, a sum over products. */
    REDUCE,
    /** In tiles. */
    TILES
  }

  /** One or more letters that count as one, and how far apart their elements lie in each operand. */
  record Axis(String letters, Dim extent, Dim strideA, Dim strideB, Dim strideC) {
    Axis with(Dim extent) {
      return new Axis(letters, extent, strideA, strideB, strideC);
    }
  }

  private static final int TURNED = 8;

  final Region region;
  final Unit unit;
  final Expr a;
  final Expr b;
  final String lettersA;
  final String lettersB;
  final String lettersC;

  private Contraction(Region region, Unit unit) {
    this.region = region;
    this.unit = unit;
    var e = (Einsum) unit.apply.op();
    boolean swap = e.right().indexOf(last(e)) < 0;
    a = unit.apply.input(swap ? 1 : 0);
    b = unit.apply.input(swap ? 0 : 1);
    lettersA = swap ? e.right() : e.left();
    lettersB = swap ? e.left() : e.right();
    lettersC = e.out();
  }

  private static char last(Einsum e) {
    return e.out().charAt(e.out().length() - 1);
  }

  static Form form(Region region, Einsum e, Apply apply) {
    boolean sums = false;
    for (char c : e.left().toCharArray()) sums |= e.out().indexOf(c) < 0;
    if (!sums) return Form.PRODUCT;
    if (e.out().isEmpty() || !apply.output(0).dtype().isFloat() || isEmpty(apply)) return Form.REDUCE;
    boolean inLeft = e.left().indexOf(last(e)) >= 0;
    boolean inRight = e.right().indexOf(last(e)) >= 0;
    if (inLeft && inRight) return Form.REDUCE;
    String lettersA = inRight ? e.left() : e.right();
    String lettersB = inRight ? e.right() : e.left();
    boolean oneRow = true;
    for (char c : lettersA.toCharArray()) {
      if (e.out().indexOf(c) >= 0 && lettersB.indexOf(c) < 0) {
        oneRow &= e.extent(c, apply.input(0).type(), apply.input(1).type()).is(1);
      }
    }
    boolean contiguousK = e.out().indexOf(lettersB.charAt(lettersB.length() - 1)) < 0;
    boolean reused = region.outer != null && region.isInvariant(apply.input(inRight ? 1 : 0));
    return oneRow && contiguousK && !reused ? Form.REDUCE : Form.TILES;
  }

  /** Whether some extent is known to be 0: there is nothing to make panels of. */
  private static boolean isEmpty(Apply apply) {
    return apply.inputs().stream().anyMatch(in -> in.type().dims().stream().anyMatch(d -> d.is(0)));
  }

  /**
   * Appends the kernels of a contraction.
   *
   * @param followers what may be computed where the product is stored
   * @return whether the followers were; if not, the product has a place and they are still to be done
   */
  static boolean append(Region region, Unit unit, List<Unit> followers) {
    var contraction = new Contraction(region, unit);
    boolean vectors = region.program.lanes(unit.expr.dtype()) > 1;
    if (vectors && new Tiles(contraction, followers).append()) return true;
    if (unit.places.isEmpty()) {
      unit.places.add(region.allocate(unit.expr, Message.label(unit.expr), unit.dense));
      region.define(unit.expr, unit.places.get(0));
    }
    if (vectors) new Tiles(contraction, List.of()).append();
    else if (!new Axpy(contraction).append()) new Rows(contraction).append();
    return false;
  }

  /** How many accumulators the tiles of a contraction have. */
  static int copies(Region region, Unit unit) {
    return region.program.lanes(unit.expr.dtype()) == 1 ? 1 : new Contraction(region, unit).copies();
  }

  /** The tiles for this product. */
  TileTable table() {
    Dim depth = Dim.ONE;
    for (char k : letters(lettersA, this::isK).toCharArray()) depth = depth.times(extent(k));
    return new TileTable(unit.expr.dtype(), region.program.lanes(unit.expr.dtype()), depth);
  }

  int copies() {
    int lanes = region.program.lanes(unit.expr.dtype());
    String n = letters(lettersC, this::isN);
    Dim columns = extent(n.charAt(n.length() - 1));
    Dim rows = Dim.ONE;
    for (char letter : letters(lettersC, this::isM).toCharArray()) if (!extent(letter).is(1)) rows = extent(letter);
    TileTable table = table();
    int width = table.width(rows, columns);
    long vectors = columns.isConstant() ? Math.max(1, Math.min(width, columns.ceilDiv(lanes).constant())) : width;
    long most = table.rows((int) vectors);
    return (int) (vectors * (rows.isConstant() ? Math.max(1, Math.min(most, rows.constant())) : most));
  }

  Dim extent(char c) {
    int i = lettersA.indexOf(c);
    return i >= 0 ? a.dim(i) : b.dim(lettersB.indexOf(c));
  }

  boolean isBatch(char c) {
    return in(lettersA, c) && in(lettersB, c) && in(lettersC, c);
  }

  boolean isM(char c) {
    return in(lettersA, c) && !in(lettersB, c);
  }

  boolean isN(char c) {
    return in(lettersB, c) && !in(lettersA, c);
  }

  boolean isK(char c) {
    return in(lettersA, c) && !in(lettersC, c);
  }

  private static boolean in(String letters, char c) {
    return letters.indexOf(c) >= 0;
  }

  /** Letters of one role, in the order of {@code among}. */
  String letters(String among, Predicate<Character> role) {
    var text = new StringBuilder();
    for (char c : among.toCharArray()) if (role.test(c)) text.append(c);
    return text.toString();
  }

  private static Dim stride(Place place, String letters, char c) {
    int i = letters.indexOf(c);
    return place == null || i < 0 ? Dim.ZERO : place.strides().get(i);
  }

  /** The axes of some letters, neighbours merged where all given places allow it. */
  List<Axis> axes(String letters, Place placeA, Place placeB, Place placeC) {
    var axes = new ArrayList<Axis>();
    for (char c : letters.toCharArray()) {
      var axis = new Axis("" + c, extent(c), stride(placeA, lettersA, c), stride(placeB, lettersB, c),
          stride(placeC, lettersC, c));
      if (axis.extent().is(1)) continue;
      Axis before = axes.isEmpty() ? null : axes.get(axes.size() - 1);
      if (before != null && merges(before.strideA(), axis.strideA(), axis.extent()) && merges(before.strideB(), axis.strideB(), axis.extent())
          && merges(before.strideC(), axis.strideC(), axis.extent())) {
        axes.set(axes.size() - 1, new Axis(before.letters() + c, before.extent().times(axis.extent()), axis.strideA(), axis.strideB(),
            axis.strideC()));
      } else {
        axes.add(axis);
      }
    }
    return axes;
  }

  /** The axes of some letters, none of them merged. */
  List<Axis> single(String letters, Place placeA, Place placeB, Place placeC) {
    var axes = new ArrayList<Axis>();
    for (char letter : letters.toCharArray()) axes.addAll(axes("" + letter, placeA, placeB, placeC));
    return axes;
  }

  private static boolean merges(Dim outer, Dim inner, Dim extent) {
    return outer.equals(inner.times(extent));
  }

  /** A copy of A with its letters in the order batch, m, k, without gaps. */
  Place copyOfA() {
    String order = letters(lettersC, this::isBatch) + letters(lettersC, this::isM) + letters(lettersA, this::isK);
    var dims = new ArrayList<Dim>();
    for (char c : order.toCharArray()) dims.add(extent(c));
    Place copy = Place.dense(region.program.scratch(Formula.name(a) + ".rows", a.dtype(), a.type().size()), dims);
    region.run(Formula.name(a) + ".rows", "copy of " + Formula.name(a), a, turned(copy, order));
    var strides = new ArrayList<Dim>();
    var extents = new ArrayList<Dim>();
    for (char c : lettersA.toCharArray()) {
      strides.add(copy.strides().get(order.indexOf(c)));
      extents.add(extent(c));
    }
    return new Place(copy.buffer(), copy.base(), strides, extents, 0);
  }

  /** Copies A, eight elements of a row of the copy at a time, so that what lies beside what is read is in the nearest cache when it is read. */
  private Stmt turned(Place copy, String order) {
    List<Dim> dims = copy.dims();
    int last = dims.size() - 1;
    Dim whole = dims.get(last).floorDiv(TURNED);
    Dim rest = dims.get(last).minus(whole.times(TURNED));
    var parts = new ArrayList<Stmt>();
    if (!whole.is(0)) parts.add(turned(copy, order, Dim.ZERO, whole, Dim.of(TURNED)));
    if (!rest.is(0)) parts.add(turned(copy, order, whole.times(TURNED), Dim.ONE, rest));
    return Stmt.of(parts);
  }

  /** The same for {@code count} blocks of columns of {@code width} each, in loops over batches, columns, rows, and the columns of a block. */
  private Stmt turned(Place copy, String order, Dim first, Dim count, Dim width) {
    int last = order.length() - 1;
    List<Dim> at = new ArrayList<>(region.canonical(copy.dims()));
    var block = Symbol.loopVariable("block");
    var column = Symbol.loopVariable("column");
    at.set(last, first.plus(Dim.of(block).times(width)).plus(Dim.of(column)));
    Stmt stmt = new Stmt.Store(copy.buffer(), copy.index(at), new Composer(region).value(a, Composer.pick(lettersA, order, at)));
    stmt = new Stmt.For(column, Dim.ZERO, width, 1, Stmt.Order.PARALLEL, Stmt.of(Share.in(region.program, List.of(stmt))));
    var loops = new ArrayList<Integer>();
    for (int i = 0; i < last; i++) if (isM(order.charAt(i))) loops.add(0, i);
    for (int i = last - 1; i >= 0; i--) if (!isM(order.charAt(i))) loops.add(i);
    boolean inBlocks = false;
    for (int i : loops) {
      if (!inBlocks && !isM(order.charAt(i))) {
        stmt = new Stmt.For(block, Dim.ZERO, count, 1, Stmt.Order.PARALLEL, stmt);
        inBlocks = true;
      }
      if (!at.get(i).isConstant()) stmt = new Stmt.For(Loops.symbol(at.get(i)), Dim.ZERO, copy.dims().get(i), 1, Stmt.Order.PARALLEL, stmt);
    }
    return inBlocks ? stmt : new Stmt.For(block, Dim.ZERO, count, 1, Stmt.Order.PARALLEL, stmt);
  }

  /** Element (m, k) of A, its letters spread over the axes that stand for them. */
  Value elementOfA(List<Axis> ks, List<Symbol> kSymbols, List<Axis> outer, List<Symbol> outerSymbols, Axis m, Dim row) {
    return element(a, lettersA, ks, kSymbols, outer, outerSymbols, m.letters().charAt(0), row);
  }

  /** Element (k, n) of B likewise. */
  Value elementOfB(List<Axis> ks, List<Symbol> kSymbols, List<Axis> outer, List<Symbol> outerSymbols, Dim column) {
    return element(b, lettersB, ks, kSymbols, outer, outerSymbols, lettersC.charAt(lettersC.length() - 1), column);
  }

  private Value element(Expr operand, String letters, List<Axis> ks, List<Symbol> kSymbols, List<Axis> outer, List<Symbol> outerSymbols,
      char own, Dim index) {
    var at = new HashMap<Character, Dim>();
    spread(ks, kSymbols, letters, at);
    spread(outer, outerSymbols, letters, at);
    at.put(own, index);
    var indices = new ArrayList<Dim>();
    for (char c : letters.toCharArray()) indices.add(at.getOrDefault(c, Dim.ZERO));
    return new Composer(region).value(operand, indices);
  }

  private static void spread(List<Axis> axes, List<Symbol> symbols, String among, Map<Character, Dim> at) {
    for (int i = 0; i < axes.size(); i++) {
      String letters = axes.get(i).letters();
      if (!in(among, letters.charAt(0))) continue;
      if (letters.length() > 1) throw new IllegalStateException("merged letters " + letters + " have no index of their own");
      at.put(letters.charAt(0), Dim.of(symbols.get(i)));
    }
  }

  /** Parallel loops over axes around a body; the symbols stand in the body's indices. */
  static Stmt loops(List<Axis> axes, List<Symbol> symbols, Stmt body) {
    Stmt stmt = body;
    for (int i = axes.size() - 1; i >= 0; i--) {
      stmt = new Stmt.For(symbols.get(i), Dim.ZERO, axes.get(i).extent(), 1, Stmt.Order.PARALLEL, stmt);
    }
    return stmt;
  }
}
