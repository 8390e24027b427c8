package weft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import weft.grad.Gradient;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.op.Ops;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.TensorType;

/**
 * A check of gradients against differences: the elements of an expression are added up with weights between 0.5 and 1.5,
 * and the gradient of that number by each element of each input and parameter is held against what the number does when
 * that element moves a little.
 *
 * <p>Differences are taken in double, to both sides unless told otherwise, and a gradient is wrong where both its absolute
 * and its relative error are above the tolerance: 1e-4, or 1e-2 where something is f32. Parameters keep their values, and
 * random numbers, masks and the like must be the same in every call. At a kink, such as that of {@code relu}, no difference
 * says what the gradient is.
 */
public final class GradientCheck {
  private final Expr y;
  private final List<Expr> inputs;
  private List<Expr> by = List.of();
  private double tolerance = Double.NaN;
  private double step = Double.NaN;
  private boolean oneSided;
  private int projections = 2;
  private int most = Integer.MAX_VALUE;

  GradientCheck(Expr y, List<Expr> inputs) {
    if (!Message.needed("verifyGradient: what to differentiate", y).dtype().isFloat()) {
      throw new WeftException(Kind.DTYPE, Message.of("verifyGradient: " + Message.label(y) + " is no float", List.of(y),
          Origin.here(), "Cast it first."));
    }
    this.y = y;
    this.inputs = inputs;
  }

  /** Only the gradients by these inputs and parameters; without, by all that are floats and that y depends on. */
  public GradientCheck by(Expr... some) {
    by = Message.neededAll("verifyGradient: inputs", some);
    return this;
  }

  /** How large the absolute or the relative error may be. */
  public GradientCheck tolerance(double tolerance) {
    this.tolerance = tolerance;
    return this;
  }

  /** How far elements move; without, as far as is best for their dtype and size. */
  public GradientCheck step(double step) {
    this.step = step;
    return this;
  }

  /** Elements move up only: half the calls, and less exact. */
  public GradientCheck oneSided() {
    oneSided = true;
    return this;
  }

  /** With how many sets of weights the elements of y are added up; 2 without. */
  public GradientCheck projections(int count) {
    projections = count;
    return this;
  }

  /** Looks at no more elements of each tensor than this, spread evenly. */
  public GradientCheck atMost(int elements) {
    most = elements;
    return this;
  }

  /**
   * Checks at these values of the inputs and the parameters' present ones.
   *
   * @return the largest error met, the smaller of absolute and relative
   * @throws WeftException of kind ASSERTION at the first wrong gradient; it names the position and both numbers
   */
  public double at(Object... arguments) {
    return new Run(arguments).check();
  }

  /** One check at one point: the functions compiled, and the point that elements are moved away from. */
  private final class Run {
    /** What is differentiated by, as the user knows it, each with the input that stands for it here. */
    private final Map<Expr, Expr> checked = new LinkedHashMap<>();
    private final List<Expr> all = new ArrayList<>(inputs);
    private final List<Tensor> point = new ArrayList<>();
    private final CompiledFunction value;
    private final CompiledFunction gradients;

    Run(Object... arguments) {
      if (!inputs.isEmpty()) {
        point.addAll(Arrays.asList(FunctionBuilder.function(all.toArray(Expr[]::new)).named("verifyGradient")
            .returns(all.toArray(Expr[]::new)).compile(Backend.INTERPRETER).callAll(arguments)));
      }
      Expr plain = withoutParameters();
      choose();
      Expr shift = Apply.one(new Leaf.Input(new TensorType(DType.F64, List.of()))).named("projection");
      Expr k = Ops.arange(plain.type().size(), DType.F64);
      Expr angles = Ops.plus(Ops.times(k, 2.4), shift);
      Expr weights = Ops.reshape(Ops.cast(Ops.plus(Ops.times(Ops.sin(angles), .5), 1), plain.dtype()),
          plain.type().dims());
      var results = new ArrayList<>(Gradient.ofKnown().known(plain, weights).wrt(List.copyOf(checked.values())));
      results.add(weights);
      var more = new ArrayList<>(all);
      more.add(shift);
      value = function("value", all, List.of(plain));
      gradients = function("gradients", more, results);
    }

    private CompiledFunction function(String what, List<Expr> of, List<Expr> results) {
      return FunctionBuilder.function(of.toArray(Expr[]::new)).returns(results.toArray(Expr[]::new))
          .named("verifyGradient." + what).onUnusedInput(FunctionBuilder.Unused.IGNORE).compile();
    }

    /** The expression with an input in the place of each parameter, so that no parameter is ever changed. */
    private Expr withoutParameters() {
      var stands = new HashMap<Parameter, Expr>();
      var replaced = new HashMap<Expr, Expr>();
      for (Apply a : Graphs.order(List.of(y))) {
        if (!(a.op() instanceof Leaf.Parametric p)) continue;
        Expr input = stands.computeIfAbsent(p.parameter(), k -> {
          all.add(Apply.one(new Leaf.Input(a.output(0).type())).named(k.name()));
          point.add(k.get());
          checked.put(a.output(0), all.get(all.size() - 1));
          return all.get(all.size() - 1);
        });
        replaced.put(a.output(0), input);
      }
      return Graphs.substitute(List.of(y), replaced).get(0);
    }

