package weft.op;

import static weft.op.Nd.shape;
import static weft.op.OpRow.between;
import static weft.op.OpRow.floats;
import static weft.op.OpRow.ints;
import static weft.op.OpRow.row;
import static weft.op.ReductionRows.fold;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import weft.graph.Expr;
import weft.op.OpRow.Arg;
import weft.runtime.DType;

/** The rows of activations, logarithms, bits and norms. */
final class MoreRows {
  private MoreRows() {}

  static final List<OpRow> ALL = List.of(
      one("exp2", floats(3, 4), Ops::exp2, x -> Math.pow(2, x)),
      one("log2", between(0.1, 4, 3, 4), Ops::log2, x -> Math.log(x) / Math.log(2)),
      one("log10", between(0.1, 4, 3, 4), Ops::log10, Math::log10),
      row("logAddExp", List.of(floats(3, 4), floats(4)), x -> Ops.logAddExp(x[0], x[1]),
          x -> Nd.of(shape(3, 4), i -> Math.log(Math.exp(x[0].at(i)) + Math.exp(x[1].at(i[1]))))),
      one("trunc", floats(3, 4), Ops::trunc, x -> (int) x),
      one("trunc of integers", ints(-4, 4, 3, 4), Ops::trunc, x -> x).noGradient(),
      one("roundHalfAway", floats(3, 4), Ops::roundHalfAway, x -> Math.signum(x) * Math.floor(Math.abs(x) + 0.5)),
      one("roundHalfAway of halves", ints(-5, 5, 3, 4), x -> Ops.roundHalfAway(Ops.div(x, 2)),
          x -> (int) (x > 0 ? x + 1 : x - 1) / 2).noGradient(),
      one("isInf", ints(-1, 1, 3, 4), x -> Ops.isInf(Ops.div(1, Ops.cast(x, DType.F32))),
          x -> x == 0 ? 1 : 0).noGradient(),
      row("isClose", List.of(ints(-3, 3, 4, 5), ints(-3, 3, 5)), x -> Ops.isClose(x[0], x[1], .5, .25),
          x -> Nd.of(shape(4, 5), i -> Math.abs(x[0].at(i) - x[1].at(i[1])) <= .25 + .5 * Math.abs(x[1].at(i[1])) ? 1 : 0)).noGradient(),
      row("isClose to what has no end", ints(-1, 1, 3, 4),
          x -> Ops.isClose(Ops.div(1, Ops.cast(x, DType.F32)), Float.POSITIVE_INFINITY, 1e-5, 1e-8),
          x -> Nd.of(shape(3, 4), i -> x.at(i) == 0 ? 1 : 0)).noGradient(),
      row("allClose", List.of(floats(3, 4)), x -> Ops.allClose(x[0], Ops.times(x[0], 1.01), .02, 0), x -> Nd.of(shape(), i -> 1)).noGradient(),
      one("isFinite", ints(-1, 1, 3, 4), x -> Ops.isFinite(Ops.log(Ops.cast(x, DType.F32))),
          x -> x > 0 ? 1 : 0).noGradient(),
      one("asinh", floats(3, 4), Ops::asinh, x -> Math.signum(x) * Math.log(Math.abs(x) + Math.sqrt(x * x + 1))),
      one("acosh", between(1.1, 4, 3, 4), Ops::acosh, x -> Math.log(x + Math.sqrt(x * x - 1))),
      one("atanh", between(-0.9, 0.9, 3, 4), Ops::atanh, x -> Math.log((1 + x) / (1 - x)) / 2),
      one("deg2rad", floats(3, 4), Ops::deg2rad, Math::toRadians),
      one("rad2deg", floats(3, 4), Ops::rad2deg, Math::toDegrees),
      one("gelu", floats(3, 4), Ops::gelu, x -> x * normal(x)),
      one("selu", floats(3, 4), Ops::selu, x -> 1.0507009873554805
          * (x > 0 ? x : 1.6732632423543772 * (Math.exp(x) - 1))),
      one("silu", floats(3, 4), Ops::silu, x -> x / (1 + Math.exp(-x))),
      one("mish", floats(3, 4), Ops::mish, x -> x * Math.tanh(Math.log(1 + Math.exp(x)))),
      one("hardTanh", floats(3, 4), Ops::hardTanh, x -> Math.max(-1, Math.min(1, x))),
      two("bitAnd", -9, 9, Ops::bitAnd, (a, b) -> (int) a & (int) b),
      two("bitOr", -9, 9, Ops::bitOr, (a, b) -> (int) a | (int) b),
      two("bitXor", -9, 9, Ops::bitXor, (a, b) -> (int) a ^ (int) b),
      one("bitNot", ints(-9, 9, 3, 4), Ops::bitNot, x -> -x - 1).noGradient(),
      two("shiftLeft", 0, 40, Ops::shiftLeft, (a, b) -> (int) a << (int) b),
      two("shiftRight", -40, 40, Ops::shiftRight, (a, b) -> (int) a >> (int) b),
      row("ptp", floats(3, 4), x -> Ops.ptp(x, 1), x -> Nd.of(shape(3), i ->
          fold(4, -9, Math::max, k -> x.at(i[0], k)) - fold(4, 9, Math::min, k -> x.at(i[0], k)))),
      row("norm1", floats(3, 4), x -> Ops.norm1(x, 1), x -> Nd.of(shape(3), i ->
          fold(4, 0, Double::sum, k -> Math.abs(x.at(i[0], k))))),
      row("normInf", floats(3, 4), x -> Ops.normInf(x), x -> Nd.of(shape(), i ->
          fold(12, 0, Math::max, k -> Math.abs(x.data()[k])))),
      row("pNorm", between(0.2, 2, 3, 4), x -> Ops.pNorm(x, 3, 1), x -> Nd.of(shape(3), i ->
          Math.cbrt(fold(4, 0, Double::sum, k -> Math.pow(x.at(i[0], k), 3))))),
      row("layerNorm", List.of(floats(3, 4), floats(4), floats(4)), x -> Ops.layerNorm(x[0], x[1], x[2], 1e-3),
          x -> Nd.of(shape(3, 4), i -> {
            double mean = fold(4, 0, Double::sum, k -> x[0].at(i[0], k)) / 4;
            double variance = fold(4, 0, Double::sum, k -> Math.pow(x[0].at(i[0], k) - mean, 2)) / 4;
            return (x[0].at(i) - mean) / Math.sqrt(variance + 1e-3) * x[1].at(i[1]) + x[2].at(i[1]);
          })),
      row("batchNorm", List.of(floats(5, 4), floats(4), floats(4)), x ->
          Ops.batchNorm(x[0], x[1], x[2], 1e-3).value(),
          x -> Nd.of(shape(5, 4), i -> {
            double mean = fold(5, 0, Double::sum, k -> x[0].at(k, i[1])) / 5;
            double variance = fold(5, 0, Double::sum, k -> Math.pow(x[0].at(k, i[1]) - mean, 2)) / 5;
            return (x[0].at(i) - mean) / Math.sqrt(variance + 1e-3) * x[1].at(i[1]) + x[2].at(i[1]);
          })));

  private static OpRow one(String name, Arg arg, Function<Expr, Expr> build, DoubleUnaryOperator oracle) {
    return row(name, arg, build, x -> Nd.of(x.shape(), at -> oracle.applyAsDouble(x.at(at))));
  }

  /** A word with two integer operands. */
  private interface Binary {
    Expr of(Object a, Object b);
  }

  private static OpRow two(String name, int low, int high, Binary build, DoubleBinaryOperator oracle) {
    return row(name, List.of(ints(low, high, 3, 4), ints(low, high, 3, 4)), x -> build.of(x[0], x[1]),
        x -> Nd.of(x[0].shape(), at -> oracle.applyAsDouble(x[0].at(at), x[1].at(at)))).noGradient();
  }

  /** The normal distribution by its series 1/2 + φ(x)·(x + x³/3 + x⁵/15 …). */
  private static double normal(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 60; n++) {
      term *= x * x / (2 * n + 1);
      sum += term;
    }
    return 0.5 + Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * sum;
  }
}
