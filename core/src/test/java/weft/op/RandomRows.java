package weft.op;

import static weft.op.Nd.shape;
import static weft.op.OpRow.between;
import static weft.op.OpRow.ints;
import static weft.op.OpRow.row;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Philox;
import weft.type.Dim;

/** The rows of random ops, whose states are drawn as small integers. */
final class RandomRows {
  private RandomRows() {}

  private static final List<Dim> MATRIX = List.of(Dim.of(3), Dim.of(5));

  static final List<OpRow> ALL = List.of(
      state("draw uniform f64", s -> draw(Draw.Kind.UNIFORM, DType.F64, s),
          x -> Nd.of(shape(3, 5), i -> (bits(x, 5 * i[0] + i[1], 0) & (1L << 53) - 1) / (double) (1L << 53))),
      state("draw uniform f32", s -> draw(Draw.Kind.UNIFORM, DType.F32, s),
          x -> Nd.of(shape(3, 5), i -> (bits(x, 5 * i[0] + i[1], 0) & 0xffffff) / (double) (1 << 24))),
      state("draw normal f64", s -> draw(Draw.Kind.NORMAL, DType.F64, s), x -> Nd.of(shape(3, 5), i -> normal(
          ((bits(x, 5 * i[0] + i[1], 0) & (1L << 53) - 1) + 1) * 0x1p-53, (bits(x, 5 * i[0] + i[1], 1) & (1L << 53) - 1) * 0x1p-53))),
      state("draw normal f32", s -> draw(Draw.Kind.NORMAL, DType.F32, s), x -> Nd.of(shape(3, 5), i -> (float) normal(
          ((bits(x, 5 * i[0] + i[1], 0) & 0xffffffffL) + 1) * 0x1p-32, (bits(x, 5 * i[0] + i[1], 0) >>> 32) * 0x1p-32))),
      state("draw bits", s -> Ops.mod(draw(Draw.Kind.BITS, DType.I64, s), 1 << 30),
          x -> Nd.of(shape(3, 5), i -> bits(x, 5 * i[0] + i[1], 0) & (1 << 30) - 1)),
      state("advance", s -> Apply.one(new Advance(3), s), x -> Nd.of(shape(2), i -> x.at(i) + 3 * i[0])),
      state("advances", s -> Apply.one(new Advances(3, Dim.of(4)), s), x -> Nd.of(shape(4, 2), i -> x.at(i[1]) + 3 * i[0] * i[1])),
      state("permutation", s -> Apply.one(new Permutation(Dim.of(9)), s), x -> {
        double[] order = shuffled(x, 9);
        return Nd.of(shape(9), i -> order[i[0]]);
      }),
      row("binomial", List.of(ints(0, 1000, 2), ints(0, 9, 3, 4), between(0, 1, 3, 4)),
          x -> Apply.one(new Binomial(DType.F64), Ops.cast(x[0], DType.I64), Ops.cast(x[1], DType.I64), x[2].cast(DType.F64)),
          x -> Nd.of(shape(3, 4), i -> hits(x[0], 4 * i[0] + i[1], (int) x[1].at(i), x[2].at(i))))
          .noGradient().constantDims(),
      row("poisson", List.of(ints(0, 1000, 2), between(-1, 9, 3, 4)),
          x -> Apply.one(new Poisson(DType.F64), Ops.cast(x[0], DType.I64), x[1].cast(DType.F64)),
          x -> Nd.of(shape(3, 4), i -> happens(x[1].at(i), (bits(x[0], 4 * i[0] + i[1], 0) & (1L << 53) - 1) * 0x1p-53)))
          .noGradient().constantDims(),
      row("categorical", List.of(between(0, 1, 3, 6), between(0, 0.999, 3)), x -> Apply.one(new Categorical(), x[0], x[1]),
          x -> Nd.of(shape(3), i -> chosen(x[0], i[0], x[1].at(i)))).noGradient(),
      row("normalQuantile", between(0.001, 0.999, 7), x -> Apply.one(new NormalQuantile(), x),
          x -> Nd.of(shape(7), i -> root(z -> below(z) - x.at(i)))).within(1e-10));

  /** How many terms of the series for e to the rate, times e to its negative, stay below u. */
  private static int happens(double rate, double u) {
    if (rate <= 0) return 0;
    double sum = 0;
    double factorials = 1;
    for (int k = 0;; factorials *= ++k) {
      sum += Math.exp(-rate) * Math.pow(rate, k) / factorials;
      if (sum > u) return k;
    }
  }

  private static OpRow state(String name, Function<Expr, Expr> build, Function<Nd, Nd> oracle) {
    return row(name, ints(0, 1000, 2), x -> build.apply(Ops.cast(x, DType.I64)), oracle).noGradient().constantDims();
  }

  private static Expr draw(Draw.Kind kind, DType dtype, Expr state) {
    return Apply.one(new Draw(kind, dtype, MATRIX), state);
  }

  private static long bits(Nd state, long element, long number) {
    return Philox.bits((long) state.at(0), (long) state.at(1), element + (number << 32));
  }

  private static double normal(double radius, double angle) {
    return Math.sqrt(-2 * Math.log(radius)) * Math.cos(2 * Math.PI * angle);
  }

  private static double[] shuffled(Nd state, int n) {
    var order = new double[n];
    for (int i = 0; i < n; i++) {
      int j = (int) Math.floorMod(bits(state, i, 0), i + 1L);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static double hits(Nd state, int element, int n, double p) {
    int count = 0;
    for (int k = 0; k < n; k++) if ((bits(state, element, k) & (1L << 53) - 1) * 0x1p-53 < p) count++;
    return count;
  }

  private static double chosen(Nd weights, int row, double u) {
    double total = 0;
    for (int k = 0; k < 6; k++) total += weights.at(row, k);
    double sum = 0;
    for (int k = 0; k < 6; k++) if ((sum += weights.at(row, k)) > u * total) return k;
    return 5;
  }

  /** The probability of being below z, by Simpson's rule. */
  private static double below(double z) {
    int n = 2000;
    double sum = 0;
    for (int k = 0; k <= n; k++) {
      double x = z * k / n;
      sum += Math.exp(-x * x / 2) * (k == 0 || k == n ? 1 : k % 2 == 1 ? 4 : 2);
    }
    return 0.5 + sum * z / n / 3 / Math.sqrt(2 * Math.PI);
  }

  private static double root(DoubleUnaryOperator rising) {
    double low = -6;
    double high = 6;
    for (int k = 0; k < 60; k++) {
      double middle = (low + high) / 2;
      if (rising.applyAsDouble(middle) < 0) low = middle;
      else high = middle;
    }
    return low;
  }
}
