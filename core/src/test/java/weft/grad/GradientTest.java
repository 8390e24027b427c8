package weft.grad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.disconnectedGrad;
import static weft.Tensors.grad;
import static weft.Tensors.gradClip;
import static weft.Tensors.gradScale;
import static weft.Tensors.matrix;
import static weft.Tensors.param;
import static weft.Tensors.scalar;
import static weft.Tensors.sigmoid;
import static weft.Tensors.vector;
import static weft.Tensors.zeroGrad;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import weft.Backend;
import weft.FunctionBuilder;
import weft.PlainGraph;
import weft.PlainGraph.Array;
import weft.Tensors;
import weft.graph.Expr;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;

class GradientTest {
  private final Expr x = vector("x", F64, 2);
  private final Map<Expr, Array> at = Map.of(x, Array.of(3, 5));

  private double[] values(Expr gradient) {
    return PlainGraph.run(gradient, at).data();
  }

  @Test
  void paths() {
    assertThat(values(grad(x.times(x).sum(), x))).containsExactly(6, 10);
    assertThat(values(grad(x.sum().times(x.sum()), x))).containsExactly(16, 16);
  }

  @Test
  void ofAScalarByItself() {
    Expr y = scalar("y", F64);
    assertThat(PlainGraph.run(grad(y, y), Map.of(y, Array.scalar(7))).data()).containsExactly(1);
  }

  @Test
  void byWhatIsNoLeaf() {
    Expr square = x.times(x);
    Expr cost = square.times(square).sum();
    assertThat(values(grad(cost, square))).containsExactly(18, 50);
    List<Expr> both = grad(cost, List.of(square, x));
    assertThat(values(both.get(1))).containsExactly(4 * 27, 4 * 125);
  }

  @Test
  void constantsLetNothingThrough() {
    Expr square = x.times(x);
    assertThat(values(Gradient.of(x.times(square).sum()).constant(square).wrt(x))).containsExactly(9, 25);
  }

  @Test
  void knownGradientsReplaceTheCost() {
    Expr square = x.times(x);
    assertThat(values(Gradient.ofKnown().known(square, x).wrt(x))).containsExactly(18, 50);
    Expr n = scalar("n", I32);
    Expr known = Gradient.ofKnown().known(n, Tensors.constant(.6)).wrt(n);
    assertThat(PlainGraph.run(known, Map.of(n, Array.scalar(4))).data()).containsExactly(.6);
    assertThatThrownBy(() -> Gradient.ofKnown().known(x, Tensors.constant(1.0)))
        .isInstanceOf(WeftException.class)
        .hasMessageContaining("another shape");
  }

  @Test
  void byIntegersThatAreUsedAsFloats() {
    Expr ints = matrix("n", I32, 2, 2);
    Expr w = matrix("w", F64, 2, 1);
    Expr cost = sigmoid(ints.dot(w)).sum();
    Expr floats = matrix("f", F64, 2, 2);
    Expr same = sigmoid(floats.dot(w)).sum();
    Array n = new Array(new double[] {1, -2, 0, 3}, 2, 2);
    Array weights = new Array(new double[] {.5, -.25}, 2, 1);

    double[] byInts = PlainGraph.run(grad(cost, ints), Map.of(ints, n, w, weights)).data();
    assertThat(byInts).isEqualTo(PlainGraph.run(grad(same, floats), Map.of(floats, n, w, weights)).data());
    double s = 1 / (1 + Math.exp(-1));
    assertThat(byInts[0]).isEqualTo(s * (1 - s) * .5);
  }

  @Test
  void twoReadersOfOneParameterAreOne() {
    var p = new Parameter("p", Tensor.scalar(3.0));
    Expr cost = param(p).times(param(p));
    assertThat(PlainGraph.run(grad(cost, param(p)), Map.of()).data()).containsExactly(6);
  }

  @Test
  void markedExpressionsHaveOtherGradients() {
    Expr y = scalar("y", F64);
    var two = Map.of(y, Array.scalar(2));
    assertThat(PlainGraph.run(grad(y.times(zeroGrad(y)), y), two).data()).containsExactly(2);
    assertThat(PlainGraph.run(grad(y.times(y).times(zeroGrad(y)), y), two).data()).containsExactly(8);
    assertThat(PlainGraph.run(grad(gradClip(y, -1, 1).pow(2), y), two).data()).containsExactly(1);
    assertThat(PlainGraph.run(grad(gradScale(y, 2).pow(2), y), two).data()).containsExactly(8);
    assertThat(PlainGraph.run(grad(y.plus(disconnectedGrad(y)), y), two).data()).containsExactly(1);
    assertThatThrownBy(() -> grad(disconnectedGrad(y), y)).isInstanceOf(WeftException.class)
        .hasMessageContaining("does not depend on y");
    assertThat(Gradient.of(zeroGrad(y)).wrt(y).type()).isEqualTo(y.type());
    var f = FunctionBuilder.function(y).returns(gradScale(y, 2)).compile(Backend.INTERPRETER);
    assertThat(f.call(3.0).item()).isEqualTo(3);
  }

  @Test
  void gradientsAreNamedAfterWhatTheyAre() {
    Expr loss = x.times(x).sum().named("loss");
    assertThat(grad(loss, x).name()).isEqualTo("d loss/d x");
  }

  @Test
  void zerosWhereTheCostDoesNotDependOnIt() {
    Expr y = vector("y", F64, 2);
    Expr zeros = Gradient.of(x.sum()).disconnected(Gradient.Disconnected.ZERO).wrt(y);
    assertThat(PlainGraph.run(zeros, Map.of()).data()).containsExactly(0, 0);
  }
}
