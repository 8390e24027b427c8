package weft.rewrite;

import java.util.HashMap;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.op.Printed;

/** The same function without its prints, for whoever runs it more often than the user asked. */
public final class Silence {
  private Silence() {}

  /** A graph of the same results in which this is done. */
  public static List<Expr> apply(List<Expr> results) {
    var mapped = new HashMap<Expr, Expr>();
    for (Apply a : Graphs.order(results)) {
      if (a.op() instanceof Printed) mapped.put(a.output(0), mapped.getOrDefault(a.input(0), a.input(0)));
      else Graphs.rebuild(a, Rewriting.inside(a.op(), body -> Rewriting.with(body, apply(body.results()))), mapped);
    }
    return results.stream().map(e -> mapped.getOrDefault(e, e)).toList();
  }
}
