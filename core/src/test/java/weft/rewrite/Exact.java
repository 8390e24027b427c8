package weft.rewrite;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;

/**
 * The true value of an expression of scalars and vectors, in 360 decimal digits, by definitions written down
 * here.
 */
final class Exact {
  private static final MathContext DIGITS = new MathContext(360);
  private static final MathContext MORE = new MathContext(385);
  private static final BigDecimal TWO = BigDecimal.valueOf(2);

  private final Map<Expr, BigDecimal[]> values = new HashMap<>();

  private Exact() {}

  /**
   * The elements of an expression.
   *
   * @throws ArithmeticException where it has no value, as for the logarithm of 0
   */
  static BigDecimal[] of(Expr e, Map<Expr, double[]> inputs) {
    var exact = new Exact();
    inputs.forEach((in, numbers) -> exact.values.put(in,
        Arrays.stream(numbers).mapToObj(BigDecimal::new).toArray(BigDecimal[]::new)));
    for (Apply a : Graphs.order(List.of(e), inputs.keySet())) exact.values.put(a.output(0), exact.value(a));
    return exact.values.get(e);
  }

  private BigDecimal[] value(Apply a) {
    if (a.op() instanceof Leaf.Constant c) return new BigDecimal[] {BigDecimal.valueOf(c.value().doubleValue())};
    return switch (a.op().name()) {
      case "plus" -> both(a, (x, y) -> x.add(y, DIGITS));
      case "minus" -> both(a, (x, y) -> x.subtract(y, DIGITS));
      case "times" -> both(a, (x, y) -> x.multiply(y, DIGITS));
      case "div" -> both(a, (x, y) -> x.divide(y, DIGITS));
      case "pow" -> both(a, (x, y) -> x.pow(y.intValueExact(), DIGITS));
      case "neg" -> each(a, BigDecimal::negate);
      case "abs" -> each(a, BigDecimal::abs);
      case "sqrt" -> each(a, x -> x.sqrt(DIGITS));
      case "exp" -> each(a, Exact::exp);
      case "expm1" -> each(a, x -> exp(x).subtract(BigDecimal.ONE, DIGITS));
      case "log" -> each(a, Exact::log);
      case "log1p" -> each(a, x -> log(x.add(BigDecimal.ONE, DIGITS)));
      case "sigmoid" -> each(a, Exact::sigmoid);
      case "logSigmoid" -> each(a, x -> log(sigmoid(x)));
      case "softplus" -> each(a, x -> log(exp(x).add(BigDecimal.ONE, DIGITS)));
      case "sum" -> new BigDecimal[] {sum(in(a, 0))};
      case "logSumExp" -> new BigDecimal[] {log(sumExp(in(a, 0)))};
      case "softmax" -> softmax(in(a, 0));
      case "logSoftmax" -> Arrays.stream(softmax(in(a, 0))).map(Exact::log).toArray(BigDecimal[]::new);
      case "argmax" -> new BigDecimal[] {extreme(in(a, 0), 1)};
      case "argmin" -> new BigDecimal[] {extreme(in(a, 0), -1)};
      case "broadcast", "reshape" -> in(a, 0);
      default -> throw new IllegalStateException("no definition of " + a.op().name());
    };
  }

  private BigDecimal[] in(Apply a, int i) {
    return values.get(a.input(i));
  }

  private BigDecimal[] each(Apply a, UnaryOperator<BigDecimal> f) {
    return Arrays.stream(in(a, 0)).map(f).toArray(BigDecimal[]::new);
  }

  private BigDecimal[] both(Apply a, BinaryOperator<BigDecimal> f) {
    BigDecimal[] x = in(a, 0);
    BigDecimal[] y = in(a, 1);
    var z = new BigDecimal[Math.max(x.length, y.length)];
    for (int i = 0; i < z.length; i++) z[i] = f.apply(x[x.length == 1 ? 0 : i], y[y.length == 1 ? 0 : i]);
    return z;
  }

  private static BigDecimal sum(BigDecimal[] x) {
    return Arrays.stream(x).reduce(BigDecimal.ZERO, (s, e) -> s.add(e, DIGITS));
  }

  private static BigDecimal sumExp(BigDecimal[] x) {
    return sum(Arrays.stream(x).map(Exact::exp).toArray(BigDecimal[]::new));
  }

  private static BigDecimal[] softmax(BigDecimal[] x) {
    BigDecimal sum = sumExp(x);
    return Arrays.stream(x).map(e -> exp(e).divide(sum, DIGITS)).toArray(BigDecimal[]::new);
  }

  private static BigDecimal sigmoid(BigDecimal x) {
    return BigDecimal.ONE.divide(BigDecimal.ONE.add(exp(x.negate()), DIGITS), DIGITS);
  }

  private static BigDecimal extreme(BigDecimal[] x, int sign) {
    int best = 0;
    for (int i = 1; i < x.length; i++) if (x[i].compareTo(x[best]) * sign > 0) best = i;
    return BigDecimal.valueOf(best);
  }

  /** The series of x / 2ⁿ, squared back. */
  static BigDecimal exp(BigDecimal x) {
    int halvings = 40 + Math.max(0, 4 * (x.precision() - x.scale()));
    BigDecimal small = x.divide(TWO.pow(halvings), MORE);
    BigDecimal sum = BigDecimal.ONE;
    BigDecimal term = BigDecimal.ONE;
    for (int i = 1; term.signum() != 0 && term.precision() - term.scale() > -385; i++) {
      term = term.multiply(small, MORE).divide(BigDecimal.valueOf(i), MORE);
      sum = sum.add(term, MORE);
    }
    for (int i = 0; i < halvings; i++) sum = sum.multiply(sum, MORE);
    return sum.round(DIGITS);
  }

  /** By Halley's method from what floating point gives. */
  static BigDecimal log(BigDecimal x) {
    if (x.signum() <= 0) throw new ArithmeticException("log of " + x);
    int power = x.precision() - x.scale();
    BigDecimal y = BigDecimal.valueOf(Math.log(x.movePointLeft(power).doubleValue()) + power * Math.log(10));
    for (int i = 0; i < 4; i++) {
      BigDecimal e = exp(y);
      y = y.add(TWO.multiply(x.subtract(e, MORE)).divide(x.add(e, MORE), MORE), MORE);
    }
    return y.round(DIGITS);
  }
}
