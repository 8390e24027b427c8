package tests.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.param;
import static weft.Tensors.scan;
import static weft.Tensors.sqr;
import static weft.Tensors.sum;
import static weft.Tensors.tanh;
import static weft.Tensors.tensor3;
import static weft.Tensors.zeros;

import java.util.Random;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.Initializer;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;

/**
 * An Elman net below an output layer, {@code h = tanh(x + h·u), y = h·v}: what the output gives back needs nothing of the step before, and is added to what the
 * next state gives back; against plain loops.
 */
class OutputLayerTest {
  private static final int TIME = 18;
  private static final int BATCH = 24;
  private static final int UNITS = 64;
  private static final int OUT = 176;

  private final Tensor us = Initializer.normal(new Random(1), .1).create(DType.F32, UNITS, UNITS);
  private final Tensor vs = Initializer.normal(new Random(2), .2).create(DType.F32, UNITS, OUT);
  private final Tensor xs = Initializer.normal(new Random(3), 1).create(DType.F32, TIME, BATCH, UNITS);
  private final Expr u = param("u", us);
  private final Expr v = param("v", vs);
  private final Expr x = tensor3("x", dim("time"), BATCH, UNITS);
  private final Expr gradient;

  OutputLayerTest() {
    Expr h = scan(x, zeros(BATCH, UNITS), (row, before) -> tanh(row.plus(before.dot(u)))).all();
    gradient = grad(sum(sqr(h.dot(v))), u);
  }

  @Test
  void givesBackSomeStepsAtOnce() {
    String explain = function(x).returns(gradient).lanes(8).compile().explain();
    assertThat(explain).contains("computes 16 steps at once").contains("plus(…)·v, 6×16 tiles; of 16 steps");
    assertThat(explain).as("the output once, where it is doubled").contains("tanh(…)·v, 5×16 tiles; plus(…) =").doesNotContain("tanh(…)·v, 5×16 tiles; of");
  }

  @Test
  void gradientOfTheStates() {
    float[] got = Modes.function(x).returns(gradient).f32Within(1e-4).call(xs).floats();
    double[] weights = doubles(us);
    double[] out = doubles(vs);
    double[] rows = doubles(xs);
    int state = BATCH * UNITS;
    double[] h = new double[(TIME + 1) * state];
    for (int t = 0; t < TIME; t++) {
      for (int b = 0; b < BATCH; b++) {
        for (int n = 0; n < UNITS; n++) {
          double sum = rows[t * state + b * UNITS + n];
          for (int k = 0; k < UNITS; k++) sum += h[t * state + b * UNITS + k] * weights[k * UNITS + n];
          h[(t + 1) * state + b * UNITS + n] = Math.tanh(sum);
        }
      }
    }
    double[] want = new double[UNITS * UNITS];
    double[] back = new double[state];
    for (int t = TIME - 1; t >= 0; t--) {
      double[] before = new double[state];
      for (int b = 0; b < BATCH; b++) {
        int row = (t + 1) * state + b * UNITS;
        double[] dh = new double[UNITS];
        for (int o = 0; o < OUT; o++) {
          double y = 0;
          for (int n = 0; n < UNITS; n++) y += h[row + n] * out[n * OUT + o];
          for (int n = 0; n < UNITS; n++) dh[n] += 2 * y * out[n * OUT + o];
        }
        for (int n = 0; n < UNITS; n++) {
          double dz = (dh[n] + back[b * UNITS + n]) * (1 - h[row + n] * h[row + n]);
          for (int k = 0; k < UNITS; k++) {
            want[k * UNITS + n] += h[row - state + k] * dz;
            before[b * UNITS + k] += weights[k * UNITS + n] * dz;
          }
        }
      }
      back = before;
    }
    for (int i = 0; i < want.length; i++) assertThat((double) got[i]).isCloseTo(want[i], within(1e-3));
  }

  private static double[] doubles(Tensor t) {
    double[] all = new double[t.floats().length];
    for (int i = 0; i < all.length; i++) all[i] = t.floats()[i];
    return all;
  }
}
