package weft.op;

import static weft.op.Nd.shape;
import static weft.op.OpRow.between;
import static weft.op.OpRow.floats;
import static weft.op.OpRow.row;
import static weft.op.ReductionRows.fold;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import weft.graph.Expr;

/** The rows of linear algebra. */
final class LinearRows {
  private LinearRows() {}

  static final List<OpRow> ALL = all();

  private static List<OpRow> all() {
    var all = new ArrayList<OpRow>();
    all.addAll(factors());
    all.addAll(solutions());
    all.addAll(triangles());
    all.addAll(determinants());
    return all;
  }

  /** {@code x·xᵀ} and 2 on the diagonal: symmetric, and positive definite. */
  private static Expr positive(Expr x) {
    return Ops.plus(Matrices.outer(x, x, x.rank()), Ops.times(Matrices.identity(x.type()), 2));
  }

  private static double[][] positive(double[][] x) {
    double[][] square = PlainLinear.times(x, PlainLinear.transposed(x));
    for (int i = 0; i < x.length; i++) square[i][i] += 2;
    return square;
  }

  /** Rows with a large element each, which stands where the next row would have it on the diagonal: a pivot is found elsewhere each time. */
  private static Expr turned(Expr x) {
    return Ops.roll(Ops.plus(x, Ops.times(Matrices.identity(x.type()), 5)), 1, x.rank() - 2);
  }

  private static double[][] turned(double[][] x) {
    int n = x.length;
    var rows = new double[n][];
    for (int i = 0; i < n; i++) {
      double[] row = x[i].clone();
      row[i] += 5;
      rows[(i + 1) % n] = row;
    }
    return rows;
  }

  /** A matrix made of a matrix, for each of a stack where there is one. */
  private static Nd each(Nd x, Function<double[][], double[][]> f) {
    if (x.shape().length == 2) {
      double[][] value = f.apply(PlainLinear.matrix(x));
      return Nd.of(shape(value.length, value.length == 0 ? 0 : value[0].length), i -> value[i[0]][i[1]]);
    }
    var values = new double[x.shape()[0]][][];
    for (int b = 0; b < values.length; b++) values[b] = f.apply(PlainLinear.matrix(x, b));
    return Nd.of(shape(values.length, values[0].length, values[0][0].length), i -> values[i[0]][i[1]][i[2]]);
  }

  /** A matrix with one column. */
  private static double[][] column(double... x) {
    var rows = new double[x.length][1];
    for (int i = 0; i < x.length; i++) rows[i][0] = x[i];
    return rows;
  }

  private static Nd vector(double[][] column) {
    return Nd.of(shape(column.length), i -> column[i[0]][0]);
  }

