package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.*;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** Factors, solutions and determinants in every mode: numbers of NumPy's, exact inverses, steps of scans, and what fails. */
class LinearAlgebraTest {
  private static final double[][] M = {{1, 2, 0.5}, {0, 3, 1}, {2, -1, 4}};
  private static final double[][] ZEROS_TO_PIVOT = {{0, 2, 1}, {1, -2, -3}, {-1, 1, 2}};
  private static final double[][] POSITIVE = {{4, 2, 1}, {2, 5, 3}, {1, 3, 6}};
  private static final double[][] SINGULAR = {{1, 2, 3}, {2, 4, 6}, {1, 0, 1}};
  private static final double[][] SIDES = {{1, 2}, {3, 4}, {5, 6}};

  private final Dim n = dim("n");
  private final Expr a = f64("a", n, n);
  private final Expr b = f64("b", n, 2);
  private final Expr v = f64("v", n);

  @Test
  void numbersOfNumPy() {
    Everywhere.of(a, b, M, SIDES)
        .slopes(solve(a, b), -0.7142857142857146, -0.3571428571428573, 0.4285714285714285, 0.7142857142857142, 1.7142857142857144, 1.8571428571428572)
        .slopes(inverse(a), 0.9285714285714286, -0.6071428571428572, 0.035714285714285685, 0.14285714285714285, 0.21428571428571425,
            -0.07142857142857142, -0.4285714285714286, 0.35714285714285715, 0.2142857142857143)
        .slopes(det(a), 14)
        .slopes(logDet(a.neg()), 2.6390573296152584)
        .gives(detSign(a.neg()), -1)
        .slopes(matrixPower(a, -3), 0.5725218658892129, -0.5774416909620991, 0.09384110787172009, 0.18148688046647232, -0.14103498542274057,
            0.006195335276967926, -0.3505830903790088, 0.3567784256559767, -0.04409620991253643);
    Everywhere.of(a, v, ZEROS_TO_PIVOT, new double[] {-8, 0, 3})
        .slopes(solve(a, v), -4, -5, 2).slopes(det(a), 1).gives(detSign(a), 1).slopes(inverse(a), -1, -3, -4, 1, 1, 1, -1, -2, -2);
    Everywhere.of(a, v, POSITIVE, new double[] {-8, 0, 3})
        .slopes(cholesky(a), 2, 0, 0, 1, 2, 0, 0.5, 1.25, 2.0463381929681126)
        .slopes(choleskySolve(cholesky(a), v), -2.4626865671641793, 0.6268656716417911, 0.5970149253731343)
        .slopes(solveTriangular(a, v, false), -1.975, -0.3, 0.5);
  }

  /** The inverse of a Hilbert matrix has integers; at 6 rows its condition is 1.5e7, so nine digits are left of sixteen. */
  @Test
  void illConditioned() {
    double[][] hilbert = new double[6][6];
    for (int i = 0; i < 6; i++) for (int j = 0; j < 6; j++) hilbert[i][j] = 1. / (i + j + 1);
    double[] exact = {36, -630, 3360, -7560, 7560, -2772, -630, 14700, -88200, 211680, -220500, 83160, 3360, -88200, 564480, -1411200, 1512000,
        -582120, -7560, 211680, -1411200, 3628800, -3969000, 1552320, 7560, -220500, 1512000, -3969000, 4410000, -1746360, -2772, 83160,
        -582120, 1552320, -1746360, 698544};
    double[] given = Modes.function(a).returns(inverse(a), choleskySolve(cholesky(a), eye(n, n, 0, F64)))
        .callWithin((mode, i, plain) -> k -> 1e-8, (Object) hilbert)[0].toDoubles();
    for (int k = 0; k < exact.length; k++) assertThat(given[k]).isCloseTo(exact[k], within(1e-8 * Math.abs(exact[k])));
    assertNumbers(Modes.function(a, v).returns(solve(a, v)).call(new double[][] {{1e-20, 1}, {1, 1}}, new double[] {1, 2}), 1, 1);
  }

