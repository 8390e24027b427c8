package weft.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Origin;
import weft.runtime.WeftException;

/**
 * Which results of a step hand a cotangent back to each of its variables. Found once for each body, by asking every op
 * for its backward rule once, so that deeply nested scans are not differentiated again and again to find it out.
 */
final class ScanConnections {
  private static final Map<Lambda, BitSet[]> KNOWN = Collections.synchronizedMap(new WeakHashMap<>());

  private final Map<Expr, BitSet> from = new HashMap<>();

  private ScanConnections() {}

  /** For each variable of the body the results whose cotangents reach it within one step. */
  static BitSet[] of(Scan scan) {
    BitSet[] known = KNOWN.get(scan.body());
    if (known == null) {
      known = new ScanConnections().find(scan.body());
      KNOWN.put(scan.body(), known);
    }
    return known;
  }

  /** The carries whose results a cotangent reaches if it reaches those of {@code given}, through any number of steps. */
  static BitSet carries(Scan scan, BitSet given) {
    BitSet[] from = of(scan);
    var reached = (BitSet) given.clone();
    boolean grows = true;
    while (grows) {
      grows = false;
      for (int i = 0; i < scan.carries(); i++) {
        if (reached.get(i) || !from[scan.sequences() + i].intersects(reached)) continue;
        reached.set(i);
        grows = true;
      }
    }
    return reached;
  }

  private BitSet[] find(Lambda body) {
    for (int i = 0; i < body.results().size(); i++) add(body.results().get(i), i);
    List<Apply> order = Graphs.order(body.results());
    for (int i = order.size() - 1; i >= 0; i--) back(order.get(i));
    return body.variables().stream().map(v -> from.getOrDefault(v, new BitSet())).toArray(BitSet[]::new);
  }

  private void add(Expr result, int i) {
    if (result.dtype().isFloat()) from.computeIfAbsent(result, k -> new BitSet()).set(i);
  }

  private void back(Apply a) {
    if (a.inputs().isEmpty() || a.outputs().stream().noneMatch(from::containsKey)) return;
    for (Expr out : a.outputs()) {
      BitSet results = from.get(out);
      if (results == null) continue;
      boolean[] inputs = a.op() instanceof Scan scan ? inputs(scan, out.index()) : inputs(a, out.index());
      for (int i = 0; i < inputs.length; i++) {
        Expr in = a.input(i);
        if (inputs[i] && in.dtype().isFloat()) from.computeIfAbsent(in, k -> new BitSet()).or(results);
      }
    }
  }

  /** Which inputs an op's rule gives a cotangent if one output has one; one that refuses is asked again where it counts. */
  private static boolean[] inputs(Apply a, int output) {
    var cotangents = new ArrayList<Expr>(Collections.nCopies(a.outputs().size(), null));
    cotangents.set(output, Graphs.variable(a.output(output).type(), "d", "cotangent"));
    var inputs = new boolean[a.inputs().size()];
    try {
      List<Expr> back = Origin.inherit(a.origin(), () -> a.op().vjp(a, cotangents));
      for (int i = 0; i < inputs.length; i++) inputs[i] = back.get(i) != null;
    } catch (WeftException e) {
      if (e.kind() != WeftException.Kind.NO_GRADIENT) throw e;
      Arrays.fill(inputs, true);
    }
    return inputs;
  }

  private static boolean[] inputs(Scan scan, int output) {
    var given = new BitSet();
    if (output < 2 * scan.carries()) given.set(output % scan.carries());
    else if (output < scan.ys(scan.stacked())) given.set(output - scan.carries());
    BitSet reached = carries(scan, given);
    BitSet[] from = of(scan);
    var inputs = new boolean[from.length];
    for (int i = 0; i < inputs.length; i++) {
      int carry = i - scan.sequences();
      inputs[i] = from[i].intersects(reached) || carry >= 0 && carry < scan.carries() && reached.get(carry);
    }
    return inputs;
  }
}