  private static List<OpRow> factors() {
    return List.of(
        row("cholesky", floats(4, 4), x -> Ops.cholesky(positive(x)), x -> each(x, a -> PlainLinear.cholesky(positive(a)))),
        row("cholesky of a stack", floats(2, 3, 3), x -> Ops.cholesky(positive(x)), x -> each(x, a -> PlainLinear.cholesky(positive(a)))),
        row("cholesky of what is below the diagonal", between(-0.5, 0.5, 3, 3), x -> Ops.cholesky(Ops.plus(x, Matrices.identity(x.type()))),
            x -> each(x, a -> {
              for (int i = 0; i < 3; i++) a[i][i]++;
              return PlainLinear.cholesky(a);
            })),
        row("cholesky of one number", between(0.5, 4, 1, 1), x -> Ops.cholesky(x), x -> Nd.of(shape(1, 1), i -> Math.sqrt(x.at(i)))),
        row("cholesky of nothing", floats(0, 0), x -> Ops.cholesky(x), x -> x),
        row("choleskyOrNaN", floats(3, 3), x -> Ops.choleskyOrNaN(positive(x)), x -> each(x, a -> PlainLinear.cholesky(positive(a)))),
        row("choleskySolve", List.of(floats(3, 3), floats(3)), x -> Ops.choleskySolve(Ops.cholesky(positive(x[0])), x[1]),
            x -> vector(PlainLinear.solve(positive(PlainLinear.matrix(x[0])), column(x[1].data())))),
        row("inverse", floats(4, 4), x -> Ops.inverse(turned(x)), x -> each(x, a -> PlainLinear.inverse(turned(a)))).within(1e-11),
        row("inverse of a stack", floats(2, 3, 3), x -> Ops.inverse(turned(x)), x -> each(x, a -> PlainLinear.inverse(turned(a)))),
        row("inverse of nothing", floats(0, 0), x -> Ops.inverse(x), x -> x),
        row("matrixPower", floats(3, 3), x -> Ops.matrixPower(x, 3), x -> each(x, a -> PlainLinear.times(a, PlainLinear.times(a, a)))),
        row("matrixPower of a stack", floats(2, 3, 3), x -> Ops.matrixPower(x, 2), x -> each(x, a -> PlainLinear.times(a, a))),
        row("matrixPower of 0", floats(3, 3), x -> x.plus(Ops.matrixPower(x, 0)), x -> Nd.of(shape(3, 3), i -> x.at(i) + (i[0] == i[1] ? 1 : 0))),
        row("matrixPower below 0", floats(3, 3), x -> Ops.matrixPower(turned(x), -2), x -> each(x, a -> {
          double[][] inverse = PlainLinear.inverse(turned(a));
          return PlainLinear.times(inverse, inverse);
        })));
  }

  private static List<OpRow> solutions() {
    return List.of(
        row("solve for a vector", List.of(floats(4, 4), floats(4)), x -> Ops.solve(turned(x[0]), x[1]),
            x -> vector(PlainLinear.solve(turned(PlainLinear.matrix(x[0])), column(x[1].data())))),
        row("solve for a matrix", List.of(floats(3, 3), floats(3, 2)), x -> Ops.solve(turned(x[0]), x[1]),
            x -> each(x[1], b -> PlainLinear.solve(turned(PlainLinear.matrix(x[0])), b))),
        row("solve for one number", List.of(between(0.5, 2, 1, 1), floats(1)), x -> Ops.solve(x[0], x[1]),
            x -> Nd.of(shape(1), i -> x[1].at(0) / x[0].at(0, 0))),
        row("solve for nothing", List.of(floats(0, 0), floats(0)), x -> Ops.solve(x[0], x[1]), x -> x[1]),
        row("solve for no columns", List.of(floats(3, 3), floats(3, 0)), x -> Ops.solve(turned(x[0]), x[1]), x -> x[1]),
        row("solve a stack for vectors", List.of(floats(2, 3, 3), floats(2, 3)), x -> Ops.solve(turned(x[0]), x[1]), x -> {
          double[][] one = PlainLinear.solve(turned(PlainLinear.matrix(x[0], 0)), column(x[1].at(0, 0), x[1].at(0, 1), x[1].at(0, 2)));
          double[][] two = PlainLinear.solve(turned(PlainLinear.matrix(x[0], 1)), column(x[1].at(1, 0), x[1].at(1, 1), x[1].at(1, 2)));
          return Nd.of(shape(2, 3), i -> (i[0] == 0 ? one : two)[i[1]][0]);
        }),
        row("solve a stack for matrices", List.of(floats(2, 3, 3), floats(2, 3, 2)), x -> Ops.solve(turned(x[0]), x[1]), x -> {
          double[][] one = PlainLinear.solve(turned(PlainLinear.matrix(x[0], 0)), PlainLinear.matrix(x[1], 0));
          double[][] two = PlainLinear.solve(turned(PlainLinear.matrix(x[0], 1)), PlainLinear.matrix(x[1], 1));
          return Nd.of(shape(2, 3, 2), i -> (i[0] == 0 ? one : two)[i[1]][i[2]]);
        }),
        row("solve one matrix for a stack", List.of(floats(3, 3), floats(2, 3, 2)), x -> Ops.solve(turned(x[0]), x[1]),
            x -> each(x[1], b -> PlainLinear.solve(turned(PlainLinear.matrix(x[0])), b))));
  }

