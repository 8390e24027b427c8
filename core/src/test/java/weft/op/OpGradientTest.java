package weft.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.CompiledFunction;
import weft.grad.Gradient;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;

/** Every backward rule agrees with central differences, and so does the backward rule of what it builds. */
class OpGradientTest {
  private static final double STEP = 1e-5;

  static List<OpRow> rows() {
    return OpTable.rows().stream().filter(OpRow::gradient).toList();
  }

  static List<OpRow> namedRows() {
    return rows().stream().filter(OpRow::named).toList();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void firstAndSecondOrder(OpRow row) {
    check(row, false);
  }

  @ParameterizedTest
  @MethodSource("namedRows")
  void whenDimensionsAreKnownOnlyAtTheCall(OpRow row) {
    check(row, true);
  }

  private static void check(OpRow row, boolean named) {
    Expr[] inputs = OpTable.inputs(row, DType.F64, named);
    Nd[] values = row.draw(5);
    Expr cost = weighted(row.build().apply(inputs), 1.7);
    List<Expr> gradients = gradients(cost, inputs);
    differences(row.name(), cost, gradients, inputs, values);

    Expr slope = null;
    for (Expr g : gradients) {
      Expr part = weighted(g, 2.3);
      slope = slope == null ? part : Ops.plus(slope, part);
    }
    differences(row.name() + ", second order", slope, gradients(slope, inputs), inputs, values);
  }

  /** Σ weight · x, where the weights are different numbers around 1. */
  private static Expr weighted(Expr x, double frequency) {
    Expr number = Ops.arange(x.type().size(), DType.F64);
    Expr weights = Ops.plus(Ops.times(Ops.sin(Ops.times(number, frequency)), 0.4), 1);
    return Ops.sum(Ops.times(x, Ops.reshape(weights, x.type().dims())));
  }

  private static List<Expr> floats(Expr[] inputs) {
    return List.of(inputs).stream().filter(e -> e.dtype().isFloat()).toList();
  }

  private static List<Expr> gradients(Expr cost, Expr[] inputs) {
    return Gradient.of(cost).disconnected(Gradient.Disconnected.ZERO).wrt(floats(inputs));
  }

  private static void differences(String what, Expr cost, List<Expr> gradients, Expr[] inputs, Nd[] values) {
    CompiledFunction costs = OpTable.compile(inputs, cost);
    Tensor[] given = OpTable.run(OpTable.compile(inputs, gradients.toArray(Expr[]::new)), inputs, values);
    int g = 0;
    for (int i = 0; i < inputs.length; i++) {
      if (!inputs[i].dtype().isFloat()) continue;
      double[] gradient = given[g++].toDoubles();
      for (int k = 0; k < gradient.length; k++) {
        double rise = at(costs, inputs, values, i, k, STEP) - at(costs, inputs, values, i, k, -STEP);
        double slope = rise / (2 * STEP);
        double error = Math.abs(slope - gradient[k]) / Math.max(1, Math.abs(slope));
        assertThat(error).as("%s by element %d of input %d: differences give %s, the rule %s", what, k, i, slope,
            gradient[k])
            .isLessThan(1e-6);
      }
    }
  }

  private static double at(CompiledFunction cost, Expr[] inputs, Nd[] values, int input, int element,
      double step) {
    var moved = values.clone();
    moved[input] = values[input].with(element, values[input].data()[element] + step);
    return OpTable.run(cost, inputs, moved)[0].item();
  }
}
