package tests.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.*;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Modes;
import weft.Initializer;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;

/** Reductions of which the last axis stays, against plain Java. */
class ColumnSumsTest {
  /** Columns in whole vectors and not, in one strip and in two; with steps that only a call knows, of which there may be none. */
  @ParameterizedTest
  @ValueSource(ints = {64, 70, 1200, 8192})
  void addRows(int columns) {
    int batch = 3;
    Expr x = tensor3("x", dim("time"), batch, columns);
    Expr scaled = x.times(x).plus(1);
    var sums = Modes.function(x).returns(sum(scaled, 0, 1), sum(x, 0), max(x, 0, 1)).f32Within(1e-4);
    for (int time : new int[] {30, 1}) {
      Tensor xs = Initializer.normal(new Random(columns + time), 1).create(DType.F32, time, batch, columns);
      Tensor[] got = sums.callAll(xs);
      for (int c = 0; c < columns; c++) {
        double all = 0;
        double most = Double.NEGATIVE_INFINITY;
        double[] one = new double[batch];
        for (int t = 0; t < time; t++) {
          for (int b = 0; b < batch; b++) {
            double value = xs.floats()[(t * batch + b) * columns + c];
            all += value * value + 1;
            one[b] += value;
            most = Math.max(most, value);
          }
        }
        assertThat((double) got[0].floats()[c]).isCloseTo(all, within(1e-3));
        for (int b = 0; b < batch; b++) assertThat((double) got[1].floats()[b * columns + c]).isCloseTo(one[b], within(1e-4));
        assertThat((double) got[2].floats()[c]).isEqualTo(most);
      }
    }
    Expr rows = matrix("rows", dim("n"), columns);
    var total = function(rows).returns(sum(rows, 0));
    assertThat(total.compile().call(Tensor.zeros(DType.F32, 0, columns)).floats()).startsWith(new float[columns]);
    assertThat(total.compile().loops()).containsPattern("= out_sum\\[.*\\] \\+ rows\\[");
    Tensor many = Initializer.normal(new Random(9), 1).create(DType.F32, 2000, columns);
    assertThat(total.threads(2).compile().call(many).floats()).isEqualTo(function(rows).returns(sum(rows, 0)).compile().call(many).floats());
  }
}