  /** All triangles, each for a vector and for a matrix. */
  private static List<OpRow> triangles() {
    var all = new ArrayList<OpRow>();
    for (int kind = 0; kind < 8; kind++) {
      boolean lower = (kind & 1) != 0;
      boolean transposed = (kind & 2) != 0;
      boolean unit = (kind & 4) != 0;
      String name = "solveTriangular " + (lower ? "lower" : "upper") + (transposed ? " transposed" : "") + (unit ? " unit" : "");
      Function<double[][], double[][]> matrix = a -> {
        double[][] triangle = PlainLinear.triangle(a, lower, unit);
        return transposed ? PlainLinear.transposed(triangle) : triangle;
      };
      all.add(row(name + " for a vector", List.of(between(0.5, 1.5, 4, 4), floats(4)),
          x -> Ops.solveTriangular(x[0], x[1], lower, transposed, unit),
          x -> vector(PlainLinear.solve(matrix.apply(PlainLinear.matrix(x[0])), column(x[1].data())))).within(1e-11));
      all.add(row(name + " for a matrix", List.of(between(0.5, 1.5, 3, 3), floats(3, 4)),
          x -> Ops.solveTriangular(x[0], x[1], lower, transposed, unit),
          x -> each(x[1], b -> PlainLinear.solve(matrix.apply(PlainLinear.matrix(x[0])), b))).within(1e-11));
    }
    return all;
  }

  private static List<OpRow> determinants() {
    return List.of(
        row("det", floats(4, 4), x -> Ops.det(x), x -> Nd.of(shape(), i -> PlainLinear.determinant(PlainLinear.matrix(x)))).within(1e-11),
        row("det of turned rows", floats(3, 3), x -> Ops.det(turned(x)), x -> Nd.of(shape(), i -> PlainLinear.determinant(turned(PlainLinear.matrix(x))))),
        row("det of a stack", floats(2, 3, 3), x -> Ops.det(turned(x)),
            x -> Nd.of(shape(2), i -> PlainLinear.determinant(turned(PlainLinear.matrix(x, i[0]))))),
        row("det of one number", floats(1, 1), x -> Ops.det(x), x -> Nd.of(shape(), i -> x.at(0, 0))),
        row("det of nothing", floats(0, 0), x -> Ops.det(x), x -> Nd.of(shape(), i -> 1)),
        row("logDet", floats(4, 4), x -> Ops.logDet(turned(x)),
            x -> Nd.of(shape(), i -> Math.log(Math.abs(PlainLinear.determinant(turned(PlainLinear.matrix(x))))))),
        row("logDet of a stack", floats(2, 3, 3), x -> Ops.logDet(turned(x)),
            x -> Nd.of(shape(2), i -> Math.log(Math.abs(PlainLinear.determinant(turned(PlainLinear.matrix(x, i[0]))))))),
        row("logDet of nothing", floats(0, 0), x -> Ops.logDet(x), x -> Nd.of(shape(), i -> 0)),
        row("detSign", floats(4, 4), x -> Ops.detSign(turned(x)), x -> Nd.of(shape(), i -> Math.signum(PlainLinear.determinant(turned(PlainLinear.matrix(x)))))),
        row("detSign of a stack", floats(5, 3, 3), x -> Ops.detSign(x),
            x -> Nd.of(shape(5), i -> Math.signum(PlainLinear.determinant(PlainLinear.matrix(x, i[0]))))),
        row("trace of a product", List.of(floats(3, 2), floats(2, 3)), x -> Ops.trace(Ops.dot(x[0], x[1])),
            x -> Nd.of(shape(), i -> fold(6, 0, Double::sum, k -> x[0].at(k / 2, k % 2) * x[1].at(k % 2, k / 2)))));
  }
}
