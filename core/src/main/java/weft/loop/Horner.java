package weft.loop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import weft.type.Dim.Term;
import weft.type.Symbol;

/**
 * A long polynomial as {@code factor · inner + rest} (Horner's scheme), so that the index of a tensor of many axes takes
 * code in proportion to its axes and not to their square.
 */
public record Horner(Symbol factor, List<Term> inner, List<Term> rest) {
  /** A polynomial with fewer variables than this, each counted as often as it stands there, is shorter as it is. */
  private static final int LONG = 40;

  /** Splits by the variable that stands in most terms; null for a short polynomial. */
  public static Horner of(List<Term> terms) {
    int total = 0;
    Map<Symbol, Integer> counts = new HashMap<>();
    for (Term t : terms) {
      total += t.symbols().size();
      for (Symbol s : new HashSet<>(t.symbols())) counts.merge(s, 1, Integer::sum);
    }
    if (total < LONG) return null;
    Symbol factor = null;
    for (Term t : terms) {
      for (Symbol s : t.symbols()) if (factor == null || counts.get(s) > counts.get(factor)) factor = s;
    }
    if (counts.get(factor) < 2) return null;
    var inner = new ArrayList<Term>();
    var rest = new ArrayList<Term>();
    for (Term t : terms) {
      var symbols = new ArrayList<>(t.symbols());
      if (symbols.remove(factor)) inner.add(new Term(t.coefficient(), symbols));
      else rest.add(t);
    }
    return new Horner(factor, inner, rest);
  }
}
