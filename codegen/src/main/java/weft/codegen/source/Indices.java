package weft.codegen.source;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import weft.codegen.Walker;
import weft.loop.Horner;
import weft.loop.Buffer;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.Dim.Term;
import weft.type.Symbol;

/**
 * Index polynomials as Java. What does not change in a loop gets a local before it, called after the buffer it first serves, so that
 * what stays in the loop is {@code at + i + constant}, which HotSpot can vectorise.
 */
final class Indices {
  /** More sums than this before one loop would only be spilled again. */
  private static final int MOST_SUMS = 64;

  private final MethodScope scope;
  /** The loops around, the innermost one last. */
  private final Deque<Scope> loops = new ArrayDeque<>();
  /** What stands in a local already, one map a pair of braces. */
  private final Deque<Map<Set<Term>, Symbol>> declared = new ArrayDeque<>();
  /** How deep the loop is that counts a symbol; 0 for what is given, and for sums. */
  private final Map<Symbol, Integer> depths = new HashMap<>();

  private record Scope(Set<Symbol> counted, Map<Set<Term>, Symbol> sums) {
    boolean counts(Term t) {
      for (Symbol s : t.symbols()) if (counted.contains(s)) return true;
      return false;
    }
  }

  Indices(MethodScope scope) {
    this.scope = scope;
    enterBraces();
  }

  void enterBraces() {
    declared.addLast(new HashMap<>());
  }

  void leaveBraces() {
    declared.removeLast();
  }

  /**
   * Enters a loop.
   *
   * @param declare takes the name and the value of each local that is to stand in front of it; null where sizes may change
   */
  void enter(Stmt.For loop, BiConsumer<String, String> declare) {
    var counted = new HashSet<Symbol>();
    count(loop, counted);
    Map<Dim, Optional<Buffer>> dims = declare == null ? Map.of() : used(loop.body(), counted);
    var entered = new Scope(counted, new HashMap<>());
    dims.forEach((dim, buffer) -> {
      Set<Term> fixed = fixed(reduced(dim), entered);
      if (entered.sums.size() == MOST_SUMS || isPlain(fixed) || entered.sums.containsKey(fixed)) return;
      Symbol known = known(fixed);
      if (known == null) {
        known = Symbol.loopVariable("sum");
        String value = sum(ordered(List.copyOf(fixed)));
        declare.accept(scope.name(known, buffer.filter(scope::isField).map(b -> scope.array(b) + "At").orElse("at")), value);
        declared.getLast().put(fixed, known);
      }
      entered.sums.put(fixed, known);
    });
    loops.addLast(entered);
    depths.put(loop.var(), loops.size());
    for (Stmt.Along along : loop.along()) depths.put(along.var(), loops.size());
  }

  void leave() {
    loops.removeLast();
  }

  private Symbol known(Set<Term> sum) {
    for (Map<Set<Term>, Symbol> each : declared) if (each.containsKey(sum)) return each.get(sum);
    return null;
  }

  private static void count(Stmt.For loop, Set<Symbol> counted) {
    counted.add(loop.var());
    for (Stmt.Along along : loop.along()) counted.add(along.var());
  }

  /** The indices in a statement that are no constants, each with the buffer that it is first used for, if there is one. */
  private static Map<Dim, Optional<Buffer>> used(Stmt body, Set<Symbol> counted) {
    var dims = new LinkedHashMap<Dim, Optional<Buffer>>();
    body.accept(new Walker() {
      private Optional<Buffer> buffer = Optional.empty();

      @Override
      protected void buffer(Buffer b) {
        buffer = Optional.of(b);
      }

      @Override
      protected void dim(Dim d) {
        if (!d.isConstant()) dims.putIfAbsent(d, buffer);
      }

      @Override
      public void loop(Stmt.For s) {
        count(s, counted);
        buffer = Optional.empty();
        super.loop(s);
      }

      @Override
      public Void position(Value.Position v) {
        buffer = Optional.empty();
        return super.position(v);
      }
    });
    return dims;
  }

  /** The terms that a loop does not change. */
  private static Set<Term> fixed(List<Term> terms, Scope loop) {
    var fixed = new LinkedHashSet<Term>();
    for (Term t : terms) if (!t.symbols().isEmpty() && !loop.counts(t)) fixed.add(t);
    return fixed;
  }

