package weft;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.op.After;
import weft.op.GradientMark;
import weft.op.Observing;
import weft.op.Ops;
import weft.op.Scan;
import weft.op.ScanRows;
import weft.runtime.Parameter;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * A scan cut into segments of some steps each, so that for gradients only the carries between segments are kept: a scan over segments,
 * whose backward step takes the steps of its segment again, and a scan over the steps that are left over (Chen et al., 2016).
 */
final class ScanCheckpoints {
  /** In place of a number of steps: the square root of the scan's length. */
  static final int SQUARE_ROOT = -1;

  private final Scan scan;
  private final List<Expr> inputs;
  private final Dim every;
  private final Dim segments;
  private final Dim rest;
  private final ScanRows inner;

  private ScanCheckpoints(Apply whole, int asked) {
    this.scan = (Scan) whole.op();
    this.inputs = whole.inputs();
    this.every = asked == SQUARE_ROOT ? scan.length().root() : Dim.of(asked);
    this.segments = asked == SQUARE_ROOT ? scan.length().roots() : scan.length().floorDiv(asked);
    this.rest = scan.length().minus(segments.times(every));
    this.inner = new ScanRows(every, scan.reverse());
  }

  /**
   * The outputs of a scan of which every so many-th carry is kept for gradients.
   *
   * @param every how many steps a segment has, or {@link #SQUARE_ROOT} for the square root of the length, rounded up
   */
  static List<Expr> of(Apply whole, int every) {
    var cut = new ScanCheckpoints(whole, every);
    return cut.segments.is(0) ? whole.outputs() : cut.outputs();
  }

  /**
   * The same of a scan that stops by itself. How many steps a segment has may depend on how many there are, so it runs as it is first,
   * which gives all values; for gradients it is cut and taken once more, as many steps as there turned out to be.
   */
  static List<Expr> ofStopping(Apply whole, int every) {
    var scan = (Scan) whole.op();
    if (whole.inputs().isEmpty()) return whole.outputs();
    int results = scan.carries() + scan.stacked();
    var body = new Lambda(scan.body().variables(), Observing.unobserved(scan.body().results().subList(0, results)));
    var inputs = new ArrayList<>(whole.inputs());
    for (int i = 0; i < scan.sequences(); i++) inputs.set(i, Ops.slice(inputs.get(i), 0, Dim.ZERO, scan.length()));
    int some = scan.carries() > 0 ? scan.sequences() : 0;
    inputs.set(some, After.of(inputs.get(some), whole.output(scan.carries() > 0 ? scan.trajectory(0) : scan.ys(0))));
    List<Expr> cut = of(Apply.of(scan.taken(body).updatingNothing(), inputs), every);
    var outputs = new ArrayList<Expr>();
    for (int i = 0; i < cut.size(); i++) {
      Expr value = whole.output(i);
      outputs.add(value.dtype().isFloat() ? GradientMark.elsewhere(value, cut.get(i)) : value);
    }
    return outputs;
  }

  private List<Expr> outputs() {
    boolean even = rest.is(0);
    Apply first = overSegments(even ? scan.updated() : List.of());
    var stacked = new ArrayList<Expr>();
    var op = (Scan) first.op();
    for (int i = 0; i < op.stacked(); i++) {
      Expr rows = first.output(op.ys(i));
      stacked.add(Ops.reshape(rows, rows.type().row().row().stacked(segments.times(every)).dims()));
    }
    var lasts = new ArrayList<Expr>();
    for (int i = 0; i < scan.carries(); i++) lasts.add(first.output(op.last(i)));
    if (!even) overRest(lasts, stacked);
    var outputs = new ArrayList<>(lasts);
    for (int i = 0; i < scan.carries(); i++) {
      Expr start = Ops.expandDims(inputs.get(scan.sequences() + i), 0);
      outputs.add(joined(start, stacked.get(i)));
    }
    outputs.addAll(stacked.subList(scan.carries(), stacked.size()));
    return outputs;
  }

  /** What came earlier and what came later, in the order of time. */
  private Expr joined(Expr earlier, Expr later) {
    return Ops.concat(0, scan.reverse() ? List.of(later, earlier) : List.of(earlier, later));
  }

  private Apply overSegments(List<Parameter> updated) {
    var variables = new ArrayList<Expr>();
    var given = new ArrayList<>(inputs);
    for (int i = 0; i < inputs.size(); i++) {
      Expr own = scan.body().variables().get(i);
      if (i >= scan.sequences()) {
        variables.add(Graphs.freshVariable(own));
        continue;
      }
      Expr rows = Ops.slice(inputs.get(i), 0, scan.reverse() ? rest : Dim.ZERO, segments.times(every));
      TensorType segment = own.type().stacked(every);
      given.set(i, Ops.reshape(rows, segment.stacked(segments).dims()));
      variables.add(Graphs.variable(segment, own.name(), "rows of a segment"));
    }
    Apply segment = Apply.of(new Scan(scan.label(), scan.body(), scan.sequences(), scan.carries(), every, every, scan.reverse(),
        List.of(), true), variables);
    var results = new ArrayList<Expr>();
    for (int i = 0; i < scan.carries(); i++) results.add(segment.output(scan.last(i)));
    for (int i = 0; i < scan.carries(); i++) results.add(inner.after(segment.output(scan.trajectory(i))));
    for (int i = 0; i < scan.stacked(); i++) results.add(segment.output(scan.ys(i)));
    return Apply.of(new Scan(scan.label() + ".segments", new Lambda(variables, results), scan.sequences(), scan.carries(), segments,
        segments, scan.reverse(), updated, false), given);
  }

  /** The steps that fill no segment; what they give replaces and follows what the segments gave. */
  private void overRest(List<Expr> lasts, List<Expr> stacked) {
    var given = new ArrayList<>(inputs);
    for (int i = 0; i < scan.sequences(); i++) {
      given.set(i, Ops.slice(inputs.get(i), 0, scan.reverse() ? Dim.ZERO : segments.times(every), rest));
    }
    for (int i = 0; i < scan.carries(); i++) given.set(scan.sequences() + i, lasts.get(i));
    Apply second = Apply.of(new Scan(scan.label(), scan.body(), scan.sequences(), scan.carries(), rest, rest, scan.reverse(),
        scan.updated(), false), given);
    var at = new ScanRows(rest, scan.reverse());
    for (int i = 0; i < scan.carries(); i++) {
      lasts.set(i, second.output(scan.last(i)));
      stacked.set(i, joined(stacked.get(i), at.after(second.output(scan.trajectory(i)))));
    }
    for (int i = 0; i < scan.stacked(); i++) {
      int to = scan.carries() + i;
      stacked.set(to, joined(stacked.get(to), second.output(scan.ys(i))));
    }
  }
}
