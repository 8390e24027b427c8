package weft.pipeline;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import weft.loop.Sizes;
import weft.type.Dim;
import weft.type.Symbol;

/** The value of each symbol of a program in one call. Computing with them allocates nothing, since lengths change all the time. */
final class Extents implements ToLongFunction<Symbol> {
  /** In the order of the symbols. */
  final int[] sizes;
  private final Map<Symbol, Integer> index;

  /** @param index where each symbol stands */
  Extents(Map<Symbol, Integer> index) {
    this.sizes = new int[index.size()];
    this.index = index;
  }

  static Map<Symbol, Integer> index(List<Symbol> symbols) {
    var index = new HashMap<Symbol, Integer>();
    for (int i = 0; i < symbols.size(); i++) index.put(symbols.get(i), i);
    return index;
  }

  @Override
  public long applyAsLong(Symbol symbol) {
    Integer at = index.get(symbol);
    return at == null ? Sizes.evaluate(symbol.definition(), this) : sizes[at];
  }

  long of(Dim dim) {
    return Sizes.evaluate(dim, this);
  }
}
