package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.*;

import java.util.List;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/** The exponential of matrices in every mode: numbers of SciPy's, and matrices whose exponential has a formula. */
class MatrixExponentialTest {
  private final Dim n = dim("n");
  private final Expr a = f64("a", n, n);

  @Test
  void numbersOfSciPy() {
    double[][] m = {{1, 2, 0.5}, {0, 3, 1}, {2, -1, 4}};
    double[][] small = {{0.1, 0.2, 0.05}, {0, 0.3, 0.1}, {0.2, -0.1, 0.4}};
    Everywhere.of(a, m).gives(expm(a), 15.417689131752102, 15.015428164300186, 27.05837771353237, 17.755825274253194, 17.116248340362382,
        36.360930152811534, 37.21020975711669, -0.849279604305152, 62.35509113030053);
    Everywhere.of(a, small).slopes(expm(a.times(2)), 1.259977817705883, 0.5839671794012732, 0.23619685949819208, 0.06872766830314196, 1.7923992458797997,
        0.4036660506932423, 0.6698767647802006, -0.2662107140869583, 2.230429130724613);
    Everywhere.of(a, new double[][] {{-9, 2}, {3, -8}}).slopes(expm(a), (3 * Math.exp(-11) + 2 * Math.exp(-6)) / 5,
        2 * (Math.exp(-6) - Math.exp(-11)) / 5, 3 * (Math.exp(-6) - Math.exp(-11)) / 5, (2 * Math.exp(-11) + 3 * Math.exp(-6)) / 5);
  }

  @Test
  void formulas() {
    for (double angle : new double[] {0, 1e-9, 0.7, 3, 40}) {
      assertNumbers(Modes.function(a).returns(expm(a)).call((Object) new double[][] {{0, -angle}, {angle, 0}}), Math.cos(angle), -Math.sin(angle),
          Math.sin(angle), Math.cos(angle));
    }
    Everywhere.of(a, new double[][] {{0, 2, 5}, {0, 0, 4}, {0, 0, 0}}).gives(expm(a), 1, 2, 9, 0, 1, 4, 0, 0, 1);
    Everywhere.of(a, new double[][] {{-700}}).gives(expm(a), Math.exp(-700)).gives(expm(a.times(-1e-2)), Math.exp(7));
    Everywhere.of(a, Tensor.zeros(F64, 0, 0)).gives(expm(a));
    Everywhere.of(a, new double[][] {{Double.POSITIVE_INFINITY, 0}, {0, 1}}).gives(expm(a), Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    Expr single = matrix("single", n, n);
    double[] turned = Modes.function(single).f32Within(1e-4).returns(expm(single)).call((Object) new float[][] {{0, -9}, {9, 0}}).toDoubles();
    assertThat(turned).containsExactly(new double[] {Math.cos(9), -Math.sin(9), Math.sin(9), Math.cos(9)}, within(2e-5));
  }

  /** A pendulum with friction, read at uneven times: each step takes the exponential of as much time as has gone by. */
  @Test
  void inTheStepsOfScans() {
    Expr gaps = f64("gaps", dim("time"));
    Expr start = f64("start", n);
    Expr states = scan(gaps, start, (gap, state) -> expm(a.times(gap)).dot(state)).all();
    double[][] pendulum = {{0, 1}, {-4, -0.5}};
    double[] times = {0.1, 1.5, 6, 0};
    Tensor[] found = Slopes.check(List.of(a, gaps, start), sqr(states).sum(), List.of(a, gaps, start), pendulum, times, new double[] {1, 0});
    double w = Math.sqrt(4 - 0.0625);
    double at = 0;
    double sum = 0;
    for (double gap : times) {
      at += gap;
      double place = Math.exp(-0.25 * at) * (Math.cos(w * at) + 0.25 / w * Math.sin(w * at));
      double speed = -Math.exp(-0.25 * at) * (w + 0.0625 / w) * Math.sin(w * at);
      sum += place * place + speed * speed;
    }
    assertThat(found[3].item()).isCloseTo(sum, within(1e-9));
  }

  @Test
  void whatDoesNotFit() {
    assertThatThrownBy(() -> expm(f64("wide", 2, 3))).hasMessageStartingWith("expm: takes a square matrix, not f64[2, 3]");
    assertThatThrownBy(() -> expm(tensor("ints", I32, 3, 3))).hasMessageStartingWith("expm: takes floats, not i32");
  }
}
