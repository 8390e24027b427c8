package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.*;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.RandomState;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** The numbers of each distribution, in every mode, against the documented algorithm in plain Java. */
class RandomNumbersTest {
  private static final long SEED = 0x123456789ABCDEFL;

  private final Dim n = dim("n");
  private final Expr x = vector("x", n);
  private final Expr d = vector("d", F64, n);
  private final RandomState rng = RandomState.of(param("state", RandomState.start(SEED)));
  private final PlainRandom plain = PlainRandom.start(SEED);

  private static double[] all(int size, IntToDoubleFunction element) {
    return IntStream.range(0, size).mapToDouble(element).toArray();
  }

  @Test
  void theOraclePassesThePublishedVector() {
    long[] pi = {0x243f6a88L, 0x85a308d3L, 0x13198a2eL, 0x03707344L};
    assertThat(PlainRandom.philox(pi, 0xa4093822L, 0x299f31d0L))
        .containsExactly(0xd16cfe09L, 0x94fdccebL, 0x5001e420L, 0x24126ea1L);
  }

  @Test
  void bits() {
    assertThat(Arrays.copyOf(Modes.function().returns(rng.bits(3, 7)).call().longs(), 21))
        .containsExactly(IntStream.range(0, 21).mapToLong(i -> plain.bits(i, 0)).toArray());
  }

  @Test
  void uniform() {
    Tensor[] u = Modes.function(x, d).returns(rng.uniform(0, 1, n, 19), rng.uniform(-2, 0.5, n), rng.uniform(x, 3),
        rng.uniform(F64, 0, 1, 4), rng.uniform(d, 2)).callAll(Tensor.of(.5f, -1, 2), Tensor.of(.5, -1, 2));
    float[] low = {.5f, -1, 2};
    assertThat(u[0].toDoubles()).containsExactly(all(57, i -> plain.uniform32(i)));
    assertThat(u[1].toDoubles()).containsExactly(all(3, i -> -2 + plain.next().uniform32(i) * 2.5f));
    PlainRandom third = plain.next().next();
    assertThat(u[2].toDoubles()).containsExactly(all(3, i -> low[i] + third.uniform32(i) * (3 - low[i])));
    assertThat(u[3].toDoubles()).containsExactly(all(4, i -> third.next().uniform64(i)));
    assertThat(u[4].toDoubles()).containsExactly(all(3, i -> low[i] + third.next().next().uniform64(i) * (2 - low[i])));
  }

  @Test
  void normal() {
    Tensor[] z = Modes.function(x).returns(rng.normal(0, 1, n, 19), rng.normal(F64, 1, 2, 5), rng.normal(x, .5)).callAll(
        Tensor.of(.5f, -1, 2));
    float[] mean = {.5f, -1, 2};
    assertThat(z[0].toDoubles()).containsExactly(all(57, i -> plain.normal32(i)), within(1e-6));
    assertThat(z[1].toDoubles()).containsExactly(all(5, i -> 1 + 2 * plain.next().normal64(i)), within(1e-14));
    assertThat(z[2].toDoubles()).containsExactly(all(3, i -> mean[i] + .5 * plain.next().next().normal32(i)), within(1e-6));
  }

  @Test
  void exponentialAndGumbel() {
    Tensor[] z = Modes.function().returns(rng.exponential(3, 20), rng.gumbel(1, 2, 20)).callAll();
    assertThat(z[0].toDoubles()).containsExactly(all(20, i -> -3 * Math.log(1.0 - plain.uniform32(i))), within(1e-5));
    assertThat(z[1].toDoubles()).containsExactly(
        all(20, i -> 1 - 2 * Math.log(-Math.log(1 - plain.next().uniform32(i)))), within(1e-5));
  }

  /** The integral of the density up to the number drawn is the part that u says, of what lies between the bounds. */
  @Test
  void truncatedNormal() {
    double[][] cases = {{0, 1, -2, 2}, {1, 2, 3, 9}, {0, 1, 5, 6}, {0, 1, -8, -7}};
    for (double[] c : cases) {
      var state = RandomState.of(param("state", RandomState.start(SEED)));
      double[] z = Modes.function().returns(state.truncatedNormal(F64, c[0], c[1], c[2], c[3], 9)).call().toDoubles();
      for (int i = 0; i < z.length; i++) {
        double part = mass((c[2] - c[0]) / c[1], (z[i] - c[0]) / c[1]) / mass((c[2] - c[0]) / c[1], (c[3] - c[0]) / c[1]);
        assertThat(z[i]).isBetween(c[2], c[3]);
        boolean upper = c[2] > c[0];
        assertThat(part).as("%s", Arrays.toString(c)).isCloseTo(upper ? 1 - plain.uniform64(i) : plain.uniform64(i), within(1e-9));
      }
    }
  }

