package weft.codegen;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.loop.Horner;
import weft.loop.Stmt;
import weft.type.Dim;
import weft.type.Dim.Term;
import weft.type.Symbol;

/**
 * Index polynomials as int arithmetic. What does not change in a loop is summed before it, once for each
 * distinct sum, and the loop's own variable is added last, so that HotSpot sees {@code invariant + i} and
 * moves the bounds check out of the loop.
 */
final class Indices {
  /** More sums than this before one loop would only be spilled again. */
  private static final int MOST_SUMS = 64;

  private final Code code;
  private final Frame frame;
  /** The innermost loop is the last one. */
  private final Deque<Scope> scopes = new ArrayDeque<>();

  /**
   * One loop.
   *
   * @param counted its variables and those of the loops in it
   * @param sums the locals that hold what it does not change
   * @param pushed what was pushed in it, ready to be pushed again
   */
  private record Scope(Set<Symbol> counted, Map<Set<Term>, Symbol> sums, Map<Dim, List<Term>> pushed) {
    boolean counts(Term t) {
      for (Symbol s : t.symbols()) if (counted.contains(s)) return true;
      return false;
    }
  }

  Indices(Code code, Frame frame) {
    this.code = code;
    this.frame = frame;
  }

  /** Emits, in front of a loop, the sums that its body will use. */
  void enter(Stmt.For loop) {
    var counted = new HashSet<Symbol>();
    count(loop, counted);
    var dims = new LinkedHashSet<Dim>();
    loop.body().accept(new Walker() {
      @Override
      protected void dim(Dim d) {
        if (!isShort(d)) dims.add(d);
      }

      @Override
      public void loop(Stmt.For s) {
        count(s, counted);
        super.loop(s);
      }
    });
    var scope = new Scope(counted, new HashMap<>(), new HashMap<>());
    for (Dim d : dims) {
      Set<Term> fixed = fixed(reduced(d), scope);
      if (scope.sums.size() == MOST_SUMS || isPlain(fixed) || scope.sums.containsKey(fixed)) continue;
      sum(List.copyOf(fixed));
      var symbol = Symbol.loopVariable("sum");
      int slot = frame.slot(1);
      code.storeInt(slot);
      frame.bind(symbol, slot);
      scope.sums.put(fixed, symbol);
    }
    scopes.addLast(scope);
  }

  private static void count(Stmt.For loop, Set<Symbol> counted) {
    counted.add(loop.var());
    for (Stmt.Along along : loop.along()) counted.add(along.var());
  }

  void leave() {
    scopes.removeLast();
  }

  /** The terms that a loop does not change; a number needs no local, so it stays where it is used. */
  private Set<Term> fixed(List<Term> terms, Scope scope) {
    var fixed = new LinkedHashSet<Term>();
    for (Term t : terms) {
      boolean stays = !isNumber(t) && !scope.counts(t);
      for (Symbol s : t.symbols()) stays &= frame.hasSlot(s);
      if (stays) fixed.add(t);
    }
    return fixed;
  }

  private static boolean isPlain(Set<Term> terms) {
    if (terms.isEmpty()) return true;
    Term first = terms.iterator().next();
    return terms.size() == 1 && isVariable(first);
  }

  /** The terms of a polynomial once the sums of all loops around are taken for granted. */
  private List<Term> reduced(Dim d) {
    var terms = new ArrayList<>(d.terms());
    for (Scope scope : scopes) {
      if (scope.sums.isEmpty()) continue;
      Set<Term> fixed = fixed(terms, scope);
      Symbol sum = scope.sums.get(fixed);
      if (sum == null) continue;
      terms.removeAll(fixed);
      terms.add(new Term(1, List.of(sum)));
    }
    return terms;
  }

  /** Pushes the value of a polynomial. */
  void push(Dim d) {
    Scope inner = scopes.peekLast();
    if (inner == null || isShort(d)) {
      sum(d.terms());
      return;
    }
    sum(inner.pushed.computeIfAbsent(d, this::ordered));
  }

