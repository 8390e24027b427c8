package weft.op;

import static weft.op.Nd.shape;
import static weft.op.OpRow.floats;
import static weft.op.OpRow.ints;
import static weft.op.OpRow.row;

import java.util.List;
import weft.type.Dim;

/** The rows of the functions that move elements about. */
final class ShapeRows {
  private ShapeRows() {}

  static final List<OpRow> ALL = List.of(
      row("transpose", floats(2, 3), x -> Ops.transpose(x), x -> Nd.of(shape(3, 2), i -> x.at(i[1], i[0]))),
      row("transpose three axes", floats(2, 3, 4), x -> Ops.transpose(x, 1, 2, 0),
          x -> Nd.of(shape(3, 4, 2), i -> x.at(i[2], i[0], i[1]))),
      row("swapAxes", floats(2, 3, 4), x -> Ops.swapAxes(x, 0, -1), x ->
          Nd.of(shape(4, 3, 2), i -> x.at(i[2], i[1], i[0]))),
      row("moveAxis", floats(2, 3, 4), x -> Ops.moveAxis(x, 0, 2), x ->
          Nd.of(shape(3, 4, 2), i -> x.at(i[2], i[0], i[1]))),
      row("broadcastTo", floats(3, 1), x -> Ops.broadcastTo(x, 2, x.dim(0), 4), x ->
          Nd.of(shape(2, 3, 4), i -> x.at(i[1], 0))),
      row("reshape merges axes", floats(2, 3, 4), x -> Ops.reshape(x, -1, x.dim(2)),
          x -> Nd.of(shape(6, 4), i -> x.at(i[0] / 3, i[0] % 3, i[1]))),
      row("reshape splits an axis", floats(5, 6), x -> Ops.reshape(x, x.dim(0), 2, 3),
          x -> Nd.of(shape(5, 2, 3), i -> x.at(i[0], 3 * i[1] + i[2]))).constantDims(),
      row("reshape splits by -1", floats(12), x -> Ops.reshape(x, -1, 3), x ->
          Nd.of(shape(4, 3), i -> x.at(3 * i[0] + i[1]))),
      row("reshape of a product", floats(4, 3), x -> Ops.reshape(Ops.reshape(x, -1), x.dim(0), -1), x -> x),
      row("reshape both ways", floats(4, 3), x -> Ops.reshape(x, 2, 6), x ->
          Nd.of(shape(2, 6), i -> x.data()[6 * i[0] + i[1]]))
          .constantDims(),
      row("reshape of a transpose", floats(2, 3), x -> Ops.flatten(Ops.transpose(x)),
          x -> Nd.of(shape(6), i -> x.at(i[0] % 2, i[0] / 2))),
      row("flatten to two axes", floats(2, 3, 4), x -> Ops.flatten(x, 2),
          x -> Nd.of(shape(2, 12), i -> x.at(i[0], i[1] / 4, i[1] % 4))),
      row("flatten to as many axes", floats(2, 3), x -> Ops.flatten(x, 2), x -> x),
      row("expandDims", floats(2, 3), x -> Ops.expandDims(x, 1), x ->
          Nd.of(shape(2, 1, 3), i -> x.at(i[0], i[2]))),
      row("squeeze", floats(2, 1, 3), x -> Ops.squeeze(x, 1), x -> Nd.of(shape(2, 3), i -> x.at(i[0], 0, i[1]))),
      row("reverse", floats(4, 3), x -> Ops.reverse(x), x -> Nd.of(shape(4, 3), i -> x.at(3 - i[0], i[1]))),
      row("reverse the last axis", floats(4, 3), x -> Ops.reverse(x, -1), x ->
          Nd.of(shape(4, 3), i -> x.at(i[0], 2 - i[1]))),
      row("row", floats(4, 3), x -> x.row(1), x -> Nd.of(shape(3), i -> x.at(1, i[0]))),
      row("last row", floats(4, 3), x -> x.row(-1), x -> Nd.of(shape(3), i -> x.at(3, i[0]))),
      row("index", floats(4, 3), x -> Ops.index(x, 1, -2), x -> Nd.of(shape(4), i -> x.at(i[0], 1))),
      row("slice", floats(5, 3), x -> x.slice(0, 1, 4), x -> Nd.of(shape(3, 3), i -> x.at(i[0] + 1, i[1]))),
      row("slice from behind", floats(5, 3), x -> x.slice(0, -3, -1), x ->
          Nd.of(shape(2, 3), i -> x.at(i[0] + 2, i[1]))),
      row("slice to the end", floats(3, 5), x -> x.slice(1, 2, Ops.END), x ->
          Nd.of(shape(3, 3), i -> x.at(i[0], i[1] + 2))),
      row("slice of nothing", floats(5, 3), x -> x.slice(0, 2, 2), x -> Nd.of(shape(0, 3), i -> 0)),
      row("slice with a step", floats(7, 2), x -> Ops.slice(x, 0, 1, Ops.END, 3), x ->
          Nd.of(shape(2, 2), i -> x.at(1 + 3 * i[0], i[1]))),
      row("slice with a step that fits", floats(6), x -> Ops.slice(x, 0, 0, 6, 2), x ->
          Nd.of(shape(3), i -> x.at(2 * i[0]))),
      row("slice backwards", floats(7), x -> Ops.slice(x, 0, Ops.END, Ops.END, -1), x ->
          Nd.of(shape(7), i -> x.at(6 - i[0]))),
      row("slice backwards with a step", floats(7), x -> Ops.slice(x, 0, -2, 0, -2), x ->
          Nd.of(shape(3), i -> x.at(5 - 2 * i[0]))),
      row("neighbours subtracted", floats(5), x -> x.slice(0, 1, Ops.END).minus(x.slice(0, 0, -1)),
          x -> Nd.of(shape(4), i -> x.at(i[0] + 1) - x.at(i[0]))),
      row("pad", floats(2, 3), x -> Ops.pad(x, 1, 1, 2),
          x -> Nd.of(shape(2, 6), i -> i[1] < 1 || i[1] > 3 ? 0 : x.at(i[0], i[1] - 1))),
      row("embed", floats(2, 3), x -> Ops.embed(x, 0, Dim.of(3), Dim.of(5)),
          x -> Nd.of(shape(5, 3), i -> i[0] < 3 ? 0 : x.at(i[0] - 3, i[1]))).constantDims(),
      row("concat", List.of(floats(2, 3), floats(4, 3)), x -> Ops.concat(0, x[0], x[1]),
          x -> Nd.of(shape(6, 3), i -> i[0] < 2 ? x[0].at(i) : x[1].at(i[0] - 2, i[1]))),
      row("concat the last axis", List.of(floats(2, 3), floats(2, 1), floats(2, 2)), x -> Ops.concat(-1, x),
          x -> Nd.of(shape(2, 6), i -> i[1] < 3 ? x[0].at(i) : i[1] < 4 ? x[1].at(i[0], 0)
              : x[2].at(i[0], i[1] - 4))),
      row("stack", List.of(floats(2, 3), floats(2, 3)), x -> Ops.stack(0, x), x ->
          Nd.of(shape(2, 2, 3), i -> x[i[0]].at(i[1], i[2]))),
      row("stack the last axis", List.of(floats(3), floats(3)), x -> Ops.stack(-1, x[0], Ops.exp(x[1])),
          x -> Nd.of(shape(3, 2), i -> i[1] == 0 ? x[0].at(i[0]) : Math.exp(x[1].at(i[0])))),
      row("stack of scalars", List.of(floats(), floats(), floats()), x -> Ops.stack(0, x), x ->
          Nd.of(shape(3), i -> x[i[0]].at())),
      row("tile", floats(2, 3), x -> Ops.tile(x, 1, 2), x -> Nd.of(shape(2, 6), i -> x.at(i[0], i[1] % 3))),
      row("repeat", floats(2, 3), x -> Ops.repeat(x, 0, 2), x -> Nd.of(shape(4, 3), i -> x.at(i[0] / 2, i[1]))),
      row("arange", ints(0, 1, 5), x -> x.plus(Ops.arange(x.dim(0))), x ->
          Nd.of(shape(5), i -> x.at(i[0]) + i[0])).noGradient(),
      row("extent", floats(5, 3), x -> x.sum().times(Ops.extent(x.dim(0), x.dtype())),
          x -> Nd.of(shape(), i -> 5 * total(x))),
      row("extent of an axis", ints(0, 9, 5, 3), x -> x.sum().plus(Ops.extent(x, -1)), x ->
          Nd.of(shape(), i -> total(x) + 3)).noGradient(),
      row("zerosLike and onesLike", floats(2, 3), x -> Ops.plus(x, Ops.minus(Ops.zerosLike(x), Ops.onesLike(x))),
          x -> Nd.of(shape(2, 3), i -> x.at(i) - 1)));

  private static double total(Nd x) {
    double sum = 0;
    for (double d : x.data()) sum += d;
    return sum;
  }
}
