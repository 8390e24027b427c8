package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Tensors.dim;
import static weft.Tensors.grad;
import static weft.Tensors.matrix;
import static weft.Tensors.sum;
import static weft.Tensors.tensor;
import static weft.runtime.DType.F32;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Modes;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/** Products of any length, some of which a round of a tile's loop adds up: against plain loops, all numbers eighths, whose sums are exact. */
class RoundsTest {
  private static final int ROWS = 13;
  private static final int COLUMNS = 40;

  private final SplittableRandom random = new SplittableRandom(1);

  @ParameterizedTest
  @ValueSource(ints = {15, 16, 17, 18, 19, 20, 63, 64, 65})
  void ofAKnownLength(int depth) {
    check(Dim.of(depth), depth);
  }

  @Test
  void ofALengthThatACallKnows() {
    for (int depth : new int[] {1, 3, 4, 5, 18, 64}) check(dim("depth"), depth);
  }

  /** Sums over a batch and over time: a gradient of weights. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 6})
  void overSteps(int batch) {
    Dim time = dim("time");
    Expr x = tensor("x", F32, time, Dim.of(batch), Dim.of(ROWS));
    Expr d = tensor("d", F32, time, Dim.of(batch), Dim.of(COLUMNS));
    Expr w = matrix("w", F32, Dim.of(ROWS), Dim.of(COLUMNS));
    Modes gradient = Modes.function(x, d, w).returns(grad(sum(x.dot(w).times(d)), w));
    for (int steps : new int[] {1, 3, 4, 7, 16, 21}) {
      float[] xs = numbers(steps * batch * ROWS);
      float[] ds = numbers(steps * batch * COLUMNS);
      float[] zeros = new float[ROWS * COLUMNS];
      float[] got = gradient.call(Tensor.wrap(xs, steps, batch, ROWS), Tensor.wrap(ds, steps, batch, COLUMNS), Tensor.wrap(zeros, ROWS, COLUMNS)).floats();
      assertThat(got).as("%s steps of %s", steps, batch).startsWith(product(transposed(xs, ROWS), ds, ROWS, COLUMNS));
    }
  }

  private void check(Dim known, int depth) {
    Expr a = matrix("a", F32, Dim.of(ROWS), known);
    Expr b = matrix("b", F32, known, Dim.of(COLUMNS));
    float[] as = numbers(ROWS * depth);
    float[] bs = numbers(depth * COLUMNS);
    float[] got = Modes.function(a, b).returns(a.dot(b)).call(Tensor.wrap(as, ROWS, depth), Tensor.wrap(bs, depth, COLUMNS)).floats();
    assertThat(got).as("%s", depth).startsWith(product(as, bs, ROWS, COLUMNS));
  }

  private static float[] product(float[] a, float[] b, int rows, int columns) {
    int depth = a.length / rows;
    var c = new float[rows * columns];
    for (int i = 0; i < rows; i++) for (int j = 0; j < columns; j++) for (int k = 0; k < depth; k++) c[i * columns + j] += a[i * depth + k] * b[k * columns + j];
    return c;
  }

  private static float[] transposed(float[] a, int columns) {
    int rows = a.length / columns;
    var t = new float[a.length];
    for (int i = 0; i < rows; i++) for (int j = 0; j < columns; j++) t[j * rows + i] = a[i * columns + j];
    return t;
  }

  private float[] numbers(int count) {
    var all = new float[count];
    for (int i = 0; i < count; i++) all[i] = random.nextInt(-24, 24) / 8f;
    return all;
  }
}
