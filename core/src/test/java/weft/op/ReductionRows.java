package weft.op;

import static weft.op.Nd.shape;
import static weft.op.OpRow.bools;
import static weft.op.OpRow.floats;
import static weft.op.OpRow.ints;
import static weft.op.OpRow.row;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import weft.op.OpRow.Arg;
import weft.op.OpRow.Kind;

/** The rows of the functions that combine elements, products included. */
final class ReductionRows {
  private ReductionRows() {}

  static final List<OpRow> ALL = List.of(
      row("sum", floats(3, 4), x -> x.sum(), x -> all(x, 0, Double::sum)),
      row("sum over rows", floats(3, 4), x -> x.sum(0), x -> rows(x, 0, Double::sum)),
      row("sum over columns", floats(3, 4), x -> x.sum(-1), x -> columns(x, 0, Double::sum)),
      row("sum over the outer axes", floats(2, 3, 4), x -> x.sum(0, 2),
          x -> Nd.of(shape(3), i -> fold(8, 0, Double::sum, k -> x.at(k / 4, i[0], k % 4)))),
      row("sum of integers", ints(-9, 9, 3, 4), x -> x.sum(1), x -> columns(x, 0, Double::sum)).noGradient(),
      row("sum counts booleans", bools(3, 4), x -> x.sum(), x -> all(x, 0, Double::sum)).noGradient(),
      row("sum of nothing", floats(0, 4), x -> x.sum(0), x -> Nd.of(shape(4), i -> 0)),
      row("sumKeepDims", floats(3, 4), x -> Ops.div(Ops.exp(x), Ops.sumKeepDims(Ops.exp(x), 1)),
          x -> Nd.of(shape(3, 4), i -> Math.exp(x.at(i)) / fold(4, 0, Double::sum, k ->
              Math.exp(x.at(i[0], k))))),
      row("prod", floats(3, 2), x -> Ops.prod(x), x -> all(x, 1, (a, b) -> a * b)),
      row("prod over columns", floats(3, 4), x -> Ops.prod(x, 1), x -> columns(x, 1, (a, b) -> a * b)),
      row("prod where elements are 0", new Arg(Kind.FLOAT, shape(4, 3), r -> r.nextInt(3)), x -> Ops.prod(x, 1),
          x -> columns(x, 1, (a, b) -> a * b)),
      row("prodKeepDims", floats(3, 4), x -> Ops.prodKeepDims(x, 0), x -> keptRows(x, 1, (a, b) -> a * b)),
      row("max", floats(3, 4), x -> Ops.max(x), x -> all(x, Double.NEGATIVE_INFINITY, Math::max)),
      row("max over columns", floats(3, 4), x -> Ops.max(x, 1), x ->
          columns(x, Double.NEGATIVE_INFINITY, Math::max)),
      row("maxKeepDims", floats(3, 4), x -> Ops.maxKeepDims(x, 0), x ->
          keptRows(x, Double.NEGATIVE_INFINITY, Math::max)),
      row("min", floats(3, 4), x -> Ops.min(x, 0), x -> rows(x, Double.POSITIVE_INFINITY, Math::min)),
      row("minKeepDims", floats(3, 4), x -> Ops.minKeepDims(x, 0), x ->
          keptRows(x, Double.POSITIVE_INFINITY, Math::min)),
      row("max of integers", ints(-9, 9, 3, 4), x -> Ops.max(x, 0), x -> rows(x, -10, Math::max)).noGradient(),
      row("all", bools(5, 3), x -> Ops.all(x, 1), x -> columns(x, 1, Math::min)).noGradient(),
      row("any", bools(5, 2), x -> Ops.any(x, 1), x -> columns(x, 0, Math::max)).noGradient(),
      row("mean", floats(3, 4), x -> x.mean(), x -> Nd.of(shape(), i -> all(x, 0, Double::sum).at() / 12)),
      row("mean over rows", floats(3, 4), x -> x.mean(0), x ->
          Nd.of(shape(4), i -> rows(x, 0, Double::sum).at(i) / 3)),
      row("mean of integers", ints(-9, 9, 3, 4), x -> x.mean(0), x ->
          Nd.of(shape(4), i -> rows(x, 0, Double::sum).at(i) / 3)).noGradient(),
      row("meanKeepDims", floats(3, 4), x -> Ops.meanKeepDims(x, 0), x ->
          Nd.of(shape(1, 4), i -> rows(x, 0, Double::sum).at(i[1]) / 3)),
      row("var", floats(3, 4), x -> Ops.var(x, 1), x -> Nd.of(shape(3), i -> variance(x, i[0]))),
      row("std", floats(3, 4), x -> Ops.std(x, 1), x -> Nd.of(shape(3), i -> Math.sqrt(variance(x, i[0])))),
      row("norm", floats(3, 4), x -> Ops.norm(x, 1), x ->
          Nd.of(shape(3), i -> Math.sqrt(fold(4, 0, Double::sum, k -> x.at(i[0], k) * x.at(i[0], k))))),
      row("argmax", ints(0, 3, 6, 5), x -> Ops.argmax(x, 1), x ->
          Nd.of(shape(6), i -> best(5, k -> x.at(i[0], k)))).noGradient(),
      row("argmax over rows", floats(6, 5), x -> Ops.argmax(x, 0), x ->
          Nd.of(shape(5), i -> best(6, k -> x.at(k, i[0])))).noGradient(),
      row("argmax of all", floats(6, 5), x -> Ops.argmax(x), x ->
          Nd.of(shape(), i -> best(30, k -> x.data()[k]))).noGradient(),
      row("argmin", ints(0, 3, 6, 5), x -> Ops.argmin(x, 1), x ->
          Nd.of(shape(6), i -> best(5, k -> -x.at(i[0], k)))).noGradient(),
      row("argmin of all", floats(7), x -> Ops.argmin(x), x ->
          Nd.of(shape(), i -> best(7, k -> -x.data()[k]))).noGradient(),
      row("dot of vectors", List.of(floats(4), floats(4)), x -> x[0].dot(x[1]),
          x -> Nd.of(shape(), i -> fold(4, 0, Double::sum, k -> x[0].at(k) * x[1].at(k)))),
      row("dot of matrix and vector", List.of(floats(3, 4), floats(4)), x -> x[0].dot(x[1]),
          x -> Nd.of(shape(3), i -> fold(4, 0, Double::sum, k -> x[0].at(i[0], k) * x[1].at(k)))),
      row("dot of vector and matrix", List.of(floats(4), floats(4, 3)), x -> x[0].dot(x[1]),
          x -> Nd.of(shape(3), i -> fold(4, 0, Double::sum, k -> x[0].at(k) * x[1].at(k, i[0])))),
      row("dot of matrices", List.of(floats(3, 4), floats(4, 5)), x -> x[0].dot(x[1]),
          x -> Nd.of(shape(3, 5), i -> fold(4, 0, Double::sum, k -> x[0].at(i[0], k) * x[1].at(k, i[1])))),
      row("dot of a transpose", List.of(floats(4, 3), floats(4, 5)), x -> x[0].transpose().dot(x[1]),
          x -> Nd.of(shape(3, 5), i -> fold(4, 0, Double::sum, k -> x[0].at(k, i[0]) * x[1].at(k, i[1])))),
      row("dot of a stack of matrices", List.of(floats(2, 3, 4), floats(4, 5)), x -> x[0].dot(x[1]),
          x -> Nd.of(shape(2, 3, 5), i ->
              fold(4, 0, Double::sum, k -> x[0].at(i[0], i[1], k) * x[1].at(k, i[2])))),
      row("dot of a stack and a vector", List.of(floats(2, 3, 4), floats(4)), x -> x[0].dot(x[1]),
          x -> Nd.of(shape(2, 3), i -> fold(4, 0, Double::sum, k -> x[0].at(i[0], i[1], k) * x[1].at(k)))),
      row("dot of integers", List.of(ints(-4, 4, 3, 4), ints(-4, 4, 4, 5)), x -> x[0].dot(x[1]),
          x -> Nd.of(shape(3, 5), i -> fold(4, 0, Double::sum, k ->
              x[0].at(i[0], k) * x[1].at(k, i[1])))).noGradient(),
      row("outer", List.of(floats(3), floats(4)), x -> Ops.outer(x[0], x[1]),
          x -> Nd.of(shape(3, 4), i -> x[0].at(i[0]) * x[1].at(i[1]))),
      row("batchedDot", List.of(floats(2, 3, 4), floats(2, 4, 5)), x -> Ops.batchedDot(x[0], x[1]),
          x -> Nd.of(shape(2, 3, 5), i ->
              fold(4, 0, Double::sum, k -> x[0].at(i[0], i[1], k) * x[1].at(i[0], k, i[2])))),
      row("batchedDot of vectors", List.of(floats(2, 4), floats(2, 4)), x -> Ops.batchedDot(x[0], x[1]),
          x -> Nd.of(shape(2), i -> fold(4, 0, Double::sum, k -> x[0].at(i[0], k) * x[1].at(i[0], k)))),
      row("batchedDot of vectors and matrices", List.of(floats(2, 4), floats(2, 4, 3)), x ->
          Ops.batchedDot(x[0], x[1]),
          x -> Nd.of(shape(2, 3), i -> fold(4, 0, Double::sum, k -> x[0].at(i[0], k) * x[1].at(i[0], k, i[1])))),
      row("tensordot", List.of(floats(2, 3, 4), floats(3, 4, 5)), x -> Ops.tensordot(x[0], x[1], 2),
          x -> Nd.of(shape(2, 5), i -> fold(12, 0, Double::sum, k ->
              x[0].at(i[0], k / 4, k % 4) * x[1].at(k / 4, k % 4, i[1])))));

