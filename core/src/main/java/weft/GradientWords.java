package weft;

import java.util.ArrayList;
import java.util.List;
import weft.grad.Gradient;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.op.GradientMark;
import weft.op.Ops;
import weft.op.ScanCarry;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.TensorType;

/**
 * The words of training: gradients, and updates that follow them.
 *
 * <p>An optimiser takes the loss, or gradients that were worked on before, and the parameters. What it
 * remembers from call to call are parameters too, which it makes and names after those they serve ({@code
 * Wx.m}). Learning rates are Java numbers or scalar expressions.
 */
public abstract class GradientWords extends DerivativeWords {
  GradientWords() {}

  /** What one parameter's update is made of. */
  private interface Rule {
    void update(Expr parameter, Expr gradient, Expr rate, List<Update> updates);
  }

  /**
   * The gradient of a scalar by anything that it depends on.
   *
   * @throws WeftException of kind SHAPE if the cost is no scalar, of kind DISCONNECTED if it does not depend
   * on {@code wrt}
   */
  public static Expr grad(Expr cost, Expr wrt) {
    return Gradient.of(cost).wrt(wrt);
  }

  /** The gradients of a scalar by several expressions, in order. */
  public static List<Expr> grad(Expr cost, List<Expr> wrt) {
    return Gradient.of(cost).wrt(wrt);
  }

  /** A gradient with options: constants, known gradients, what to do with disconnected expressions. */
  public static Gradient gradient(Expr cost) {
    return Gradient.of(cost);
  }

  /** The value of x, as if it were a number: its gradient is zero. */
  public static Expr zeroGrad(Expr x) {
    return mark(GradientMark.How.ZERO, 0, 0, x);
  }

  /**
   * The value of x, as if it did not depend on anything: to differentiate by what is only in here is an error.
   */
  public static Expr disconnectedGrad(Expr x) {
    return mark(GradientMark.How.DISCONNECT, 0, 0, x);
  }

  /**
   * The value of x; the gradient that flows back through here is cut off at {@code low} and {@code high},
   * element by element.
   */
  public static Expr gradClip(Expr x, double low, double high) {
    if (low > high) throw new WeftException(Kind.ARGUMENT, Message.here("gradClip: nothing lies from " + low + " to " + high, "Give the lower bound first."));
    return mark(GradientMark.How.CLIP, low, high, x);
  }

  /** The value of x; the gradient that flows back through here is multiplied by {@code factor}. */
  public static Expr gradScale(Expr x, double factor) {
    return mark(GradientMark.How.SCALE, factor, 0, x);
  }

  /** The value of x, which has no gradient: to differentiate through here is an error of kind NO_GRADIENT. */
  public static Expr undefinedGrad(Expr x) {
    return mark(GradientMark.How.UNDEFINED, 0, 0, x);
  }

  private static Expr mark(GradientMark.How how, double low, double high, Expr x) {
    return Apply.one(new GradientMark(how, low, high), x);
  }

  /** Gradients scaled down together, so that the root of the sum of their squares is at most {@code limit}. */
  public static List<Expr> clipByNorm(List<Expr> gradients, Object limit) {
    Expr squares = null;
    for (Expr g : Message.neededAll("clipByNorm: gradients", gradients)) {
      Expr part = Ops.sum(Ops.times(g, g));
      squares = squares == null ? part : Ops.plus(squares, part);
    }
    var clipped = new ArrayList<Expr>();
    for (Expr g : gradients) {
      Expr norm = Ops.cast(Ops.sqrt(squares), g.dtype());
      Expr most = rate(limit, g.dtype());
      clipped.add(Ops.times(g, Ops.div(most, Ops.maximum(norm, most))));
    }
    return clipped;
  }

  /** Gradient descent: {@code p - rate·g}. */
  public static List<Update> sgd(Expr loss, List<Expr> parameters, Object rate) {
    return sgd(grad(loss, parameters), parameters, rate);
  }

  /** Gradient descent by the given gradients: {@code p - rate·g}. */
  public static List<Update> sgd(List<Expr> gradients, List<Expr> parameters, Object rate) {
    return updates("sgd", gradients, parameters, rate,
        (p, g, lr, all) -> all.add(update(p, Ops.minus(p, Ops.times(g, lr)))));
  }

  /** Gradient descent with momentum: {@code v ← μ·v + g}, {@code p - rate·v} (Polyak 1964). */
  public static List<Update> momentum(Expr loss, List<Expr> parameters, Object rate, double mu) {
    return momentum(grad(loss, parameters), parameters, rate, mu);
  }

  /** Gradient descent with momentum: {@code v ← μ·v + g}, {@code p - rate·v} (Polyak 1964). */
  public static List<Update> momentum(List<Expr> gradients, List<Expr> parameters, Object rate, double mu) {
    return momentum("momentum", gradients, parameters, rate, mu, false);
  }

