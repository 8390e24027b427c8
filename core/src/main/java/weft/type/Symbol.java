package weft.type;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;
import weft.runtime.Parameter;

/**
 * An integer unknown while a program is compiled: a named extent, a loop variable, or a value computed from other extents.
 *
 * <p>Symbols compare by identity. There is one symbol for each definition, so that {@code min(time, words)} written twice
 * is one extent.
 */
public final class Symbol implements Comparable<Symbol> {
  private static final AtomicLong COUNT = new AtomicLong();
  private static final Map<Definition, WeakReference<Symbol>> DEFINED = new WeakHashMap<>();

  /** How a symbol gets its value at call time. */
  public sealed interface Definition 
      permits Free, LoopVariable, Measured, Changed, Given, Min, Max, CeilDiv, FloorDiv, Root, Member, Part {}

  /** Read off the shape of an input. */
  public record Free() implements Definition {}

  /** Counted by a loop. */
  public record LoopVariable() implements Definition {}

  /**
   * Known only once a value has been computed: the number of steps after {@code until}.
   *
   * @param most what it is at most, which memory is measured out by; null if nothing is known
   */
  public record Measured(Dim most) implements Definition {}

  /** 1 if one of these parameters has changed since the workspace of the call last saw it, else 0. */
  public record Changed(List<Parameter> parameters) implements Definition {}

  /** The value of an int scalar input of the function (the input's leaf): a number of steps given as data. */
  public record Given(Object input) implements Definition {}

  /** The smaller of two. */
  public record Min(Dim left, Dim right) implements Definition {}

  /** The larger of two. */
  public record Max(Dim left, Dim right) implements Definition {}

  /** {@code ⌈of / by⌉}, at least 0. */
  public record CeilDiv(Dim of, int by) implements Definition {}

  /** {@code ⌊of / by⌋}, at least 0. */
  public record FloorDiv(Dim of, int by) implements Definition {}

  /**
   * {@code ⌈√of⌉}, at least 1, or how often that goes into {@code of}, at least 0.
   *
   * @param times whether it is that number
   */
  public record Root(Dim of, boolean times) implements Definition {}

  /** Which of the threads that run a program together reads it: 0 for the one that was called, and for one that is alone. */
  public record Member() implements Definition {}

  /**
   * Where the iterations begin, or end, that fall to the thread that reads it; all of them fall to one that is alone.
   *
   * @param count how many there are
   * @param work what all of them take together, in multiply-adds or so; what is too little is not shared out
   */
  public record Part(Dim count, Dim work, boolean end) implements Definition {}

  private final long id = COUNT.incrementAndGet();
  private final String name;
  private final Definition definition;

  private Symbol(String name, Definition definition) {
    this.name = Objects.requireNonNull(name, "name");
    this.definition = definition;
  }

  /** A new symbol that is read off the shape of an input. */
  public static Symbol free(String name) {
    return new Symbol(name, new Free());
  }

  /** A new symbol that a loop counts. */
  public static Symbol loopVariable(String name) {
    return new Symbol(name, new LoopVariable());
  }

  /** A new symbol that is known only once a value has been computed. */
  public static Symbol measured(String name) {
    return measured(name, null);
  }

  /** @param most what it is at most */
  public static Symbol measured(String name, Dim most) {
    return new Symbol(name, new Measured(most));
  }

  /** The one symbol with this definition; the first name given to it stays. */
  public static Symbol defined(String name, Definition definition) {
    synchronized (DEFINED) {
      var known = DEFINED.get(definition);
      Symbol symbol = known == null ? null : known.get();
      if (symbol == null) {
        symbol = new Symbol(name, definition);
        DEFINED.put(symbol.definition, new WeakReference<>(symbol));
      }
      return symbol;
    }
  }

  /** What messages and generated code call it. */
  public String name() {
    return name;
  }

  /** How it gets its value. */
  public Definition definition() {
    return definition;
  }

  /** Whether a loop counts it. */
  public boolean isLoopVariable() {
    return definition instanceof LoopVariable;
  }

  @Override
  public int compareTo(Symbol other) {
    return Long.compare(id, other.id);
  }

  @Override
  public String toString() {
    return name;
  }
}
