package weft.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class InterpreterTest {
  @Test
  void anElmanNetAgreesWithAPlainLoop() {
    var elman = new Programs.Elman();
    int time = 7;
    var random = new Random(3);
    float[] x = random(random, time * 3);
    float[] wx = random(random, 12);
    float[] wh = random(random, 16);
    float[] b = random(random, 4);
    var loss = new float[1];
    Object[] arrays = new Object[6];
    for (int i = 0; i < 6; i++) {
      Buffer buffer = elman.program.buffers().get(i);
      arrays[i] = buffer == elman.x ? x : buffer == elman.wx ? wx : buffer == elman.wh ? wh : buffer == elman.b ? b
          : buffer == elman.loss ? loss : new float[time * 4 + 4];
    }

    new Interpreter().compile(elman.program).run(arrays, new int[] {time});

    double[] h = new double[4];
    for (int t = 0; t < time; t++) {
      double[] next = new double[4];
      for (int j = 0; j < 4; j++) {
        double sum = b[j];
        for (int k = 0; k < 3; k++) sum += x[t * 3 + k] * wx[k * 4 + j];
        for (int k = 0; k < 4; k++) sum += h[k] * wh[k * 4 + j];
        next[j] = Math.tanh(sum);
      }
      h = next;
    }
    assertThat(loss[0]).isCloseTo((float) (h[0] + h[1] + h[2] + h[3]), Offset.offset(1e-5f));
  }

  private static float[] random(Random random, int size) {
    var all = new float[size];
    for (int i = 0; i < size; i++) all[i] = (float) random.nextGaussian();
    return all;
  }
}
