package weft.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReferenceTest {
  static List<Case> trained() {
    return Small.all().stream().filter(c -> c.task() != Task.STREAM).toList();
  }

  @ParameterizedTest
  @MethodSource("trained")
  void gradientsAreCentralDifferencesOfTheLoss(Case c) {
    var data = Data.of(c);
    var stepped = new Reference(data);
    stepped.train();
    var probe = new Reference(data);
    double step = 1e-5;
    for (var name : data.parameters().keySet()) {
      var p = probe.parameter(name);
      for (int i = 0; i < p.length; i += 1 + p.length / 11) {
        double was = p[i];
        p[i] = was + step;
        double above = probe.evaluate();
        p[i] = was - step;
        double below = probe.evaluate();
        p[i] = was;
        assertThat(stepped.gradient(name)[i]).as("%s[%d]", name, i)
            .isCloseTo((above - below) / (2 * step), within(1e-7));
      }
    }
  }

  @Test
  void elmanByHand() {
    var out = output(Cell.ELMAN, Map.of("w0", new float[] {0.5f}, "u0", new float[] {-1}, "b0", new float[] {0.25f}));
    double first = Math.tanh(0.5 * 1 + 0.25);
    assertThat(out[0]).isCloseTo((float) first, within(1e-6f));
    assertThat(out[1]).isCloseTo((float) Math.tanh(0.5 * 2 + 0.25 - first), within(1e-6f));
  }

  @Test
  void lstmByHand() {
    // Gates i, f, g, o; the forget gate shows in the second step only.
    var out = output(Cell.LSTM, Map.of("w0", new float[] {1, 2, 3, 4}, "u0", new float[] {.1f, .2f, .3f, .4f},
        "b0", new float[] {0, -5, 0, -2}));
    double c1 = sigmoid(1) * Math.tanh(3);
    double h1 = sigmoid(2) * Math.tanh(c1);
    assertThat(out[0]).isCloseTo((float) h1, within(1e-6f));
    double c2 = sigmoid(-1 + .2 * h1) * c1 + sigmoid(2 + .1 * h1) * Math.tanh(6 + .3 * h1);
    assertThat(out[1]).isCloseTo((float) (sigmoid(6 + .4 * h1) * Math.tanh(c2)), within(1e-6f));
  }

  @Test
  void gruByHand() {
    // Gates r, z, n; the recurrent bias of n stands inside the reset.
    var out = output(Cell.GRU, Map.of("w0", new float[] {1, -1, .5f}, "u0", new float[] {.1f, .2f, .3f},
        "b0", new float[] {0, .5f, 0}, "c0", new float[] {.5f, 0, 2}));
    double h1 = (1 - sigmoid(-.5)) * Math.tanh(.5 + sigmoid(1.5) * 2);
    assertThat(out[0]).isCloseTo((float) h1, within(1e-6f));
    double z2 = sigmoid(-1.5 + .2 * h1);
    double n2 = Math.tanh(1 + sigmoid(2.5 + .1 * h1) * (.3 * h1 + 2));
    assertThat(out[1]).isCloseTo((float) ((1 - z2) * n2 + z2 * h1), within(1e-6f));
  }

  @Test
  void updatesByHand() {
    var data = Data.of(Small.of(Cell.LSTM, Task.CHARACTERS, 1));
    var reference = new Reference(data);
    reference.train();
    double g = reference.gradient("by")[0];
    // First RMSProp step: the mean square is a twentieth of the square.
    assertThat(reference.parameter("by")[0] - data.parameter("by")[0])
        .isCloseTo(-0.002 * g / (Math.sqrt(g * g / 20) + 1e-8), within(1e-8));
  }

  /** Two steps of one unit on the inputs 1 and 2. */
  private static float[] output(Cell cell, Map<String, float[]> values) {
    var c = new Case("hand", cell, Task.STATES, 1, 2, 1, 1, 1, 0, EnumSet.allOf(Mode.class));
    var parameters = new LinkedHashMap<String, Data.Parameter>();
    values.forEach((name, v) -> parameters.put(name, new Data.Parameter(name, v, v.length)));
    return new Reference(new Data(c, new float[] {1, 2}, new int[0], new float[2], new int[0], parameters)).output();
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
