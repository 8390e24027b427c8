package weft.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import weft.graph.Expr;
import weft.graph.Message;
import weft.loop.LoopProgram;
import weft.loop.Sizes;
import weft.runtime.Argument;
import weft.runtime.Checks;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * How the extents of a program are read off its arguments: which axis of which input binds each free symbol, and what every
 * other axis must then be.
 */
public final class Binding {
  /** An axis that gives the symbol of this index its value. */
  public record Source(int symbol, int input, int axis) {}

  /**
   * An axis that must have an extent known by then.
   *
   * @param constant the extent if it is a number, else -1
   */
  public record Check(int input, int axis, Dim want, int constant) {}

  private final String function;
  private final List<Expr> inputs;
  private final Argument[] arguments;
  private final List<Symbol> symbols;
  private final Source[] sources;
  private final Check[] checks;
  private final int[] computed;
  private final Map<Symbol, Source> from = new HashMap<>();

  /** What the program of a function reads off its arguments. */
  public Binding(String function, List<Expr> inputs, List<Expr> outputs, LoopProgram program) {
    this.function = function;
    this.inputs = inputs;
    arguments = inputs.stream().map(e -> new Argument(function, Message.label(e), e.dtype(), e.rank(), e.type().toString(),
        e.apply().origin().at())).toArray(Argument[]::new);
    var all = new LinkedHashSet<>(program.symbols());
    for (Expr e : inputs) for (Dim d : e.type().dims()) all.addAll(d.symbols());
    // A result without elements has a shape all the same, whose extents no loop reads.
    for (Expr e : outputs) for (Dim d : e.type().dims()) addGiven(d, all);
    symbols = List.copyOf(all);
    var found = new ArrayList<Source>();
    var later = new ArrayList<Check>();
    for (int i = 0; i < inputs.size(); i++) {
      for (int axis = 0; axis < inputs.get(i).rank(); axis++) {
        Dim dim = inputs.get(i).dim(axis);
        Symbol alone = alone(dim);
        if (alone != null && alone.definition() instanceof Symbol.Free && !from.containsKey(alone)) {
          var source = new Source(symbols.indexOf(alone), i, axis);
          from.put(alone, source);
          found.add(source);
        } else {
          later.add(new Check(i, axis, dim, dim.isConstant() ? Math.toIntExact(dim.constant()) : -1));
        }
      }
    }
    sources = found.toArray(Source[]::new);
    checks = later.toArray(Check[]::new);
    computed = IntStream.range(0, symbols.size()).filter(i -> Sizes.isComputed(symbols.get(i))).toArray();
    for (Symbol s : all) requireBound(s);
  }

  private static void addGiven(Dim dim, Set<Symbol> all) {
    for (Symbol s : dim.symbols()) {
      if (s.definition() instanceof Symbol.Given) all.add(s);
      else for (Dim part : LoopProgram.parts(s)) addGiven(part, all);
    }
  }

  private static Symbol alone(Dim dim) {
    if (dim.terms().size() != 1) return null;
    Dim.Term t = dim.terms().get(0);
    return t.coefficient() == 1 && t.symbols().size() == 1 ? t.symbols().get(0) : null;
  }

  private void requireBound(Symbol s) {
    if (s.definition() instanceof Symbol.Free && !from.containsKey(s)) {
      throw new WeftException(Kind.MISSING_INPUT, function + ": nothing says how long dimension " + s.name() + " is"
          + "\n  Give the function an input one of whose dimensions is " + s.name() + " alone.");
    }
  }

  /** The extents of the program, those that only its inputs have behind the others. */
  public List<Symbol> symbols() {
    return symbols;
  }

  /** Where each extent is read. */
  public List<Source> sources() {
    return List.of(sources);
  }

  /** What must be equal, in the order of the arguments. */
  public List<Check> checked() {
    return List.of(checks);
  }

  /** What gives a dimension its extent, for messages; null if it is a number. */
  public String wantFrom(Dim dim) {
    Set<Symbol> used = dim.symbols();
    if (used.isEmpty()) return null;
    Source s = from.get(used.iterator().next());
    return s == null ? null : "dimension " + s.axis + " of " + arguments[s.input].name();
  }

  /** Checks the arguments and notes their extents. Gives whether any differs from what {@code sizes} held before. */
  boolean bind(Tensor[] given, Extents extents) {
    int[] sizes = extents.sizes;
    boolean changed = false;
    for (int i = 0; i < arguments.length; i++) arguments[i].check(given[i]);
    for (Source s : sources) {
      int extent = given[s.input].dimAt(s.axis);
      if (sizes[s.symbol] != extent) {
        sizes[s.symbol] = extent;
        changed = true;
      }
    }
    for (int i = 0; i < symbols.size(); i++) {
      if (!(symbols.get(i).definition() instanceof Symbol.Given steps)) continue;
      int value = given(steps, given);
      changed |= sizes[i] != value;
      sizes[i] = value;
    }
    return changed;
  }

  private int given(Symbol.Given steps, Tensor[] given) {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).op() == steps.input()) return arguments[i].steps((long) given[i].item());
    }
    throw new WeftException(Kind.MISSING_INPUT, function + ": the input that gives a number of steps is missing");
  }

  /** The extents that follow from others; called only when {@link #bind} saw a change. */
  void complete(Extents extents) {
    for (int i : computed) {
      Symbol s = symbols.get(i);
      extents.sizes[i] = Checks.size(function, s.name(), Sizes.evaluate(s.definition(), extents));
    }
  }

  /** How many axes there are that do not bind a symbol themselves. */
  int checks() {
    return checks.length;
  }

  /** The extents that these axes must have. */
  void wants(Extents extents, int[] wants) {
    for (int i = 0; i < checks.length; i++) {
      wants[i] = checks[i].constant >= 0 ? checks[i].constant : Math.toIntExact(extents.of(checks[i].want));
    }
  }

  /** Checks every axis that does not bind a symbol itself. */
  void check(Tensor[] given, int[] wants) {
    for (int i = 0; i < checks.length; i++) {
      Check c = checks[i];
      if (given[c.input].dimAt(c.axis) == wants[i]) continue;
      arguments[c.input].extent(given[c.input], c.axis, wants[i], c.want.isConstant() ? null : c.want.toString(), wantFrom(c.want));
    }
  }
}
