package weft;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Lambda;
import weft.op.Observing;
import weft.op.Ops;
import weft.op.Scan;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.type.Dim;

/** A scan cut in two, early and late steps, so that gradients end where the late ones begin. */
final class ScanTruncation {
  private final Scan scan;
  private final Dim early;
  private final Dim late;
  private final int checkpoint;

  private ScanTruncation(Scan scan, Dim early, int checkpoint) {
    this.scan = scan;
    this.early = early;
    this.late = scan.length().minus(early);
    this.checkpoint = checkpoint;
  }

  /**
   * The outputs of a scan through whose last {@code steps} steps alone gradients flow.
   *
   * @param checkpoint how often carries of those are kept, as {@link ScanCheckpoints} takes it; 0 for all of them
   */
  static List<Expr> of(Apply whole, int steps, int checkpoint) {
    var scan = (Scan) whole.op();
    var cut = new ScanTruncation(scan, Dim.max(scan.length().minus(steps), Dim.ZERO), checkpoint);
    if (cut.early.is(0)) return cut.lateOutputs(whole);
    return scan.isUntil() ? cut.taken(whole) : cut.outputs(whole.inputs());
  }

  private List<Expr> outputs(List<Expr> inputs) {
    Dim lateFrom = scan.reverse() ? Dim.ZERO : early;
    Dim earlyFrom = scan.reverse() ? late : Dim.ZERO;
    Apply first = apply(inputs, earlyFrom, early, List.of());
    var then = new ArrayList<>(inputs);
    for (int i = 0; i < scan.carries(); i++) {
      // Not the last carry in place of the initial one, though both are the same then: gradients would go back through the early steps.
      then.set(scan.sequences() + i, handedOn(first.output(scan.last(i)), inputs.get(scan.sequences() + i)));
    }
    List<Expr> second = lateOutputs(apply(then, lateFrom, late, scan.updated()));
    var outputs = new ArrayList<Expr>();
    for (int i = 0; i < scan.carries(); i++) outputs.add(second.get(scan.last(i)));
    for (int i = 0; i < scan.carries(); i++) {
      int at = scan.trajectory(i);
      Expr before = Ops.slice(first.output(at), 0, scan.reverse() ? Dim.ONE : Dim.ZERO, early);
      outputs.add(joined(before, second.get(at)));
    }
    for (int i = 0; i < scan.stacked(); i++) outputs.add(joined(first.output(scan.ys(i)), second.get(scan.ys(i))));
    return outputs;
  }

  private List<Expr> lateOutputs(Apply late) {
    if (checkpoint == 0) return late.outputs();
    return ((Scan) late.op()).isUntil() ? ScanCheckpoints.ofStopping(late, checkpoint) : ScanCheckpoints.of(late, checkpoint);
  }

  /** A scan that stopped by itself takes its late steps again, as many as there turned out to be, from the carry that they began with. */
  private List<Expr> taken(Apply whole) {
    int results = scan.carries() + scan.stacked();
    List<Expr> step = Observing.unobserved(scan.body().results().subList(0, results));
    Scan plain = scan.taken(new Lambda(scan.body().variables(), step)).updatingNothing();
    var again = new ScanTruncation(plain, early, checkpoint);
    var then = new ArrayList<>(whole.inputs());
    for (int i = 0; i < scan.carries(); i++) {
      Expr rows = whole.output(scan.trajectory(i));
      then.set(scan.sequences() + i, again.handedOn(Ops.index(rows, 0, early), whole.input(scan.sequences() + i)));
    }
    List<Expr> second = lateOutputs(again.apply(then, early, late, List.of()));
    var outputs = new ArrayList<Expr>();
    for (int i = 0; i < scan.carries(); i++) outputs.add(second.get(scan.last(i)));
    for (int i = 0; i < scan.carries(); i++) {
      Expr before = Ops.slice(whole.output(scan.trajectory(i)), 0, Dim.ZERO, early);
      outputs.add(joined(before, second.get(scan.trajectory(i))));
    }
    for (int i = 0; i < scan.stacked(); i++) {
      outputs.add(joined(Ops.slice(whole.output(scan.ys(i)), 0, Dim.ZERO, early), second.get(scan.ys(i))));
    }
    return outputs;
  }

  private Apply apply(List<Expr> inputs, Dim from, Dim length, List<Parameter> updated) {
    var parts = new ArrayList<>(inputs);
    for (int i = 0; i < scan.sequences(); i++) parts.set(i, Ops.slice(inputs.get(i), 0, from, length));
    var op = new Scan(scan.label(), scan.body(), scan.sequences(), scan.carries(), length, length,
        scan.reverse(), updated, false);
    return Apply.of(op, parts);
  }

  /**
   * The carry between the parts: given, but where there are no early steps it is the initial one, which is not
   * cut off.
   */
  private Expr handedOn(Expr last, Expr initial) {
    if (!last.dtype().isFloat()) return last;
    Expr cut = GradientWords.zeroGrad(last);
    if (early.isConstant()) return cut;
    return Ops.where(Ops.eq(Ops.extent(early, DType.I32), 0), initial, cut);
  }

  private Expr joined(Expr before, Expr after) {
    Expr given = before.dtype().isFloat() ? GradientWords.zeroGrad(before) : before;
    return Ops.concat(0, scan.reverse() ? List.of(after, given) : List.of(given, after));
  }
}
