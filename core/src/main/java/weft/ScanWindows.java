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
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * Truncated back-propagation through time, BPTT(k2; k1) of Williams and Peng (1990): the steps fall into blocks of k1, and the losses of
 * a block send gradients back through the k2 steps that end with it. Each block is taken again as the end of a window of k2 steps, which
 * starts from a carry that counts as given; gradients of the outputs' rows are those of the windows' rows, which have the same values, and
 * without gradients nothing is left of the windows. A scan that stops by itself has windows over the steps that it took, and parameters
 * that the step updates are in windows what they were in those steps.
 */
final class ScanWindows {
  private final Apply whole;
  private final Scan scan;
  private final List<Expr> inputs;
  private final List<Expr> states = new ArrayList<>();
  private final int block;
  private final int back;
  private final int checkpoint;

  private ScanWindows(Apply whole, int block, int back, int checkpoint) {
    this.whole = whole;
    this.scan = (Scan) whole.op();
    this.block = block;
    this.back = back;
    this.checkpoint = checkpoint;
    this.inputs = new ArrayList<>(whole.inputs());
    for (int i = 0; i < scan.sequences(); i++) inputs.set(i, inTime(inputs.get(i)));
    for (int i = 0; i < scan.carries(); i++) {
      Expr rows = inTime(whole.output(scan.trajectory(i)));
      states.add(rows.dtype().isFloat() ? GradientWords.zeroGrad(rows) : rows);
    }
  }

  /**
   * The outputs of a scan whose gradients flow so.
   *
   * @param block k1, how many steps of losses go back together
   * @param back k2, through how many steps
   * @param checkpoint how often carries of a window are kept, as {@link ScanCheckpoints} takes it; 0 for all of them
   */
  static List<Expr> of(Apply whole, int block, int back, int checkpoint) {
    List<Expr> cut = new ScanWindows(whole, block, back, checkpoint).outputs();
    var outputs = new ArrayList<Expr>();
    for (int i = 0; i < cut.size(); i++) {
      Expr value = whole.output(i);
      outputs.add(value.dtype().isFloat() ? GradientMark.elsewhere(value, cut.get(i)) : value);
    }
    return outputs;
  }

  /** What hangs on the number of steps, ordered behind a scan that finds it out. */
  private Expr measured(Expr x) {
    return scan.isUntil() ? After.of(x, whole.output(scan.carries() > 0 ? scan.trajectory(0) : scan.ys(0))) : x;
  }

  /** Rows in the order in which steps are taken, and back again. */
  private Expr inTime(Expr rows) {
    return scan.reverse() ? Ops.reverse(rows, 0) : rows;
  }

  private List<Expr> outputs() {
    Dim length = scan.length();
    Dim blocks = length.ceilDiv(block);
    Expr ends = Ops.minimum(measured(Ops.arange(blocks)).plus(1).times(block), measured(Ops.extent(length, DType.I32)));
    Expr starts = ends.minus(back);
    Scanned windows = ScanWords.scan(scan.label() + ".windows").withoutDefaultUpdates().over(starts).run(s -> {
      for (Expr rows : window(s.row())) s.emit(rows);
    });
    // Step t is the one before the end of its block by as much as it is before the end of its window.
    Expr steps = measured(Ops.arange(length));
    Expr blockOf = Ops.floorDiv(steps, block);
    Expr at = blockOf.times(back).plus(steps).minus(Ops.take(starts, blockOf, 0));
    var taken = new ArrayList<Expr>();
    for (int i = 0; i < scan.carries() + scan.stacked(); i++) {
      Expr rows = windows.emitted(i);
      List<Dim> flat = rows.type().row().row().stacked(blocks.times(back)).dims();
      taken.add(Ops.take(Ops.reshape(rows, flat), at, 0));
    }
    var outputs = new ArrayList<Expr>();
    for (int i = 0; i < scan.carries(); i++) {
      Expr initial = Ops.expandDims(inputs.get(scan.sequences() + i), 0);
      taken.set(i, Ops.concat(0, List.of(initial, taken.get(i))));
      outputs.add(Ops.index(taken.get(i), 0, length));
    }
    for (Expr rows : taken) outputs.add(inTime(rows));
    return outputs;
  }

  /** What the steps of one window leave behind: the rows of each carry, then of each output. Steps before the first one change nothing. */
  private List<Expr> window(Expr start) {
    Dim steps = Dim.of(back);
    Expr positions = Ops.arange(steps).plus(start);
    Expr rows = Ops.maximum(positions, 0);
    var given = new ArrayList<Expr>();
    for (int i = 0; i < scan.sequences(); i++) given.add(Ops.take(inputs.get(i), rows, 0));
    given.add(Ops.ge(positions, 0));
    for (int i = 0; i < scan.carries(); i++) {
      Expr state = Ops.take(states.get(i), Ops.maximum(start, 0), 0);
      given.add(Ops.where(Ops.le(start, 0), inputs.get(scan.sequences() + i), state));
    }
    given.addAll(inputs.subList(scan.sequences() + scan.carries(), inputs.size()));
    Apply apply = Apply.of(new Scan(scan.label(), guarded(), scan.sequences() + 1, scan.carries(), steps, false), given);
    List<Expr> outputs = checkpoint == 0 ? apply.outputs() : ScanCheckpoints.of(apply, checkpoint);
    var all = new ArrayList<Expr>();
    for (int i = 0; i < scan.carries(); i++) all.add(Ops.slice(outputs.get(scan.trajectory(i)), 0, Dim.ONE, steps));
    for (int i = 0; i < scan.stacked(); i++) all.add(outputs.get(scan.ys(i)));
    return all;
  }

  /** The step with one more sequence, which says whether it is taken; what it shows is seen where steps are taken first. */
  private Lambda guarded() {
    var variables = new ArrayList<>(scan.body().variables());
    Expr taken = Graphs.variable(TensorType.of(DType.BOOL, new Dim[0]), "taken", "row of a window");
    variables.add(scan.sequences(), taken);
    var results = new ArrayList<>(Observing.unobserved(scan.body().results().subList(0, scan.carries() + scan.stacked())));
    for (int i = 0; i < scan.carries(); i++) results.set(i, Ops.where(taken, results.get(i), scan.carryVariable(i)));
    return new Lambda(variables, results);
  }
}
