package weft.op;

import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * The (first) input as it is, with another backward rule. Nothing is left of it once gradients are taken.
 *
 * @param low what CLIP cuts off below; the factor of SCALE
 * @param high what CLIP cuts off above
 */
public record GradientMark(How how, double low, double high) implements Composite, Liftable {
  /** What becomes of the cotangent. */
  public enum How {
    /** Zeros take its place. */
    ZERO,
    /** Nothing flows, as if the result did not depend on the input. */
    DISCONNECT,
    /** Its elements are cut off at two bounds. */
    CLIP,
    /** It is multiplied by a factor. */
    SCALE,
    /** There is no gradient: to differentiate through here is an error of kind NO_GRADIENT. */
    UNDEFINED,
    /** It flows to a second input instead, which has the same value. */
    ELSEWHERE
  }

  @Override
  public String name() {
    return "gradient";
  }

  @Override
  public String attributes() {
    return how.name().toLowerCase(java.util.Locale.ROOT) + switch (how) {
      case ZERO, DISCONNECT, UNDEFINED, ELSEWHERE -> "";
      case CLIP -> " " + low + " to " + high;
      case SCALE -> " " + low;
    };
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    return inputs.subList(0, 1);
  }

  @Override
  public List<Expr> expand(Apply apply) {
    return apply.inputs().subList(0, 1);
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr g = cotangents.get(0);
    return switch (how) {
      case ZERO -> List.of(Ops.zerosLike(g));
      case DISCONNECT -> Arrays.asList((Expr) null);
      case CLIP -> List.of(Ops.minimum(Ops.maximum(g, low), high));
      case SCALE -> List.of(Ops.times(g, low));
      case UNDEFINED -> List.of(undefined(apply.input(0)));
      case ELSEWHERE -> Arrays.asList(null, g);
    };
  }

  /**
   * What a backward rule gives for an input that its op has no gradient by; an error follows if anybody wants it.
   */
  public static Expr undefined(Expr input) {
    return Apply.one(new GradientMark(How.UNDEFINED, 0, 0), input);
  }

  /** A value whose gradient is that of another expression, which would compute the same value; nothing is left of that without gradients. */
  public static Expr elsewhere(Expr value, Expr differentiated) {
    return Apply.one(new GradientMark(How.ELSEWHERE, 0, 0), value, differentiated);
  }

  /** Whether a cotangent stands for none, as {@link #undefined} gives it. */
  public static boolean isUndefined(Expr cotangent) {
    return cotangent.op() instanceof GradientMark mark && mark.how == How.UNDEFINED;
  }

  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    return Apply.of(this, how == How.ELSEWHERE ? Ops.allStacked(inputs, stacked, length) : inputs).outputs();
  }
}