  /** An element by its number. */
  interface Nth {
    double at(int k);
  }

  static double fold(int n, double start, DoubleBinaryOperator f, Nth element) {
    double result = start;
    for (int k = 0; k < n; k++) result = f.applyAsDouble(result, element.at(k));
    return result;
  }

  /** The first k whose element is larger than all before it. */
  static int best(int n, Nth element) {
    int best = 0;
    for (int k = 1; k < n; k++) if (element.at(k) > element.at(best)) best = k;
    return best;
  }

  private static Nd all(Nd x, double start, DoubleBinaryOperator f) {
    return Nd.of(shape(), i -> fold(x.data().length, start, f, k -> x.data()[k]));
  }

  private static Nd rows(Nd x, double start, DoubleBinaryOperator f) {
    return Nd.of(shape(x.shape()[1]), i -> fold(x.shape()[0], start, f, k -> x.at(k, i[0])));
  }

  private static Nd keptRows(Nd x, double start, DoubleBinaryOperator f) {
    return Nd.of(shape(1, x.shape()[1]), i -> fold(x.shape()[0], start, f, k -> x.at(k, i[1])));
  }

  private static Nd columns(Nd x, double start, DoubleBinaryOperator f) {
    return Nd.of(shape(x.shape()[0]), i -> fold(x.shape()[1], start, f, k -> x.at(i[0], k)));
  }

  private static double variance(Nd x, int row) {
    int n = x.shape()[1];
    double mean = fold(n, 0, Double::sum, k -> x.at(row, k)) / n;
    return fold(n, 0, Double::sum, k -> Math.pow(x.at(row, k) - mean, 2)) / n;
  }
}
