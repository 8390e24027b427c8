package weft.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * The values of extents at call time, computed exactly: what does not fit an int is an error of kind SIZE that
 * names the extent, never a wrapped number.
 */
public final class Sizes {
  private Sizes() {}

  /** The value of an integer expression whose symbols have the given values. */
  public static long evaluate(Dim dim, ToLongFunction<Symbol> values) {
    try {
      // By index, since iterators are objects, and this runs in calls that allocate nothing.
      long sum = 0;
      List<Dim.Term> terms = dim.terms();
      for (int i = 0; i < terms.size(); i++) {
        long product = terms.get(i).coefficient();
        List<Symbol> symbols = terms.get(i).symbols();
        for (int k = 0; k < symbols.size(); k++) product = Math.multiplyExact(product, values.applyAsLong(symbols.get(k)));
        sum = Math.addExact(sum, product);
      }
      return sum;
    } catch (ArithmeticException overflow) {
      throw new WeftException(Kind.SIZE, "extent " + dim + " is too large to compute; make the inputs smaller",
          overflow);
    }
  }

  /** The value of a symbol with this definition, which must be one that is computed from other extents. */
  public static long evaluate(Symbol.Definition definition, ToLongFunction<Symbol> values) {
    if (definition instanceof Symbol.Min d) return Math.min(evaluate(d.left(), values), evaluate(d.right(), values));
    if (definition instanceof Symbol.Max d) return Math.max(evaluate(d.left(), values), evaluate(d.right(), values));
    if (definition instanceof Symbol.CeilDiv d) {
      return Math.max(0, -Math.floorDiv(-evaluate(d.of(), values), (long) d.by()));
    }
    if (definition instanceof Symbol.FloorDiv d) {
      return Math.max(0, Math.floorDiv(evaluate(d.of(), values), (long) d.by()));
    }
    if (definition instanceof Symbol.Root d) {
      long of = evaluate(d.of(), values);
      long root = Math.max(1, (long) Math.ceil(Math.sqrt(of)));
      return d.times() ? Math.max(0, Math.floorDiv(of, root)) : root;
    }
    if (definition instanceof Symbol.Part d) return d.end() ? evaluate(d.count(), values) : 0;
    throw new WeftException(Kind.INTERNAL, definition + " does not compute an extent from others");
  }

  /** Whether a symbol's value is computed from other extents, rather than found or measured. */
  public static boolean isComputed(Symbol symbol) {
    return !LoopProgram.parts(symbol).isEmpty();
  }

  /** Whether a symbol's value is known only during the call: it is measured, or computed from one that is. */
  public static boolean isMeasured(Symbol symbol) {
    if (symbol.definition() instanceof Symbol.Measured) return true;
    return LoopProgram.parts(symbol).stream().anyMatch(d -> d.symbols().stream().anyMatch(Sizes::isMeasured));
  }

  /** The extents of a program that are computed from this one, each behind those that it needs. */
  public static List<Symbol> computedFrom(LoopProgram program, Symbol symbol) {
    var found = new ArrayList<Symbol>();
    for (Symbol s : program.symbols()) {
      for (Dim part : LoopProgram.parts(s)) {
        if (!found.contains(s) && part.symbols().stream().anyMatch(p -> p == symbol || found.contains(p))) found.add(s);
      }
    }
    return found;
  }

  /**
   * Computes every computed symbol of the program from the others.
   *
   * @param sizes the value of each of {@link LoopProgram#symbols}, those that nothing defines already in place
   * @param from where in the symbols to start
   */
  public static void complete(LoopProgram program, int[] sizes, int from) {
    List<Symbol> symbols = program.symbols();
    for (int i = from; i < symbols.size(); i++) {
      Symbol symbol = symbols.get(i);
      if (isComputed(symbol)) {
        sizes[i] = toInt(program, symbol, evaluate(symbol.definition(), s -> sizes[symbols.indexOf(s)]));
      }
    }
  }

  /** The value as an int, refused with an error of kind SIZE where it does not fit. */
  public static int toInt(LoopProgram program, Symbol symbol, long value) {
    if (value == (int) value) return (int) value;
    throw new WeftException(Kind.SIZE, program.name() + ": extent " + symbol + " would be " + value
        + ", and extents end at " + Integer.MAX_VALUE + "; make the inputs smaller");
  }
}
