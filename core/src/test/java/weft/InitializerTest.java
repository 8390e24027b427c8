package weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import weft.runtime.DType;
import weft.runtime.Tensor;

/** First values are distributed as they say. */
class InitializerTest {
  private static SplittableRandom rng() {
    return new SplittableRandom(42);
  }

  @Test
  void drawsElementByElement() {
    var plain = rng();
    double[] expected = {plain.nextGaussian() * 0.5, plain.nextGaussian() * 0.5, plain.nextGaussian() * 0.5, plain.nextGaussian() * 0.5};
    Tensor doubles = Initializer.normal(rng(), 0.5).create(DType.F64, 2, 2);
    assertThat(doubles.toDoubles()).containsExactly(expected);
    float[] floats = Tensors.normal(rng(), 0.5, 2, 2).floats();
    for (int i = 0; i < 4; i++) assertThat(floats[i]).isEqualTo((float) expected[i]);
  }

  @Test
  void hasTheSpreadThatWasAskedFor() {
    double[] normal = Initializer.normal(rng(), 2).create(DType.F64, 100, 200).toDoubles();
    assertThat(Arrays.stream(normal).average().orElseThrow()).isCloseTo(0, within(0.06));
    assertThat(Arrays.stream(normal).map(x -> x * x).average().orElseThrow()).isCloseTo(4, within(0.2));
    double[] uniform = Tensors.uniform(rng(), -1, 3, 100, 200).toDoubles();
    assertThat(Arrays.stream(uniform).min().orElseThrow()).isBetween(-1.0, -0.99);
    assertThat(Arrays.stream(uniform).max().orElseThrow()).isBetween(2.99, 3.0);
    assertThat(Arrays.stream(uniform).average().orElseThrow()).isCloseTo(1, within(0.04));
    double[] glorot = Tensors.glorot(rng(), 100, 50).toDoubles();
    assertThat(Arrays.stream(glorot).map(Math::abs).max().orElseThrow()).isBetween(0.199, 0.2);
    assertThat(Initializer.constant(0.25).create(DType.F32, 2).toDoubles()).containsExactly(0.25, 0.25);
  }

  @Test
  void orthogonalVectorsAreOrthonormal() {
    for (int[] shape : new int[][] {{5, 5}, {7, 3}, {3, 7}}) {
      Tensor q = Initializer.orthogonal(rng()).create(DType.F64, shape);
      boolean wide = shape[0] < shape[1];
      int count = Math.min(shape[0], shape[1]);
      for (int i = 0; i < count; i++) {
        for (int j = 0; j < count; j++) {
          double product = 0;
          for (int k = 0; k < Math.max(shape[0], shape[1]); k++) {
            product += wide ? q.get(i, k) * q.get(j, k) : q.get(k, i) * q.get(k, j);
          }
          assertThat(product).isCloseTo(i == j ? 1 : 0, within(1e-14));
        }
      }
    }
  }
}
