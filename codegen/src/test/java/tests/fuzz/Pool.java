package tests.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import weft.graph.Expr;
import weft.loop.Sizes;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/** Where random lines of one nesting level go, and what they may read. */
final class Pool {
  private static final int[] EXTENTS =
      {1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 5, 7, 7, 8, 8, 9, 15, 16, 16, 17, 17, 31, 32, 33, 48, 64, 65};
  static final int MOST_ELEMENTS = 2500;

  final SplittableRandom rng;
  final Build build;
  final Build.Scope scope;
  final List<Line> lines;
  final Pool outer;
  private final Pool top;
  private final boolean branch;
  /** The scan that is being built, where its step is one of {@link LeanScans}. */
  Line lean;
  private int next = 1;

  Pool(SplittableRandom rng, Build build, Build.Scope scope, List<Line> lines, Pool outer) {
    this(rng, build, scope, lines, outer, false);
  }

  Pool(SplittableRandom rng, Build build, Build.Scope scope, List<Line> lines, Pool outer, boolean branch) {
    this.branch = branch;
    this.rng = rng;
    this.build = build;
    this.scope = scope;
    this.lines = lines;
    this.outer = outer;
    this.top = outer == null ? this : outer.top;
  }

  boolean chance(double p) {
    return rng.nextDouble() < p;
  }

  int below(int n) {
    return rng.nextInt(n);
  }

  <T> T one(List<T> of) {
    return of.get(below(of.size()));
  }

  int depth() {
    return outer == null ? 0 : outer.depth() + 1;
  }

  /** Whether lines belong to a branch, in which nothing may be drawn at random. */
  boolean isBranch() {
    return branch || outer != null && outer.isBranch();
  }

  int extent() {
    return EXTENTS[below(EXTENTS.length)];
  }

  /** A named dimension or, more often, a number. */
  int token() {
    return !build.symbols.isEmpty() && chance(.3) ? -1 - below(build.symbols.size()) : extent();
  }

  int newId() {
    return top.next++;
  }

  /** Appends a line; 0 if the library refuses it. */
  int add(String word, List<Integer> args, Integer... numbers) {
    return add(Line.of(newId(), word, args, numbers));
  }

  int add(Line l) {
    try {
      build.run(l, scope);
      if (scope.values.get(l.id()) instanceof Expr e) {
        int known = idOf(e, l.id());
        if (known != 0 || size(e) > MOST_ELEMENTS) {
          scope.values.remove(l.id());
          return known;
        }
      }
    } catch (RuntimeException | StackOverflowError e) {
      if (Check.isRefusal(e)) return 0;
      lines.add(l);
      throw e;
    }
    lines.add(l);
    return l.id();
  }

  /** The line that gave the same expression, so that no expression has two names; 0 if there is none. */
  private int idOf(Expr e, int but) {
    for (Map.Entry<Integer, Object> v : scope.values.entrySet()) if (v.getValue() == e && v.getKey() != but) return v.getKey();
    return outer == null ? 0 : outer.idOf(e, but);
  }

  /** Appends a leaf at the top, where leaves live. */
  int leaf(String word, Integer... numbers) {
    return top.add(Line.of(newId(), word, List.of(), numbers));
  }

  /** A new input or parameter of this type; 0 where dimensions are too involved for one. */
  int fresh(DType dtype, List<Dim> dims) {
    var numbers = new ArrayList<Integer>();
    numbers.add(dtype.ordinal());
    boolean constant = true;
    for (Dim d : dims) {
      int token = tokenOf(d);
      if (token == Integer.MIN_VALUE) return 0;
      constant &= token >= 0;
      numbers.add(token);
    }
    if (constant && dtype.isFloat() && chance(.6)) return leaf("param", numbers.toArray(Integer[]::new));
    numbers.add(1, dtype.isFloat() || dtype == DType.BOOL ? 0 : 3);
    return leaf(constant && chance(.1) ? "literal" : "input", numbers.toArray(Integer[]::new));
  }

  /** How lines write a dimension; the least int if they cannot. */
  int tokenOf(Dim d) {
    if (d.isConstant()) return (int) d.constant();
    int named = build.symbols.indexOf(d);
    return named < 0 ? Integer.MIN_VALUE : -1 - named;
  }

  Expr expr(int id) {
    return scope.expr(id);
  }

  /** An earlier result of which a condition holds, rather a late one; 0 if there is none. */
  int find(Predicate<Expr> condition) {
    var found = candidates(condition);
    if (found.isEmpty()) return 0;
    return found.get(Math.max(below(found.size()), below(found.size())));
  }

  List<Integer> candidates(Predicate<Expr> condition) {
    List<Integer> found = outer == null ? new ArrayList<>() : outer.candidates(condition);
    scope.values.forEach((id, value) -> {
      if (value instanceof Expr e && condition.test(e)) found.add(id);
    });
    return found;
  }

  int findFloat() {
    return find(e -> e.dtype().isFloat());
  }

  /** How many elements an expression may have in any call. */
  long size(Expr e) {
    return Math.max(0, evaluate(e.type().size()));
  }

  long evaluate(Dim d) {
    return Sizes.evaluate(d, this::most);
  }

  private long most(Symbol s) {
    if (s.definition() instanceof Symbol.Measured m && m.most() != null) return evaluate(m.most());
    int named = build.symbols.indexOf(Dim.of(s));
    if (Sizes.isComputed(s)) return Sizes.evaluate(s.definition(), this::most);
    if (named < 0) return Generator.MOST_STEPS;
    int most = 0;
    for (int[] call : build.program.calls()) most = Math.max(most, call[named]);
    return most;
  }
}
