package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.loop.Fun;
import weft.loop.Value;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * The derivative number {@code order} + 1 of log Γ(x), which for order 0 is called digamma and for order 1 trigamma.
 *
 * <p>Digamma from 1 to 2 is (x - x₀)·P/Q with its zero x₀, fitted to a relative error of 2·10⁻²⁰ in 60 digits; below 1 and
 * up to 8 it is brought there by ψ(x + 1) = ψ(x) + 1 / x, from 8 on it is an asymptotic series (Abramowitz and Stegun
 * 6.3.18). Higher orders are sums of powers of 1 / x, 1 / (x + 1) … and the series 6.4.11 behind them. Below 0 they are
 * reflected (6.3.7, 6.4.7). At 0 and below, integers are poles: ∞ for an odd order, NaN for an even one but for -∞ at 0.
 */
public record Polygamma(int order) implements LongFunction {
  private static final double[] P = {1.250380137503405359, 1.870009342644707351, 0.97434700061386425943, 0.21768472226141272569,
      0.020179986151166781827, 0.00059124384874095436134, 1.1204060712487793286e-6};
  private static final double[] Q = {1, 2.1790994766494153881, 1.6669655255951397362, 0.57363881687660635053,
      0.091826786472219379049, 0.006176741859863488896, 0.00012272601285100375982};
  /** The zero of digamma less 1, as the sum of two numbers. */
  private static final double ZERO = 0x1.d8b618p-2;
  private static final double ZERO_REST = 1.243814993891890954232572e-8;
  /** Bernoulli's numbers 2, 4, 6 …. */
  private static final double[] BERNOULLI = {1. / 6, -1. / 30, 1. / 42, -1. / 30, 5. / 66, -691. / 2730, 7. / 6, -3617. / 510,
      43867. / 798, -174611. / 330};

  /** Far beyond what anybody asks for, and the most that terms are written out for. */
  private static final int MOST = 64;

  public Polygamma {
    if (order < 0 || order > MOST) throw new WeftException(Kind.ARGUMENT, "polygamma: order " + order + " is not from 0 to " + MOST);
  }

  @Override
  public String name() {
    return order == 0 ? "digamma" : "polygamma";
  }

  @Override
  public String attributes() {
    return order == 0 ? "" : "order " + order;
  }

  @Override
  public Value element(Element at) {
    var f = new Formula(at);
    Value x = f.x();
    Value reflected = f.below(x, 0);
    Value y = f.select(reflected, f.sub(f.number(1), x), x);
    Value above = order == 0 ? digamma(f, y) : higher(f, y);
    Value part = f.sub(x, f.call(Fun.ROUND, x));
    Value angle = f.mul(part, Math.PI);
    Value cotangent = f.div(f.call(Fun.COS, angle), f.call(Fun.SIN, angle));
    Value turned = f.mul(f.polynomial(cotangent, derivative()), Math.pow(Math.PI, order + 1));
    Value below = f.sub(order % 2 == 0 ? above : f.call(Fun.NEG, above), turned);
    Value pole = f.number(order % 2 == 0 ? Double.NaN : Double.POSITIVE_INFINITY);
    return f.select(reflected, f.select(f.is(part, 0), pole, below), above);
  }

  private static Value digamma(Formula f, Value y) {
    Value small = f.below(y, 1);
    Value u = f.select(small, y, f.sub(y, f.call(Fun.FLOOR, y)));
    Value core = f.mul(f.sub(f.add(u, -ZERO), f.number(ZERO_REST)), f.div(f.polynomial(u, P), f.polynomial(u, Q)));
    Value above = f.number(0);
    Value below = f.number(1);
    for (int k = 1; k <= 6; k++) {
      Value term = f.add(y, -k);
      Value none = f.below(term, 1);
      above = f.select(none, above, k == 1 ? f.number(1) : f.add(f.mul(above, term), below));
      below = f.select(none, below, k == 1 ? term : f.mul(below, term));
    }
    Value sum = f.div(f.select(small, f.number(-1), above), f.select(small, y, below));
    double[] series = new double[BERNOULLI.length];
    for (int k = 0; k < series.length; k++) series[k] = BERNOULLI[k] / (2 * k + 2);
    Value r = f.over(y);
    Value square = f.mul(r, r);
    Value rest = f.add(f.mul(r, .5), f.mul(square, f.polynomial(square, series)));
    return f.select(f.below(y, 8), f.add(core, sum), f.sub(f.call(Fun.LOG, y), rest));
  }

  /** n!·Σ 1 / (y + k)ⁿ⁺¹ over the first k, and behind them the series; of the other sign for an even order. */
  private Value higher(Formula f, Value y) {
    int steps = 8 + order;
    Value sum = f.power(f.over(y), order + 1);
    for (int k = 1; k < steps; k++) sum = f.add(sum, f.power(f.over(f.add(y, k)), order + 1));
    double factorial = 1;
    for (int k = 2; k < order; k++) factorial *= k;
    double[] series = new double[BERNOULLI.length];
    double product = factorial * order;
    for (int k = 0; k < series.length; k++) {
      product *= (2. * k + order + 1) / (2 * k + 2) * (k == 0 ? 1 : (2. * k + order) / (2 * k + 1));
      series[k] = BERNOULLI[k] * product;
    }
    Value r = f.over(f.add(y, steps));
    Value rest = f.add(f.mul(f.add(f.mul(f.polynomial(f.mul(r, r), series), r), factorial * order / 2), r), factorial);
    Value all = f.add(f.mul(sum, factorial * order), f.mul(f.power(r, order), rest));
    return order % 2 == 0 ? f.call(Fun.NEG, all) : all;
  }

  /** The derivative of this order of cot x, as a polynomial in cot x: each is -(1 + c²) times that of the one before. */
  private double[] derivative() {
    double[] now = {0, 1};
    for (int n = 0; n < order; n++) {
      var next = new double[now.length + 1];
      for (int i = 1; i < now.length; i++) {
        next[i - 1] -= i * now[i];
        next[i + 1] -= i * now[i];
      }
      now = next;
    }
    return now;
  }

  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    return List.of(Ops.times(cotangents.get(0), Apply.one(new Polygamma(order + 1), apply.input(0))));
  }
}
