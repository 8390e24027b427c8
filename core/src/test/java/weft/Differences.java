package weft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import weft.PlainGraph.Array;
import weft.grad.Gradient;
import weft.graph.Expr;
import weft.op.Ops;

/** Gradients held against central differences. */
final class Differences {
  private static final double STEP = 1e-5;

  private Differences() {}

  /**
   * Checks the gradient of {@code cost} by {@code wrt}, and the gradient of a weighted sum of that gradient.
   */
  static void check(Expr cost, Map<Expr, Array> inputs, Expr... wrt) {
    check(cost, inputs, UnaryOperator.identity(), wrt);
  }

  /** The same where the gradients go through some passes before they are computed. */
  static void check(Expr cost, Map<Expr, Array> inputs, UnaryOperator<List<Expr>> passes, Expr... wrt) {
    List<Expr> first = Gradient.of(cost).disconnected(Gradient.Disconnected.ZERO).wrt(List.of(wrt));
    compare("first", cost, first, inputs, passes, wrt);
    Expr weighted = null;
    for (Expr g : first) {
      Expr part = Ops.times(Ops.sum(g), .7);
      part = Ops.plus(part, Ops.sum(Ops.times(g, g)));
      weighted = weighted == null ? part : Ops.plus(weighted, part);
    }
    List<Expr> second = Gradient.of(weighted).disconnected(Gradient.Disconnected.ZERO).wrt(List.of(wrt));
    compare("second", weighted, second, inputs, passes, wrt);
  }

  private static void compare(String order, Expr cost, List<Expr> gradients, Map<Expr, Array> inputs,
      UnaryOperator<List<Expr>> passes, Expr... wrt) {
    var all = new ArrayList<>(gradients);
    all.add(cost);
    List<Expr> passed = passes.apply(all);
    List<Array> values = Runs.run(passed, inputs);
    for (int i = 0; i < wrt.length; i++) {
      for (int j = 0; j < values.get(i).data().length; j++) {
        double slope = slope(cost, inputs, wrt[i], j);
        double actual = values.get(i).data()[j];
        assertThat(Math.abs(actual - slope) / Math.max(1, Math.abs(slope)))
            .as(order + " derivative by " + wrt[i] + " [" + j + "]: " + actual + ", but the difference is "
                + slope).isLessThan(1e-6);
      }
    }
    double plain = PlainGraph.run(cost, inputs).data()[0];
    assertThat(values.get(wrt.length).data()[0]).isCloseTo(plain,
        org.assertj.core.data.Percentage.withPercentage(1e-9));
  }

  private static double slope(Expr cost, Map<Expr, Array> inputs, Expr wrt, int j) {
    return (shifted(cost, inputs, wrt, j, STEP) - shifted(cost, inputs, wrt, j, -STEP)) / (2 * STEP);
  }

  private static double shifted(Expr cost, Map<Expr, Array> inputs, Expr wrt, int j, double by) {
    var all = new HashMap<>(inputs);
    Array before = inputs.get(wrt);
    double[] data = before.data().clone();
    data[j] += by;
    all.put(wrt, new Array(data, before.shape()));
    return PlainGraph.run(cost, all).data()[0];
  }
}
