package weft.op;

import static weft.op.Nd.shape;
import static weft.op.OpRow.floats;
import static weft.op.OpRow.ints;
import static weft.op.OpRow.row;
import static weft.op.ReductionRows.fold;

import java.util.List;
import weft.graph.Expr;
import weft.runtime.DType;

/** The rows of matrices of a pattern, of further products and of further layouts. */
final class MatrixRows {
  private MatrixRows() {}

  static final List<OpRow> ALL = List.of(
      row("eye", floats(3, 5), x -> x.plus(Ops.eye(x.dim(0), x.dim(1), 1, x.dtype())),
          x -> Nd.of(shape(3, 5), i -> x.at(i) + (i[1] == i[0] + 1 ? 1 : 0))),
      row("tri", floats(3, 5), x -> x.times(Ops.tri(x.dim(0), x.dim(1), -1, x.dtype())),
          x -> Nd.of(shape(3, 5), i -> i[1] <= i[0] - 1 ? x.at(i) : 0)),
      row("tril", floats(2, 3, 4), x -> Ops.tril(x, 1),
          x -> Nd.of(shape(2, 3, 4), i -> i[2] <= i[1] + 1 ? x.at(i) : 0)),
      row("triu", floats(2, 3, 4), x -> Ops.triu(x, -1),
          x -> Nd.of(shape(2, 3, 4), i -> i[2] >= i[1] - 1 ? x.at(i) : 0)),
      row("diag", floats(4), x -> Ops.diag(x), x -> Nd.of(shape(4, 4), i -> i[0] == i[1] ? x.at(i[0]) : 0)),
      row("diagonal", floats(2, 3, 5), x -> Ops.diagonal(x),
          x -> Nd.of(shape(2, 3), i -> x.at(i[0], i[1], i[1]))).constantDims(),
      row("diagonal above", floats(4, 4), x -> Ops.diagonal(x, 1), x -> Nd.of(shape(3), i -> x.at(i[0], i[0] + 1))),
      row("diagonal below", floats(4, 4), x -> Ops.diagonal(x, -2),
          x -> Nd.of(shape(2), i -> x.at(i[0] + 2, i[0]))),
      row("trace", floats(4, 4), x -> Ops.trace(x), x -> Nd.of(shape(), i -> fold(4, 0, Double::sum, k ->
          x.at(k, k)))),
      row("fillDiagonal", floats(4, 3), x -> Ops.fillDiagonal(x, 7),
          x -> Nd.of(shape(4, 3), i -> i[0] == i[1] ? 7 : x.at(i))),
      row("kron", List.of(floats(2, 3), floats(3, 2)), x -> Ops.kron(x[0], x[1]),
          x -> Nd.of(shape(6, 6), i -> x[0].at(i[0] / 3, i[1] / 2) * x[1].at(i[0] % 3, i[1] % 2))),
      row("inner", List.of(floats(2, 3), floats(4, 3)), x -> Ops.inner(x[0], x[1]),
          x -> Nd.of(shape(2, 4), i -> fold(3, 0, Double::sum, k -> x[0].at(i[0], k) * x[1].at(i[1], k)))),
      row("einsum of stacked matrices", List.of(floats(2, 3, 4), floats(2, 4, 5)), x -> Ops.einsum("bik,bkj->bji", x),
          x -> Nd.of(shape(2, 5, 3), i -> fold(4, 0, Double::sum, k -> x[0].at(i[0], i[2], k) * x[1].at(i[0], k, i[1])))),
      row("einsum without an arrow", List.of(floats(3, 4), floats(4, 5)), x -> Ops.einsum("zk, ka", x),
          x -> Nd.of(shape(5, 3), i -> fold(4, 0, Double::sum, k -> x[0].at(i[1], k) * x[1].at(k, i[0])))),
      row("einsum that sums what one has alone", List.of(floats(3, 4), floats(4, 5)), x -> Ops.einsum("ik,kj->k", x), x -> Nd.of(shape(4),
          i -> fold(3, 0, Double::sum, a -> x[0].at(a, i[0])) * fold(5, 0, Double::sum, b -> x[1].at(i[0], b)))),
      row("einsum of one", floats(3, 4, 2), x -> Ops.einsum("abc->ca", x),
          x -> Nd.of(shape(2, 3), i -> fold(4, 0, Double::sum, k -> x.at(i[1], k, i[0])))),
      row("einsum of an outer product", List.of(floats(3), floats(2)), x -> Ops.einsum("i,j->ji", x),
          x -> Nd.of(shape(2, 3), i -> x[1].at(i[0]) * x[0].at(i[1]))),
      row("einsum of three", List.of(floats(3), floats(3, 4), floats(4)), x -> Ops.einsum("i,ij,j->", x),
          x -> Nd.of(shape(), i -> fold(12, 0, Double::sum, k -> x[0].at(k / 4) * x[1].at(k / 4, k % 4) * x[2].at(k % 4)))),
      row("tensordot of axes", List.of(floats(2, 3, 4), floats(4, 5, 2)),
          x -> Ops.tensordot(x[0], x[1], new int[] {0, 2}, new int[] {2, 0}),
          x -> Nd.of(shape(3, 5), i -> fold(8, 0, Double::sum, k ->
              x[0].at(k / 4, i[0], k % 4) * x[1].at(k % 4, i[1], k / 4)))),
      row("linspace", floats(5), x -> x.plus(Ops.linspace(-1, 2, x.dim(0), x.dtype())),
          x -> Nd.of(shape(5), i -> x.at(i) - 1 + 3 * i[0] / 4.)),
      row("linspace of one", floats(1), x -> x.plus(Ops.linspace(3, 7, x.dim(0), x.dtype())),
          x -> Nd.of(shape(1), i -> x.at(i) + 3)),
      row("arange downwards", ints(0, 9, 4), x -> x.plus(Ops.arange(9, 1, -2)),
          x -> Nd.of(shape(4), i -> x.at(i) + 9 - 2 * i[0])).noGradient().constantDims(),
      row("meshgrid", List.of(floats(2), floats(3)), x -> {
        List<Expr> grid = Ops.meshgrid(x[0], x[1]);
        return grid.get(0).minus(grid.get(1));
      }, x -> Nd.of(shape(2, 3), i -> x[0].at(i[0]) - x[1].at(i[1]))),
      row("squeeze of all", floats(1, 3, 1, 2), x -> Ops.squeeze(x), x -> Nd.of(shape(3, 2), i ->
          x.at(0, i[0], 0, i[1]))),
      row("roll", floats(5, 3), x -> Ops.roll(x, 2, 0), x -> Nd.of(shape(5, 3), i -> x.at((i[0] + 3) % 5, i[1]))),
      row("roll back and round", floats(3, 5), x -> Ops.roll(x, -6, 1),
          x -> Nd.of(shape(3, 5), i -> x.at(i[0], (i[1] + 6) % 5))),
      row("split", floats(6, 2), x -> {
        List<Expr> parts = Ops.split(x, 0, 1, -1, 2);
        return Ops.concat(0, parts.get(2), parts.get(1), parts.get(0));
      }, x -> Nd.of(shape(6, 2), i -> x.at(i[0] < 2 ? i[0] + 4 : i[0] < 5 ? i[0] - 1 : 0, i[1]))),
      row("chunk", floats(2, 6), x -> Ops.chunk(x, 1, 3).get(1).times(Ops.chunk(x, 1, 3).get(2)),
          x -> Nd.of(shape(2, 2), i -> x.at(i[0], i[1] + 2) * x.at(i[0], i[1] + 4))).constantDims(),
      row("pad with a number", floats(2, 3), x -> Ops.pad(x, 1, 2, 1, 7),
          x -> Nd.of(shape(2, 6), i -> i[1] < 2 || i[1] > 4 ? 7 : x.at(i[0], i[1] - 2))),
      row("padEdge", floats(3, 2), x -> Ops.padEdge(x, 0, 2, 1),
          x -> Nd.of(shape(6, 2), i -> x.at(Math.max(0, Math.min(2, i[0] - 2)), i[1]))),
      row("padReflect", floats(4), x -> Ops.padReflect(x, 0, 2, 3),
          x -> Nd.of(shape(9), i -> x.at(i[0] < 2 ? 2 - i[0] : i[0] > 5 ? 8 - i[0] : i[0] - 2))),
      row("padWrap", floats(4), x -> Ops.padWrap(x, 0, 2, 3), x -> Nd.of(shape(9), i -> x.at((i[0] + 2) % 4))),
      row("eye in integers", ints(-9, 9, 3, 3), x -> x.plus(Ops.eye(x.dim(0), x.dim(1), 0, DType.I32)),
          x -> Nd.of(shape(3, 3), i -> x.at(i) + (i[0] == i[1] ? 1 : 0))).noGradient());
}
