package tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.Tensors;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;

/** Gradients of f64 costs in every mode, each element held against a central difference. */
public final class Slopes {
  private static final double STEP = 1e-6;
  private static final double WITHIN = 1e-6;

  private final List<Expr> inputs;
  private final Object[] arguments;
  private final CompiledFunction cost;

  private Slopes(List<Expr> inputs, Expr cost, Object[] arguments) {
    this.inputs = inputs;
    this.arguments = arguments;
    this.cost = Mode.PLAIN.configure(Tensors.function(inputs.toArray(Expr[]::new)).returns(cost)
        .onUnusedInput(FunctionBuilder.Unused.IGNORE).withoutDefaultUpdates()).compile(Mode.PLAIN.backend());
  }

  /** The gradients of a cost by inputs and parameters, checked. */
  public static Tensor[] check(List<Expr> inputs, Expr cost, List<Expr> wrt, Object... arguments) {
    return check(inputs, cost, Tensors.grad(cost, wrt), wrt, arguments);
  }

  /** The same for gradients that were made before. */
  public static Tensor[] check(List<Expr> inputs, Expr cost, List<Expr> gradients, List<Expr> wrt,
      Object... arguments) {
    var results = new ArrayList<>(gradients);
    results.add(cost);
    Tensor[] values = Modes.function(inputs.toArray(Expr[]::new)).returns(results.toArray(Expr[]::new))
        .configured(FunctionBuilder::withoutDefaultUpdates).callAll(arguments);
    var slopes = new Slopes(inputs, cost, arguments);
    for (int i = 0; i < wrt.size(); i++) {
      Tensor point = slopes.point(wrt.get(i));
      for (int j = 0; j < point.size(); j++) {
        double slope = slopes.slope(wrt.get(i), point, j);
        double given = values[i].toDoubles()[j];
        assertThat(Math.abs(given - slope) / Math.max(1, Math.abs(slope)))
            .as("gradient by " + wrt.get(i) + " [" + j + "]: " + given + ", but the difference is " + slope)
                .isLessThan(WITHIN);
      }
    }
    return values;
  }

  private Tensor point(Expr wrt) {
    if (wrt.op() instanceof Leaf.Parametric p) return p.parameter().get();
    Object argument = arguments[inputs.indexOf(wrt)];
    if (argument instanceof Number n) return Tensor.scalar(n.doubleValue());
    if (argument instanceof double[] a) return Tensor.of(a);
    if (argument instanceof double[][] a) return Tensor.of(a);
    return (Tensor) argument;
  }

  private double slope(Expr wrt, Tensor point, int j) {
    return (shifted(wrt, point, j, STEP) - shifted(wrt, point, j, -STEP)) / (2 * STEP);
  }

  private double shifted(Expr wrt, Tensor point, int j, double by) {
    double[] values = point.toDoubles();
    values[j] += by;
    Tensor shifted = Tensor.ofShape(DType.F64, values, point.shape());
    if (wrt.op() instanceof Leaf.Parametric p) return withParameter(p.parameter(), shifted);
    Object[] now = arguments.clone();
    now[inputs.indexOf(wrt)] = shifted;
    return cost.call(now).item();
  }

  private double withParameter(Parameter parameter, Tensor value) {
    Tensor before = parameter.get();
    parameter.set(value);
    try {
      return cost.call(arguments).item();
    } finally {
      parameter.set(before);
    }
  }
}
