package weft.op;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import weft.Backend;
import weft.FunctionBuilder;
import weft.Tensors;
import weft.grad.Gradient;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;

/** What happens where a function has no derivative, at infinities, at NaN and in tails: literal numbers. */
class ConventionsTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  private final Expr x = Tensors.vector("x", DType.F64, Tensors.dim("n"));

  private double[] value(Expr result, double... at) {
    return FunctionBuilder.function(x).returns(result).onUnusedInput(FunctionBuilder.Unused.IGNORE).withoutRewrites()
        .compile(Backend.INTERPRETER).call(Tensor.of(at)).toDoubles();
  }

  private double[] slope(Expr result, double... at) {
    return value(Gradient.of(Ops.sum(result)).wrt(x), at);
  }

  @Test
  void tiesGetTheWholeGradientEach() {
    assertThat(slope(Ops.max(x), 1, 3, 3, 2)).containsExactly(0, 1, 1, 0);
    assertThat(slope(Ops.min(x), 1, 3, 1, 2)).containsExactly(1, 0, 1, 0);
    assertThat(slope(Ops.maximum(x, Ops.reverse(x)), 1, 5, 5, 2)).containsExactly(0, 2, 2, 2);
    assertThat(slope(Ops.clip(x, 0, 1), -1, 0, 0.5, 1, 2)).containsExactly(0, 1, 1, 1, 0);
  }

  @Test
  void cornersAreFlat() {
    assertThat(slope(Ops.relu(x), -1, 0, 1)).containsExactly(0, 0, 1);
    assertThat(slope(Ops.abs(x), -2, 0, 2)).containsExactly(-1, 0, 1);
    assertThat(slope(Ops.sign(x), -2, 0, 2)).containsExactly(0, 0, 0);
    assertThat(slope(Ops.floor(x), 0.5, 1)).containsExactly(0, 0);
  }

  @Test
  void powersOfZeroHaveDerivatives() {
    assertThat(slope(Ops.pow(x, 2), 0, -3)).containsExactly(0, -6);
    assertThat(slope(Ops.pow(x, 1), 0, -3)).containsExactly(1, 1);
    // 0 · (-3)⁻¹, as the exponent might be another one.
    assertThat(slope(Ops.pow(x, 0), 0, -3)).containsExactly(0, -0.0);
    assertThat(slope(Ops.pow(0, x), 2, 3)).containsExactly(0, 0);
  }

  @Test
  void choicesKeepTheOtherSidesNaNOut() {
    Expr safe = Ops.where(Ops.gt(x, 0), Ops.log(x), 0);
    assertThat(value(safe, -1, 1)).containsExactly(0, 0);
    assertThat(slope(Ops.where(Ops.gt(x, 0), x, Ops.neg(x)), -1, 2)).containsExactly(-1, 1);
  }

  @Test
  void notANumberWins() {
    assertThat(value(Ops.max(x), 1, NAN, 3)).containsExactly(NAN);
    assertThat(value(Ops.min(x), 1, NAN, 3)).containsExactly(NAN);
    assertThat(value(Ops.argmax(x), 1, NAN, 3, NAN)).containsExactly(1);
    assertThat(value(Ops.argmin(x), 1, NAN, -3)).containsExactly(1);
    assertThat(value(Ops.argmax(x), -INF, -INF)).containsExactly(0);
    assertThat(value(Ops.relu(x), NAN, INF, -INF)).containsExactly(NAN, INF, 0);
    assertThat(value(Ops.isNaN(x), NAN, INF, 0)).containsExactly(1, 0, 0);
  }

  @Test
  void largeScoresDoNotOverflow() {
    assertThat(value(Ops.softmax(x), 1000, 1000, 0)).containsExactly(0.5, 0.5, 0);
    assertThat(value(Ops.logSoftmax(x), 1000, 0)).containsExactly(0, -1000);
    assertThat(value(Ops.logSumExp(x, 0), 1000, -1000)).containsExactly(1000);
    assertThat(value(Ops.logSumExp(x, 0), -INF, -INF)).containsExactly(-INF);
    assertThat(value(Ops.sigmoidBinaryCrossEntropy(x, Ops.onesLike(x)), -1000, 1000)).containsExactly(1000, 0);
    assertThat(slope(Ops.softplus(x), -1000, 0, 1000)).containsExactly(0, 0.5, 1);
    assertThat(slope(Ops.logSigmoid(x), -1000, 0, 1000)).containsExactly(1, 0.5, 0);
  }

  @Test
  void repeatedIndicesAccumulate() {
    Expr taken = Ops.take(x, Ops.literal(Tensor.of(2, 0, 2, -1)), 0);
    Expr weighted = Ops.times(taken, Ops.literal(Tensor.of(1.0, 10, 100, 1000)));
    assertThat(slope(weighted, 5, 6, 7)).containsExactly(10, 0, 1101);
  }
}
