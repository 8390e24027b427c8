package tests.semantics;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.semantics.Cases.f64;
import static weft.Tensors.*;

import org.junit.jupiter.api.Test;
import weft.graph.Expr;
import weft.runtime.Tensor;

/** Matrices of a pattern, further products and layouts, in every mode. */
class MatrixCasesTest {
  private static final double[][] ROWS = {{1, 2, 3}, {4, 5, 6}, {7, 8, 10}};

  private final Expr x = f64("x", dim("n"), dim("n"));
  private final Expr square = f64("square", 3, 3);

  @Test
  void patterns() {
    Everywhere.of(square, ROWS)
        .gives(eye(2), 1, 0, 0, 1)
        .gives(tri(2, 3, 0, I32), 1, 0, 0, 1, 1, 0)
        .slopes(tril(sqr(square), -1), 0, 0, 0, 16, 0, 0, 49, 64, 0)
        .slopes(triu(sqr(square), 1), 0, 4, 9, 0, 0, 36, 0, 0, 0)
        .slopes(diagonal(sqr(square)), 1, 25, 100)
        .slopes(diagonal(sqr(square), -1), 16, 64)
        .slopes(diag(sqr(square.row(0))), 1, 0, 0, 0, 4, 0, 0, 0, 9)
        .slopes(trace(sqr(square)), 126)
        .slopes(fillDiagonal(sqr(square), -1), -1, 4, 9, 16, -1, 36, 49, 64, -1);
  }

  @Test
  void products() {
    Everywhere.of(square, ROWS)
        .slopes(matrixPower(square, 2), 30, 36, 45, 66, 81, 102, 109, 134, 169)
        .slopes(kron(square.slice(0, 0, 1), square.at(range(0, 2), range(0, 1))), 1, 2, 3, 4, 8, 12)
        .slopes(inner(square.row(0), square.row(1)), 32)
        .slopes(tensordot(square, square, new int[] {0, 1}, new int[] {1, 0}), 1 + 8 + 21 + 8 + 25 + 48 + 21 + 48 + 100);
  }

  @Test
  void layouts() {
    var n = f64("v", dim("n"));
    Everywhere.of(n, new double[] {1, 2, 3, 4, 5})
        .slopes(sqr(roll(n, 2, 0)), 16, 25, 1, 4, 9)
        .slopes(sqr(roll(n, -7, 0)), 9, 16, 25, 1, 4)
        .slopes(sqr(padEdge(n, 0, 1, 2)), 1, 1, 4, 9, 16, 25, 25, 25)
        .slopes(sqr(padReflect(n, 0, 2, 1)), 9, 4, 1, 4, 9, 16, 25, 16)
        .slopes(sqr(padWrap(n, 0, 1, 1)), 25, 1, 4, 9, 16, 25, 1)
        .slopes(pad(sqr(n), 0, 1, 1, -1), -1, 1, 4, 9, 16, 25, -1)
        .slopes(split(sqr(n), 0, 2, -1).get(1), 9, 16, 25)
        .gives(linspace(-1, 1, n.dim(0), F64), -1, -0.5, 0, 0.5, 1)
        .gives(arange(7, 0, -3), 7, 4, 1);
    Everywhere.of(n, new double[0]).gives(roll(n, 1, 0)).gives(padEdge(concat(0, n, ones(F64, 1)), 0, 1, 0), 1, 1);
  }

  @Test
  void emptyMatrices() {
    Everywhere.of(x, Tensor.zeros(F64, 0, 0)).gives(trace(x), 0).gives(tril(x, 0)).gives(diagonal(x));
  }

  @Test
  void whatDoesNotFit() {
    assertThatThrownBy(() -> split(square, 0, 1, 1)).hasMessageContaining("split: the extents [1, 1] do not make up axis 0");
    assertThatThrownBy(() -> chunk(square, 1, 2)).hasMessageContaining("chunk: axis 1 does not divide into 2 parts");
    assertThatThrownBy(() -> kron(square, square.row(0))).hasMessageContaining("kron: ranks differ, 2 and 1");
    assertThatThrownBy(() -> matrixPower(square.row(0), 2)).hasMessageContaining("matrixPower: takes a square matrix");
    assertThatThrownBy(() -> tril(square.row(0), 0)).hasMessageContaining("tril: there is no axis -2");
  }

  @Test
  void einsumThatDoesNotFit() {
    Expr a = f64("a", 2, 3);
    Expr b = f64("b", 3, 4);
    assertThatThrownBy(() -> einsum("ij,jk,k", a, b)).hasMessageContaining("there are 2 operands");
    assertThatThrownBy(() -> einsum("ijk,jk", a, b)).hasMessageContaining("ijk has 3 letters for 2 axes");
    assertThatThrownBy(() -> einsum("ii,ik", a, b)).hasMessageContaining("ii has a letter twice");
    assertThatThrownBy(() -> einsum("ij,jk->iz", a, b)).hasMessageContaining("no operand has the letter z");
    assertThatThrownBy(() -> einsum("ij,jk->ii", a, b)).hasMessageContaining("the result has a letter twice");
    assertThatThrownBy(() -> einsum("ij,ik", a, b)).hasMessageContaining("2 and 3");
  }
}
