package weft.lower;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Value;
import weft.op.Place;
import weft.schedule.VectorCost;
import weft.schedule.Widen;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * What is computed from the sums of a tile while they are still in registers: biases, activations, the stores of several results. Each
 * value is composed for one element and then widened to a vector along n.
 */
final class Epilogue {
  /**
   * What may follow the sums, over all accumulators of a tile, so that the tile itself, a fifth of what C1 can take, fits into its method, too. If C1 gives up on a
   * version that is entered in the middle of a loop, HotSpot never compiles the method (a GRU of 128 units, four or seven rows: 30 times as slow).
   */
  private static final int MOST_COST = VectorCost.LIMIT * 4 / 5;

  private final Contraction contraction;
  private final List<Unit> followers;
  private final int lanes;
  private final Symbol lane = Symbol.loopVariable("lane");

  Epilogue(Contraction contraction, List<Unit> followers, int lanes) {
    this.contraction = contraction;
    this.followers = followers;
    this.lanes = lanes;
  }

  /** Whether whole vectors may be stored into a place. */
  static boolean fits(Place place, int lanes) {
    int last = place.rank() - 1;
    Dim n = place.dims().get(last);
    if (!n.isConstant() || !place.strides().get(last).is(1) && !n.is(1)) return false;
    long rest = (lanes - n.constant() % lanes) % lanes;
    return rest <= place.overrun();
  }

  boolean fits(Place place) {
    return fits(place, lanes);
  }

  /** Whether all of it can be vectors that may be stored whole. */
  boolean isPossible() {
    for (Unit u : followers) for (Place p : u.places) if (!fits(p)) return false;
    var probe = new HashMap<Character, Dim>();
    for (char c : contraction.lettersC.toCharArray()) probe.put(c, Dim.of(Symbol.loopVariable("x")));
    probe.put(lastLetter(), Dim.ZERO);
    List<Stmt> each = widened(new Local("c", contraction.unit.expr.dtype(), lanes), probe);
    return each != null && VectorCost.of(new Stmt.Block(each)) * contraction.copies() <= MOST_COST;
  }

  private char lastLetter() {
    return contraction.lettersC.charAt(contraction.lettersC.length() - 1);
  }

  /** The statements for the vector of sums that starts at a row and a column. */
  List<Stmt> at(Local sums, List<Symbol> symbols, List<Contraction.Axis> outer, Contraction.Axis m, Dim row, Dim column) {
    var index = new HashMap<Character, Dim>();
    for (int i = 0; i < outer.size(); i++) index.put(outer.get(i).letters().charAt(0), Dim.of(symbols.get(i)));
    if (m != null) index.put(m.letters().charAt(0), row);
    index.put(lastLetter(), column);
    return widened(sums, index);
  }

  private List<Stmt> widened(Local sums, Map<Character, Dim> index) {
    var at = new ArrayList<Dim>();
    for (char c : contraction.lettersC.toCharArray()) {
      Dim dim = contraction.extent(c).is(1) && c != lastLetter() ? Dim.ZERO : index.getOrDefault(c, Dim.ZERO);
      at.add(c == lastLetter() && !contraction.extent(c).is(1) ? dim.plus(Dim.of(lane)) : dim);
    }
    var composer = new Composer(contraction.region);
    var sum = new Local("sum", sums.dtype(), 1);
    composer.define(contraction.unit.expr, at, new Value.Get(sum));
    var body = new ArrayList<Stmt>();
    for (Unit u : followers) {
      Value value = composer.rule(u.expr, at);
      composer.define(u.expr, at, value);
      for (Place p : u.places) body.add(new Stmt.Store(p.buffer(), p.index(at), value));
    }
    var widen = new Widen(lane, sums.dtype(), lanes);
    widen.replace(sum, sums);
    boolean whole = contraction.extent(lastLetter()).constant() % lanes == 0;
    Stmt wide = widen.stmt(new Stmt.Block(Share.in(contraction.region.program, body)));
    if (wide == null || !whole && !Padding.mayReadPast(wide)) return null;
    Stmt placed = new StmtRewriter() {
      @Override
      protected Dim dim(Dim dim) {
        return dim.substitute(s -> s == lane ? Dim.ZERO : null);
      }
    }.rewrite(wide);
    return ((Stmt.Block) placed).stmts();
  }
}
