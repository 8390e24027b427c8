package weft.op;

import weft.graph.Arithmetic;
import weft.graph.Expr;
import weft.runtime.DType;

/** The methods of {@link Expr}, said in {@link Ops}. */
public final class ArithmeticOps implements Arithmetic {
  @Override
  public Expr plus(Expr left, Object right) {
    return Ops.plus(left, right);
  }

  @Override
  public Expr minus(Expr left, Object right) {
    return Ops.minus(left, right);
  }

  @Override
  public Expr times(Expr left, Object right) {
    return Ops.times(left, right);
  }

  @Override
  public Expr div(Expr left, Object right) {
    return Ops.div(left, right);
  }

  @Override
  public Expr pow(Expr left, Object right) {
    return Ops.pow(left, right);
  }

  @Override
  public Expr neg(Expr x) {
    return Ops.neg(x);
  }

  @Override
  public Expr dot(Expr left, Expr right) {
    return Ops.dot(left, right);
  }

  @Override
  public Expr sum(Expr x, int... axes) {
    return Ops.sum(x, axes);
  }

  @Override
  public Expr mean(Expr x, int... axes) {
    return Ops.mean(x, axes);
  }

  @Override
  public Expr transpose(Expr x) {
    return x.rank() < 2 ? x : Ops.swapAxes(x, -2, -1);
  }

  @Override
  public Expr row(Expr x, int index) {
    return Ops.index(x, Axes.check("row", x, 0), index);
  }

  @Override
  public Expr slice(Expr x, int axis, int from, int to) {
    return Ops.slice(x, axis, from, to);
  }

  @Override
  public Expr at(Expr x, Object... items) {
    return Ops.at(x, items);
  }

  @Override
  public Expr compare(Expr left, String relation, Object right) {
    return switch (relation) {
      case ">" -> Ops.gt(left, right);
      case ">=" -> Ops.ge(left, right);
      case "<" -> Ops.lt(left, right);
      case "<=" -> Ops.le(left, right);
      case "==" -> Ops.eq(left, right);
      case "!=" -> Ops.ne(left, right);
      default -> throw new IllegalArgumentException(relation);
    };
  }

  @Override
  public Expr cast(Expr x, DType dtype) {
    return Ops.cast(x, dtype);
  }
}
