package weft.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Leaf;
import weft.op.IfElse;

/**
 * Takes away choices that are none: where the condition is a constant, or where both branches give the same. What a branch captures but
 * does not read, or reads twice, is not handed to it.
 */
public final class Branches {
  private final Notes notes;

  private Branches(Notes notes) {
    this.notes = notes;
  }

  /** A graph of the same results in which this is done, wherever it can be. */
  public static List<Expr> apply(List<Expr> results, Notes notes) {
    return ScanGraphs.eachLevel(results, new Branches(notes)::level);
  }

  private List<Expr> level(List<Expr> results) {
    var mapped = new HashMap<Expr, Expr>();
    var measurers = new Measurers();
    for (Apply a : Graphs.order(results)) {
      Apply now = Graphs.rebuild(a, mapped);
      if (!(now.op() instanceof IfElse choice)) continue;
      List<Expr> by = settled(now, choice);
      if (by == null) by = cleaned(now, choice);
      for (int i = 0; by != null && i < by.size(); i++) mapped.put(a.output(i), measurers.kept(now.output(i), by.get(i)));
    }
    return results.stream().map(e -> mapped.getOrDefault(e, e)).toList();
  }

  private List<Expr> settled(Apply a, IfElse choice) {
    if (a.input(0).op() instanceof Leaf.Constant c) {
      notes.say("if" + at(a) + ": always takes the same branch");
      return choice.inline(a, c.value().doubleValue() != 0);
    }
    var stands = new HashMap<Expr, Expr>();
    var both = new ArrayList<Expr>();
    for (boolean taken : new boolean[] {true, false}) {
      Lambda branch = choice.branch(taken);
      var values = new HashMap<Expr, Expr>();
      for (int i = 0; i < branch.variables().size(); i++) {
        Expr in = a.input(choice.captured(taken) + i);
        boolean constant = in.op() instanceof Leaf.Constant;
        values.put(branch.variables().get(i), constant ? in : stands.computeIfAbsent(in, Graphs::freshVariable));
      }
      both.addAll(Graphs.substitute(branch.results(), values));
    }
    int count = a.outputs().size();
    List<Expr> shared = Share.apply(both, new Notes());
    if (!shared.subList(0, count).equals(shared.subList(count, 2 * count))) return null;
    notes.say("if" + at(a) + ": both branches give the same");
    return choice.inline(a, true);
  }

  private static String at(Apply a) {
    return a.origin().at().isEmpty() ? "" : " at " + a.origin().at();
  }

  /** The same choice with each branch handed only what it reads, once; null if it is so already. */
  private static List<Expr> cleaned(Apply a, IfElse choice) {
    var inputs = new ArrayList<>(List.of(a.input(0)));
    var bodies = new ArrayList<Lambda>();
    for (boolean taken : new boolean[] {true, false}) {
      Lambda branch = choice.branch(taken);
      Set<Expr> read = ScanGraphs.below(branch.results());
      Map<Expr, Expr> first = new LinkedHashMap<>();
      var replaced = new HashMap<Expr, Expr>();
      var variables = new LinkedHashSet<Expr>();
      for (int i = 0; i < branch.variables().size(); i++) {
        Expr v = branch.variables().get(i);
        Expr in = a.input(choice.captured(taken) + i);
        if (!read.contains(v)) continue;
        if (in.op() instanceof Leaf.Constant) {
          replaced.put(v, in);
          continue;
        }
        Expr known = first.putIfAbsent(in, v);
        if (known != null) replaced.put(v, known);
        else variables.add(v);
      }
      inputs.addAll(first.keySet());
      bodies.add(new Lambda(List.copyOf(variables), Graphs.substitute(branch.results(), replaced)));
    }
    if (inputs.size() == a.inputs().size()) return null;
    return Apply.of(new IfElse(bodies.get(0), bodies.get(1)), inputs).outputs();
  }
}
