package weft.graph;

import java.util.ServiceLoader;
import weft.runtime.DType;

/**
 * What the methods of {@link Expr} mean. Package {@code weft.op} implements it, so that the graph need not know any op.
 */
public interface Arithmetic {
  /** The one that the class path has. */
  Arithmetic INSTANCE = ServiceLoader.load(Arithmetic.class, Arithmetic.class.getClassLoader()).findFirst()
      .orElseThrow(() -> new IllegalStateException("weft-core is incomplete: no weft.graph.Arithmetic found"));

  /** What {@link Expr#plus} gives. */
  Expr plus(Expr left, Object right);

  /** What {@link Expr#minus} gives. */
  Expr minus(Expr left, Object right);

  /** What {@link Expr#times} gives. */
  Expr times(Expr left, Object right);

  /** What {@link Expr#div} gives. */
  Expr div(Expr left, Object right);

  /** What {@link Expr#pow} gives. */
  Expr pow(Expr left, Object right);

  /** What {@link Expr#neg} gives. */
  Expr neg(Expr x);

  /** What {@link Expr#dot} gives. */
  Expr dot(Expr left, Expr right);

  /** What {@link Expr#sum} gives. */
  Expr sum(Expr x, int... axes);

  /** What {@link Expr#mean} gives. */
  Expr mean(Expr x, int... axes);

  /** What {@link Expr#transpose} gives. */
  Expr transpose(Expr x);

  /** What {@link Expr#row} gives. */
  Expr row(Expr x, int index);

  /** What {@link Expr#slice} gives. */
  Expr slice(Expr x, int axis, int from, int to);

  /** What {@link Expr#at} gives. */
  Expr at(Expr x, Object... items);

  /** What {@link Expr#gt} and the other comparisons give, each by its sign in Java. */
  Expr compare(Expr left, String relation, Object right);

  /** What {@link Expr#cast} gives. */
  Expr cast(Expr x, DType dtype);
}
