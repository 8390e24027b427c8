package weft.rewrite;

import weft.graph.Expr;

/** How often expressions are used in the graph that is being rewritten. */
public interface Uses {
  /** Whether exactly one apply, once, or one result needs the expression. */
  boolean once(Expr e);
}
