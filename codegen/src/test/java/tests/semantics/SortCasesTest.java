package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tests.semantics.Cases.f64;
import static weft.Tensors.*;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.graph.Expr;
import weft.runtime.Tensor;

/** What goes along an axis in order, in every mode. */
class SortCasesTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double[][] ROWS = {{3, 1, 2, 5}, {-1, 7, 0, 4}};

  private final Expr x = f64("x", 2, dim("n"));

  @Test
  void sorting() {
    Everywhere.of(x, ROWS)
        .gives(argsort(x, 1), 1, 2, 0, 3, 0, 2, 3, 1)
        .slopes(sqr(sort(x, 1)), 1, 4, 9, 25, 1, 0, 16, 49)
        .slopes(sort(sqr(x), 1, true), 25, 9, 4, 1, 49, 16, 1, 0)
        .slopes(sort(x, 0), -1, 1, 0, 4, 3, 7, 2, 5)
        .slopes(sqr(topK(x, 2, 1).values()), 25, 9, 49, 16)
        .gives(topK(x, 2, 1).indices(), 3, 0, 1, 3)
        .slopes(median(sqr(x), 1), 6.5, 8.5);
  }

  @Test
  void manyElements() {
    var random = new Random(3);
    float[] values = new float[1000];
    for (int i = 0; i < values.length; i++) values[i] = random.nextInt(300) - 150;
    var v = vector("v", dim("n"));
    Tensor[] is = Modes.function(v).returns(sort(v, 0), argsort(v, 0)).callAll((Object) values);
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    assertThat(is[0].toDoubles()).containsExactly(Tensor.of(sorted).toDoubles());
    double[] order = IntStream.range(0, 1000).boxed().sorted((a, b) -> Float.compare(values[a], values[b]))
        .mapToDouble(k -> k).toArray();
    assertThat(is[1].toDoubles()).containsExactly(order);
  }

  @Test
  void notANumberIsTheLargest() {
    Everywhere.of(x, new double[][] {{NAN, 1, -INF, INF}, {2, NAN, 1, NAN}})
        .gives(argsort(x, 1), 2, 1, 3, 0, 2, 0, 1, 3)
        .gives(argsort(x, 1, true), 0, 3, 1, 2, 1, 3, 0, 2)
        .gives(median(x, 1), NAN, NAN);
  }

  @Test
  void integersOfBothSizes() {
    var i = vector("i", I32, dim("n"));
    Everywhere.of(i, new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, 0, -1})
        .gives(sort(i, 0), Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE)
        .gives(cumsum(i, 0), Integer.MAX_VALUE, -1, -1, -2)
        .gives(median(i, 0), -0.5);
    var l = vector("l", I64, dim("n"));
    Everywhere.of(l, new long[] {1L << 40, 3, -(1L << 41)}).gives(sort(l, 0, true), 1L << 40, 3, -(1L << 41));
    var b = vector("b", BOOL, 4);
    Everywhere.of(b, new boolean[] {true, false, true, true}).gives(cumsum(b, 0), 1, 1, 2, 3);
  }

  @Test
  void sumsAndProductsSoFar() {
    Everywhere.of(x, ROWS)
        .slopes(cumsum(sqr(x), 1), 9, 10, 14, 39, 1, 50, 50, 66)
        .slopes(cumsum(sqr(x), 1, true), 39, 30, 29, 25, 66, 65, 16, 16)
        .slopes(cumsum(sqr(x), 0), 9, 1, 4, 25, 10, 50, 4, 41)
        .slopes(cumprod(x, 1), 3, 3, 6, 30, -1, -7, 0, 0)
        .slopes(diff(sqr(x), 1), -8, 3, 21, 48, -49, 16);
  }

  @Test
  void insideAScan() {
    var xs = f64("xs", dim("time"), 3);
    var h = scan(xs, zeros(F64, 3), (row, prev) -> sort(prev.plus(row), 0).plus(cumsum(sqr(row), 0)));
    Everywhere.of(xs, new double[][] {{1, 0, -1}, {3, -2, 0.5}}).slopes(h.last(), 8, 16, 16.75);
  }

  @Test
  void placesInASortedVector() {
    var s = f64("s", dim("m"));
    Everywhere.of(s, x, new double[] {-1, 0, 0, 3}, ROWS)
        .gives(searchSorted(s, x), 3, 3, 3, 4, 0, 4, 1, 4)
        .gives(searchSorted(s, x, true), 4, 3, 3, 4, 1, 4, 3, 4)
        .gives(searchSorted(s, 0), 1);
    Everywhere.of(s, new double[0]).gives(searchSorted(s, 0), 0);
  }

  @Test
  void tooFewElements() {
    assertThatThrownBy(() -> topK(f64("v", 3), 4, 0)).hasMessageContaining("topK: 4 of the 3 elements of axis 0");
    assertThatThrownBy(() -> Everywhere.of(x, ROWS).value(topK(x, 5, 1).values()))
        .hasMessageContaining("has 4 elements, too few for those from 0 to 5");
    assertThatThrownBy(() -> sort(vector("b", BOOL, 3), 0)).hasMessageContaining("argsort: takes numbers, not bool");
  }
}
