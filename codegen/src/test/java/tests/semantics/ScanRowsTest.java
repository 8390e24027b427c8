package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.dim;
import static weft.Tensors.function;
import static weft.Tensors.matrix;
import static weft.Tensors.max;
import static weft.Tensors.mean;
import static weft.Tensors.normal;
import static weft.Tensors.param;
import static weft.Tensors.parameter;
import static weft.Tensors.scan;
import static weft.Tensors.tanh;
import static weft.Tensors.tensor3;
import static weft.Tensors.zeros;

import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tests.Modes;
import weft.CompiledFunction;
import weft.ScanBuilder;
import weft.Scanned;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/**
 * Rows that a scan gives, of some sequences side by side. Where a row ends within a vector, as 13 elements do, the step that computes it
 * copies it to where the caller wants it; nobody keeps all rows beside that.
 */
class ScanRowsTest {
  private static final int BATCH = 3;
  private static final int STEPS = 4;

  private final Dim time = dim("time");

  /** h = 2·h + x over whole numbers, which are exact in every order. */
  private static Scanned doubling(ScanBuilder scan, int width) {
    return scan.carry(zeros(BATCH, width)).run(s -> s.next(s.prev().times(2).plus(s.row())));
  }

  private static Tensor rows(int width) {
    float[] numbers = new float[STEPS * BATCH * width];
    for (int i = 0; i < numbers.length; i++) numbers[i] = i % 17 - 8;
    return Tensor.wrap(numbers, STEPS, BATCH, width);
  }

  /** The states after each step, in the order in which they ran. */
  private static float[] expected(Tensor x, boolean backwards) {
    float[] all = new float[x.floats().length];
    int row = all.length / STEPS;
    float[] h = new float[row];
    for (int step = 0; step < STEPS; step++) {
      int from = (backwards ? STEPS - 1 - step : step) * row;
      for (int i = 0; i < row; i++) all[step * row + i] = h[i] = 2 * h[i] + x.floats()[from + i];
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 8, 13, 16, 200})
  void allRows(int width) {
    var x = tensor3("x", time, BATCH, width);
    Tensor numbers = rows(width);
    assertThat(Modes.function(x).returns(doubling(scan().over(x), width).all(0)).call(numbers).floats())
        .startsWith(expected(numbers, false));
    assertThat(Modes.function(x).returns(doubling(scan().over(x).backwards(), width).all(0)).call(numbers).floats())
        .startsWith(expected(numbers, true));
  }

  @Test
  void twiceAndBesideTheLastOne() {
    var x = tensor3("x", time, BATCH, 13);
    Scanned run = doubling(scan().over(x), 13);
    Tensor numbers = rows(13);
    Tensor[] results = Modes.function(x).returns(run.all(0), run.last(0), run.all(0)).callAll(numbers);
    assertThat(results[0].floats()).startsWith(expected(numbers, false));
    assertThat(results[2].floats()).startsWith(expected(numbers, false));
    float[] last = new float[BATCH * 13];
    System.arraycopy(expected(numbers, false), (STEPS - 1) * last.length, last, 0, last.length);
    assertThat(results[1].floats()).startsWith(last);
  }

  @Test
  void whatTheStateWasBeforeEachStep() {
    var x = tensor3("x", time, BATCH, 13);
    Expr before = scan().over(x).carry(zeros(BATCH, 13)).run(s -> {
      s.emit(s.prev());
      s.next(s.prev().times(2).plus(s.row()));
    }).emitted();
    Tensor numbers = rows(13);
    float[] all = expected(numbers, false);
    float[] shifted = new float[all.length];
    System.arraycopy(all, 0, shifted, BATCH * 13, all.length - BATCH * 13);
    assertThat(Modes.function(x).returns(before).call(numbers).floats()).startsWith(shifted);
  }

