package weft.rewrite;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;

/** An equation between expressions that is used from left to right, and whose name says it. */
public interface Rule {
  /** The equation as text, such as {@code log(softmax(x)) → logSoftmax(x)}. */
  String name();

  /** Expressions over {@link Variables} that the rule replaces: what tests sample. */
  List<Expr> examples();

  /** The scalar ops, and the classes of other ops, at which a left side can begin. */
  List<?> roots();

  /** What takes the place of the apply's only output; null where the rule says nothing about it. */
  Expr rewrite(Apply apply, Uses uses);

  /** Whether the right side adds the same numbers in another order, so that it may be rounded otherwise. */
  default boolean reorders() {
    return false;
  }
}
