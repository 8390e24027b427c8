package weft.type;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * An integer expression: the extent of an axis, or the index of an element. A polynomial over {@link Symbol}s with integer
 * coefficients, kept in one normal form, so that equal expressions are equal objects.
 */
public final class Dim {
  /** 0. */
  public static final Dim ZERO = of(0);
  /** 1. */
  public static final Dim ONE = of(1);

  /** {@code coefficient · s₁ · s₂ …}, the symbols sorted; none of them for the constant term. */
  public record Term(long coefficient, List<Symbol> symbols) {}

  private final List<Term> terms;
  private final int hash;

  private Dim(List<Term> terms) {
    this.terms = terms;
    this.hash = terms.hashCode();
  }

  /** A constant. */
  public static Dim of(long constant) {
    return constant == 0 ? new Dim(List.of()) : new Dim(List.of(new Term(constant, List.of())));
  }

  /** A symbol as it is. */
  public static Dim of(Symbol symbol) {
    return new Dim(List.of(new Term(1, List.of(symbol))));
  }

  /** A new named extent, bound at call time by the inputs that carry it. */
  public static Dim named(String name) {
    return of(Symbol.free(name));
  }

  /** The smaller of two. */
  public static Dim min(Dim left, Dim right) {
    if (left.equals(right)) return left;
    if (left.minus(right).isConstant()) return left.minus(right).constant() < 0 ? left : right;
    return of(Symbol.defined("min(" + left + ", " + right + ")", new Symbol.Min(left, right)));
  }

  /** The larger of two. */
  public static Dim max(Dim left, Dim right) {
    if (left.equals(right)) return left;
    if (left.minus(right).isConstant()) return left.minus(right).constant() > 0 ? left : right;
    return of(Symbol.defined("max(" + left + ", " + right + ")", new Symbol.Max(left, right)));
  }

  /** The value of an int scalar input, known at call time. */
  public static Dim given(String name, Object input) {
    return of(Symbol.defined(name, new Symbol.Given(input)));
  }

  /** Whether this is at least 0 whatever the symbols are, as far as its terms show it; only what others make may be negative. */
  public boolean isNonNegative() {
    for (Term t : terms) {
      if (t.coefficient() > 0 && t.symbols().size() == 1 && t.symbols().get(0).definition() instanceof Symbol.Max max) {
        Dim others = minus(new Dim(List.of(t)));
        if (others.plus(max.left().times(t.coefficient())).isNonNegative()) return true;
        if (others.plus(max.right().times(t.coefficient())).isNonNegative()) return true;
      }
      if (t.coefficient() >= 0) {
        if (!t.symbols().stream().allMatch(Dim::isNonNegative)) return false;
        continue;
      }
      boolean single = t.coefficient() == -1 && t.symbols().size() == 1;
      if (!single) return false;
      if (t.symbols().get(0).definition() instanceof Symbol.Measured m && m.most() != null) {
        if (!plus(of(t.symbols().get(0))).minus(m.most()).isNonNegative()) return false;
        continue;
      }
      Dim others = plus(of(t.symbols().get(0)));
      if (t.symbols().get(0).definition() instanceof Symbol.Max max) {
        if (!others.minus(max.left()).isNonNegative() || !others.minus(max.right()).isNonNegative()) return false;
        continue;
      }
      if (!(t.symbols().get(0).definition() instanceof Symbol.Min min)) return false;
      if (!others.minus(min.left()).isNonNegative() && !others.minus(min.right()).isNonNegative()) return false;
    }
    return true;
  }

  private static boolean isNonNegative(Symbol s) {
    if (s.definition() instanceof Symbol.Min d) return d.left().isNonNegative() && d.right().isNonNegative();
    if (s.definition() instanceof Symbol.Max d) return d.left().isNonNegative() || d.right().isNonNegative();
    return true;
  }

  /** {@code ⌈this / by⌉}, at least 0. */
  public Dim ceilDiv(int by) {
    if (by == 1) return this;
    if (isConstant()) return of(Math.max(0, -Math.floorDiv(-constant(), (long) by)));
    return of(Symbol.defined("ceil(" + this + " / " + by + ")", new Symbol.CeilDiv(this, by)));
  }

  /** {@code ⌊this / by⌋}, at least 0. */
  public Dim floorDiv(int by) {
    if (by == 1) return this;
    if (isConstant()) return of(Math.max(0, Math.floorDiv(constant(), (long) by)));
    return of(Symbol.defined("floor(" + this + " / " + by + ")", new Symbol.FloorDiv(this, by)));
  }

  /** {@code ⌈√this⌉}, at least 1. */
  public Dim root() {
    if (isConstant()) return of(Math.max(1, (long) Math.ceil(Math.sqrt(constant()))));
    return of(Symbol.defined("ceil(sqrt(" + this + "))", new Symbol.Root(this, false)));
  }

  /** How often {@link #root} goes into this, at least 0. */
  public Dim roots() {
    if (isConstant()) return of(Math.max(0, Math.floorDiv(constant(), root().constant())));
    return of(Symbol.defined("floor(" + this + " / " + root() + ")", new Symbol.Root(this, true)));
  }

