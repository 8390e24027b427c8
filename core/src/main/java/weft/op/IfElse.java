package weft.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Message;
import weft.graph.TypeProblem;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * One of two graphs, whichever a condition says; the other one is not computed.
 *
 * <p>Inputs: a bool scalar, then what {@code then} captures, then what {@code otherwise} captures. Outputs: the results of the graph that
 * is taken, which are of the same types in both.
 */
public record IfElse(Lambda then, Lambda otherwise) implements Liftable {
  @Override
  public String name() {
    return "if";
  }

  @Override
  public List<Lambda> bodies() {
    return List.of(then, otherwise);
  }

  @Override
  public String bodyName(int i) {
    return i == 0 ? "then" : "else";
  }

  @Override
  public IfElse withBodies(List<Lambda> bodies) {
    return new IfElse(bodies.get(0), bodies.get(1));
  }

  /** The graph that is taken if the condition holds, or the other one. */
  public Lambda branch(boolean condition) {
    return condition ? then : otherwise;
  }

  /** Where in the inputs stands what a branch captures. */
  public int captured(boolean condition) {
    return condition ? 1 : 1 + then.variables().size();
  }

  /** The results of a branch, computed whatever the condition says. */
  public List<Expr> inline(Apply apply, boolean condition) {
    Lambda branch = branch(condition);
    var values = new HashMap<Expr, Expr>();
    for (int i = 0; i < branch.variables().size(); i++) {
      values.put(branch.variables().get(i), apply.input(captured(condition) + i));
    }
    return Graphs.substitute(branch.results(), values);
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    if (!inputs.get(0).equals(TensorType.of(DType.BOOL, new Dim[0]))) {
      throw TypeProblem.shape("the condition is " + inputs.get(0) + ", not one bool", "Compare numbers, such as x.gt(3).");
    }
    for (boolean taken : new boolean[] {true, false}) {
      for (int i = 0; i < branch(taken).variables().size(); i++) {
        TensorType want = branch(taken).variables().get(i).type();
        TensorType given = inputs.get(captured(taken) + i);
        if (!given.equals(want)) throw TypeProblem.shape("argument is " + given + " but a branch takes " + want, "");
      }
    }
    List<TensorType> types = then.results().stream().map(Expr::type).toList();
    List<TensorType> others = otherwise.results().stream().map(Expr::type).toList();
    if (!types.equals(others)) {
      throw TypeProblem.shape("the branches give different types, " + types + " and " + others, "Give the same types in both.");
    }
    return types;
  }

  /** The backward rule is a choice again: each branch gives the cotangents of what it captures, and zeros for the other's. */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    var sides = new ArrayList<Side>();
    for (boolean taken : new boolean[] {true, false}) sides.add(new Side(branch(taken), cotangents));
    var wanted = new ArrayList<Integer>();
    for (int i = 1; i < apply.inputs().size(); i++) {
      Side owner = sides.get(i < captured(false) ? 0 : 1);
      Expr variable = owner.branch.variables().get(i - captured(owner.branch == then));
      if (owner.found.containsKey(variable)) wanted.add(i);
    }
    if (wanted.isEmpty()) return Arrays.asList(new Expr[apply.inputs().size()]);
    var inputs = new ArrayList<>(List.of(apply.input(0)));
    var bodies = new ArrayList<Lambda>();
    for (boolean taken : new boolean[] {true, false}) {
      Side side = sides.get(taken ? 0 : 1);
      var results = new ArrayList<Expr>();
      for (int i : wanted) {
        int at = i - captured(taken);
        boolean own = at >= 0 && at < side.branch.variables().size();
        results.add(own ? side.found.get(side.branch.variables().get(at)) : Ops.zeros(apply.input(i).type()));
      }
      var variables = new ArrayList<>(side.branch.variables());
      inputs.addAll(apply.inputs().subList(captured(taken), captured(taken) + variables.size()));
      for (int i = 0; i < cotangents.size(); i++) {
        if (side.given[i] == null) continue;
        variables.add(side.given[i]);
        inputs.add(cotangents.get(i));
      }
      bodies.add(new Lambda(variables, Observing.unobserved(results)));
    }
    Apply back = Apply.of(new IfElse(bodies.get(0), bodies.get(1)), inputs);
    var all = new Expr[apply.inputs().size()];
    for (int i = 0; i < wanted.size(); i++) all[wanted.get(i)] = back.output(i);
    return Arrays.asList(all);
  }

  /** The cotangents of what one branch captures. */
  private static final class Side {
    final Lambda branch;
    final Expr[] given;
    final Map<Expr, Expr> found;

    Side(Lambda branch, List<Expr> cotangents) {
      this.branch = branch;
      this.given = new Expr[cotangents.size()];
      var from = new HashMap<Expr, Expr>();
      for (int i = 0; i < given.length; i++) {
        Expr result = branch.results().get(i);
        if (cotangents.get(i) == null || !result.dtype().isFloat()) continue;
        given[i] = Graphs.variable(result.type(), "d " + Message.label(result), "cotangent of a branch");
        from.merge(result, given[i], Ops::plus);
      }
      var floats = new HashSet<Expr>();
      for (Expr v : branch.variables()) if (v.dtype().isFloat()) floats.add(v);
      this.found = Cotangents.of(from, floats, Set.of());
    }
  }

  /** Lifts if the same branch is taken at every step. */
  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    if (stacked[0]) return null;
    var bodies = new ArrayList<Lambda>();
    for (boolean taken : new boolean[] {true, false}) {
      Lambda branch = branch(taken);
      var lifter = new ScanLifter(length, Measures.measurers(Graphs.order(branch.results())).keySet());
      var variables = new ArrayList<Expr>();
      for (int i = 0; i < branch.variables().size(); i++) {
        Expr v = branch.variables().get(i);
        Expr fresh = Graphs.variable(inputs.get(captured(taken) + i).type(), Message.label(v), "captured");
        if (stacked[captured(taken) + i]) lifter.rows(v, fresh);
        else lifter.same(v, fresh);
        variables.add(fresh);
      }
      var results = new ArrayList<Expr>();
      for (Expr result : branch.results()) results.add(lifter.liftRows(result));
      if (results.contains(null)) return null;
      bodies.add(new Lambda(variables, results));
    }
    return Apply.of(new IfElse(bodies.get(0), bodies.get(1)), inputs).outputs();
  }
}
