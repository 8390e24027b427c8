package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.crossEntropy;
import static weft.Tensors.dim;
import static weft.Tensors.gradScale;
import static weft.Tensors.map;
import static weft.Tensors.matrix;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.relu;
import static weft.Tensors.scan;
import static weft.Tensors.softmax;
import static weft.Tensors.tanh;
import static weft.Tensors.vector;
import static weft.Tensors.verifyGradient;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import weft.Tensors;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Users' gradients against differences: right ones pass, and of wrong ones the message says where and how wrong. */
class VerifyGradientTest {
  private final Expr x = f64("x", 2, 3);
  private final double[][] at = {{.1, .2, .3}, {-.4, .5, .6}};

  @Test
  void rightGradientsPass() {
    assertThat(verifyGradient(Tensors::tanh, Tensor.of(.1, -2, 3))).isBetween(0., 1e-8);
    assertThat(verifyGradient(Tensors::dot, Tensor.of(at), Tensor.of(new double[][] {{1, 2}, {3, 4}, {5, 6}}))).isLessThan(1e-8);
    assertThat(verifyGradient(tanh(x).sum(1), x).at((Object) at)).isLessThan(1e-8);
    assertThat(verifyGradient(Tensors::tanh, Tensor.of(.1f, -2f, 3f))).isBetween(1e-9, 1e-2);
  }

  @Test
  void aNetWithParametersThatKeepTheirValues() {
    var rng = new Random(3);
    var time = dim("time");
    var xs = matrix("xs", time, 2);
    var target = vector("target", I32, time);
    var w = param("W", Tensors.normal(rng, .5, 2, 3));
    var u = param("U", Tensors.normal(rng, .5, 3, 3));
    var h = scan(xs, Tensors.zeros(3), (xt, p) -> tanh(xt.dot(w).plus(p.dot(u))));
    Expr loss = crossEntropy(map(h.all(), row -> softmax(row)), target).mean();
    Tensor before = parameter(w).get();

    double error = verifyGradient(loss, xs, target).at(Tensors.normal(rng, 1, 4, 2), new int[] {0, 2, 1, 1});
    assertThat(error).isLessThan(1e-3);
    assertThat(parameter(w).get().toDoubles()).containsExactly(before.toDoubles());

    assertThat(verifyGradient(loss, xs, target).by(u).projections(1).oneSided().at(Tensors.normal(rng, 1, 4, 2),
        new int[] {0, 2, 1, 1})).isLessThan(1e-2);
  }

  @Test
  void aWrongGradientSaysWhere() {
    var w = param("W", Tensor.of(new double[] {1, 2, 3}));
    // Twice the gradient of the last column alone, whose weight is 1 + sin(2·2.4 + 1) / 2 = .7677.
    Expr y = Tensors.concat(0, x.slice(1, 0, 2).sum(0), gradScale(x.slice(1, 2, 3), 2).sum(0)).times(w).named("y");
    assertThatThrownBy(() -> verifyGradient(y, x).at((Object) at)).isInstanceOfSatisfying(WeftException.class, e -> {
      assertThat(e.kind()).isEqualTo(Kind.ASSERTION);
      assertThat(e.getMessage()).startsWith("verifyGradient: the gradient of y by x is wrong at [0, 2]: ")
          .containsPattern("wrong at \\[0, 2\\]: 4\\.606\\d+, but the difference is 2\\.303\\d+")
          .contains("y   f64[3]", "x   f64[2, 3]   input", "VerifyGradientTest.java", "absolute error", "0.333", "1.0E-4");
    });
    verifyGradient(y, x).by(w).at((Object) at);
    assertThat(verifyGradient(y, x).tolerance(.4).at((Object) at)).isCloseTo(1 / 3., org.assertj.core.api.Assertions.within(1e-6));
    assertThat(verifyGradient(y, x).atMost(2).at((Object) at)).isLessThan(1e-6);
  }

  @Test
  void aKinkIsReportedUnlessTheStepAvoidsIt() {
    var v = f64("v", 2);
    Expr y = relu(v);
    assertThatThrownBy(() -> verifyGradient(y, v).at((Object) new double[] {1, 1e-9})).isInstanceOf(WeftException.class)
        .hasMessageContaining("at [1]");
    assertThat(verifyGradient(y, v).step(1e-10).at((Object) new double[] {1, 1e-9})).isLessThan(1e-4);
  }

  @Test
  void whatCannotBeMoved() {
    var i = vector("i", I32, 2);
    Expr y = x.times(2).plus(i.cast(F64).sum());
    assertThatThrownBy(() -> verifyGradient(y, x, i).by(i).at(at, new int[] {1, 2})).isInstanceOf(WeftException.class)
        .hasMessageContaining("i cannot be moved");
    assertThatThrownBy(() -> verifyGradient(y, x, i).by(f64("z")).at(at, new int[] {1, 2}))
        .isInstanceOf(WeftException.class).hasMessageContaining("z cannot be moved");
    assertThatThrownBy(() -> verifyGradient(i, i)).isInstanceOf(WeftException.class).hasMessageContaining("is no float");
    assertThat(List.of(verifyGradient(y, x, i).at(at, new int[] {1, 2}))).allMatch(e -> e < 1e-8);
  }
}
