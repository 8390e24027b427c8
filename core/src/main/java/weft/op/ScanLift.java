package weft.op;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.type.Dim;

/**
 * A scan for all steps of another one at once: its step works on stacked carries and rows, so that the loops
 * are no longer nested.
 */
final class ScanLift {
  /** A scan with more loops in each other than this stays as it is, or each of them would be tried at every level. */
  private static final int DEPTH = 3;

  private final Scan scan;
  private final Dim length;
  private final Set<Expr> varying;

  private ScanLift(Scan scan, boolean[] stacked, Dim length) {
    this.scan = scan;
    this.length = length;
    this.varying = varying(stacked);
  }

  static List<Expr> of(Scan scan, List<Expr> inputs, boolean[] stacked, Dim length) {
    return isDeeper(scan, DEPTH) ? null : new ScanLift(scan, stacked, length).lift(inputs, stacked);
  }

  private static boolean isDeeper(Scan scan, int depth) {
    if (depth == 0) return true;
    for (Apply a : Graphs.order(scan.body().results())) {
      if (a.op() instanceof Scan inner && isDeeper(inner, depth - 1)) return true;
    }
    return false;
  }

  /** The variables that are no longer the same for all outer steps, through however many inner ones. */
  private Set<Expr> varying(boolean[] stacked) {
    var sources = new HashSet<Expr>();
    for (int i = 0; i < stacked.length; i++) if (stacked[i]) sources.add(scan.body().variables().get(i));
    List<Apply> order = Graphs.order(scan.body().results());
    while (true) {
      Set<Expr> all = Cotangents.dependents(order, sources, Set.of());
      boolean grows = false;
      for (int i = 0; i < scan.carries(); i++) {
        if (all.contains(scan.carryResult(i))) grows |= sources.add(scan.carryVariable(i));
      }
      if (!grows) return sources;
    }
  }

  private List<Expr> lift(List<Expr> inputs, boolean[] stacked) {
    var lifter = new ScanLifter(length, Measures.measurers(Graphs.order(scan.body().results())).keySet());
    var variables = new ArrayList<Expr>();
    for (Expr v : scan.body().variables()) {
      Expr fresh = Graphs.freshVariable(v);
      if (varying.contains(v)) {
        fresh = Graphs.variable(v.type().stacked(length), fresh.name(), "all steps' rows");
        lifter.rows(v, fresh);
      } else {
        lifter.same(v, fresh);
      }
      variables.add(fresh);
    }
    var results = new ArrayList<Expr>();
    for (int i = 0; i < scan.body().results().size(); i++) {
      Expr result = scan.body().results().get(i);
      boolean rows = i < scan.carries() && varying.contains(scan.carryVariable(i));
      Expr lifted = rows ? lifter.liftRows(result) : lifter.lift(result);
      if (lifted == null) return null;
      results.add(lifted);
    }
    var arguments = new ArrayList<Expr>();
    for (int i = 0; i < inputs.size(); i++) {
      boolean carry = i >= scan.sequences() && i < scan.sequences() + scan.carries();
      Expr in = inputs.get(i);
      if (i < scan.sequences() && stacked[i]) in = Ops.swapAxes(in, 0, 1);
      if (carry && !stacked[i] && varying.contains(scan.body().variables().get(i))) in =
          Ops.repeated(in, length);
      arguments.add(in);
    }
    var op = new Scan(scan.label(), new Lambda(variables, results), scan.sequences(), scan.carries(),
        scan.length(),
        scan.reverse());
    return outputs(Apply.of(op, arguments), lifter);
  }

  private List<Expr> outputs(Apply lifted, ScanLifter lifter) {
    var outputs = new ArrayList<>(lifted.outputs());
    for (int i = 0; i < scan.carries(); i++) {
      boolean rows = varying.contains(scan.carryVariable(i));
      int last = scan.last(i);
      int trajectory = scan.trajectory(i);
      if (!rows) outputs.set(last, Ops.repeated(outputs.get(last), length));
      outputs.set(trajectory, stacked(outputs.get(trajectory), rows));
    }
    for (int i = 0; i < scan.stacked(); i++) {
      outputs.set(scan.ys(i), stacked(outputs.get(scan.ys(i)), lifter.isStacked(scan.stackedResult(i))));
    }
    return outputs;
  }

  /** The outer steps first, then the inner ones. */
  private Expr stacked(Expr inner, boolean rows) {
    return rows ? Ops.swapAxes(inner, 0, 1) : Ops.repeated(inner, length);
  }
}
