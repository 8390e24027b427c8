package tests.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.*;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Modes;
import weft.Backend;
import weft.Initializer;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.type.Dim;

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

  /** Weights of 300 KB, which are read to and fro and begin on a line of the caches, in three steps, so that there are both turns; and small ones. */
  @ParameterizedTest
  @ValueSource(ints = {100, 280})
  void stepsThroughWeights(int units) {
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
    boolean large = units == 280;
    assertThat(alone.explain().contains("backwards in the next")).isEqualTo(large);
    boolean onALine = function(x).returns(h).lanes(8).compile().loops().contains("+ 12 ..");
    assertThat(onALine).isEqualTo(large);
    var together = function(x).returns(h).threads(2).compile();
    assertThat(together.call(xs).floats()).isEqualTo(alone.call(xs).floats());
  }

  /** aᵀ·b where a row of a is 256 bytes and more: what one sum reads are lines far apart, so that a is packed, for tiles of one size or of two. */
  @ParameterizedTest
  @ValueSource(ints = {128, 131})
  void sumsDownColumns(int rows) {
    int columns = 70;
    for (int depth : new int[] {3, 8, 43}) {
      Expr a = tensor3("a", dim("time"), 16, rows);
      Expr b = tensor3("b", a.dim(0), Dim.of(16), Dim.of(columns));
      Expr c = einsum("tbm,tbn->mn", a, b);
      Tensor as = Initializer.normal(new Random(5), 1).create(DType.F32, depth, 16, rows);
      Tensor bs = Initializer.normal(new Random(6), 1).create(DType.F32, depth, 16, columns);
      held(Modes.function(a, b).returns(c).f32Within(1e-4).call(as, bs).floats(), as.floats(), bs.floats(), 16 * depth, rows, columns);
      Expr flat = matrix("flat", dim("k"), rows);
      Expr other = matrix("other", flat.dim(0), columns);
      int few = depth * 5;
      Tensor flats = Initializer.normal(new Random(7), 1).create(DType.F32, few, rows);
      Tensor others = Initializer.normal(new Random(8), 1).create(DType.F32, few, columns);
      held(Modes.function(flat, other).returns(flat.transpose().dot(other)).f32Within(1e-4).call(flats, others).floats(), flats.floats(),
          others.floats(), few, rows, columns);
    }
    Expr a = matrix("a", dim("k"), rows);
    Expr b = matrix("b", a.dim(0), columns);
    assertThat(function(a, b).returns(a.transpose().dot(b)).compile().explain()).contains("a in panels of");
    Expr narrow = matrix("narrow", a.dim(0), 60);
    assertThat(function(narrow, b).returns(narrow.transpose().dot(b)).compile().explain()).doesNotContain("narrow in panels").doesNotContain("copy of");
    Expr any = matrix("any", a.dim(0), dim("m"));
    var copied = function(any, b).returns(any.transpose().dot(b)).compile();
    assertThat(copied.explain()).contains("copy of any");
    Tensor as = Initializer.normal(new Random(9), 1).create(DType.F32, 45, rows);
    Tensor bs = Initializer.normal(new Random(10), 1).create(DType.F32, 45, columns);
    held(copied.call(as, bs).floats(), as.floats(), bs.floats(), 45, rows, columns);
  }

  /** One product of this kind a batch, in panels that all batches have, or only a. */
  @Test
  void sumsDownColumnsOfBatches() {
    int rows = 70;
    int columns = 50;
    for (int depth : new int[] {5, 48}) {
      Expr a = tensor3("a", dim("time"), 2, rows);
      Expr b = tensor3("b", a.dim(0), Dim.of(2), Dim.of(columns));
      Expr shared = matrix("shared", a.dim(0), columns);
      Tensor as = Initializer.normal(new Random(11), 1).create(DType.F32, depth, 2, rows);
      Tensor bs = Initializer.normal(new Random(12), 1).create(DType.F32, depth, 2, columns);
      Tensor all = Initializer.normal(new Random(13), 1).create(DType.F32, depth, columns);
      Tensor own = Modes.function(a, b).returns(einsum("tgm,tgn->gmn", a, b)).f32Within(1e-4).call(as, bs);
      Tensor same = Modes.function(a, shared).returns(einsum("tgm,tn->gmn", a, shared)).f32Within(1e-4).call(as, all);
      for (int g = 0; g < 2; g++) {
        float[] part = batch(as.floats(), g, depth, rows);
        held(batch(own.floats(), g, 1, rows * columns), part, batch(bs.floats(), g, depth, columns), depth, rows, columns);
        held(batch(same.floats(), g, 1, rows * columns), part, all.floats(), depth, rows, columns);
      }
    }
  }

  /** Weights of 2 MB and more with 3 or 5 tiles of rows, which take a new vector each; the last vector is whole, or not. */
  @ParameterizedTest
  @ValueSource(ints = {512, 500})
  void rowsTimesLargeWeights(int columns) {
    int depth = 1060;
    Tensor start = Initializer.normal(new Random(14), .1).create(DType.F32, depth, columns);
    for (int rows : new int[] {24, 40}) {
      Expr x = matrix("x", rows, depth);
      Expr y = x.dot(param("w", start)).plus(1);
      Tensor xs = Initializer.normal(new Random(15), 1).create(DType.F32, rows, depth);
      var product = function(x).returns(y).lanes(16).compile();
      assertThat(product.loops()).contains("for shift in 0 .. 3 parallel");
      float[] got = product.call(xs).floats();
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          double sum = 1;
          for (int k = 0; k < depth; k++) sum += (double) xs.floats()[r * depth + k] * start.floats()[k * columns + c];
          assertThat((double) got[r * columns + c]).isCloseTo(sum, within(1e-3));
        }
      }
      assertThat(function(x).returns(y).lanes(16).threads(2).compile().call(xs).floats()).isEqualTo(got);
      assertThat(function(x).returns(y).lanes(16).compile(Backend.INTERPRETER).call(xs).floats()).isEqualTo(got);
    }
  }

  /** Every second row, from row {@code g} on. */
  private static float[] batch(float[] rows, int g, int count, int row) {
    float[] part = new float[count * row];
    for (int i = 0; i < count; i++) System.arraycopy(rows, (2 * i + g) * row, part, i * row, row);
    return part;
  }

  /** Against sums in plain Java. */
  private static void held(float[] got, float[] a, float[] b, int depth, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double sum = 0;
        for (int k = 0; k < depth; k++) sum += (double) a[k * rows + r] * b[k * columns + c];
        assertThat((double) got[r * columns + c]).isCloseTo(sum, within(1e-3));
      }
    }
  }
}