  /** Simpson's rule over the density of a standard normal number, up to a factor. */
  private static double mass(double from, double to) {
    int steps = 4000;
    double sum = 0;
    for (int k = 0; k <= steps; k++) {
      double at = from + (to - from) * k / steps;
      sum += Math.exp(-at * at / 2) * (k == 0 || k == steps ? 1 : k % 2 == 1 ? 4 : 2);
    }
    return sum * (to - from) / steps / 3;
  }

  @Test
  void bernoulliAndDropout() {
    Tensor[] b = Modes.function(x).returns(rng.bernoulli(.3, n, 7), rng.bernoulli(BOOL, x), rng.bernoulli(I64, .5, 9),
        rng.dropoutMask(.25, n, 2), rng.dropoutMask(F64, .25, 6)).callAll(Tensor.of(0, 1, .5f));
    assertThat(b[0].toDoubles()).containsExactly(all(21, i -> plain.uniform32(i) < .3f ? 1 : 0));
    PlainRandom second = plain.next();
    assertThat(b[1].toDoubles()).containsExactly(0, 1, second.uniform32(2) < .5f ? 1 : 0);
    assertThat(b[1].dtype()).isEqualTo(BOOL);
    assertThat(b[2].toDoubles()).containsExactly(all(9, i -> second.next().uniform32(i) < .5f ? 1 : 0));
    assertThat(b[3].toDoubles()).containsExactly(
        all(6, i -> second.next().next().uniform32(i) < .75f ? 1 / .75f : 0));
    assertThat(b[4].toDoubles()).containsExactly(all(6, i -> second.next().next().next().uniform64(i) < .75 ? 1 / .75 : 0));
  }

  @Test
  void binomial() {
    Expr counts = vector("counts", I32, n);
    Tensor[] b = Modes.function(x, counts).returns(rng.binomial(12, .3, n, 7), rng.binomial(I64, counts, x)).callAll(
        Tensor.of(.9f, .5f, .1f), Tensor.of(40, 0, 7));
    assertThat(b[0].toDoubles()).containsExactly(all(21, i -> plain.binomial32(i, 12, .3f)));
    PlainRandom second = plain.next();
    assertThat(b[1].toDoubles()).containsExactly(second.binomial32(0, 40, .9f), 0, second.binomial32(2, 7, .1f));
  }

  @Test
  void poisson() {
    Tensor[] k = Modes.function(x, d).returns(rng.poisson(3.5, n, 9), rng.poisson(I64, x), rng.poisson(d)).callAll(
        Tensor.of(.5f, 40, 700), Tensor.of(0, -3, 1e5));
    assertThat(k[0].toDoubles()).containsExactly(all(27, i -> plain.poisson(i, 3.5)));
    double[] rates = {.5, 40, 700};
    assertThat(k[1].toDoubles()).containsExactly(all(3, i -> plain.next().poisson(i, rates[i])));
    assertThat(k[2].toDoubles()).containsExactly(0, 0, plain.next().next().poisson(2, 1e5));
  }

  @Test
  void categoricalAndMultinomial() {
    float[] p = {.1f, 0, .5f, .25f, 0};
    Expr rows = matrix("rows", n, 5);
    Tensor[] c = Modes.function(rows).returns(rng.categorical(rows), rng.categorical(constant(Tensor.of(p)), 40),
        rng.multinomial(6, rows)).callAll(Tensor.of(new float[][] {p, {0, 0, 0, 3, 0}, {1, 1, 1, 1, 1}}));
    float[][] each = {p, {0, 0, 0, 3, 0}, {1, 1, 1, 1, 1}};
    assertThat(c[0].toDoubles()).containsExactly(all(3, i -> plain.categorical32(i, each[i])));
    assertThat(c[1].toDoubles()).containsExactly(all(40, i -> plain.next().categorical32(i, p)));
    var counts = new double[15];
    for (int i = 0; i < 18; i++) counts[i / 6 * 5 + plain.next().next().categorical32(i, each[i / 6])]++;
    assertThat(c[2].toDoubles()).containsExactly(counts);
  }

