package weft.op;

import static weft.op.Nd.shape;
import static weft.op.OpRow.between;
import static weft.op.OpRow.floats;
import static weft.op.OpRow.ints;
import static weft.op.OpRow.row;
import static weft.op.ReductionRows.fold;

import java.util.List;
import weft.runtime.DType;

/** The rows of the words of neural nets. */
final class NetRows {
  private NetRows() {}

  static final List<OpRow> ALL = List.of(
      row("take rows", List.of(floats(5, 3), ints(-5, 4, 7)), x -> Ops.take(x[0], x[1], 0),
          x -> Nd.of(shape(7, 3), i -> x[0].at(from(x[1].at(i[0]), 5), i[1]))),
      row("take columns", List.of(floats(3, 5), ints(-5, 4, 7)), x -> Ops.take(x[0], x[1], 1),
          x -> Nd.of(shape(3, 7), i -> x[0].at(i[0], from(x[1].at(i[1]), 5)))),
      row("take by a matrix", List.of(floats(5, 3), ints(0, 4, 4, 2)), x -> Ops.embedding(x[0], x[1]),
          x -> Nd.of(shape(4, 2, 3), i -> x[0].at((int) x[1].at(i[0], i[1]), i[2]))),
      row("take by a scalar", List.of(floats(5, 3), ints(0, 4)), x -> Ops.take(x[0], x[1], 0),
          x -> Nd.of(shape(3), i -> x[0].at((int) x[1].at(), i[0]))),
      row("take from a vector", List.of(floats(5), ints(0, 4, 9)), x -> Ops.take(x[0], x[1], 0),
          x -> Nd.of(shape(9), i -> x[0].at((int) x[1].at(i[0])))),
      row("take of something computed", List.of(floats(5, 3), ints(0, 4, 4)), x ->
          Ops.take(Ops.exp(x[0].transpose()), x[1], 1),
          x -> Nd.of(shape(3, 4), i -> Math.exp(x[0].at((int) x[1].at(i[1]), i[0])))),
      row("pick", List.of(floats(4, 5), ints(-5, 4, 4)), x -> Ops.pick(x[0], x[1]),
          x -> Nd.of(shape(4), i -> x[0].at(i[0], from(x[1].at(i[0]), 5)))),
      row("pick from a vector", List.of(floats(5), ints(0, 4)), x -> Ops.pick(x[0], x[1]),
          x -> Nd.of(shape(), i -> x[0].at((int) x[1].at()))),
      row("oneHot", ints(-4, 3, 5), x -> Ops.oneHot(x, 4), x ->
          Nd.of(shape(5, 4), i -> from(x.at(i[0]), 4) == i[1] ? 1 : 0)).noGradient(),
      row("oneHot in i64", ints(0, 3, 5), x -> Ops.oneHot(x, 4, DType.I64), x ->
          Nd.of(shape(5, 4), i -> x.at(i[0]) == i[1] ? 1 : 0))
          .noGradient(),
      row("softmax", floats(3, 4), x -> Ops.softmax(x), x -> Nd.of(shape(3, 4), i -> softmax(x, i[0], i[1]))),
      row("softmax of a vector", floats(4), x -> Ops.softmax(x),
          x -> Nd.of(shape(4), i -> Math.exp(x.at(i)) / fold(4, 0, Double::sum, k -> Math.exp(x.at(k))))),
      row("softmax over rows", floats(4, 3), x -> Ops.softmax(x, 0),
          x -> Nd.of(shape(4, 3), i -> Math.exp(x.at(i)) / fold(4, 0, Double::sum, k ->
              Math.exp(x.at(k, i[1]))))),
      row("logSoftmax", floats(3, 4), x -> Ops.logSoftmax(x), x ->
          Nd.of(shape(3, 4), i -> Math.log(softmax(x, i[0], i[1])))),
      row("logSoftmax over rows", floats(4, 3), x -> Ops.logSoftmax(x, 0),
          x -> Nd.of(shape(4, 3), i -> x.at(i) - Math.log(fold(4, 0, Double::sum, k ->
              Math.exp(x.at(k, i[1])))))),
      row("logSumExp", floats(3, 4), x -> Ops.logSumExp(x, 1),
          x -> Nd.of(shape(3), i -> Math.log(fold(4, 0, Double::sum, k -> Math.exp(x.at(i[0], k)))))),
      row("logSumExp over rows", floats(4, 3), x -> Ops.logSumExp(x, 0),
          x -> Nd.of(shape(3), i -> Math.log(fold(4, 0, Double::sum, k -> Math.exp(x.at(k, i[0])))))),
      row("crossEntropy", List.of(between(0.1, 1, 3, 4), between(0, 1, 3, 4)), x -> Ops.crossEntropy(x[0], x[1]),
          x -> Nd.of(shape(3), i -> -fold(4, 0, Double::sum, k ->
              x[1].at(i[0], k) * Math.log(x[0].at(i[0], k))))),
      row("crossEntropy by class", List.of(between(0.1, 1, 3, 4), ints(0, 3, 3)), x ->
          Ops.crossEntropy(x[0], x[1]),
          x -> Nd.of(shape(3), i -> -Math.log(x[0].at(i[0], (int) x[1].at(i[0]))))),
      row("crossEntropy of vectors", List.of(between(0.1, 1, 4), between(0, 1, 4)), x ->
          Ops.crossEntropy(x[0], x[1]),
          x -> Nd.of(shape(), i -> -fold(4, 0, Double::sum, k -> x[1].at(k) * Math.log(x[0].at(k))))),
      row("crossEntropyWithLogits", List.of(floats(3, 4), between(0, 1, 3, 4)), x ->
          Ops.crossEntropyWithLogits(x[0], x[1]),
          x -> Nd.of(shape(3), i -> -fold(4, 0, Double::sum, k ->
              x[1].at(i[0], k) * Math.log(softmax(x[0], i[0], k))))),
      row("crossEntropyWithLogits by class", List.of(floats(3, 4), ints(0, 3, 3)), x ->
          Ops.crossEntropyWithLogits(x[0], x[1]),
          x -> Nd.of(shape(3), i -> -Math.log(softmax(x[0], i[0], (int) x[1].at(i[0]))))),
      row("binaryCrossEntropy", List.of(between(0.1, 0.9, 3, 4), between(0, 1, 3, 4)), x ->
          Ops.binaryCrossEntropy(x[0], x[1]),
          x -> Nd.of(shape(3, 4), i -> -x[1].at(i) * Math.log(x[0].at(i)) - (1 - x[1].at(i)) * Math.log(1 - x[0].at(i)))),
      row("sigmoidBinaryCrossEntropy", List.of(floats(3, 4), between(0, 1, 3, 4)), x ->
          Ops.sigmoidBinaryCrossEntropy(x[0], x[1]),
          x -> Nd.of(shape(3, 4), i -> -x[1].at(i) * Math.log(sigmoid(x[0].at(i))) - (1 - x[1].at(i)) * Math.log(sigmoid(-x[0].at(i))))));

  /** An index counted from the front. */
  private static int from(double index, int n) {
    return (int) (index < 0 ? index + n : index);
  }

  private static double softmax(Nd x, int row, int column) {
    return Math.exp(x.at(row, column)) / fold(x.shape()[1], 0, Double::sum, k -> Math.exp(x.at(row, k)));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
