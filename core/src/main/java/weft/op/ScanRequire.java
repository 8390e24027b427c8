package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Value;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * The input as it is, where a condition on extents holds; a call in which it does not is an error.
 *
 * @param atLeastZero holds where this is 0 or more
 * @param message what the user reads otherwise; {@code %d} stands for {@code subject}
 */
public record ScanRequire(Dim atLeastZero, Kind kind, String message, Dim subject)
    implements ElementRule, Liftable, Guarded {

  /** The input itself where the condition is known to hold. */
  public static Expr of(Expr x, Dim atLeastZero, Kind kind, String message, Dim subject) {
    if (atLeastZero.isNonNegative()) return x;
    return Apply.one(new ScanRequire(atLeastZero, kind, message, subject), x);
  }

  @Override
  public String name() {
    return "require";
  }

  @Override
  public String attributes() {
    return atLeastZero + " ≥ 0";
  }

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    return inputs;
  }

  @Override
  public Value element(Element at) {
    return at.input(0, at.index());
  }

  @Override
  public List<Guard> guards(Apply apply) {
    return Guarded.open(apply, new Guard(atLeastZero, kind, message, subject));
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return cotangents;
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return List.of(Apply.one(this, inputs.get(0)));
  }
}
