package weft.graph;

import java.util.List;

/**
 * A graph with holes: the body of a scan's step. It is closed: every leaf below {@code results} is a constant, a literal or
 * one of {@code variables}. Compared by identity.
 */
public final class Lambda {
  private final List<Expr> variables;
  private final List<Expr> results;
  /** Found out once, since each graph around this one asks for it; null before that. */
  private Boolean pure;

  /** @param variables expressions whose op is {@link Leaf.Variable}, in the order of the arguments */
  public Lambda(List<Expr> variables, List<Expr> results) {
    this.variables = List.copyOf(variables);
    this.results = List.copyOf(results);
  }

  /** What stands for the arguments, in their order. */
  public List<Expr> variables() {
    return variables;
  }

  /** What it gives. */
  public List<Expr> results() {
    return results;
  }

  /** Whether every op in it is pure. */
  public boolean isPure() {
    if (pure == null) pure = Graphs.order(results).stream().allMatch(a -> a.op().isPure());
    return pure;
  }
}
