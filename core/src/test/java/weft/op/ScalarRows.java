package weft.op;

import static weft.op.OpRow.bools;
import static weft.op.OpRow.between;
import static weft.op.OpRow.floats;
import static weft.op.OpRow.ints;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import weft.graph.Expr;
import weft.op.OpRow.Arg;
import weft.runtime.DType;

/**
 * The rows of the elementwise functions; oracles are those of the JDK and formulas, apart from error functions by
 * their series.
 */
final class ScalarRows {
  private ScalarRows() {}

  static final List<OpRow> ALL = List.of(
      two("plus", Ops::plus, Double::sum),
      two("minus", Ops::minus, (a, b) -> a - b),
      two("times", Ops::times, (a, b) -> a * b),
      two("div", floats(3, 4), between(0.5, 2, 3, 4), Ops::div, (a, b) -> a / b),
      two("div of integers", ints(-9, 9, 3, 4), ints(1, 5, 3, 4), Ops::div, (a, b) -> a / b).noGradient(),
      two("floorDiv", ints(-9, 9, 3, 4), ints(1, 5, 3, 4), Ops::floorDiv, (a, b) ->
          Math.floor(a / b)).noGradient(),
      two("floorDiv of floats", floats(3, 4), between(0.5, 2, 3, 4), Ops::floorDiv, (a, b) ->
          Math.floor(a / b)).noGradient(),
      two("mod", floats(3, 4), between(0.5, 2, 3, 4), Ops::mod, (a, b) -> a - b * Math.floor(a / b)),
      two("mod of integers", ints(-9, 9, 3, 4), ints(1, 5, 3, 4), Ops::mod, (a, b) ->
          ((a % b) + b) % b).noGradient(),
      two("minimum", Ops::minimum, Math::min),
      two("maximum", Ops::maximum, Math::max),
      two("pow", between(0.2, 2, 3, 4), floats(3, 4), Ops::pow, Math::pow),
      one("pow by a constant", floats(3, 4), x -> Ops.pow(x, 3), x -> x * x * x),
      one("pow of integers", ints(-4, 4, 3, 4), x -> Ops.pow(x, 5), x -> x * x * x * x * x).noGradient(),
      two("atan2", between(0.2, 2, 3, 4), floats(3, 4), Ops::atan2, Math::atan2),
      one("neg", Ops::neg, x -> -x),
      one("abs", Ops::abs, Math::abs),
      one("abs of integers", ints(-4, 4, 3, 4), Ops::abs, Math::abs).noGradient(),
      one("sign", Ops::sign, Math::signum),
      one("sqrt", between(0.1, 4, 3, 4), Ops::sqrt, Math::sqrt),
      one("sqr", Ops::sqr, x -> x * x),
      one("reciprocal", between(0.5, 2, 3, 4), Ops::reciprocal, x -> 1 / x),
      one("exp", Ops::exp, Math::exp),
      one("expm1", Ops::expm1, Math::expm1),
      one("log", between(0.1, 4, 3, 4), Ops::log, Math::log),
      one("log1p", between(-0.9, 4, 3, 4), Ops::log1p, Math::log1p),
      one("tanh", Ops::tanh, Math::tanh),
      one("sigmoid", Ops::sigmoid, x -> 1 / (1 + Math.exp(-x))),
      one("softplus", Ops::softplus, x -> Math.log(1 + Math.exp(x))),
      one("logSigmoid", Ops::logSigmoid, x -> -Math.log(1 + Math.exp(-x))),
      one("relu", Ops::relu, x -> Math.max(x, 0)),
      one("relu of integers", ints(-4, 4, 3, 4), Ops::relu, x -> Math.max(x, 0)).noGradient(),
      one("erf", Ops::erf, ScalarRows::erf),
      one("erfc", Ops::erfc, x -> 1 - erf(x)),
      one("sin", Ops::sin, Math::sin),
      one("cos", Ops::cos, Math::cos),
      one("tan", between(-1.2, 1.2, 3, 4), Ops::tan, Math::tan),
      one("asin", between(-0.9, 0.9, 3, 4), Ops::asin, Math::asin),
      one("acos", between(-0.9, 0.9, 3, 4), Ops::acos, Math::acos),
      one("atan", Ops::atan, Math::atan),
      one("sinh", Ops::sinh, Math::sinh),
      one("cosh", Ops::cosh, Math::cosh),
      one("floor", Ops::floor, Math::floor),
      one("ceil", Ops::ceil, Math::ceil),
      one("round", Ops::round, Math::rint),
      one("round of halves", ints(-5, 5, 3, 4), x -> Ops.round(Ops.div(x, 2)), x ->
          Math.rint(x / 2)).noGradient(),
      one("clip", x -> Ops.clip(x, -0.5, 1), x -> Math.min(Math.max(x, -0.5), 1)),
      one("leakyRelu", x -> Ops.leakyRelu(x, 0.125), x -> x > 0 ? x : x / 8),
      one("elu", Ops::elu, x -> x > 0 ? x : Math.exp(x) - 1),
      one("softsign", Ops::softsign, x -> x / (1 + Math.abs(x))),
      one("hardSigmoid", between(-4, 4, 3, 4), Ops::hardSigmoid, x -> Math.min(Math.max(0.2 * x + 0.5, 0), 1)),
      compare("eq", Ops::eq, (a, b) -> a == b ? 1 : 0),
      compare("ne", Ops::ne, (a, b) -> a != b ? 1 : 0),
      compare("lt", Ops::lt, (a, b) -> a < b ? 1 : 0),
      compare("le", Ops::le, (a, b) -> a <= b ? 1 : 0),
      compare("gt", Ops::gt, (a, b) -> a > b ? 1 : 0),
      compare("ge", Ops::ge, (a, b) -> a >= b ? 1 : 0),
      two("eq of booleans", bools(3, 4), bools(3, 4), Ops::eq, (a, b) -> a == b ? 1 : 0).noGradient(),
      two("and", bools(3, 4), bools(3, 4), Ops::and, (a, b) -> a * b).noGradient(),
      two("or", bools(3, 4), bools(3, 4), Ops::or, Math::max).noGradient(),
      two("xor", bools(3, 4), bools(3, 4), Ops::xor, (a, b) -> a == b ? 0 : 1).noGradient(),
      one("not", bools(3, 4), Ops::not, x -> 1 - x).noGradient(),
      one("isNaN", floats(3, 4), x -> Ops.isNaN(Ops.sqrt(x)), x -> x < 0 ? 1 : 0).noGradient(),
      OpRow.row("where", List.of(bools(3, 4), floats(3, 4), floats(3, 4)), x -> Ops.where(x[0], x[1], x[2]),
          x -> Nd.of(x[0].shape(), at -> x[0].at(at) != 0 ? x[1].at(at) : x[2].at(at))),
      one("cast to integers", x -> Ops.cast(x, DType.I32), x -> (int) x).noGradient(),
      one("cast to booleans", ints(-1, 1, 3, 4), x -> Ops.cast(x, DType.BOOL), x -> x != 0 ? 1 : 0).noGradient(),
      one("cast to i64", ints(-9, 9, 3, 4), x -> Ops.cast(x, DType.I64), x -> x).noGradient(),
      one("cast to f64", x -> Ops.cast(x, DType.F64), x -> x),
      two("bool times float", bools(3, 4), floats(3, 4), Ops::times, (a, b) -> a * b),
      one("number minus tensor", x -> Ops.minus(1, x), x -> 1 - x),
      broadcasts("a vector to the rows of a matrix", floats(3, 4), floats(4), (x, at) -> x.at(at[1])),
      broadcasts("a column", floats(3, 4), floats(3, 1), (x, at) -> x.at(at[0], 0)),
      broadcasts("a scalar", floats(3, 4), floats(), (x, at) -> x.at()),
      OpRow.row("row and column", List.of(floats(1, 4), floats(3, 1)), x -> Ops.times(x[0], x[1]),
          x -> Nd.of(Nd.shape(3, 4), at -> x[0].at(0, at[1]) * x[1].at(at[0], 0))));

