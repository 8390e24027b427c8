package weft;

import java.util.List;
import weft.graph.Expr;
import weft.graph.GraphPrinter;

/** Graphs as text, for looking at what was built and what became of it. */
public final class Printing {
  private Printing() {}

  /** What the expressions are made of, one line an apply; see {@link GraphPrinter}. */
  public static String text(Expr... results) {
    return GraphPrinter.text(List.of(results));
  }

  /** The same in the language of Graphviz: {@code dot -Tsvg} draws it. */
  public static String toDot(Expr... results) {
    return GraphPrinter.dot(List.of(results));
  }
}
