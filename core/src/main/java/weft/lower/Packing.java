package weft.lower;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import weft.loop.Stmt;
import weft.type.Dim;
import weft.type.Symbol;

/** The loops in which the rows of an operand, one for each product of a sum, are packed into panels. */
final class Packing {
  private static final int ROWS = 16;

  private Packing() {}

  /**
   * Some rows go to all panels before the next rows do. One panel after the other would come back to each row when what lies beside has left the caches:
   * 2240 rows of 2048 floats 12.3 ms, 16 at a time 3.2, one at a time 5.4 (Cascade Lake).
   *
   * @param ks what is summed over
   * @param panels puts loops over panels around what is done with some rows
   * @param row what is done with one row of one panel
   */
  static Stmt loops(List<Contraction.Axis> ks, List<Symbol> symbols, UnaryOperator<Stmt> panels, Stmt row) {
    if (ks.isEmpty()) return panels.apply(row);
    int last = ks.size() - 1;
    Dim extent = ks.get(last).extent();
    var k = symbols.get(last);
    if (rows(extent) > 1) return blocks(ks, symbols, (first, end) -> panels.apply(Loops.parallel(k, first, end, row)));
    return Contraction.loops(ks.subList(0, last), symbols.subList(0, last), Loops.parallel(k, Dim.ZERO, extent, panels.apply(row)));
  }

  /** How many rows at once, as many as the number of all of them is known to be a multiple of. */
  static int rows(Dim extent) {
    int rows = ROWS;
    while (!extent.equals(extent.floorDiv(rows).times(rows))) rows /= 2;
    return rows;
  }

  /**
   * Loops over blocks of rows, along the last of the axes that is summed over.
   *
   * @param block what is done with the rows from the first index to the second one
   */
  static Stmt blocks(List<Contraction.Axis> ks, List<Symbol> symbols, BiFunction<Dim, Dim, Stmt> block) {
    int last = ks.size() - 1;
    Dim extent = ks.get(last).extent();
    int rows = rows(extent);
    Stmt nest;
    if (extent.is(rows)) {
      nest = block.apply(Dim.ZERO, extent);
    } else {
      var number = Symbol.loopVariable("block");
      Dim first = Dim.of(number).times(rows);
      nest = Loops.parallel(number, Dim.ZERO, extent.floorDiv(rows), block.apply(first, first.plus(rows)));
    }
    return Contraction.loops(ks.subList(0, last), symbols.subList(0, last), nest);
  }

  /** The number of a row of which the indices are these. */
  static Dim number(List<Contraction.Axis> ks, List<Symbol> symbols) {
    Dim k = Dim.ZERO;
    for (int i = 0; i < ks.size(); i++) k = k.times(ks.get(i).extent()).plus(Dim.of(symbols.get(i)));
    return k;
  }

  /** A loop variable for each axis. */
  static List<Symbol> symbols(String prefix, List<Contraction.Axis> axes) {
    var symbols = new ArrayList<Symbol>();
    for (var axis : axes) symbols.add(Symbol.loopVariable(prefix + axis.letters()));
    return symbols;
  }
}