  @Test
  void whatNoStateIs() {
    var x = tensor3("x", time, BATCH, 13);
    Expr less = scan().over(x).carry(zeros(BATCH, 13)).run(s -> {
      Expr next = s.prev().times(2).plus(s.row());
      s.emit(next.minus(s.row()));
      s.next(next);
    }).emitted();
    Tensor numbers = rows(13);
    float[] all = expected(numbers, false);
    for (int i = 0; i < all.length; i++) all[i] -= numbers.floats()[i];
    assertThat(Modes.function(x).returns(less).call(numbers).floats()).startsWith(all);
  }

  @Test
  void untilOneIsLarge() {
    var x = tensor3("x", time, BATCH, 13);
    Expr some = scan().over(x).carry(zeros(BATCH, 13)).run(s -> {
      Expr next = s.prev().times(2).plus(s.row());
      s.next(next).until(max(next).gt(20));
    }).all(0);
    Tensor numbers = rows(13);
    float[] all = expected(numbers, false);
    int steps = 0;
    boolean stops = false;
    while (!stops) {
      for (int i = 0; i < BATCH * 13; i++) stops |= all[steps * BATCH * 13 + i] > 20;
      steps++;
    }
    assertThat(steps).isLessThan(STEPS);
    Tensor result = Modes.function(x).returns(some).call(numbers);
    assertThat(result.dimAt(0)).isEqualTo(steps);
    float[] first = new float[steps * BATCH * 13];
    System.arraycopy(all, 0, first, 0, first.length);
    assertThat(result.floats()).startsWith(first);
  }

  /** What only the caller reads is in the caller's memory alone; what the loss reads, too, has rows with room. */
  @ParameterizedTest
  @ValueSource(ints = {8, 13})
  void memoryThatDoesNotGrowWithTime(int width) {
    var x = tensor3("x", time, BATCH, width);
    Expr all = doubling(scan().over(x), width).all(0);
    UnaryOperator<Expr> squares = e -> mean(e.times(e));
    CompiledFunction only = function(x).returns(all).lanes(8).compile();
    assertThat(only.workspace().symbols()).isEmpty();
    CompiledFunction both = function(x).returns(all, squares.apply(all)).lanes(8).compile();
    Tensor numbers = rows(width);
    assertThat(both.callAll(numbers)[0].floats()).startsWith(expected(numbers, false));
    assertThat(both.workspace().symbols().isEmpty()).isEqualTo(width == 8);
  }

  /** More steps than a cache has rows of: what the inputs give is computed for some of them at a time, in memory for these. */
  @Test
  void manySteps() {
    int in = 6;
    int units = 64;
    int many = 4_500;
    var x = matrix("x", time, in);
    var w = param("w", normal(new Random(1), .5, in, units));
    var u = param("u", normal(new Random(2), .5, units));
    Expr all = scan().over(x.dot(w)).carry(zeros(units)).run(s -> s.next(tanh(s.row().plus(s.prev().times(u))))).all(0);
    float[] numbers = new float[many * in];
    for (int i = 0; i < numbers.length; i++) numbers[i] = i % 11 - 5;
    Tensor states = Modes.function(x).returns(all).call(Tensor.wrap(numbers, many, in));
    assertThat(states.dimAt(0)).isEqualTo(many);
    float[] weights = parameter(w).get().floats();
    float[] own = parameter(u).get().floats();
    float[] h = new float[units];
    for (int t = 0; t < many; t++) {
      for (int j = 0; j < units; j++) {
        double sum = 0;
        for (int k = 0; k < in; k++) sum += numbers[t * in + k] * weights[k * units + j];
        h[j] = (float) Math.tanh(sum + h[j] * own[j]);
      }
      if (t % 1000 == 0 || t > many - 3) {
        for (int j = 0; j < units; j++) assertThat(states.floats()[t * units + j]).isCloseTo(h[j], within(1e-4f));
      }
    }
    CompiledFunction compiled = function(x).returns(all).lanes(8).compile();
    assertThat(compiled.workspace().symbols()).singleElement().asString().isEqualTo("min(time, 2048)");
    assertThat(compiled.explain()).contains("are computed for 2048 steps at a time");
  }
}
