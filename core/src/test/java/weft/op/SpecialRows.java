package weft.op;

import static weft.op.OpRow.between;
import static weft.op.OpRow.row;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import weft.graph.Expr;
import weft.op.OpRow.Arg;

/** The rows of gamma functions and inverses of error functions; oracles are infinite sums cut off late, and bisection. */
final class SpecialRows {
  private SpecialRows() {}

  static final List<OpRow> ALL = List.of(
      one("logGamma", between(0.3, 12, 4, 5), Ops::logGamma, SpecialRows::logGamma).within(1e-8),
      one("logGamma below 0", between(-2.7, -2.3, 3, 4), Ops::logGamma,
          x -> logGamma(x + 3) - Math.log(Math.abs(x * (x + 1) * (x + 2)))).within(1e-8),
      one("gamma", between(0.3, 5, 4, 5), Ops::gamma, x -> Math.exp(logGamma(x))).within(1e-7),
      one("gamma below 0", between(-2.7, -2.3, 3, 4), Ops::gamma,
          x -> Math.exp(logGamma(x + 3)) / (x * (x + 1) * (x + 2))).within(1e-7),
      one("gamma farther below 0", between(-1.7, -1.3, 3, 4), Ops::gamma, x -> Math.exp(logGamma(x + 2)) / (x * (x + 1))).within(1e-7),
      one("digamma", between(0.3, 12, 4, 5), Ops::digamma, SpecialRows::digamma).within(1e-8),
      one("digamma below 0", between(-2.7, -2.3, 3, 4), Ops::digamma,
          x -> digamma(x + 3) - 1 / x - 1 / (x + 1) - 1 / (x + 2)).within(1e-8),
      one("trigamma", between(0.3, 12, 4, 5), x -> Ops.polygamma(1, x), x -> zeta(2, x)).within(1e-8),
      one("polygamma", between(0.5, 12, 4, 5), x -> Ops.polygamma(2, x), x -> -2 * zeta(3, x)).within(1e-8),
      one("erfInverse", between(-0.95, 0.95, 4, 5), Ops::erfInverse, x -> inverse(x, -3, 3)),
      one("erfcInverse", between(0.05, 1.95, 4, 5), Ops::erfcInverse, x -> inverse(1 - x, -3, 3)),
      one("erfcx", between(-2, 2, 4, 5), Ops::erfcx, x -> Math.exp(x * x) * (1 - ScalarRows.erf(x))),
      one("besselJ0", between(-9, 30, 4, 5), Ops::besselJ0, x -> turns(t -> Math.cos(x * Math.sin(t)))),
      one("besselJ1", between(-9, 30, 4, 5), Ops::besselJ1, x -> turns(t -> Math.cos(t - x * Math.sin(t)))),
      one("besselI0", between(-4, 4, 4, 5), Ops::besselI0, x -> turns(t -> Math.exp(x * Math.cos(t)))),
      one("besselI0 far", between(13, 14, 2, 3), x -> Ops.times(Ops.besselI0(x), 1e-5), x -> 1e-5 * turns(t -> Math.exp(x * Math.cos(t)))),
      one("besselI1", between(-4, 4, 4, 5), Ops::besselI1, x -> turns(t -> Math.exp(x * Math.cos(t)) * Math.cos(t))),
      one("gammaP", between(0.5, 9, 4, 5), x -> Ops.gammaP(2.5, x), x -> 1 - area(2.5, x) / area(2.5, 0)).within(1e-8),
      one("gammaQ", between(0.5, 9, 4, 5), x -> Ops.gammaQ(3.5, x), x -> area(3.5, x) / area(3.5, 0)).within(1e-8),
      one("gammaQ of large a", between(15, 25, 4, 5), x -> Ops.gammaQ(20, x), x -> area(20, x) / area(20, 0)).within(1e-8),
      one("chi2sf", between(0.5, 9, 4, 5), x -> Ops.chi2sf(x, 4), x -> Math.exp(-x / 2) * (1 + x / 2)));

  private static OpRow one(String name, Arg arg, Function<Expr, Expr> build, DoubleUnaryOperator oracle) {
    return row(name, arg, build, x -> Nd.of(x.shape(), at -> oracle.applyAsDouble(x.at(at))));
  }

  private static final int TERMS = 20_000;

  /** Weierstrass's product, the rest of its logarithm by two terms of its series. */
  private static double logGamma(double x) {
    double sum = -Math.log(x);
    for (int k = 1; k <= TERMS; k++) sum += x * Math.log1p(1. / k) - Math.log1p(x / k);
    double end = TERMS + .5;
    return sum + x * (x - 1) / 2 / end + (x - x * x * x) / 6 / (end * end);
  }

  /** The same sum, the rest by the formula of Euler and Maclaurin. */
  private static double digamma(double x) {
    double sum = Math.log(x + TERMS) - .5 / (x + TERMS);
    for (int k = 0; k < TERMS; k++) sum -= 1 / (x + k);
    return sum;
  }

  /** Σ 1 / (x + k)^s, the rest by the formula of Euler and Maclaurin. */
  private static double zeta(int s, double x) {
    double sum = 0;
    for (int k = 0; k < TERMS; k++) sum += Math.pow(x + k, -s);
    return sum + Math.pow(x + TERMS, 1 - s) / (s - 1) + Math.pow(x + TERMS, -s) / 2;
  }

  /** The mean over a full turn: sums of a periodic function converge faster than any power (Abramowitz and Stegun 9.1.21, 9.6.19). */
  private static double turns(DoubleUnaryOperator f) {
    int n = 200;
    double sum = 0;
    for (int k = 0; k < n; k++) sum += f.applyAsDouble(2 * Math.PI * k / n);
    return sum / n;
  }

  /** The area under t^(a - 1)·e^-t from x on, by Simpson's rule over the fourth root of t. */
  private static double area(double a, double x) {
    int n = 20_000;
    double from = Math.pow(x, 0.25);
    double step = (Math.pow(120, 0.25) - from) / n;
    double sum = 0;
    for (int k = 0; k <= n; k++) {
      double u = from + k * step;
      double t = u * u * u * u;
      double height = u == 0 ? 0 : Math.pow(t, a - 1) * Math.exp(-t) * 4 * u * u * u;
      sum += height * (k == 0 || k == n ? 1 : k % 2 == 1 ? 4 : 2);
    }
    return sum * step / 3;
  }

  /** Where the error function, by its power series, has a value. */
  private static double inverse(double value, double from, double to) {
    double low = from;
    double high = to;
    for (int i = 0; i < 80; i++) {
      double middle = (low + high) / 2;
      if (ScalarRows.erf(middle) < value) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  }
}
