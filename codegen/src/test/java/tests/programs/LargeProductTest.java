package tests.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.*;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.Initializer;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;

/** A layer large enough for its kernels to run in pieces: all forms agree, and with a product by plain Java. */
class LargeProductTest {
  private static final int ROWS = 50;
  private static final int DEPTH = 140;
  private static final int COLUMNS = 260;

  @Test
  void trains() {
    Tensor start = Initializer.normal(new Random(1), .1).create(DType.F32, DEPTH, COLUMNS);
    Expr w = param("w", start);
    Expr x = matrix("x", dim("rows"), DEPTH);
    Expr y = tanh(x.dot(w));
    Expr loss = mean(sqr(y));
    var train = Modes.function(x).returns(y, loss).updates(sgd(loss, List.of(w), .5)).f32Within(1e-4);
    Tensor xs = Initializer.normal(new Random(2), 1).create(DType.F32, ROWS, DEPTH);
    Tensor[] first = train.callAll(xs);
    double sum = 0;
    for (int r = 0; r < ROWS; r++) {
      for (int c = 0; c < COLUMNS; c++) {
        double product = 0;
        for (int k = 0; k < DEPTH; k++) product += (double) xs.floats()[r * DEPTH + k] * start.floats()[k * COLUMNS + c];
        double out = Math.tanh(product);
        assertThat((double) first[0].floats()[r * COLUMNS + c]).isCloseTo(out, within(1e-5));
        sum += out * out;
      }
    }
    assertThat(first[1].item()).isCloseTo(sum / (ROWS * COLUMNS), within(1e-6));
    assertThat(train.callAll(xs)[1].item()).isLessThan(first[1].item());
  }

  /** Weights of 300 KB, which are read to and fro; in three steps, so that there are both turns. */
  @Test
  void stepsThroughLargeWeights() {
    int units = 280;
    int time = 3;
    Tensor start = Initializer.normal(new Random(3), .05).create(DType.F32, units, units);
    Expr w = param("w", start);
    Expr x = matrix("x", dim("time"), units);
    Expr h = scan(x, zeros(units), (row, before) -> tanh(row.plus(before.dot(w)))).all();
    Tensor xs = Initializer.normal(new Random(4), 1).create(DType.F32, time, units);
    var states = Modes.function(x).returns(h, grad(sum(sqr(h)), w)).f32Within(1e-4);
    float[] got = states.callAll(xs)[0].floats();
    double[] state = new double[units];
    for (int t = 0; t < time; t++) {
      double[] next = new double[units];
      for (int c = 0; c < units; c++) {
        double sum = xs.floats()[t * units + c];
        for (int k = 0; k < units; k++) sum += state[k] * start.floats()[k * units + c];
        next[c] = Math.tanh(sum);
        assertThat((double) got[t * units + c]).isCloseTo(next[c], within(1e-5));
      }
      state = next;
    }
    var alone = function(x).returns(h).compile();
    assertThat(alone.explain()).contains("backwards in the next");
    var together = function(x).returns(h).threads(2).compile();
    assertThat(together.call(xs).floats()).isEqualTo(alone.call(xs).floats());
  }
}
