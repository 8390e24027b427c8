package weft.pipeline;

import java.util.List;
import weft.graph.Expr;
import weft.graph.GraphPrinter;
import weft.rewrite.Expand;
import weft.rewrite.Notes;
import weft.rewrite.Share;

/** The pipeline of graph passes: one list, in order. */
final class Passes {
  static final List<Pass> ALL = List.of(
      new Pass("share", Share::apply),
      new Pass("expand", Expand::apply),
      new Pass("share", Share::apply));

  /** What lowering cannot do without. */
  static final List<Pass> NEEDED = List.of(new Pass("expand", Expand::apply));

  private Passes() {}

  /** Runs passes in order; the trace gets the graph after each that changed it. */
  static List<Expr> run(List<Pass> passes, List<Expr> results, Notes notes, Trace trace) {
    if (trace.isOn()) trace.write("built.graph", GraphPrinter.text(results));
    List<Expr> now = results;
    for (Pass pass : passes) {
      notes.begin(pass.name());
      List<Expr> next = pass.rewrite().apply(now, notes);
      if (trace.isOn() && !next.equals(now)) trace.write(pass.name() + ".graph", notes.lately() + GraphPrinter.text(next));
      now = next;
    }
    return now;
  }
}
