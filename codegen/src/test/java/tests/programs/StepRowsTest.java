package tests.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.*;

import java.util.List;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.Initializer;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;

/** Sequences that are a few operations away from memory: which of them steps compute for themselves, and that the numbers stay. */
class StepRowsTest {
  private static final int BATCH = 3;
  private static final int UNITS = 20;
  private static final int TIME = 6;

  private final Expr x = tensor3("x", dim("time"), BATCH, UNITS);
  private final Expr y = tensor3("y", x.dim(0), BATCH, UNITS);

  private static Tensor draw(int seed, int... dims) {
    return Initializer.normal(new Random(seed), 1).create(DType.F32, dims);
  }

  /** h = (row + h)/2 with rows by plain Java. */
  private static double[] halves(Tensor xs, Tensor ys, boolean backwards) {
    double[] h = new double[BATCH * UNITS];
    for (int step = 0; step < TIME; step++) {
      int t = backwards ? TIME - 1 - step : step;
      for (int i = 0; i < h.length; i++) h[i] = ((xs.floats()[t * h.length + i] - ys.floats()[t * h.length + i]) * 3 + h[i]) * .5;
    }
    return h;
  }

  private String loops(Expr rows, BinaryOperator<Expr> step) {
    Expr h = scan().over(rows).carry(zeros(BATCH, UNITS)).run(s -> s.next(step.apply(s.row(), s.prev()))).last(0);
    return function(x, y).returns(h, sum(y)).compile().loops();
  }

  @Test
  void stepsComputeWhatIsCheap() {
    Tensor xs = draw(1, TIME, BATCH, UNITS);
    Tensor ys = draw(2, TIME, BATCH, UNITS);
    for (boolean backwards : new boolean[] {false, true}) {
      var scan = scan().over(x.minus(y).times(3)).carry(zeros(BATCH, UNITS));
      if (backwards) scan = scan.backwards();
      Expr h = scan.run(s -> s.next(s.row().plus(s.prev()).times(.5))).last(0);
      float[] got = Modes.function(x, y).returns(h).f32Within(1e-5).call(xs, ys).floats();
      double[] wanted = halves(xs, ys, backwards);
      for (int i = 0; i < wanted.length; i++) assertThat((double) got[i]).isCloseTo(wanted[i], within(1e-5));
    }
    BinaryOperator<Expr> half = (row, h) -> row.plus(h).times(.5);
    assertThat(kernels(loops(x.minus(y).times(3), half))).as("in the steps").hasSameSizeAs(kernels(loops(x, half)));
  }

  /** What costs more than a load, is read by a product or several times, or is made of many arrays is computed once, ahead of the steps. */
  @Test
  void allElseIsComputedAhead() {
    Expr u = param("u", draw(3, UNITS, UNITS));
    BinaryOperator<Expr> half = (row, h) -> row.plus(h).times(.5);
    int alone = kernels(loops(x, half)).size();
    assertThat(kernels(loops(tanh(x), half))).hasSize(alone + 1);
    assertThat(kernels(loops(x.minus(y).plus(x.at(0)), half))).as("a row of all").hasSize(alone);
    assertThat(kernels(loops(x.minus(y).plus(reverse(x)), half))).as("three arrays").hasSize(alone + 1);
    BinaryOperator<Expr> product = (row, h) -> tanh(row.dot(u).plus(h));
    assertThat(loops(x.minus(y), product)).contains("kernel minus").doesNotContain("kernel times");
    Expr rows = x.minus(y).times(3);
    Expr two = scan().over(rows).carry(zeros(BATCH, UNITS)).run(s -> s.next(s.row().plus(s.prev()))).last(0)
        .plus(scan().over(rows).carry(zeros(BATCH, UNITS)).run(s -> s.next(s.row().times(s.prev()).plus(1))).last(0));
    Tensor xs = draw(4, TIME, BATCH, UNITS);
    Modes.function(x, y).returns(two).f32Within(1e-4).call(xs, draw(5, TIME, BATCH, UNITS));
    assertThat(function(x, y).returns(two).compile().loops()).as("read twice").contains("= (x - y) * 3");
  }

  /** The loss of all states: the step of the backward scan takes the difference itself. */
  @Test
  void trainingReadsStatesAndTargets() {
    Expr u = param("u", Initializer.normal(new Random(6), .1).create(DType.F32, UNITS, UNITS));
    Expr h = scan(x, zeros(BATCH, UNITS), (row, before) -> tanh(row.plus(before.dot(u)))).all();
    Expr loss = mean(sqr(h.minus(y)));
    Tensor xs = draw(7, TIME, BATCH, UNITS);
    Tensor ys = draw(8, TIME, BATCH, UNITS);
    Modes.function(x, y).returns(loss, grad(loss, u)).updates(sgd(loss, List.of(u), .1)).f32Within(1e-4).callAll(xs, ys);
    List<String> readers = kernels(function(x, y).returns(grad(loss, u)).compile().loops()).stream().filter(k -> k.contains(" y[")).toList();
    assertThat(readers).singleElement().asString().contains("d prev +");
  }

  /** All but those that compute the last steps as others compute the ones before. */
  private static List<String> kernels(String loops) {
    return Stream.of(loops.split("\n(?=kernel )")).filter(k -> !k.contains("of the last steps")).toList();
  }
}
