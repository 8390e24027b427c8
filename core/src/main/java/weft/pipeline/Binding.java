package weft.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Expr;
import weft.graph.Message;
import weft.loop.LoopProgram;
import weft.loop.Sizes;
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
final class Binding {
  /** An axis that gives a symbol its value. */
  private record Source(int symbol, int input, int axis) {}

  /** An axis that must have an extent known by then. */
  private record Check(int input, int axis, Dim want, int constant) {}

  private final String function;
  private final List<Expr> inputs;
  private final String[] names;
  private final String[] declared;
  private final String[] origins;
  private final List<Symbol> symbols;
  private final Source[] sources;
  private final Check[] checks;
  private final Map<Symbol, Source> from = new HashMap<>();

  Binding(String function, List<Expr> inputs, LoopProgram program) {
    this.function = function;
    this.inputs = inputs;
    names = inputs.stream().map(Message::label).toArray(String[]::new);
    declared = inputs.stream().map(e -> e.type().toString()).toArray(String[]::new);
    origins = inputs.stream().map(e -> e.apply().origin().at()).toArray(String[]::new);
    var all = new LinkedHashSet<>(program.symbols());
    for (Expr e : inputs) for (Dim d : e.type().dims()) all.addAll(d.symbols());
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
    for (Symbol s : all) requireBound(s);
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

  List<Symbol> symbols() {
    return symbols;
  }

  /** Checks the arguments and notes their extents. Gives whether any differs from what {@code sizes} held before. */
  boolean bind(Tensor[] arguments, int[] sizes) {
    boolean changed = false;
    for (int i = 0; i < names.length; i++) {
      Tensor t = arguments[i];
      Checks.dtype(function, names[i], declared[i], origins[i], inputs.get(i).dtype(), t);
      Checks.rank(function, names[i], declared[i], origins[i], inputs.get(i).rank(), t);
    }
    for (Source s : sources) {
      int extent = arguments[s.input].dimAt(s.axis);
      if (sizes[s.symbol] != extent) {
        sizes[s.symbol] = extent;
        changed = true;
      }
    }
    for (int i = 0; i < symbols.size(); i++) {
      if (!(symbols.get(i).definition() instanceof Symbol.Given given)) continue;
      int value = given(given, arguments);
      changed |= sizes[i] != value;
      sizes[i] = value;
    }
    return changed;
  }

  private int given(Symbol.Given given, Tensor[] arguments) {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).op() != given.input()) continue;
      double value = arguments[i].item();
      if (value < 0 || value > Integer.MAX_VALUE) {
        throw new WeftException(Kind.STEPS, function + ": " + names[i] + " is " + (long) value
            + ", but it counts steps\n    declared  " + declared[i] + "   at " + origins[i] + "\n  It must be 0 or more.");
      }
      return (int) value;
    }
    throw new WeftException(Kind.MISSING_INPUT, function + ": the input that gives a number of steps is missing");
  }

  /** The extents that follow from others; called only when {@link #bind} saw a change. */
  void complete(int[] sizes) {
    for (int i = 0; i < symbols.size(); i++) {
      Symbol s = symbols.get(i);
      if (!Sizes.isComputed(s)) continue;
      long value = Sizes.evaluate(s.definition(), x -> sizes[symbols.indexOf(x)]);
      if (value != (int) value) throw new WeftException(Kind.SIZE, function + ": extent " + s + " would be " + value);
      sizes[i] = (int) value;
    }
  }

  long evaluate(Dim dim, int[] sizes) {
    return Sizes.evaluate(dim, s -> sizes[symbols.indexOf(s)]);
  }

  /** How many axes there are that do not bind a symbol themselves. */
  int checks() {
    return checks.length;
  }

  /** The extents that these axes must have. */
  void wants(int[] sizes, int[] wants) {
    for (int i = 0; i < checks.length; i++) {
      wants[i] = checks[i].constant >= 0 ? checks[i].constant : Math.toIntExact(evaluate(checks[i].want, sizes));
    }
  }

  /** Checks every axis that does not bind a symbol itself. */
  void check(Tensor[] arguments, int[] wants) {
    for (int i = 0; i < checks.length; i++) {
      Check c = checks[i];
      if (arguments[c.input].dimAt(c.axis) == wants[i]) continue;
      Checks.extent(function, names[c.input], declared[c.input], origins[c.input], c.axis,
          c.want.isConstant() ? null : c.want.toString(), wants[i], wantFrom(c.want), arguments[c.input]);
    }
  }

  private String wantFrom(Dim dim) {
    Set<Symbol> used = dim.symbols();
    if (used.isEmpty()) return null;
    Source s = from.get(used.iterator().next());
    return s == null ? null : "dimension " + s.axis + " of " + names[s.input];
  }
}
