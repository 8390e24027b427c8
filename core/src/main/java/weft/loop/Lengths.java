package weft.loop;

import java.util.ArrayDeque;
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
    for (Dim.Term t : dim.terms()) {
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
