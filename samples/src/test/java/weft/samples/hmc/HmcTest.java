package weft.samples.hmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import weft.graph.Expr;

class HmcTest {
  /** Two numbers around 1 and -2 with variances 1 and 4 and a correlation of 0.5: half of the square by the inverse covariance. */
  private static Expr normal(Expr point) {
    var x = point.at(0).minus(1);
    var y = point.at(1).plus(2).div(2);
    return x.times(x).plus(y.times(y)).minus(x.times(y)).div(1.5);
  }

  @Test
  void drawsFromANormalDistribution() {
    var chain = new Hmc(2, HmcTest::normal, 10, 0.3, 7).run(new double[] {0, 0}, 50_000);
    var points = chain.points().toDoubles();
    double[] sums = new double[5];
    for (int i = 0; i < points.length; i += 2) {
      double x = points[i];
      double y = points[i + 1];
      sums[0] += x;
      sums[1] += y;
      sums[2] += (x - 1) * (x - 1);
      sums[3] += (y + 2) * (y + 2);
      sums[4] += (x - 1) * (y + 2);
    }
    double[] expected = {1, -2, 1, 4, 1};
    for (int i = 0; i < 5; i++) assertThat(sums[i] / 50_000).isCloseTo(expected[i], within(0.1));
    assertThat(chain.accepted()).isBetween(0.8, 0.999);
  }

  @Test
  void theSeedSaysEverything() {
    double[] one = new Hmc(2, Hmc::banana, 5, 0.2, 3).run(new double[] {1, 1}, 30).points().toDoubles();
    assertThat(new Hmc(2, Hmc::banana, 5, 0.2, 3).run(new double[] {1, 1}, 30).points().toDoubles()).containsExactly(one);
    assertThat(new Hmc(2, Hmc::banana, 5, 0.2, 4).run(new double[] {1, 1}, 30).points().toDoubles()).isNotEqualTo(one);
  }
}
