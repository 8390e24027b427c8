package weft.lower;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Message;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.op.Place;
import weft.type.Dim;
import weft.type.Symbol;

/** A contraction without vectors: each element a sum of its own. */
final class Rows {
  private final Contraction contraction;

  Rows(Contraction contraction) {
    this.contraction = contraction;
  }

  void append() {
    Region region = contraction.region;
    var out = contraction.unit.expr;
    Place c = contraction.unit.places.get(0);
    List<Dim> at = region.canonical(out.type().dims());
    String letters = contraction.lettersC + contraction.letters(contraction.lettersA, contraction::isK);
    var index = new ArrayList<>(at);
    var symbols = new ArrayList<Symbol>();
    var extents = new ArrayList<Dim>();
    for (char k : letters.substring(contraction.lettersC.length()).toCharArray()) {
      var symbol = Symbol.loopVariable("k_" + k);
      symbols.add(symbol);
      extents.add(contraction.extent(k));
      index.add(Dim.of(symbol));
    }
    var composer = new Composer(region);
    Value a = composer.value(contraction.a, Composer.pick(contraction.lettersA, letters, index));
    Value b = composer.value(contraction.b, Composer.pick(contraction.lettersB, letters, index));
    var acc = new Local("acc", out.dtype(), 1);
    Stmt sum = new Stmt.Assign(acc, new Value.Call(Fun.FMA, a, b, new Value.Get(acc)));
    for (int i = symbols.size() - 1; i >= 0; i--) {
      sum = new Stmt.For(symbols.get(i), Dim.ZERO, extents.get(i), 1, Stmt.Order.SEQUENTIAL, sum);
    }
    var body = List.of(new Stmt.Declare(acc, Value.number(out.dtype(), 0)), sum,
        new Stmt.Store(c.buffer(), c.index(at), new Value.Get(acc)));
    String formula = Formula.product(out, contraction.a, contraction.b);
    region.driver.add(new Stmt.Run(region.kernel(Message.label(out), formula, out, Loops.nest(at, out.type().dims(), Share.in(region.program, body)))));
  }
}
