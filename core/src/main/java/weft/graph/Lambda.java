package weft.graph;

import java.util.List;

/**
 * A graph with holes: the body of a scan's step. It is closed: every leaf below {@code results} is a constant, a literal or
 * one of {@code variables}.
 *
 * @param variables expressions whose op is {@link Leaf.Variable}, in the order of the arguments
 */
public record Lambda(List<Expr> variables, List<Expr> results) {
  public Lambda {
    variables = List.copyOf(variables);
    results = List.copyOf(results);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
