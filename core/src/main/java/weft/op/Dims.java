package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Expr;
import weft.graph.Message;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;

/** Reads the dimensions that users give as ints or {@link Dim}s. */
public final class Dims {
  private Dims() {}

  /**
   * The dims of a list of ints and Dims.
   *
   * @param what who asks, for errors
   * @throws WeftException of kind ARGUMENT for anything else and for negative numbers
   */
  public static List<Dim> of(String what, Object... dims) {
    var all = new ArrayList<Dim>(Message.needed(what + ": dimensions", dims).length);
    for (Object d : dims) all.add(one(what, d));
    return all;
  }

  /** One dimension. */
  public static Dim one(String what, Object dim) {
    if (dim instanceof Dim d) return d;
    if (dim instanceof Integer || dim instanceof Long) {
      long n = ((Number) dim).longValue();
      if (n >= 0 && n <= Integer.MAX_VALUE) return Dim.of(n);
      throw new WeftException(Kind.ARGUMENT, Message.here(what + ": " + n + " is no dimension",
          "Dimensions go from 0 to " + Integer.MAX_VALUE + "."));
    }
    String given = dim == null ? "null" : dim instanceof Expr e ? e.toString()
        : dim instanceof String s ? "\"" + s + "\"" : dim.getClass().getSimpleName() + " " + dim;
    String name = dim instanceof String s ? s : "time";
    throw new WeftException(Kind.ARGUMENT, Message.here(what + ": " + given + " is no dimension",
        "Give an int, or a named dimension made with dim(\"" + name + "\")."));
  }

  /** {@code whole / part} where it divides evenly whatever the symbols stand for, else null. */
  static Dim divided(Dim whole, Dim part) {
    if (part.terms().size() != 1) return whole.equals(part) ? Dim.ONE : null;
    Dim.Term by = part.terms().get(0);
    Dim quotient = Dim.ZERO;
    for (Dim.Term t : whole.terms()) {
      if (t.coefficient() % by.coefficient() != 0) return null;
      var rest = new ArrayList<>(t.symbols());
      for (var s : by.symbols()) if (!rest.remove(s)) return null;
      Dim term = Dim.of(t.coefficient() / by.coefficient());
      for (var s : rest) term = term.times(Dim.of(s));
      quotient = quotient.plus(term);
    }
    return quotient;
  }

  /** The same with {@code c·⌊n / c⌋} said as n: what it is where the division leaves nothing over. */
  static Dim exact(Dim dim) {
    Dim sum = Dim.ZERO;
    for (Dim.Term t : dim.terms()) {
      Dim product = Dim.ONE;
      long coefficient = t.coefficient();
      for (var s : t.symbols()) {
        boolean divides = s.definition() instanceof Symbol.FloorDiv d && coefficient % d.by() == 0;
        product = product.times(divides ? ((Symbol.FloorDiv) s.definition()).of() : Dim.of(s));
        if (divides) coefficient /= ((Symbol.FloorDiv) s.definition()).by();
      }
      sum = sum.plus(product.times(coefficient));
    }
    return sum;
  }
}