  /** The terms of the polynomial in their order, none for 0. */
  public List<Term> terms() {
    return terms;
  }

  /** Whether it is known now. */
  public boolean isConstant() {
    return terms.isEmpty() || terms.size() == 1 && terms.get(0).symbols().isEmpty();
  }

  /** The value of a constant dim. */
  public long constant() {
    if (!isConstant()) throw new IllegalStateException("'" + this + "' is known only at call time");
    return terms.isEmpty() ? 0 : terms.get(0).coefficient();
  }

  /** Whether it is known now to be this. */
  public boolean is(long value) {
    return isConstant() && constant() == value;
  }

  /** The sum. */
  public Dim plus(Dim other) {
    if (terms.isEmpty()) return other;
    if (other.terms.isEmpty()) return this;
    var sum = new TreeMap<List<Symbol>, Long>(Dim::compare);
    for (Term t : terms) sum.merge(t.symbols(), t.coefficient(), Math::addExact);
    for (Term t : other.terms) sum.merge(t.symbols(), t.coefficient(), Math::addExact);
    return ofMap(sum);
  }

  /** The sum. */
  public Dim plus(long constant) {
    return constant == 0 ? this : plus(of(constant));
  }

  /** The difference, which may be negative. */
  public Dim minus(Dim other) {
    return plus(other.times(-1));
  }

  /** The difference, which may be negative. */
  public Dim minus(long constant) {
    return plus(-constant);
  }

  /** The product. */
  public Dim times(long factor) {
    if (factor == 1) return this;
    return times(of(factor));
  }

  /** The product. */
  public Dim times(Dim other) {
    if (is(1)) return other;
    if (other.is(1)) return this;
    var product = new TreeMap<List<Symbol>, Long>(Dim::compare);
    for (Term a : terms) {
      for (Term b : other.terms) {
        List<Symbol> symbols = a.symbols();
        if (!b.symbols().isEmpty()) {
          symbols = new ArrayList<>(symbols);
          symbols.addAll(b.symbols());
          Collections.sort(symbols);
          symbols = List.copyOf(symbols);
        }
        product.merge(symbols, Math.multiplyExact(a.coefficient(), b.coefficient()), Math::addExact);
      }
    }
    return ofMap(product);
  }

  private static Dim ofMap(TreeMap<List<Symbol>, Long> map) {
    var terms = new ArrayList<Term>(map.size());
    map.forEach((symbols, coefficient) -> {
      if (coefficient != 0) terms.add(new Term(coefficient, symbols));
    });
    return new Dim(List.copyOf(terms));
  }

  private static int compare(List<Symbol> a, List<Symbol> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int c = a.get(i).compareTo(b.get(i));
      if (c != 0) return c;
    }
    return Integer.compare(b.size(), a.size());
  }

  /** The symbols this expression reads, in order. */
  public Set<Symbol> symbols() {
    var all = new LinkedHashSet<Symbol>();
    for (Term t : terms) all.addAll(t.symbols());
    return all;
  }

  /** Whether a symbol stands in it. */
  public boolean uses(Symbol symbol) {
    for (Term t : terms) if (t.symbols().contains(symbol)) return true;
    return false;
  }

  /** Whether a loop variable stands in it, so that it is another number in each iteration. */
  public boolean usesLoops() {
    return symbols().stream().anyMatch(Symbol::isLoopVariable);
  }

  /** What multiplies {@code symbol} where it stands alone in its products; null if it stands squared. */
  public Dim coefficient(Symbol symbol) {
    Dim sum = ZERO;
    for (Term t : terms) {
      int at = t.symbols().indexOf(symbol);
      if (at < 0) continue;
      var rest = new ArrayList<>(t.symbols());
      rest.remove(at);
      if (rest.contains(symbol)) return null;
      sum = sum.plus(new Dim(List.of(new Term(t.coefficient(), List.copyOf(rest)))));
    }
    return sum;
  }

  /** This expression with symbols replaced; a symbol for which {@code by} gives null stays. */
  public Dim substitute(Function<Symbol, Dim> by) {
    boolean changes = false;
    for (Symbol s : symbols()) changes |= by.apply(s) != null;
    if (!changes) return this;
    Dim sum = ZERO;
    for (Term t : terms) {
      Dim product = of(t.coefficient());
      for (Symbol s : t.symbols()) {
        Dim value = by.apply(s);
        product = product.times(value == null ? of(s) : value);
      }
      sum = sum.plus(product);
    }
    return sum;
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Dim d && hash == d.hash && terms.equals(d.terms);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    if (terms.isEmpty()) return "0";
    var text = new StringBuilder();
    for (Term t : terms) {
      long c = t.coefficient();
      if (text.length() > 0) text.append(c < 0 ? " - " : " + ");
      else if (c < 0) text.append("-");
      long size = Math.abs(c);
      if (t.symbols().isEmpty() || size != 1) text.append(size);
      for (int i = 0; i < t.symbols().size(); i++) {
        if (i > 0 || size != 1) text.append("*");
        text.append(t.symbols().get(i).name());
      }
    }
    return text.toString();
  }
}
