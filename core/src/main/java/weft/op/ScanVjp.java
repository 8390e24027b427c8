package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;

/** The backward rule of {@link Scan}: a scan in the other direction. */
final class ScanVjp {
  private ScanVjp() {}

  static List<Expr> of(Apply apply, Scan scan, List<Expr> cotangents) {
    throw new UnsupportedOperationException();
  }
}