  /** Momentum that looks ahead: {@code v ← μ·v + g}, {@code p - rate·(g + μ·v)} (Nesterov 1983; Sutskever et al. 2013). */
  public static List<Update> nesterov(Expr loss, List<Expr> parameters, Object rate, double mu) {
    return nesterov(grad(loss, parameters), parameters, rate, mu);
  }

  /** Momentum that looks ahead: {@code v ← μ·v + g}, {@code p - rate·(g + μ·v)} (Nesterov 1983; Sutskever et al. 2013). */
  public static List<Update> nesterov(List<Expr> gradients, List<Expr> parameters, Object rate, double mu) {
    return momentum("nesterov", gradients, parameters, rate, mu, true);
  }

  private static List<Update> momentum(String what, List<Expr> gradients, List<Expr> parameters, Object rate, double mu, boolean ahead) {
    return updates(what, gradients, parameters, rate, (p, g, lr, all) -> {
      Expr v = state(p, "v");
      Expr next = Ops.plus(Ops.times(v, mu), g);
      all.add(update(v, next));
      all.add(update(p, Ops.minus(p, Ops.times(ahead ? Ops.plus(g, Ops.times(next, mu)) : next, lr))));
    });
  }

  /** Steps divided by the root of the sum of all squares so far: {@code s ← s + g²}, {@code p - rate·g / (√s + 1e-10)} (Duchi et al. 2011). */
  public static List<Update> adagrad(Expr loss, List<Expr> parameters, Object rate) {
    return adagrad(grad(loss, parameters), parameters, rate);
  }

  /** Steps divided by the root of the sum of all squares so far: {@code s ← s + g²}, {@code p - rate·g / (√s + 1e-10)} (Duchi et al. 2011). */
  public static List<Update> adagrad(List<Expr> gradients, List<Expr> parameters, Object rate) {
    return updates("adagrad", gradients, parameters, rate, (p, g, lr, all) -> {
      Expr s = state(p, "s");
      Expr next = Ops.plus(s, Ops.times(g, g));
      all.add(update(s, next));
      all.add(update(p, Ops.minus(p, Ops.times(lr, Ops.div(g, Ops.plus(Ops.sqrt(next), 1e-10))))));
    });
  }

  /**
   * Steps divided by a running root mean square: {@code s ← 0.9·s + 0.1·g²}, {@code p - rate·g / (√s + 1e-6)}
   * (Hinton 2012).
   */
  public static List<Update> rmsprop(Expr loss, List<Expr> parameters, Object rate) {
    return rmsprop(grad(loss, parameters), parameters, rate);
  }

  /**
   * Steps divided by a running root mean square: {@code s ← 0.9·s + 0.1·g²}, {@code p - rate·g / (√s + 1e-6)}
   * (Hinton 2012).
   */
  public static List<Update> rmsprop(List<Expr> gradients, List<Expr> parameters, Object rate) {
    return rmsprop(gradients, parameters, rate, .9, 1e-6);
  }

  /**
   * Steps divided by a running root mean square: {@code s ← decay·s + (1 - decay)·g²},
   * {@code p - rate·g / (√s + epsilon)}.
   */
  public static List<Update> rmsprop(List<Expr> gradients, List<Expr> parameters, Object rate, double decay,
      double epsilon) {
    return updates("rmsprop", gradients, parameters, rate, (p, g, lr, all) -> {
      Expr s = state(p, "s");
      Expr next = blend(s, Ops.times(g, g), decay);
      all.add(update(s, next));
      all.add(update(p, Ops.minus(p, Ops.times(lr, Ops.div(g, Ops.plus(Ops.sqrt(next), epsilon))))));
    });
  }

  /** Steps of a size that the method finds by itself, with ρ = 0.95 and ε = 1e-6 (Zeiler 2012, algorithm 1). */
  public static List<Update> adadelta(Expr loss, List<Expr> parameters) {
    return adadelta(grad(loss, parameters), parameters);
  }

  /** Steps of a size that the method finds by itself, with ρ = 0.95 and ε = 1e-6 (Zeiler 2012, algorithm 1). */
  public static List<Update> adadelta(List<Expr> gradients, List<Expr> parameters) {
    return updates("adadelta", gradients, parameters, 1, (p, g, lr, all) -> {
      Expr squares = state(p, "s");
      Expr steps = state(p, "d");
      Expr next = blend(squares, Ops.times(g, g), .95);
      Expr step = Ops.times(Ops.div(Ops.sqrt(Ops.plus(steps, 1e-6)), Ops.sqrt(Ops.plus(next, 1e-6))), g);
      all.add(update(squares, next));
      all.add(update(steps, blend(steps, Ops.times(step, step), .95)));
      all.add(update(p, Ops.minus(p, step)));
    });
  }

  /** Adam with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8 (Kingma and Ba 2015, algorithm 1). */
  public static List<Update> adam(Expr loss, List<Expr> parameters, Object rate) {
    return adam(grad(loss, parameters), parameters, rate);
  }

