package tests.semantics;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.semantics.Cases.f64;
import static weft.Tensors.*;

import org.junit.jupiter.api.Test;
import weft.graph.Expr;

/** Activations, bits, casts and scales, in every mode: literal numbers. */
class MoreCasesTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  private final Expr x = f64("x", dim("n"));
  private final Expr i = vector("i", I32, dim("k"));
  private final Expr l = vector("l", I64, dim("k"));

  @Test
  void activations() {
    Everywhere.of(x, new double[] {-2, -0.5, 0.5, 3})
        .slopes(gelu(x), -0.04550026389635842, -0.15426876936299344, 0.34573123063700656, 2.9959503059026)
        .slopes(selu(x), -1.5201664685956948, -0.6917581878028713, 0.5253504936777403, 3.1521029620664414)
        .slopes(silu(x), -0.23840584404423517, -0.1887703343990727, 0.3112296656009273, 2.8577223804673)
        .slopes(hardTanh(x), -1, -0.5, 0.5, 1)
        .slopes(logAddExp(x, neg(x)), 2.0181499279178094, 0.8132616875182228, 0.8132616875182228, 3.0024756851377303);
  }

  @Test
  void extremes() {
    Everywhere.of(x, new double[] {-INF, -1000, 1000, INF, NAN})
        .gives(isInf(x), 1, 0, 0, 1, 0)
        .gives(isFinite(x), 0, 1, 1, 0, 0)
        .gives(logAddExp(x, x), -INF, -1000 + Math.log(2), 1000 + Math.log(2), INF, NAN)
        .gives(trunc(x), -INF, -1000, 1000, INF, NAN);
  }

  @Test
  void castsAreThoseOfJava() {
    Everywhere.of(x, new double[] {-2.7, 2.7, 1e10, -1e300, NAN, INF})
        .gives(cast(x, I32), -2, 2, Integer.MAX_VALUE, Integer.MIN_VALUE, 0, Integer.MAX_VALUE)
        .gives(cast(cast(x, I64), F64), -2, 2, 1e10, Long.MIN_VALUE, 0, Long.MAX_VALUE)
        .gives(cast(x, BOOL), 1, 1, 1, 1, 1, 1);
    Everywhere.of(l, new long[] {(1L << 32) + 5, -1}).gives(cast(l, I32), 5, -1);
  }

  @Test
  void roundingToIntegers() {
    Everywhere.of(x, new double[] {-2.5, -0.5, 0.49999999999999994, 1.5, 2.5, 2.7})
        .gives(trunc(x), -2, 0, 0, 1, 2, 2)
        .gives(roundHalfAway(x), -3, -1, 0, 2, 3, 3)
        .gives(round(x), -2, 0, 0, 2, 2, 3);
  }

  @Test
  void integersWrapAndDivideDownwards() {
    Everywhere.of(i, new int[] {Integer.MAX_VALUE, -7, 7})
        .gives(i.plus(1), Integer.MIN_VALUE, -6, 8)
        .gives(i.times(2), -2, -14, 14)
        .gives(floorDiv(i, 2), 1073741823, -4, 3)
        .gives(mod(i, 3), 1, 2, 1)
        .gives(mod(i, -3), -2, -1, -2);
  }

  @Test
  void bits() {
    Everywhere.of(i, new int[] {12, -7})
        .gives(bitAnd(i, 10), 8, 8).gives(bitOr(i, 3), 15, -5).gives(bitXor(i, -1), -13, 6)
        .gives(bitNot(i), -13, 6).gives(shiftLeft(i, 33), 24, -14).gives(shiftRight(i, 1), 6, -4);
    Everywhere.of(l, new long[] {1L << 40, -7})
        .gives(shiftLeft(l, 2), 1L << 42, -28).gives(shiftRight(l, 38), 4, -1).gives(bitAnd(l, 15), 0, 9);
    assertThatThrownBy(() -> bitAnd(x, 1)).hasMessageContaining("bitAnd: takes integers, not f64");
  }

  @Test
  void whatIsImpossibleAndDoesNotHappenCostsNothing() {
    var t = f64("t", x.dim(0));
    Expr cost = crossEntropy(x, t);
    Everywhere.of(x, t, new double[] {0, 1, 0}, new double[] {0, 1, 0})
        .gives(cost, 0).gives(grad(cost, x), 0, -1, 0);
    Everywhere.of(x, t, new double[] {0, 0.5, 0.5}, new double[] {1, 0, 0})
        .gives(cost, INF).gives(grad(cost, t), INF, Math.log(2), Math.log(2));
    Everywhere.of(x, t, new double[] {0.2, 0.3, 0.5}, new double[] {0.1, 0.9, 0})
        .slopes(cost, -0.1 * Math.log(0.2) - 0.9 * Math.log(0.3));
    Expr both = binaryCrossEntropy(x, t);
    Everywhere.of(x, t, new double[] {0, 1, 0.5}, new double[] {0, 1, 1})
        .gives(both, 0, 0, Math.log(2)).gives(grad(both.sum(), x), 1, -1, -2);
  }

  @Test
  void scales() {
    var rows = f64("rows", dim("b"), 2);
    Everywhere.of(rows, new double[][] {{1, 3}, {-2, 6}, {4, 0}})
        .slopes(layerNorm(rows, 2, 1, 0), -1, 3, -1, 3, 3, -1)
        .slopes(batchNorm(rows, 1, 0, 3).variance(), 6, 6)
        .slopes(batchNorm(rows, 1, 0, 3).value(), 0, 0, -1, 1, 1, -1)
        .slopes(ptp(rows, 1), 2, 8, 4)
        .slopes(pNorm(rows.slice(0, 0, 2), 1, 1), 4, 8);
  }
}
