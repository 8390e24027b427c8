package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import tests.Modes;
import tests.Slopes;
import weft.Tensors;
import weft.grad.Gradient;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;

/** One function of some inputs, held to numbers in every mode, and its gradients of two orders to differences. */
final class Everywhere {
  private final List<Expr> inputs;
  private final Object[] arguments;

  private Everywhere(List<Expr> inputs, Object[] arguments) {
    this.inputs = inputs;
    this.arguments = arguments;
  }

  /** Inputs and, as many behind them, arguments. */
  static Everywhere of(Object... inputsAndArguments) {
    int n = inputsAndArguments.length / 2;
    var inputs = new ArrayList<Expr>();
    var arguments = new Object[n];
    for (int i = 0; i < n; i++) {
      inputs.add((Expr) inputsAndArguments[i]);
      arguments[i] = inputsAndArguments[n + i];
    }
    return new Everywhere(inputs, arguments);
  }

  /** What comes out, in row-major order; the gradient is checked where it exists. */
  Everywhere gives(Expr result, double... expected) {
    assertThat(value(result).toDoubles()).containsExactly(expected, within(1e-9));
    return this;
  }

  Tensor value(Expr result) {
    return Modes.function(inputs.toArray(Expr[]::new)).returns(result).call(arguments);
  }

  /** The same, and the gradients by all f64 inputs agree with central differences, of the first and second order. */
  Everywhere slopes(Expr result, double... expected) {
    gives(result, expected);
    List<Expr> wrt = inputs.stream().filter(e -> e.dtype() == DType.F64).toList();
    Expr cost = weighted(result, 1.7);
    List<Expr> first = Gradient.of(cost).disconnected(Gradient.Disconnected.ZERO).wrt(wrt);
    Slopes.check(inputs, cost, first, wrt, arguments);
    Expr slope = null;
    for (Expr g : first) slope = slope == null ? weighted(g, 2.3) : slope.plus(weighted(g, 2.3));
    Slopes.check(inputs, slope, Gradient.of(slope).disconnected(Gradient.Disconnected.ZERO).wrt(wrt), wrt,
        arguments);
    return this;
  }

  private static Expr weighted(Expr x, double frequency) {
    Expr weights = Tensors.sin(Tensors.arange(x.type().size(), DType.F64).times(frequency)).times(0.4).plus(1);
    return Tensors.flatten(x).times(weights).sum();
  }
}
