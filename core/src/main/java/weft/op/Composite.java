package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Op;

/**
 * An op with a backward rule of its own that is made of simpler ops: it stays whole while rules look for it, and
 * a pass expands it before lowering.
 */
public interface Composite extends Op {
  /** The outputs, said in simpler ops. */
  List<Expr> expand(Apply apply);
}
