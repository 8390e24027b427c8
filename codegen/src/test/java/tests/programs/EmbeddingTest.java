package tests.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.I32;
import static weft.Tensors.dim;
import static weft.Tensors.embedding;
import static weft.Tensors.grad;
import static weft.Tensors.matrix;
import static weft.Tensors.param;
import static weft.Tensors.sum;
import static weft.Tensors.sqr;
import static weft.Tensors.tanh;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Modes;
import weft.Initializer;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;

/** A layer over words, {@code y = tanh(e[x]·w)}, and what it gives back to their rows of {@code e}, against plain loops. */
class EmbeddingTest {
  private static final int WORDS = 9;
  private static final int BATCH = 8;
  private static final int SIZE = 24;
  private static final int UNITS = 20;

  /** A few steps, and more than those whose rows a cache keeps. */
  @ParameterizedTest
  @ValueSource(ints = {3, 700})
  void gradientsOfRows(int time) {
    Tensor table = Initializer.normal(new Random(1), 1).create(DType.F32, WORDS, SIZE);
    Tensor weights = Initializer.normal(new Random(2), .1).create(DType.F32, SIZE, UNITS);
    Expr e = param("e", table);
    Expr w = param("w", weights);
    Expr x = matrix("x", I32, dim("time"), BATCH);
    Expr y = tanh(embedding(e, x).dot(w));
    int[][] words = new int[time][];
    var random = new Random(3);
    for (int t = 0; t < time; t++) words[t] = random.ints(BATCH, 0, WORDS).toArray();
    Tensor[] got = Modes.function(x).returns(y, grad(sum(sqr(y)), e)).f32Within(1e-4).callAll(Tensor.of(words));
    double[] gradient = new double[WORDS * SIZE];
    for (int row = 0; row < time * BATCH; row++) {
      int word = words[row / BATCH][row % BATCH];
      for (int u = 0; u < UNITS; u++) {
        double z = 0;
        for (int k = 0; k < SIZE; k++) z += (double) table.floats()[word * SIZE + k] * weights.floats()[k * UNITS + u];
        double out = Math.tanh(z);
        assertThat((double) got[0].floats()[row * UNITS + u]).isCloseTo(out, within(1e-5));
        for (int k = 0; k < SIZE; k++) gradient[word * SIZE + k] += 2 * out * (1 - out * out) * weights.floats()[k * UNITS + u];
      }
    }
    double most = 2e-5 * time;
    for (int k = 0; k < gradient.length; k++) assertThat((double) got[1].floats()[k]).isCloseTo(gradient[k], within(most));
  }
}
