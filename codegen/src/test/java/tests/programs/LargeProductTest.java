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
}