    private void choose() {
      var parameters = new LinkedHashMap<>(checked);
      checked.clear();
      var used = Graphs.order(List.of(y));
      for (Expr x : by.isEmpty() ? inputs : by) {
        Expr stand = inputs.contains(x) ? x : of(parameters, x);
        if (stand == null || !x.dtype().isFloat() && !by.isEmpty()) {
          throw new WeftException(Kind.ARGUMENT, Message.of("verifyGradient: " + Message.label(x)
              + " cannot be moved", List.of(x), Origin.here(), "Give float inputs and parameters of the expression."));
        }
        if (x.dtype().isFloat() && (!by.isEmpty() || used.contains(x.apply()))) checked.put(x, stand);
      }
      if (by.isEmpty()) parameters.forEach((x, stand) -> {
        if (x.dtype().isFloat()) checked.put(x, stand);
      });
    }

    /** The input that stands for the parameter that x reads. */
    private static Expr of(Map<Expr, Expr> parameters, Expr x) {
      for (var each : parameters.entrySet()) if (each.getKey().op().equals(x.op())) return each.getValue();
      return null;
    }

    double check() {
      double worst = 0;
      for (int p = 0; p < projections; p++) {
        var arguments = new ArrayList<Object>(point);
        arguments.add(Tensor.scalar(1.7 * p + 1));
        Tensor[] given = gradients.callAll(arguments.toArray());
        double[] weights = given[given.length - 1].toDoubles();
        int i = 0;
        for (var each : checked.entrySet()) {
          worst = Math.max(worst, check(each.getKey(), all.indexOf(each.getValue()), given[i++], weights));
        }
      }
      return worst;
    }

    private double check(Expr x, int input, Tensor gradient, double[] weights) {
      double[] is = gradient.toDoubles();
      double allowed = Double.isNaN(tolerance) ? isSingle(x) ? 1e-2 : 1e-4 : tolerance;
      double worst = 0;
      long count = Math.min(most, is.length);
      for (long k = 0; k < count; k++) {
        int at = (int) (k * is.length / count);
        double slope = slope(input, at, isSingle(x), weights);
        double absolute = Math.abs(is[at] - slope);
        double relative = absolute / Math.max(Math.abs(is[at]) + Math.abs(slope), 1e-300);
        double error = Math.min(absolute, relative);
        if (!(error <= allowed)) throw wrong(x, position(at, gradient.shape()), is[at], slope, absolute, relative, allowed);
        worst = Math.max(worst, error);
      }
      return worst;
    }

    private boolean isSingle(Expr x) {
      return x.dtype() == DType.F32 || y.dtype() == DType.F32;
    }

    private double slope(int input, int at, boolean single, double[] weights) {
      Tensor tensor = point.get(input);
      double[] values = tensor.toDoubles();
      double unit = single ? Math.ulp(1f) : Math.ulp(1.);
      double by = Double.isNaN(step)
          ? (oneSided ? Math.sqrt(unit) : Math.cbrt(unit)) * Math.max(1, Math.abs(values[at])) : step;
      Tensor above = moved(tensor, values, at, by);
      Tensor below = oneSided ? tensor : moved(tensor, values, at, -by);
      double[] high = valueAt(input, above);
      double[] low = valueAt(input, below);
      double sum = 0;
      for (int i = 0; i < high.length; i++) sum += weights[i] * (high[i] - low[i]);
      return sum / (above.toDoubles()[at] - below.toDoubles()[at]);
    }

    private double[] valueAt(int input, Tensor moved) {
      var arguments = new ArrayList<Object>(point);
      arguments.set(input, moved);
      return value.callAll(arguments.toArray())[0].toDoubles();
    }

    private static Tensor moved(Tensor tensor, double[] values, int at, double by) {
      double[] now = values.clone();
      now[at] += by;
      return Tensor.ofShape(tensor.dtype(), now, tensor.shape());
    }
  }

  private WeftException wrong(Expr x, String position, double gradient, double slope, double absolute, double relative,
      double allowed) {
    return new WeftException(Kind.ASSERTION, Message.of("verifyGradient: the gradient of " + Message.label(y) + " by "
        + Message.label(x) + " is wrong at " + position + ": " + gradient + ", but the difference is " + slope,
        List.of(y, x), Origin.here(), "The absolute error is " + absolute + ", the relative one " + relative
            + ", and at least one of them should be at most " + allowed + "."));
  }

  /** Row-major position {@code at} as an index of each axis. */
  private static String position(int at, int[] shape) {
    int[] index = new int[shape.length];
    for (int axis = shape.length - 1, rest = at; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest /= shape[axis];
    }
    return Arrays.toString(index);
  }
}
