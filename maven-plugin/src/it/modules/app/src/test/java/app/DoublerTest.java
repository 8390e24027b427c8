package app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import weft.runtime.Tensor;

class DoublerTest {
  @Test
  void doubles() {
    float[] x = new float[64];
    for (int i = 0; i < x.length; i++) x[i] = i;
    double[] twice = IntStream.range(0, 64).mapToDouble(i -> 2 * i).toArray();
    assertArrayEquals(twice, new Doubler().apply(Tensor.of(x)).toDoubles());
  }
}
