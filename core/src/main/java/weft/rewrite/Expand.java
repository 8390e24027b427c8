package weft.rewrite;

import java.util.List;
import weft.graph.Expr;
import weft.op.Composite;

/** The pass that says composite ops in simpler ones, which is what lowering takes. */
public final class Expand {
  private Expand() {}

  /** A graph of the same results in which this is done, wherever it can be. */
  public static List<Expr> apply(List<Expr> results, Notes notes) {
    return Rewriting.bottomUp(results, a -> {
      if (!(a.op() instanceof Composite c)) return null;
      notes.count(c.name());
      return c.expand(a);
    });
  }
}
