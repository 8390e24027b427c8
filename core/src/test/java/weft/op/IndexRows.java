package weft.op;

import static weft.op.IndexWords.ALL;
import static weft.op.IndexWords.NEW_AXIS;
import static weft.op.IndexWords.REST;
import static weft.op.IndexWords.range;
import static weft.op.IndexWords.window;
import static weft.op.Nd.shape;
import static weft.op.OpRow.floats;
import static weft.op.OpRow.ints;
import static weft.op.OpRow.row;
import static weft.op.ShapeWords.END;

import java.util.List;

/** The rows of parts of tensors and of tensors with another part. */
final class IndexRows {
  private IndexRows() {}

  static final List<OpRow> ALL_ROWS = List.of(
      row("at of ranges", floats(5, 6, 2), x -> x.at(range(1, -1), range(END, END, -2)),
          x -> Nd.of(shape(3, 3, 2), i -> x.at(1 + i[0], 5 - 2 * i[1], i[2]))),
      row("at of a rest and a new axis", floats(4, 3, 2), x -> x.at(-1, REST, NEW_AXIS, 1),
          x -> Nd.of(shape(3, 1), i -> x.at(3, i[0], 1))),
      row("at of a window", List.of(floats(6, 4), ints(-6, -3), ints(0, 2)), x -> x[0].at(window(x[1], 3), window(x[2], 2)),
          x -> Nd.of(shape(3, 2), i -> x[0].at(from(x[1].at(), 6) + i[0], (int) x[2].at() + i[1]))),
      row("at of extents", List.of(floats(6, 4), floats(4)), x -> x[0].at(range(1, x[1].dim(0)), range(x[1].dim(0).minus(2), END)).times(x[1].at(0)),
          x -> Nd.of(shape(3, 2), i -> x[0].at(1 + i[0], 2 + i[1]) * x[1].at(0))),
      row("at of two extents", List.of(floats(6), floats(4)), x -> x[0].at(range(x[0].dim(0).minus(x[1].dim(0)), x[1].dim(0).plus(1))).plus(x[1].at(3)),
          x -> Nd.of(shape(3), i -> x[0].at(2 + i[0]) + x[1].at(3))),
      row("at of one tensor", List.of(floats(3, 5, 2), ints(-5, 4, 4)), x -> x[0].at(ALL, x[1]),
          x -> Nd.of(shape(3, 4, 2), i -> x[0].at(i[0], from(x[1].at(i[1]), 5), i[2]))),
      row("at of rows and columns", List.of(floats(4, 5), ints(-4, 3, 6), ints(-5, 4, 6)), x -> x[0].at(x[1], x[2]),
          x -> Nd.of(shape(6), i -> x[0].at(from(x[1].at(i[0]), 4), from(x[2].at(i[0]), 5)))),
      row("at of an element a row", List.of(floats(6, 5), ints(-5, 4, 6)),
          x -> x[0].at(Ops.arange(x[0].dim(0)), x[1]),
          x -> Nd.of(shape(6), i -> x[0].at(i[0], from(x[1].at(i[0]), 5)))),
      row("at of tensors that broadcast", List.of(floats(4, 5, 2), ints(0, 3, 3, 1), ints(0, 4, 2)),
          x -> x[0].at(x[1], x[2]), x -> Nd.of(shape(3, 2, 2),
              i -> x[0].at((int) x[1].at(i[0], 0), (int) x[2].at(i[1]), i[2]))),
      row("at of tensors apart", List.of(floats(4, 3, 5), ints(0, 3, 6), ints(0, 4, 6)),
          x -> x[0].at(x[1], ALL, x[2]), x -> Nd.of(shape(6, 3),
              i -> x[0].at((int) x[1].at(i[0]), i[1], (int) x[2].at(i[0])))),
      row("at of a tensor and an int apart", List.of(floats(3, 4, 5), ints(0, 4, 2)), x -> x[0].at(1, ALL, x[1]),
          x -> Nd.of(shape(2, 4), i -> x[0].at(1, i[1], (int) x[1].at(i[0])))),
      row("at of a scalar", List.of(floats(4, 5), ints(-4, 3)), x -> x[0].at(x[1]),
          x -> Nd.of(shape(5), i -> x[0].at(from(x[1].at(), 4), i[0]))),

      row("set a row", List.of(floats(4, 3), floats(3)), x -> Ops.set(x[0], x[0].row(-1), x[1]),
          x -> Nd.of(shape(4, 3), i -> i[0] == 3 ? x[1].at(i[1]) : x[0].at(i))),
      row("set a slice to a number", floats(5, 3), x -> Ops.set(x, x.slice(0, 1, -1), 7),
          x -> Nd.of(shape(5, 3), i -> i[0] >= 1 && i[0] < 4 ? 7 : x.at(i))),
      row("set with a step", List.of(floats(7), floats(3)), x -> Ops.set(x[0], x[0].at(range(1, END, 2)), x[1]),
          x -> Nd.of(shape(7), i -> i[0] % 2 == 1 ? x[1].at(i[0] / 2) : x[0].at(i))).constantDims(),
      row("set backwards", List.of(floats(4), floats(2)), x -> Ops.set(x[0], x[0].at(range(END, 1, -1)), x[1]),
          x -> Nd.of(shape(4), i -> i[0] > 1 ? x[1].at(3 - i[0]) : x[0].at(i))).constantDims(),
      row("set a block", List.of(floats(4, 5), floats(2, 1)),
          x -> Ops.set(x[0], x[0].at(range(0, 2), range(1, 4)), x[1]),
          x -> Nd.of(shape(4, 5), i -> i[0] < 2 && i[1] >= 1 && i[1] < 4 ? x[1].at(i[0], 0) : x[0].at(i)))
          .constantDims(),
      row("set a window", List.of(floats(6), ints(-6, -4), floats(4)), x -> Ops.set(x[0], x[0].at(window(x[1], 4)), x[2]),
          x -> Nd.of(shape(6), i -> i[0] >= from(x[1].at(), 6) && i[0] < from(x[1].at(), 6) + 4 ? x[2].at(i[0] - from(x[1].at(), 6))
              : x[0].at(i))).constantDims(),
      row("increment a window", List.of(floats(6), ints(0, 2)), x -> Ops.increment(x[0], x[0].at(window(x[1], 4)), 1),
          x -> Nd.of(shape(6), i -> x[0].at(i) + (i[0] >= x[1].at() && i[0] < x[1].at() + 4 ? 1 : 0))).constantDims(),
      row("set a column of a transpose", List.of(floats(4, 3), floats(3)),
          x -> Ops.set(x[0], Ops.index(x[0].transpose(), 1, 2), x[1]),
          x -> Nd.of(shape(4, 3), i -> i[0] == 2 ? x[1].at(i[1]) : x[0].at(i))),
      row("set rows, the last one stays", List.of(floats(4, 3), ints(-4, 3, 6), floats(6, 3)),
          x -> Ops.set(x[0], x[0].at(x[1]), x[2]), x -> {
            Nd result = Nd.of(x[0].shape(), x[0]::at);
            for (int k = 0; k < 6; k++) {
              for (int j = 0; j < 3; j++) result.data()[3 * from(x[1].at(k), 4) + j] = x[2].at(k, j);
            }
            return result;
          }),
      row("set elements", List.of(floats(4, 5), ints(0, 3, 6), ints(-5, 4, 6), floats(6)),
          x -> Ops.set(x[0], x[0].at(x[1], x[2]), x[3]), x -> {
            Nd result = Nd.of(x[0].shape(), x[0]::at);
            for (int k = 0; k < 6; k++) {
              result.data()[5 * (int) x[1].at(k) + from(x[2].at(k), 5)] = x[3].at(k);
            }
            return result;
          }),
      row("set an element a row", List.of(floats(4, 5), ints(0, 4, 4), floats(4)),
          x -> Ops.set(x[0], Ops.pick(x[0], x[1]), x[2]),
          x -> Nd.of(shape(4, 5), i -> i[1] == x[1].at(i[0]) ? x[2].at(i[0]) : x[0].at(i))),
      row("increment a slice", List.of(floats(5, 3), floats(3)),
          x -> Ops.increment(x[0], x[0].slice(0, 1, 3), x[1]),
          x -> Nd.of(shape(5, 3), i -> x[0].at(i) + (i[0] >= 1 && i[0] < 3 ? x[1].at(i[1]) : 0))),
      row("increment rows, as often as named", List.of(floats(4, 3), ints(-4, 3, 6), floats(6, 3)),
          x -> Ops.increment(x[0], x[0].at(x[1]), x[2]), x -> {
            Nd result = Nd.of(x[0].shape(), x[0]::at);
            for (int k = 0; k < 6; k++) {
              for (int j = 0; j < 3; j++) result.data()[3 * from(x[1].at(k), 4) + j] += x[2].at(k, j);
            }
            return result;
          }),
      row("increment a column of rows", List.of(floats(4, 3), ints(0, 3, 6), floats(6)),
          x -> Ops.increment(x[0], x[0].at(x[1], 1), x[2]), x -> {
            Nd result = Nd.of(x[0].shape(), x[0]::at);
            for (int k = 0; k < 6; k++) result.data()[3 * (int) x[1].at(k) + 1] += x[2].at(k);
            return result;
          }),
      row("set of integers", List.of(ints(-9, 9, 5), ints(-9, 9, 2)),
          x -> Ops.set(x[0], x[0].slice(0, 1, 3), x[1]),
          x -> Nd.of(shape(5), i -> i[0] == 1 || i[0] == 2 ? x[1].at(i[0] - 1) : x[0].at(i)))
          .noGradient().constantDims(),

      row("takeAlongAxis", List.of(floats(4, 3), ints(-4, 3, 2, 3)), x -> Ops.takeAlongAxis(x[0], x[1], 0),
          x -> Nd.of(shape(2, 3), i -> x[0].at(from(x[1].at(i), 4), i[1]))),
      row("takeAlongAxis of the last", List.of(floats(4, 3), ints(0, 2, 4, 5)), x ->
          Ops.takeAlongAxis(x[0], x[1], -1),
          x -> Nd.of(shape(4, 5), i -> x[0].at(i[0], (int) x[1].at(i)))),
      row("choose", List.of(ints(-3, 2, 4, 2), floats(4, 2), floats(4, 2), floats(2)),
          x -> Ops.choose(x[0], x[1], x[2], x[3]), x -> Nd.of(shape(4, 2), i ->
              from(x[0].at(i), 3) == 2 ? x[3].at(i[1]) : x[1 + from(x[0].at(i), 3)].at(i))),
      row("bincount", ints(0, 3, 9), x -> Ops.bincount(x, 4),
          x -> Nd.of(shape(4), i -> count(x, i[0]))).noGradient(),
      row("bincount of weights", List.of(ints(0, 3, 9), floats(9)), x -> Ops.bincount(x[0], x[1], 4), x -> {
        Nd result = Nd.of(shape(4), i -> 0);
        for (int k = 0; k < 9; k++) result.data()[(int) x[0].at(k)] += x[1].at(k);
        return result;
      }),
      row("confusionMatrix", List.of(ints(0, 2, 9), ints(0, 2, 9)), x -> Ops.confusionMatrix(x[0], x[1], 3),
          x -> Nd.of(shape(3, 3), i -> {
            int n = 0;
            for (int k = 0; k < 9; k++) if (x[0].at(k) == i[0] && x[1].at(k) == i[1]) n++;
            return n;
          })).noGradient(),
      row("unravelIndex", ints(0, 23, 7), x -> Ops.stack(0, Ops.unravelIndex(x, 2, 3, 4)),
          x -> Nd.of(shape(3, 7), i -> {
            int k = (int) x.at(i[1]);
            return i[0] == 0 ? k / 12 : i[0] == 1 ? k / 4 % 3 : k % 4;
          })).noGradient());

  /** An index counted from the front. */
  private static int from(double index, int n) {
    return (int) (index < 0 ? index + n : index);
  }

  private static int count(Nd x, int value) {
    int n = 0;
    for (double d : x.data()) if (d == value) n++;
    return n;
  }
}
