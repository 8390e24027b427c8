package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.type.Dim;

/**
 * An integer that is computed, as an extent: a loop counts as far as it says, and is measured.
 *
 * @param extent what it is, from -1 (for all below 0) to {@code most} + 1 (for all above)
 * @param measured what has to be computed before that is known
 */
public record Counted(Dim extent, Expr measured) {
  /**
   * An integer scalar as an extent.
   *
   * @param most what it may be at most; where it is more, the extent says so
   * @param name of the loop, for dumps and generated code
   */
  public static Counted of(Expr n, Dim most, String name) {
    long since = ScanMaker.now();
    Expr count = Graphs.variable(n.type(), "count", "carry of " + name);
    // Before the first step it is -1, so that -1 and less take one step.
    Apply loop = ScanMaker.apply(name, since, List.of(), List.of(), List.of(count), List.of(Ops.constant(-1, n.type())),
        List.of(Ops.plus(count, 1)), Ops.ge(count, n), most.plus(3), false, List.of());
    var scan = (Scan) loop.op();
    // Of this length itself, so that nothing keeps it from step to step in place of the loop.
    return new Counted(scan.length().minus(2), loop.output(scan.trajectory(0)));
  }

  /** The expression, kept together with what measures the extent. */
  public Expr with(Expr x) {
    return After.of(x, measured);
  }
}
