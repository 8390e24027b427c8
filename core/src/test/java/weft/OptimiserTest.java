package weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.F64;
import static weft.Tensors.adadelta;
import static weft.Tensors.adagrad;
import static weft.Tensors.adam;
import static weft.Tensors.adamW;
import static weft.Tensors.clipByNorm;
import static weft.Tensors.grad;
import static weft.Tensors.momentum;
import static weft.Tensors.nesterov;
import static weft.Tensors.param;
import static weft.Tensors.rmsprop;
import static weft.Tensors.scalar;
import static weft.Tensors.sgd;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;

/** Three steps of each optimiser on w², against the formulas of their papers written out in plain Java. */
class OptimiserTest {
  private final Expr w = param("w", Tensor.of(new double[] {1, -2}));
  private final Expr loss = w.times(w).sum();

  /** The values of w's two elements after three calls. */
  private double[] after(List<Update> updates) {
    for (int i = 0; i < 3; i++) {
      List<PlainGraph.Array> values = PlainGraph.run(updates.stream().map(Update::value).toList(), Map.of());
      for (int u = 0; u < updates.size(); u++) {
        var parameter = updates.get(u).parameter();
        parameter.set(Tensor.ofShape(parameter.dtype(), values.get(u).data(), parameter.shape()));
      }
    }
    return PlainGraph.array(Tensors.parameter(w).get()).data();
  }

  /** What three steps make of each element, given the step that a gradient and the time lead to. */
  private static double[] expected(java.util.function.Supplier<BiFunction<Double, Integer, Double>> rule) {
    double[] w = {1, -2};
    for (int i = 0; i < 2; i++) {
      var step = rule.get();
      for (int t = 1; t <= 3; t++) w[i] -= step.apply(2 * w[i], t);
    }
    return w;
  }

  private static void assertClose(double[] actual, double[] expected) {
    assertThat(actual).containsExactly(expected, within(1e-12));
  }

  @Test
  void gradientDescent() {
    assertClose(after(sgd(loss, List.of(w), .1)), expected(() -> (g, t) -> .1 * g));
  }

  @Test
  void gradientDescentWithARateGivenAtTheCall() {
    Expr lr = scalar("lr");
    var train = FunctionBuilder.function(lr).updates(sgd(loss, List.of(w), lr)).compile(Backend.INTERPRETER);
    train.call(.25f);
    assertClose(PlainGraph.array(Tensors.parameter(w).get()).data(), new double[] {.5, -1});
  }

  @Test
  void gradientDescentWithMomentum() {
    assertClose(after(momentum(loss, List.of(w), .1, .5)), expected(() -> {
      double[] v = {0};
      return (g, t) -> .1 * (v[0] = .5 * v[0] + g);
    }));
  }

  @Test
  void rootMeanSquare() {
    assertClose(after(rmsprop(loss, List.of(w), .1)), expected(() -> {
      double[] s = {0};
      return (g, t) -> .1 * g / (Math.sqrt(s[0] = .9 * s[0] + .1 * g * g) + 1e-6);
    }));
  }

  @Test
  void adaptiveDelta() {
    assertClose(after(adadelta(loss, List.of(w))), expected(() -> {
      double[] s = {0, 0};
      return (g, t) -> {
        s[0] = .95 * s[0] + .05 * g * g;
        double step = Math.sqrt(s[1] + 1e-6) / Math.sqrt(s[0] + 1e-6) * g;
        s[1] = .95 * s[1] + .05 * step * step;
        return step;
      };
    }));
  }

  @Test
  void adaptiveMoments() {
    assertClose(after(adam(loss, List.of(w), .1)), expected(() -> {
      double[] s = {0, 0};
      return (g, t) -> {
        s[0] = .9 * s[0] + .1 * g;
        s[1] = .999 * s[1] + .001 * g * g;
        return .1 * (s[0] / (1 - Math.pow(.9, t))) / (Math.sqrt(s[1] / (1 - Math.pow(.999, t))) + 1e-8);
      };
    }));
  }

  /** Two moments and how far they have come, as Adam keeps them. */
  private static BiFunction<Double, Integer, Double> moments(double beta1, double beta2, double epsilon) {
    double[] s = {0, 0};
    return (g, t) -> {
      s[0] = beta1 * s[0] + (1 - beta1) * g;
      s[1] = beta2 * s[1] + (1 - beta2) * g * g;
      return s[0] / (1 - Math.pow(beta1, t)) / (Math.sqrt(s[1] / (1 - Math.pow(beta2, t))) + epsilon);
    };
  }

  @Test
  void adaptiveMomentsThatDecayOtherwise() {
    assertClose(after(adam(grad(loss, List.of(w)), List.of(w), .1, .8, .99, 1e-3)), expected(() -> {
      var step = moments(.8, .99, 1e-3);
      return (g, t) -> .1 * step.apply(g, t);
    }));
  }

  /** The gradient of w² is 2·w, so half of it decays. */
  @Test
  void adaptiveMomentsAndDecayingWeights() {
    assertClose(after(adamW(loss, List.of(w), .1, .3)), expected(() -> {
      var step = moments(.9, .999, 1e-8);
      return (g, t) -> .1 * (step.apply(g, t) + .3 * g / 2);
    }));
  }

  @Test
  void momentumThatLooksAhead() {
    assertClose(after(nesterov(loss, List.of(w), .1, .5)), expected(() -> {
      double[] v = {0};
      return (g, t) -> .1 * (g + .5 * (v[0] = .5 * v[0] + g));
    }));
  }

  @Test
  void sumsOfSquares() {
    assertClose(after(adagrad(loss, List.of(w), .1)), expected(() -> {
      double[] s = {0};
      return (g, t) -> .1 * g / (Math.sqrt(s[0] += g * g) + 1e-10);
    }));
  }

  @Test
  void clippedGradientsKeepTheirDirection() {
    Expr v = param("v", Tensor.of(new double[] {4}));
    List<Expr> g = clipByNorm(grad(loss.plus(v.times(v).sum()), List.of(w, v)), 1);
    var clipped = FunctionBuilder.function().returns(g.get(0), g.get(1)).compile(Backend.INTERPRETER).callAll();
    double norm = Math.sqrt(4 + 16 + 64);
    assertClose(PlainGraph.array(clipped[0]).data(), new double[] {2 / norm, -4 / norm});
    assertClose(PlainGraph.array(clipped[1]).data(), new double[] {8 / norm});
    Expr small = clipByNorm(grad(loss, List.of(w)), 100).get(0);
    assertClose(PlainGraph.array(FunctionBuilder.function().returns(small).compile(Backend.INTERPRETER)
        .call()).data(), new double[] {2, -4});
  }

  @Test
  void onlyParametersAreTrained() {
    Expr x = Tensors.vector("x", F64, 2);
    assertThatThrownBy(() -> sgd(x.times(x).sum(), List.of(x), .1)).isInstanceOf(WeftException.class)
        .hasMessageContaining("sgd: x is not a parameter");
  }
}