  private static OpRow one(String name, Function<Expr, Expr> build, DoubleUnaryOperator oracle) {
    return one(name, floats(3, 4), build, oracle);
  }

  private static OpRow one(String name, Arg arg, Function<Expr, Expr> build, DoubleUnaryOperator oracle) {
    return OpRow.row(name, arg, build, x -> Nd.of(x.shape(), at -> oracle.applyAsDouble(x.at(at))));
  }

  private static OpRow compare(String name, Binary build, DoubleBinaryOperator oracle) {
    return two(name, ints(0, 2, 3, 4), ints(0, 2, 3, 4), build, oracle).noGradient();
  }

  /** A word with two operands. */
  private interface Binary {
    Expr of(Object a, Object b);
  }

  private static OpRow two(String name, Binary build, DoubleBinaryOperator oracle) {
    return two(name, floats(3, 4), floats(3, 4), build, oracle);
  }

  private static OpRow two(String name, Arg left, Arg right, Binary build, DoubleBinaryOperator oracle) {
    return OpRow.row(name, List.of(left, right), x -> build.of(x[0], x[1]),
        x -> Nd.of(x[0].shape(), at -> oracle.applyAsDouble(x[0].at(at), x[1].at(at))));
  }

  /** Where the smaller side is read. */
  private interface Smaller {
    double at(Nd x, int[] at);
  }

  private static OpRow broadcasts(String name, Arg large, Arg small, Smaller smaller) {
    return OpRow.row("broadcast " + name, List.of(large, small), x -> Ops.times(x[0], x[1]),
        x -> Nd.of(x[0].shape(), at -> x[0].at(at) * smaller.at(x[1], at)));
  }

  /** 2/√π · Σ (-1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)), exact enough for |x| below 3. */
  static double erf(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 80; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }
}
