package weft.rewrite;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import weft.graph.Expr;

/** The passes over scans alone, in the order in which they help each other. */
public final class ScanPasses {
  private ScanPasses() {}

  /**
   * Runs all of them.
   *
   * @param explain gets one line for each thing that was done
   */
  public static List<Expr> apply(List<Expr> results, Consumer<String> explain) {
    List<Expr> now = ScanMerge.apply(results, explain);
    now = ScanTail.apply(now, explain);
    now = ScanClean.apply(now, explain);
    now = ScanAccumulate.apply(now, explain);
    var notes = new Notes();
    now = ScanHoist.apply(now, notes, Map.of());
    notes.sentences().forEach(explain);
    now = ScanSink.apply(now, explain);
    now = ScanClean.apply(now, explain);
    return ScanClean.apply(ScanMerge.apply(now, explain), explain);
  }
}
