package weft.op;

import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Op;
import java.util.List;
import weft.type.Dim;

/**
 * An op that knows how to do a whole sequence at once: what turns {@code dot(x_t, W)} in a scan into one product over all steps.
 */
public interface Liftable extends Op {
  /**
   * The outputs of this op for every step, stacked along a new axis 0 of the given length.
   *
   * @param apply the apply inside the step
   * @param inputs what its inputs become: with a new axis 0 where {@code stacked}, else unchanged
   * @param stacked whether input i varies from step to step; at least one does
   * @return one an output, or null if it cannot be done
   */
  List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length);
}