  /**
   * Whether there is nothing to sum before the loop nor to sort: a number, a variable, a variable and a
   * number.
   */
  private static boolean isShort(Dim d) {
    List<Term> terms = d.terms();
    return terms.isEmpty() || isNumber(terms.get(terms.size() - 1))
        && (terms.size() == 1 || terms.size() == 2 && isVariable(terms.get(0)))
        || terms.size() == 1 && isVariable(terms.get(0));
  }

  private static boolean isNumber(Term t) {
    return t.symbols().isEmpty();
  }

  private static boolean isVariable(Term t) {
    return t.coefficient() == 1 && t.symbols().size() == 1;
  }

  /** The terms with the loop's own last. */
  private List<Term> ordered(Dim d) {
    List<Term> terms = reduced(d);
    Scope inner = scopes.peekLast();
    var ordered = new ArrayList<Term>(terms.size());
    for (Term t : terms) if (!isNumber(t) && !inner.counts(t)) ordered.add(t);
    for (Term t : terms) if (isNumber(t)) ordered.add(t);
    for (Term t : terms) if (inner.counts(t)) ordered.add(t);
    return ordered;
  }

  private void sum(List<Term> terms) {
    if (terms.isEmpty()) {
      code.push(0);
      return;
    }
    Horner split = Horner.of(terms);
    if (split != null) {
      sum(split.inner());
      frame.pushInteger(split.factor());
      code.op(IMUL);
      if (split.rest().isEmpty()) return;
      sum(split.rest());
      code.op(IADD);
      return;
    }
    Iterator<Term> rest = terms.iterator();
    product(rest.next());
    while (rest.hasNext()) {
      Term t = rest.next();
      boolean less = t.coefficient() < 0 && !isNumber(t);
      product(less ? new Term(-t.coefficient(), t.symbols()) : t);
      code.op(less ? ISUB : IADD);
    }
  }

  private void product(Term t) {
    int coefficient = Code.exact(t.coefficient());
    if (isNumber(t)) {
      code.push(coefficient);
      return;
    }
    frame.pushInteger(t.symbols().get(0));
    for (Symbol s : t.symbols().subList(1, t.symbols().size())) {
      frame.pushInteger(s);
      code.op(IMUL);
    }
    if (coefficient == -1) {
      code.op(INEG);
    } else if (coefficient != 1) {
      code.push(coefficient);
      code.op(IMUL);
    }
  }

  /** Pushes what a size that is computed from others is. */
  void pushDefinition(Symbol s) {
    if (s.definition() instanceof Symbol.Min d) {
      pair(d.left(), d.right(), "min");
    } else if (s.definition() instanceof Symbol.Max d) {
      pair(d.left(), d.right(), "max");
    } else if (s.definition() instanceof Symbol.CeilDiv d) {
      push(d.of().times(-1));
      code.push(d.by());
      code.callStatic(Code.MATH, "floorDiv", "(II)I");
      code.op(INEG);
      atLeastZero();
    } else if (s.definition() instanceof Symbol.FloorDiv d) {
      push(d.of());
      code.push(d.by());
      code.callStatic(Code.MATH, "floorDiv", "(II)I");
      atLeastZero();
    } else if (s.definition() instanceof Symbol.Root d) {
      if (d.times()) push(d.of());
      root(d.of());
      if (!d.times()) return;
      code.callStatic(Code.MATH, "floorDiv", "(II)I");
      atLeastZero();
    } else {
      throw new IllegalArgumentException(s + " is not computed from other sizes");
    }
  }

  private void root(Dim of) {
    push(of);
    code.op(I2D);
    code.callStatic(Code.MATH, "sqrt", "(D)D");
    code.callStatic(Code.MATH, "ceil", "(D)D");
    code.op(D2I);
    code.push(1);
    code.callStatic(Code.MATH, "max", "(II)I");
  }

  private void pair(Dim left, Dim right, String function) {
    push(left);
    push(right);
    code.callStatic(Code.MATH, function, "(II)I");
  }

  private void atLeastZero() {
    code.push(0);
    code.callStatic(Code.MATH, "max", "(II)I");
  }
}
