package weft.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import weft.type.Dim;
import weft.type.Symbol;
import weft.type.TensorType;

/** Extents that are known only while a call runs, and what they are at most. */
public final class Lengths {
  private Lengths() {}

  /** The measured extents that a dim is made of. */
  public static Set<Symbol> in(Dim dim) {
    var found = new LinkedHashSet<Symbol>();
    collect(dim, found);
    return found;
  }

  /** The measured extents that a type is made of. */
  public static Set<Symbol> in(TensorType type) {
    var found = new LinkedHashSet<Symbol>();
    for (Dim d : type.dims()) collect(d, found);
    return found;
  }

  /** What a dim is at most, made of extents that are known before a call runs. */
  public static Dim most(Dim dim) {
    if (in(dim).isEmpty()) return dim;
    Dim sum = Dim.ZERO;
    for (Dim.Term t : withoutQuotients(dim).terms()) {
      Dim product = Dim.of(t.coefficient());
      for (Symbol s : t.symbols()) {
        Dim one = Dim.of(s);
        if (!in(one).isEmpty()) one = t.coefficient() < 0 ? Dim.ZERO : most(s);
        product = product.times(one);
      }
      sum = sum.plus(product);
    }
    return sum;
  }

  /**
   * What is left over where a length is cut into equal parts, length - part·⌊length / part⌋, is less than a part; taken term by term it
   * might be the whole length.
   */
  private static Dim withoutQuotients(Dim dim) {
    for (Dim.Term t : dim.terms()) {
      if (t.coefficient() >= 0) continue;
      for (Symbol quotient : t.symbols()) {
        Dim less = withoutQuotient(dim, t, quotient);
        if (less != null && less.terms().size() < dim.terms().size()) return withoutQuotients(less);
      }
    }
    return dim;
  }

  /** What is at least as large, with the length less a part and 1 in place of part·quotient in one term; null if the term is no such product. */
  private static Dim withoutQuotient(Dim dim, Dim.Term term, Symbol quotient) {
    var others = new ArrayList<>(term.symbols());
    others.remove(quotient);
    Dim length;
    Dim part;
    long times = term.coefficient();
    if (quotient.definition() instanceof Symbol.FloorDiv d && times % d.by() == 0) {
      length = d.of();
      part = Dim.of(d.by());
      times /= d.by();
    } else if (quotient.definition() instanceof Symbol.Root d && d.times() && others.removeIf(s -> Dim.of(s).equals(d.of().root()))) {
      length = d.of();
      part = d.of().root();
    } else {
      return null;
    }
    Dim factor = Dim.of(1);
    for (Symbol s : others) factor = factor.times(Dim.of(s));
    Dim product = Dim.of(term.coefficient());
    for (Symbol s : term.symbols()) product = product.times(Dim.of(s));
    return dim.minus(product).plus(length.minus(part).plus(1).times(factor).times(times));
  }

  private static Dim most(Symbol s) {
    if (s.definition() instanceof Symbol.Measured d) return d.most() == null ? Dim.of(s) : most(d.most());
    if (s.definition() instanceof Symbol.Min d) return Dim.min(most(d.left()), most(d.right()));
    if (s.definition() instanceof Symbol.Max d) return Dim.max(most(d.left()), most(d.right()));
    if (s.definition() instanceof Symbol.CeilDiv d) return most(d.of()).ceilDiv(d.by());
    if (s.definition() instanceof Symbol.FloorDiv d) return most(d.of()).floorDiv(d.by());
    if (s.definition() instanceof Symbol.Root d) return most(d.of()).root();
    return Dim.of(s);
  }

  private static void collect(Dim dim, Set<Symbol> found) {
    if (dim.isConstant()) return;
    var open = new ArrayDeque<>(dim.symbols());
    while (!open.isEmpty()) {
      Symbol s = open.pop();
      if (s.definition() instanceof Symbol.Measured) found.add(s);
      else for (Dim part : LoopProgram.parts(s)) open.addAll(part.symbols());
    }
  }
}
