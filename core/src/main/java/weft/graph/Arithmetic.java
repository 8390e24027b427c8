package weft.graph;

import java.util.ServiceLoader;
import weft.runtime.DType;

/**
 * What the methods of {@link Expr} mean. Package {@code weft.op} implements it, so that the graph need not know any op.
 */
public interface Arithmetic {
  Arithmetic INSTANCE = ServiceLoader.load(Arithmetic.class, Arithmetic.class.getClassLoader()).findFirst()
      .orElseThrow(() -> new IllegalStateException("weft-core is incomplete: no weft.graph.Arithmetic found"));

  Expr plus(Expr left, Object right);

  Expr minus(Expr left, Object right);

  Expr times(Expr left, Object right);

  Expr div(Expr left, Object right);

  Expr pow(Expr left, Object right);

  Expr neg(Expr x);

  Expr dot(Expr left, Expr right);

  Expr sum(Expr x, int... axes);

  Expr mean(Expr x, int... axes);

  Expr transpose(Expr x);

  Expr row(Expr x, int index);

  Expr slice(Expr x, int axis, int from, int to);

  Expr at(Expr x, Object... items);

  Expr compare(Expr left, String relation, Object right);

  Expr cast(Expr x, DType dtype);
}
