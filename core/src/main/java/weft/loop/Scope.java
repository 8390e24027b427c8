package weft.loop;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import weft.type.Dim;
import weft.type.Symbol;

/** What a statement of one kernel can see: locals, loop variables and what is known of their values. */
final class Scope {
  /** The first and the last value of a loop variable. */
  record Range(long first, long last) {}

  private record Undo(Local local, Symbol symbol) {}

  private final Map<Local, Integer> locals = new IdentityHashMap<>();
  private final Set<Symbol> counted = new HashSet<>();
  private final Map<Symbol, Range> ranges = new HashMap<>();
  private final Deque<Undo> undo = new ArrayDeque<>();
  private final Set<Symbol> everCounted = new HashSet<>();
  private final Set<Symbol> readFromOutside = new HashSet<>();
  /** How many loops around promise that no iteration writes what another one reads. */
  int parallelLoops;
  /** How many statements around may leave out what is inside. */
  int guards;

  int enter() {
    return undo.size();
  }

  void leave(int size) {
    while (undo.size() > size) {
      Undo last = undo.pop();
      locals.remove(last.local());
      counted.remove(last.symbol());
      ranges.remove(last.symbol());
    }
  }

  /** Whether the local is new here. */
  boolean declare(Local local) {
    if (locals.putIfAbsent(local, parallelLoops) != null) return false;
    undo.push(new Undo(local, null));
    return true;
  }

  boolean sees(Local local) {
    return locals.containsKey(local);
  }

  /** Whether the iterations of a parallel loop share this local. */
  boolean isShared(Local local) {
    return locals.get(local) < parallelLoops;
  }

  /**
   * Whether the loop variable is not counted already.
   *
   * @param range null where it is not known
   */
  boolean count(Symbol symbol, Range range) {
    if (!counted.add(symbol)) return false;
    everCounted.add(symbol);
    if (range != null) ranges.put(symbol, range);
    undo.push(new Undo(null, symbol));
    return true;
  }

  boolean counts(Symbol symbol) {
    return counted.contains(symbol);
  }

  void readFromOutside(Symbol symbol) {
    readFromOutside.add(symbol);
  }

  /** A symbol that is read from outside in one place and counted in another, or null. */
  Symbol ambiguous() {
    for (Symbol s : readFromOutside) if (everCounted.contains(s)) return s;
    return null;
  }

  /** The smallest and largest value of an index that is linear in independent variables of known range, else null. */
  Range range(Dim index) {
    if (guards > 0) return null;
    long low = 0;
    long high = 0;
    for (Dim.Term t : index.terms()) {
      Range r = new Range(1, 1);
      if (t.symbols().size() > 1) return null;
      if (!t.symbols().isEmpty()) r = ranges.get(t.symbols().get(0));
      if (r == null) return null;
      low += Math.min(t.coefficient() * r.first(), t.coefficient() * r.last());
      high += Math.max(t.coefficient() * r.first(), t.coefficient() * r.last());
    }
    return new Range(low, high);
  }
}