  /** Larger than vectors are wide, with dimensions known now or when called: what is solved for is found again by multiplying. */
  @Test
  void largerOnes() {
    for (DType dtype : new DType[] {F64, F32}) {
      for (int size : new int[] {7, 33}) {
        for (Object rows : new Object[] {size, n}) {
          Expr x = tensor("x", dtype, rows, rows);
          Expr side = tensor("side", dtype, rows, 5);
          var rng = new Random(size);
          double[][] values = new double[size][size];
          double[][] wanted = new double[size][5];
          for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) values[i][j] = (float) (rng.nextGaussian() + ((i + 1) % size == j ? 4 : 0));
            for (int j = 0; j < 5; j++) wanted[i][j] = (float) rng.nextGaussian();
          }
          Expr square = x.dot(transpose(x, 1, 0));
          Expr l = cholesky(square);
          Tensor[] results = Modes.function(x, side).f32Within(1e-3)
              .returns(x.dot(solve(x, side)), transpose(x, 1, 0).dot(solve(transpose(x, 1, 0), side)), l.dot(solveTriangular(l, side, true)),
                  square.dot(choleskySolve(l, side)), x.dot(inverse(x)).dot(side))
              .callAll(Tensor.of(values).to(dtype), Tensor.of(wanted).to(dtype));
          for (Tensor result : results) {
            for (int i = 0; i < size; i++) {
              for (int j = 0; j < 5; j++) assertThat(result.get(i, j)).isCloseTo(wanted[i][j], within(dtype == F64 ? 1e-11 : 2e-3));
            }
          }
        }
      }
    }
  }

  @Test
  void stacks() {
    Expr many = f64("many", dim("batch"), n, n);
    Expr vectors = f64("vectors", many.dim(0), n);
    Tensor both = Tensor.ofShape(F64, new double[] {1, 2, 3, 4, 0, 1, 1, 0, 2, 0, 0, 5}, 3, 2, 2);
    Everywhere.of(many, vectors, both, Tensor.ofShape(F64, new double[] {5, 11, 3, 4, 2, 10}, 3, 2))
        .slopes(solve(many, vectors), 1, 2, 4, 3, 1, 2)
        .slopes(det(many), -2, -1, 10)
        .gives(detSign(many), -1, -1, 1)
        .slopes(inverse(many), -2, 1, 1.5, -0.5, 0, 1, 1, 0, 0.5, 0, 0, 0.2)
        .gives(choleskyOrNaN(many), Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN,
            Math.sqrt(2), 0, 0, Math.sqrt(5));
    Tensor none = Tensor.zeros(F64, 0, 2, 2);
    Everywhere.of(many, none).gives(inverse(many)).gives(det(many)).gives(cholesky(many));
    Everywhere.of(a, Tensor.zeros(F64, 0, 0)).gives(inverse(a)).gives(det(a), 1).gives(logDet(a), 0).gives(detSign(a), 1);
  }

  /** A matrix that stays and one that changes from step to step, and a state that hangs on the solution before. */
  @Test
  void inTheStepsOfScans() {
    Expr rows = f64("rows", dim("time"), n);
    double[][] steps = {{1, 2, 0}, {3, -1, 1}, {0.5, 0, 2}, {-0.5, 1, 1}};
    var solved = map(rows, row -> solve(a, row));
    var moved = scan(rows, v, (row, state) -> solve(a.plus(outer(row, row)), state).plus(tanh(row)));
    var dets = map(rows, row -> logDet(a.plus(diag(row))));
    var factors = map(rows, row -> solveTriangular(cholesky(a.dot(transpose(a, 1, 0)).plus(diag(sqr(row)))), row, true));
    Expr cost = sqr(solved).sum().plus(sin(moved.all()).sum()).plus(dets.sum()).plus(sqr(factors).sum());
    var inputs = List.of(a, rows, v);
    Slopes.check(inputs, cost, inputs, M, steps, new double[] {0.3, -0.2, 0.9});
    assertNumbers(Modes.function(a, rows).returns(solved).call(ZEROS_TO_PIVOT, new double[][] {{-8, 0, 3}, {1, 0, 0}}), -4, -5, 2, -1, 1, -1);
    Slopes.check(inputs, cost, inputs, M, Tensor.zeros(F64, 0, 3), new double[] {0.3, -0.2, 0.9});
  }

  @Test
  void forwardDerivativesAndSecondOnes() {
    Expr direction = f64("direction", n, n);
    double[][] d = {{0.1, 0, 0.2}, {0, -0.3, 0}, {0.5, 0, 0.1}};
    Expr along = jvp(logDet(a), a, direction);
    Expr trace = trace(inverse(a).dot(direction));
    Tensor[] both = Modes.function(a, direction).returns(along, trace).callAll(M, d);
    assertThat(both[0].item()).isCloseTo(both[1].item(), within(1e-12));
    Expr cost = logDet(a).plus(sqr(solve(a, v)).sum());
    Expr product = hessianVector(cost, a, direction);
    Slopes.check(List.of(a, direction, v), product.times(direction).sum(), List.of(a, v), M, d, new double[] {1, 2, 3});
  }

  private static WeftException refused(Expr result, List<Expr> inputs, Object... arguments) {
    WeftException e = catchThrowableOfType(WeftException.class, () -> Modes.function(inputs.toArray(Expr[]::new)).returns(result).call(arguments));
    assertThat(e).as("no error of %s", result).isNotNull();
    assertThat(e.kind()).isEqualTo(Kind.ARGUMENT);
    return e;
  }

  @Test
  void whatCallsAreToldOf() {
    double[] side = {1, 2, 3};
    Expr x = solve(a, v);
    int line = new Throwable().getStackTrace()[0].getLineNumber() - 1;
    assertThat(refused(x, List.of(a, v), SINGULAR, side)).hasMessage("""
        solve: the matrix is singular, for elimination leaves a 0 on its diagonal
            a   f64[n, n]
          at LinearAlgebraTest.java:%d
          element [2] is 0.0""".formatted(line));
    Expr l = cholesky(a);
    assertThat(refused(l, List.of(a), (Object) new double[][] {{1, 2, 0}, {2, 3.5, 0}, {0, 0, 1}})).hasMessage("""
        cholesky: the matrix is not positive definite, for a square of L's diagonal is not above 0
            a   f64[n, n]
          at LinearAlgebraTest.java:%d
          element [1] is -0.5
          Add a little to its diagonal, or say choleskyOrNaN.""".formatted(line + 7));
    assertThat(refused(cholesky(a), List.of(a), (Object) new double[][] {{Double.NaN}})).hasMessageContaining("element [0] is NaN");
    assertThat(refused(solveTriangular(a, v, false), List.of(a, v), new double[][] {{1, 2, 3}, {0, 0, 1}, {0, 0, 2}}, side))
        .hasMessageContaining("solveTriangular: the matrix is singular, for its diagonal has a 0").hasMessageContaining("element [1] is 0.0");
    assertThat(refused(inverse(a), List.of(a), (Object) SINGULAR)).hasMessageContaining("inverse: the matrix is singular");
    assertThat(refused(grad(det(a), a), List.of(a), (Object) SINGULAR)).hasMessageContaining("the gradient of det: the matrix is singular");
    Everywhere.of(a, SINGULAR).gives(detSign(a), 0).gives(logDet(a), Double.NEGATIVE_INFINITY).gives(det(a), 0);
    Tensor nan = Modes.function(a, v).returns(solve(a, v)).call(new double[][] {{Double.NaN, 1}, {0, 1}}, new double[] {1, 2});
    assertThat(nan.get(0)).isNaN();
  }

  /** The step that fails, and parameters as they were. */
  @Test
  void stepsThatFail() {
    Expr rows = f64("rows", dim("time"), n);
    Expr last = scan(rows, zeros(F64, n), (row, prev) -> solve(diag(row.minus(prev)), row)).last();
    WeftException e = refused(last, List.of(rows), (Object) new double[][] {{1, 2}, {3, 4}, {5, 4. / 3}});
    assertThat(e).hasMessageContaining("solve: the matrix is singular").hasMessageContaining("element [1] is 0.0").hasMessageContaining("in step 2 of");
  }

  @Test
  void whatDoesNotFit() {
    Expr wide = f64("wide", 2, 3);
    Expr ints = tensor("ints", I32, 3, 3);
    Expr other = f64("other", dim("m"), n);
    assertThat(catchThrowableOfType(WeftException.class, () -> inverse(wide))).hasMessageStartingWith("inverse: the matrix is not square, 2 by 3")
        .extracting("kind").isEqualTo(Kind.SHAPE);
    assertThat(catchThrowableOfType(WeftException.class, () -> det(other))).hasMessageContaining("not square, m by n").hasMessageContaining("make the dimension once");
    assertThat(catchThrowableOfType(WeftException.class, () -> cholesky(v))).hasMessageContaining("cholesky: takes a square matrix, not f64[n]");
    assertThat(catchThrowableOfType(WeftException.class, () -> logDet(ints))).hasMessageContaining("logDet: takes floats, not i32").extracting("kind").isEqualTo(Kind.DTYPE);
    assertThat(catchThrowableOfType(WeftException.class, () -> solve(a, wide))).hasMessageContaining("solve: the right side has 2 rows, the matrix n");
    assertThat(catchThrowableOfType(WeftException.class, () -> solve(f64("x", 4, 3, 3), f64("y", 5, 3)))).hasMessageContaining("solve: the batches differ, [4] and [5]");
    assertThat(catchThrowableOfType(WeftException.class, () -> solveTriangular(a, scalar("s", F64), true)))
        .hasMessageContaining("solveTriangular: the right side has no rows");
  }
}