  @Test
  void integersAndOrders() {
    Expr high = vector("high", I64, n);
    Tensor[] i = Modes.function(x, high).returns(rng.integers(-5, 5, 30), rng.integers(0, high), rng.permutation(n),
        rng.shuffle(x), rng.choice(x, 4), rng.sample(x, 2)).callAll(Tensor.of(10f, 20, 30), Tensor.of(1L, 1L << 40, 7));
    assertThat(i[0].toDoubles()).containsExactly(all(30, k -> plain.integer(k, -5, 5)));
    PlainRandom next = plain.next();
    long[] limits = {1, 1L << 40, 7};
    PlainRandom second = next;
    assertThat(i[1].toDoubles()).containsExactly(all(3, k -> second.integer(k, 0, limits[k])));
    PlainRandom third = second.next();
    assertThat(i[2].toDoubles()).containsExactly(all(3, k -> third.permutation(3)[k]));
    PlainRandom fourth = third.next();
    assertThat(i[3].toDoubles()).containsExactly(all(3, k -> 10 + 10 * fourth.permutation(3)[k]));
    PlainRandom fifth = fourth.next();
    assertThat(i[4].toDoubles()).containsExactly(all(4, k -> 10 + 10 * fifth.integer(k, 0, 3)));
    assertThat(i[5].toDoubles()).containsExactly(all(2, k -> 10 + 10 * fifth.next().permutation(3)[k]));
  }

  /** Where the numbers stand in ascending order. */
  private static int[] order(double... of) {
    return IntStream.range(0, of.length).boxed().sorted((i, j) -> Double.compare(of[i], of[j])).mapToInt(i -> i).toArray();
  }

  /** The same of the bits of some elements. */
  private static int[] ascending(PlainRandom draw, int from, int count) {
    return IntStream.range(0, count).boxed().sorted((i, j) -> Long.compare(draw.bits(from + i, 0), draw.bits(from + j, 0)))
        .mapToInt(i -> i).toArray();
  }

  @Test
  void ordersOfRows() {
    Expr rows = matrix("rows", n, 4);
    Tensor[] o = Modes.function(rows).returns(rng.permutation(5, n, 2), rng.shuffleRows(rows))
        .callAll((Object) new float[][] {{1, 2, 3, 4}, {10, 20, 30, 40}, {5, 6, 7, 8}});
    assertThat(o[0].shape()).containsExactly(3, 2, 5);
    for (int r = 0; r < 6; r++) {
      double[] should = Arrays.stream(ascending(plain, 5 * r, 5)).asDoubleStream().toArray();
      assertThat(Arrays.copyOfRange(o[0].toDoubles(), 5 * r, 5 * r + 5)).containsExactly(should);
    }
    double[][] had = {{1, 2, 3, 4}, {10, 20, 30, 40}, {5, 6, 7, 8}};
    for (int r = 0; r < 3; r++) {
      for (int k = 0; k < 4; k++) assertThat(o[1].get(r, k)).isEqualTo(had[r][ascending(plain.next(), 4 * r, 4)[k]]);
    }
  }

  @Test
  void classesWithoutReplacement() {
    double[][] p = {{.1, .2, .3, .4, 0}, {1, 0, 0, 2, 5}};
    Expr rows = matrix("rows", F64, n, 5);
    Tensor drawn = Modes.function(rows).returns(rng.multinomialWithoutReplacement(3, rows)).call((Object) p);
    for (int r = 0; r < 2; r++) {
      int row = r;
      int[] should = order(all(5, k -> -Math.log1p(-plain.uniform64(5 * row + k)) / p[row][k]));
      for (int k = 0; k < 3; k++) assertThat(drawn.get(r, k)).isEqualTo(should[k]);
    }
    refuses(Kind.SHAPE, "multinomialWithoutReplacement: 6 of 5 classes", () -> rng.multinomialWithoutReplacement(6, rows));
  }

