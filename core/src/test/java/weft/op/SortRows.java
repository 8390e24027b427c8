package weft.op;

import static weft.op.Nd.shape;
import static weft.op.OpRow.floats;
import static weft.op.OpRow.ints;
import static weft.op.OpRow.row;
import static weft.op.ReductionRows.fold;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import weft.op.OpRow.Arg;
import weft.op.OpRow.Kind;

/** The rows of what goes along an axis in order; the oracle of sorting is the JDK's. */
final class SortRows {
  private SortRows() {}

  static final List<OpRow> ALL = List.of(
      row("argsort", ints(-3, 3, 3, 9), x -> Ops.argsort(x, 1),
          x -> Nd.of(shape(3, 9), i -> order(x, i[0], 1)[i[1]])).noGradient(),
      row("argsort descending", ints(-3, 3, 3, 9), x -> Ops.argsort(x, 1, true),
          x -> Nd.of(shape(3, 9), i -> order(x, i[0], -1)[i[1]])).noGradient(),
      row("argsort over rows", floats(7, 3), x -> Ops.argsort(x, 0),
          x -> Nd.of(shape(7, 3), i -> order(transposed(x), i[1], 1)[i[0]])).noGradient(),
      row("sort", floats(3, 8), x -> Ops.sort(x, -1),
          x -> Nd.of(shape(3, 8), i -> x.at(i[0], order(x, i[0], 1)[i[1]]))),
      row("sort of one element", floats(3, 1), x -> Ops.sort(x, 1), x -> x),
      row("sort over rows, descending", floats(5, 3), x -> Ops.sort(x, 0, true),
          x -> Nd.of(shape(5, 3), i -> x.at(order(transposed(x), i[1], -1)[i[0]], i[1]))),
      row("sort of nothing", floats(3, 0), x -> Ops.sort(x, 1), x -> x),
      row("topK", floats(3, 8), x -> Ops.topK(x, 3, 1).values(),
          x -> Nd.of(shape(3, 3), i -> x.at(i[0], order(x, i[0], -1)[i[1]]))),
      row("indices of topK", ints(0, 4, 3, 8), x -> Ops.topK(x, 3, 1).indices(),
          x -> Nd.of(shape(3, 3), i -> order(x, i[0], -1)[i[1]])).noGradient(),
      row("median", floats(3, 5), x -> Ops.median(x, 1), x -> Nd.of(shape(3), i -> middle(x, i[0], 2, 2))),
      row("median of an even number", floats(3, 4), x -> Ops.median(x, 1),
          x -> Nd.of(shape(3), i -> middle(x, i[0], 1, 2))),
      row("cumsum", floats(3, 4), x -> Ops.cumsum(x, 1),
          x -> Nd.of(shape(3, 4), i -> fold(i[1] + 1, 0, Double::sum, k -> x.at(i[0], k)))),
      row("cumsum over rows", floats(5, 2, 3), x -> Ops.cumsum(x, 0),
          x -> Nd.of(shape(5, 2, 3), i -> fold(i[0] + 1, 0, Double::sum, k -> x.at(k, i[1], i[2])))),
      row("cumsum backwards", floats(3, 4), x -> Ops.cumsum(Ops.exp(x), 1, true), x -> Nd.of(shape(3, 4),
          i -> fold(4 - i[1], 0, Double::sum, k -> Math.exp(x.at(i[0], 3 - k))))),
      row("cumsum of nothing", floats(3, 0), x -> Ops.cumsum(x, 1), x -> x),
      row("cumsum of integers", ints(-9, 9, 6), x -> Ops.cumsum(x, 0),
          x -> Nd.of(shape(6), i -> fold(i[0] + 1, 0, Double::sum, k -> x.at(k)))).noGradient(),
      row("cumprod", floats(3, 4), x -> Ops.cumprod(x, 1),
          x -> Nd.of(shape(3, 4), i -> fold(i[1] + 1, 1, (a, b) -> a * b, k -> x.at(i[0], k)))),
      row("cumprod where elements are 0", new Arg(Kind.FLOAT, shape(4, 3), r -> r.nextInt(3)), x ->
          Ops.cumprod(x, 0),
          x -> Nd.of(shape(4, 3), i -> fold(i[0] + 1, 1, (a, b) -> a * b, k -> x.at(k, i[1])))),
      row("cumprod backwards", floats(4), x -> Ops.cumprod(x, 0, true),
          x -> Nd.of(shape(4), i -> fold(4 - i[0], 1, (a, b) -> a * b, k -> x.at(3 - k)))),
      row("diff", floats(3, 4), x -> Ops.diff(x, 1), x -> Nd.of(shape(3, 3), i ->
          x.at(i[0], i[1] + 1) - x.at(i[0], i[1]))),
      row("searchSorted", List.of(ints(0, 3, 6), ints(-1, 20, 4, 2)),
          x -> Ops.searchSorted(Ops.cumsum(x[0], 0), x[1]),
          x -> Nd.of(shape(4, 2), i -> before(x[0], x[1].at(i), false))).noGradient(),
      row("searchSorted behind equal ones", List.of(ints(0, 3, 6), ints(-1, 20, 5)),
          x -> Ops.searchSorted(Ops.cumsum(x[0], 0), x[1], true),
          x -> Nd.of(shape(5), i -> before(x[0], x[1].at(i), true))).noGradient());

  /** The columns of a row in the order of their values, by the JDK's stable sort. */
  private static int[] order(Nd x, int row, int sign) {
    return IntStream.range(0, x.shape()[1]).boxed()
        .sorted(Comparator.comparingDouble(k -> sign * x.at(row, k) + 0.0)).mapToInt(k -> k).toArray();
  }

  private static Nd transposed(Nd x) {
    return Nd.of(shape(x.shape()[1], x.shape()[0]), i -> x.at(i[1], i[0]));
  }

  private static double middle(Nd x, int row, int below, int above) {
    double[] sorted = IntStream.range(0, x.shape()[1]).mapToDouble(k -> x.at(row, k)).toArray();
    Arrays.sort(sorted);
    return (sorted[below] + sorted[above]) / 2;
  }

  private static int before(Nd steps, double value, boolean orEqual) {
    double sum = 0;
    int n = 0;
    for (double step : steps.data()) {
      sum += step;
      if (sum < value || orEqual && sum == value) n++;
    }
    return n;
  }
}
