package weft;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.loop.LoopProgram;
import weft.op.Extent;
import weft.op.Scan;
import weft.pipeline.FunctionSpec;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;

/** What is refused when a function is put together: inputs that are none, missing, given twice or needed by nothing. */
record FunctionChecks(String name, Origin origin) {

  /** Checks the inputs as the user gave them. */
  void inputs(List<Expr> inputs, Map<Expr, Expr> givens) {
    var seen = new HashSet<Expr>();
    for (Expr input : inputs) {
      String label = Message.label(input);
      if (input.op() instanceof Leaf.Parametric) {
        throw fail(Kind.ARGUMENT, ": parameter " + label + " cannot be an input", input,
            "Parameters are read by themselves; leave it out, or give an input for it with given(…).");
      }
      if (input.op() instanceof Leaf && !(input.op() instanceof Leaf.Input)) {
        throw fail(Kind.ARGUMENT, ": " + label + " is not an input", input, "Declare inputs with scalar, vector, matrix or tensor.");
      }
      if (!seen.add(input)) throw fail(Kind.DUPLICATE, ": input " + label + " is given twice", input, "Give each input once.");
      if (givens.containsKey(input)) {
        throw fail(Kind.DUPLICATE, ": " + label + " is an input, and something is given for it", input, "Leave one of them out.");
      }
    }
  }

  /** Checks that nothing computed is given for an input that counts the steps of a scan, since lengths are not part of the graph. */
  void givens(FunctionSpec spec, Map<Expr, Expr> givens) {
    if (givens.isEmpty()) return;
    for (Apply a : Graphs.order(spec.results())) {
      for (Expr out : a.outputs()) {
        for (Dim d : out.type().dims()) for (Symbol s : d.symbols()) counts(s, givens);
      }
    }
  }

  private void counts(Symbol s, Map<Expr, Expr> givens) {
    for (Expr key : givens.keySet()) {
      if (!(s.definition() instanceof Symbol.Given g) || g.input() != key.op()) continue;
      throw fail(Kind.UNSUPPORTED, ": " + Message.label(key) + " is a number of steps, and what is given for it is computed", key,
          "Give a number, an extent or another int input.");
    }
  }

  /** Checks that the function has what it needs, and needs what it has. */
  void leaves(FunctionSpec spec, FunctionBuilder.Unused unused) {
    var used = new HashSet<Expr>();
    for (Apply a : Graphs.order(spec.results())) {
      Expr leaf = a.outputs().isEmpty() ? null : a.output(0);
      if (a.op() instanceof Leaf.Variable) {
        throw fail(Kind.MISSING_INPUT, ": " + Message.label(leaf) + " exists only inside a scan's step", leaf,
            "Use what the scan returns.");
      }
      if (!(a.op() instanceof Leaf.Input)) continue;
      used.add(leaf);
      if (!spec.inputs().contains(leaf)) {
        throw new WeftException(Kind.MISSING_INPUT, Message.of(name + ": input " + Message.label(leaf) + " is needed but not given",
            needed(leaf, spec), origin, "Add it to function(…)."));
      }
    }
    for (Expr input : spec.inputs()) if (!used.contains(input)) unused(input, used, spec, unused);
  }

  /** An input, and what is first computed of it. */
  private static List<Expr> needed(Expr input, FunctionSpec spec) {
    for (Apply a : Graphs.order(spec.results())) if (a.inputs().contains(input)) return List.of(input, a.output(0));
    return List.of(input);
  }

  private WeftException fail(Kind kind, String what, Expr side, String advice) {
    return new WeftException(kind, Message.of(name + what, List.of(side), origin, advice));
  }

  private void unused(Expr input, Set<Expr> used, FunctionSpec spec, FunctionBuilder.Unused unused) {
    if (unused == FunctionBuilder.Unused.IGNORE || bindsADimension(input, used, spec)) return;
    WeftException error = fail(Kind.UNUSED_INPUT, ": input " + Message.label(input) + " is not used", input,
        "Leave it out, or say onUnusedInput(IGNORE).");
    if (unused == FunctionBuilder.Unused.RAISE) throw error;
    System.getLogger("weft").log(System.Logger.Level.WARNING, error.getMessage());
  }

  /** An input may be there only for its shape, or because its value is a number of steps. */
  private static boolean bindsADimension(Expr input, Set<Expr> used, FunctionSpec spec) {
    var needed = new HashSet<Symbol>();
    var open = new ArrayList<>(List.of(spec.results()));
    while (!open.isEmpty()) {
      for (Apply a : Graphs.order(open.remove(open.size() - 1))) {
        for (Expr out : a.outputs()) for (Dim d : out.type().dims()) need(d, needed);
        if (a.op() instanceof Extent e) need(e.of(), needed);
        if (a.op() instanceof Scan s) need(s.most(), needed);
        a.op().bodies().forEach(b -> open.add(b.results()));
      }
    }
    for (Expr other : used) for (Dim d : other.type().dims()) needed.removeAll(d.symbols());
    for (Symbol s : needed) if (s.definition() instanceof Symbol.Given g && g.input() == input.op()) return true;
    return input.type().dims().stream().anyMatch(d -> !Collections.disjoint(d.symbols(), needed));
  }

  private static void need(Dim dim, Set<Symbol> needed) {
    for (Symbol s : dim.symbols()) if (needed.add(s)) for (Dim part : LoopProgram.parts(s)) need(part, needed);
  }
}