  /** The first class comes as often as p says, the second as often as p says of those that are left. */
  @Test
  void pairsWithoutReplacement() {
    double[] p = {.5, .3, .2};
    Tensor drawn = function().returns(rng.multinomialWithoutReplacement(2, constant(Tensor.of(p)), 100_000)).compile().call();
    var counts = new int[3][3];
    for (int i = 0; i < 100_000; i++) counts[(int) drawn.get(i, 0)][(int) drawn.get(i, 1)]++;
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b < 3; b++) {
        double should = a == b ? 0 : p[a] * p[b] / (1 - p[a]);
        assertThat(counts[a][b] / 1e5).isCloseTo(should, within(5 * Math.sqrt(should * (1 - should) / 1e5)));
      }
    }
  }

  /** The numbers stay while the distribution moves. */
  @Test
  void gradientsFlowThroughPlaceAndScale() {
    Expr s = vector("s", F64, n);
    var draws = List.of(rng.uniform(d, d.plus(exp(s))), rng.normal(d, exp(s)), rng.exponential(exp(s)), rng.gumbel(d, s),
        rng.truncatedNormal(d, exp(s), -1.5, d.plus(1)), rng.truncatedNormal(d, 1, d.plus(exp(s)), 9));
    Expr cost = null;
    for (Expr draw : draws) cost = cost == null ? sqr(draw).sum() : cost.plus(sqr(draw).sum());
    Slopes.check(List.of(d, s), cost, List.of(d, s), Tensor.of(.3, -.2, 1), Tensor.of(-.1, .4, .2));
  }

  @Test
  void whatWasDrawnHasNoDerivative() {
    Expr p = sigmoid(x);
    for (Expr draw : List.of(rng.bernoulli(p), rng.binomial(3, p), rng.poisson(p), rng.multinomial(3, p))) {
      assertThatThrownBy(() -> grad(draw.sum().plus(p.sum()), x)).isInstanceOfSatisfying(WeftException.class,
          e -> assertThat(e.kind()).isEqualTo(Kind.NO_GRADIENT)).hasMessageContaining("has no derivative");
    }
    Expr sample = rng.bernoulli(p);
    Expr cost = p.times(sample).sum();
    Tensor[] slope = Modes.function(x).returns(gradient(cost).constant(sample).wrt(x),
        grad(p.times(zeroGrad(sample)).sum(), x), sample.times(p).times(p.neg().plus(1))).callAll(Tensor.of(0f, 3, -2));
    assertThat(slope[0].toDoubles()).containsExactly(slope[2].toDoubles(), within(1e-6));
    assertThat(slope[1].toDoubles()).containsExactly(slope[2].toDoubles(), within(1e-6));
  }

  @Test
  void wrongParametersAreNamed() {
    refuses(Kind.SHAPE, "uniform: f32[n] does not broadcast to [4, 3]", () -> rng.uniform(x, 1, 4, 3));
    refuses(Kind.SHAPE, "normal: the shapes do not go together", () -> rng.normal(x, vector("y", 3)));
    refuses(Kind.DTYPE, "uniform: gives floats, not i64", () -> rng.uniform(I64, 0, 1, 3));
    refuses(Kind.ARGUMENT, "integers: there are none from 3 to below 3", () -> rng.integers(3, 3, 2));
    refuses(Kind.ARGUMENT, "dropout: the rate is 1.0", () -> rng.dropoutMask(1.0, 2));
    refuses(Kind.DTYPE, "random integers are described by integers, not f32", () -> rng.integers(0, x));
    refuses(Kind.DTYPE, "categorical: p is i32[3]", () -> rng.categorical(constant(Tensor.of(1, 2, 3))));
    refuses(Kind.SHAPE, "a random state is i64[2], not f32[n]", () -> RandomState.of(x));
  }

  private static void refuses(Kind kind, String message, Runnable wrong) {
    assertThatThrownBy(wrong::run).isInstanceOfSatisfying(WeftException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageStartingWith(message).hasMessageContaining("RandomNumbersTest.java");
  }

  /** Means and variances of 200,000 numbers lie within five standard errors of what they should be. */
  @Test
  void moments() {
    moments(rng.uniform(-1, 3, 200_000), 1, 16 / 12.0);
    moments(rng.normal(2, 3, 200_000), 2, 9);
    moments(rng.normal(F64, 2, 3, 200_000), 2, 9);
    moments(rng.truncatedNormal(0, 1, -2, 2, 200_000), 0, 0.7737413035499232);
    moments(rng.exponential(2, 200_000), 2, 4);
    moments(rng.gumbel(0, 1, 200_000), 0.5772156649015329, Math.PI * Math.PI / 6);
    moments(rng.bernoulli(.3, 200_000), .3, .21);
    moments(rng.binomial(20, .3, 200_000), 6, 4.2);
    moments(rng.poisson(4.2, 200_000), 4.2, 4.2);
    moments(rng.poisson(1300, 50_000), 1300, 1300);
    moments(rng.integers(-3, 7, 200_000), 1.5, 99 / 12.0);
    moments(rng.categorical(constant(Tensor.of(1f, 2, 3, 4)), 200_000), 2, 1);
    moments(rng.dropoutMask(.2, 200_000), 1, .25);
  }

  private static void moments(Expr draw, double mean, double variance) {
    double[] z = function().returns(draw).compile().call().toDoubles();
    double average = Arrays.stream(z).average().orElseThrow();
    double spread = Arrays.stream(z).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double fourth = Arrays.stream(z).map(v -> Math.pow(v - mean, 4)).average().orElseThrow();
    assertThat(average).isCloseTo(mean, within(5 * Math.sqrt(variance / z.length)));
    assertThat(spread).isCloseTo(variance, within(5 * Math.sqrt((fourth - variance * variance) / z.length) + 1e-9));
  }
}