  /** Adam with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8 (Kingma and Ba 2015, algorithm 1). */
  public static List<Update> adam(List<Expr> gradients, List<Expr> parameters, Object rate) {
    return adam(gradients, parameters, rate, .9, .999, 1e-8);
  }

  /** Adam (Kingma and Ba 2015, algorithm 1) with other decays of the two moments, and what is added to the root of the second. */
  public static List<Update> adam(List<Expr> gradients, List<Expr> parameters, Object rate, double beta1, double beta2, double epsilon) {
    return adam("adam", gradients, parameters, rate, 0, beta1, beta2, epsilon);
  }

  /**
   * Adam whose weights decay apart from the gradient: {@code p - rate·(step + decay·p)} (Loshchilov and Hutter 2019, algorithm 2). Give
   * parameters that should not decay, as biases, to {@link #adam} instead.
   */
  public static List<Update> adamW(Expr loss, List<Expr> parameters, Object rate, double decay) {
    return adamW(grad(loss, parameters), parameters, rate, decay);
  }

  /** The same by the given gradients. */
  public static List<Update> adamW(List<Expr> gradients, List<Expr> parameters, Object rate, double decay) {
    return adamW(gradients, parameters, rate, decay, .9, .999, 1e-8);
  }

  /** The same with other decays of the two moments, and what is added to the root of the second. */
  public static List<Update> adamW(List<Expr> gradients, List<Expr> parameters, Object rate, double decay, double beta1, double beta2,
      double epsilon) {
    return adam("adamW", gradients, parameters, rate, decay, beta1, beta2, epsilon);
  }

  private static List<Update> adam(String what, List<Expr> gradients, List<Expr> parameters, Object rate, double decay, double beta1,
      double beta2, double epsilon) {
    return updates(what, gradients, parameters, rate, (p, g, lr, all) -> {
      Expr count = Tensors.param(parameter(p).name() + ".t", Tensor.full(p.dtype(), 0));
      Expr t = Ops.plus(count, 1);
      Expr m = state(p, "m");
      Expr v = state(p, "v");
      Expr nextM = blend(m, g, beta1);
      Expr nextV = blend(v, Ops.times(g, g), beta2);
      Expr mean = Ops.div(nextM, Ops.minus(Ops.onesLike(t), Ops.pow(Ops.constantLike(t, beta1), t)));
      Expr square = Ops.div(nextV, Ops.minus(Ops.onesLike(t), Ops.pow(Ops.constantLike(t, beta2), t)));
      all.add(update(count, t));
      all.add(update(m, nextM));
      all.add(update(v, nextV));
      Expr step = Ops.div(mean, Ops.plus(Ops.sqrt(square), epsilon));
      if (decay != 0) step = Ops.plus(step, Ops.times(p, decay));
      all.add(update(p, Ops.minus(p, Ops.times(lr, step))));
    });
  }

  private static List<Update> updates(String what, List<Expr> gradients, List<Expr> parameters, Object rate,
      Rule rule) {
    Message.neededAll(what + ": parameters", parameters);
    if (Message.neededAll(what + ": gradients", gradients).size() != parameters.size()) {
      throw new WeftException(Kind.ARGUMENT, Message.here(what + ": " + gradients.size() + " gradients for "
          + parameters.size() + " parameters", "Give one gradient for each parameter, in order."));
    }
    var updates = new ArrayList<Update>();
    for (int i = 0; i < parameters.size(); i++) {
      Expr p = parameters.get(i);
      if (!(p.op() instanceof Leaf.Parametric)) {
        throw new WeftException(Kind.ARGUMENT, Message.of(what + ": " + Message.label(p)
            + " is not a parameter", List.of(p),
            Origin.here(), "Give expressions that param returned."));
      }
      rule.update(p, gradients.get(i), rate(rate, p.dtype()), updates);
    }
    return updates;
  }

  private static Parameter parameter(Expr e) {
    return ((Leaf.Parametric) e.op()).parameter();
  }

  private static Update update(Expr parameter, Expr value) {
    return new Update(parameter(parameter), value);
  }

  private static Expr rate(Object rate, DType dtype) {
    if (rate instanceof Number n) return Ops.constant(n, new TensorType(dtype, List.of()));
    return Ops.cast(ScanCarry.operand(rate), dtype);
  }

  /** A new parameter of zeros that remembers something for {@code parameter}. */
  private static Expr state(Expr parameter, String suffix) {
    Parameter of = parameter(parameter);
    return Tensors.param(of.name() + "." + suffix, Tensor.full(of.dtype(), 0, of.shape()));
  }

  /** {@code old·keep + new·(1 - keep)}. */
  private static Expr blend(Expr old, Expr now, double keep) {
    return Ops.plus(Ops.times(old, keep), Ops.times(now, 1 - keep));
  }
}