  private static boolean isPlain(Set<Term> terms) {
    if (terms.isEmpty()) return true;
    Term first = terms.iterator().next();
    return terms.size() == 1 && first.coefficient() == 1 && first.symbols().size() == 1;
  }

  /** The terms of a polynomial once the sums of all loops around are taken for granted. */
  private List<Term> reduced(Dim d) {
    var terms = new ArrayList<>(d.terms());
    for (Scope loop : loops) {
      if (loop.sums.isEmpty()) continue;
      Set<Term> fixed = fixed(terms, loop);
      Symbol sum = loop.sums.get(fixed);
      if (sum == null) continue;
      terms.removeAll(fixed);
      terms.add(new Term(1, List.of(sum)));
    }
    return terms;
  }

  /** In an order that depends on names and nesting alone: what is given, loop variables from the outside in, the constant. */
  private List<Term> ordered(List<Term> terms) {
    var list = new ArrayList<>(terms);
    list.sort(Comparator.comparing((Term t) -> t.symbols().isEmpty())
        .thenComparing(t -> t.symbols().stream().mapToInt(s -> depths.getOrDefault(s, 0)).max().orElse(0))
        .thenComparing(t -> product(new Term(1, t.symbols()))));
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).coefficient() < 0) continue;
      list.add(0, list.remove(i));
      break;
    }
    return list;
  }

  /** An integer expression. */
  String text(Dim d) {
    return sum(ordered(reduced(d)));
  }

  /** How tightly the text of an expression holds together. */
  int level(Dim d) {
    List<Term> terms = reduced(d);
    if (terms.size() > 1) return Level.SUM;
    if (terms.isEmpty()) return Level.ATOM;
    Term t = terms.get(0);
    if (t.symbols().size() + (t.coefficient() == 1 || t.coefficient() == -1 ? 0 : 1) > 1) return Level.PRODUCT;
    return t.coefficient() < 0 ? Level.UNARY : Level.ATOM;
  }

  private String sum(List<Term> terms) {
    if (terms.isEmpty()) return "0";
    Horner split = Horner.of(terms);
    if (split != null) {
      String inner = "(" + sum(split.inner()) + ") * " + product(new Term(1, List.of(split.factor())));
      return split.rest().isEmpty() ? inner : inner + " + " + sum(split.rest());
    }
    var text = new StringBuilder(product(terms.get(0)));
    for (Term t : terms.subList(1, terms.size())) {
      boolean less = t.coefficient() < 0;
      text.append(less ? " - " : " + ").append(product(less ? new Term(-t.coefficient(), t.symbols()) : t));
    }
    return text.toString();
  }

  private String product(Term t) {
    int coefficient = Math.toIntExact(t.coefficient());
    if (t.symbols().isEmpty()) return Integer.toString(coefficient);
    List<String> names = t.symbols().stream()
        .sorted(Comparator.comparing((Symbol s) -> depths.getOrDefault(s, 0)).thenComparing(scope::integer))
        .map(scope::integer).toList();
    String factor = coefficient == 1 ? "" : coefficient == -1 ? "-" : coefficient + " * ";
    return factor + String.join(" * ", names);
  }

  /** What a size that is computed from others is. */
  String definition(Symbol s) {
    if (s.definition() instanceof Symbol.Min d) return "Math.min(" + text(d.left()) + ", " + text(d.right()) + ")";
    if (s.definition() instanceof Symbol.Max d) return "Math.max(" + text(d.left()) + ", " + text(d.right()) + ")";
    if (s.definition() instanceof Symbol.CeilDiv d) {
      return "Math.max(0, -Math.floorDiv(" + text(d.of().times(-1)) + ", " + d.by() + "))";
    }
    if (s.definition() instanceof Symbol.FloorDiv d) {
      if (JavaNames.isPlain(d.of())) return text(d.of()) + " / " + d.by();
      return "Math.max(0, Math.floorDiv(" + text(d.of()) + ", " + d.by() + "))";
    }
    if (s.definition() instanceof Symbol.Root d) {
      String root = "Math.max(1, (int) Math.ceil(Math.sqrt(" + text(d.of()) + ")))";
      return d.times() ? "Math.max(0, Math.floorDiv(" + text(d.of()) + ", " + root + "))" : root;
    }
    throw new IllegalArgumentException(s + " is not computed from other sizes");
  }
}
