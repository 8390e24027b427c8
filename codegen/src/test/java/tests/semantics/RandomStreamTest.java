package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static tests.semantics.Cases.f64;
import static weft.Tensors.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.Slopes;
import weft.RandomStream;
import weft.graph.Expr;
import weft.runtime.Tensor;

/** Streams go on from call to call and from step to step; in every mode, against the documented states in plain Java. */
class RandomStreamTest {
  private static final long SEED = 42;

  /** The k-th draw of a stream before any call. */
  private static PlainRandom draw(int k) {
    return PlainRandom.stream(SEED, k);
  }

  private static double[] uniform(PlainRandom at, int size) {
    return IntStream.range(0, size).mapToDouble(at::uniform32).toArray();
  }

  /** U06: calls differ, the same seed and a new function give the same. */
  @Test
  void callsGoOn() {
    var rng = new RandomStream(SEED);
    var f = Modes.function().returns(rng.uniform(0, 1, 5), rng.uniform(0, 1, 3));
    for (PlainRandom a = draw(0), b = draw(1); a.draw() < 3; a = a.next(), b = b.next()) {
      Tensor[] z = f.callAll();
      assertThat(z[0].toDoubles()).containsExactly(uniform(a, 5));
      assertThat(z[1].toDoubles()).containsExactly(uniform(b, 3));
    }
    var again = new RandomStream("other", SEED);
    assertThat(Modes.function().returns(again.uniform(0, 1, 5)).call().toDoubles()).containsExactly(uniform(draw(0), 5));
    assertThat(rng.parameters()).extracting(p -> p.name()).containsExactly("random.0", "random.1");
    assertThat(rng.parameters().get(1).get().longs()).startsWith(draw(1).key(), 3);
    rng.seed(SEED);
    assertThat(f.call().toDoubles()).containsExactly(uniform(draw(0), 5));
  }

  /** U06: without default updates a function repeats itself. */
  @Test
  void frozenStreamsRepeat() {
    var rng = new RandomStream(SEED);
    var f = function().returns(rng.uniform(0, 1, 4)).withoutDefaultUpdates().compile();
    assertThat(f.call().toDoubles()).containsExactly(uniform(draw(0), 4));
    assertThat(f.call().toDoubles()).containsExactly(uniform(draw(0), 4));
  }

  /** U06: what is drawn outside is one draw in all steps, what is drawn inside is another one in each. */
  @Test
  void stepsDrawAnew() {
    var rng = new RandomStream(SEED);
    Expr outer = rng.uniform(0, 1, 2);
    var n = scalar("n", I64);
    var rows = scan().steps(n).carry(zeros(2)).run(step -> step.next(step.prev().plus(outer).plus(rng.uniform(0, 1, 2)))).all(0);
    var f = Modes.function(n).returns(rows);

    var sum = new float[2];
    int inner = rng.parameters().size() - 1;
    PlainRandom at = draw(inner);
    float[] expected = new float[8];
    for (int t = 0; t < 4; t++, at = at.next()) {
      for (int i = 0; i < 2; i++) expected[2 * t + i] = sum[i] = sum[i] + draw(0).uniform32(i) + at.uniform32(i);
    }
    float[] got = f.call(4L).floats();
    for (int i = 0; i < 8; i++) assertThat(got[i]).isCloseTo(expected[i], within(1e-6f));
    assertThat(rng.parameters().get(inner).get().longs()).startsWith(draw(inner).key(), 4);
  }

  /** A scan that stops by itself draws once a step that it takes, and goes on there in the next call. */
  @Test
  void scansThatStopDrawNoMore() {
    var rng = new RandomStream(SEED);
    var limit = scalar("limit", F64);
    var walk = scan().steps(50).carry(zeros(F64, 2)).run(step -> {
      step.next(step.prev().plus(rng.uniform(F64, 0, 1, 2)));
      step.until(step.prev().sum().gt(limit));
    });
    var f = Modes.function(limit).returns(walk.all(0), walk.steps());
    PlainRandom at = draw(rng.parameters().size() - 1);
    int taken = 0;
    for (double stop : new double[] {2, 0, 5}) {
      var expected = new ArrayList<Double>();
      double[] sum = new double[2];
      boolean goesOn = true;
      while (goesOn) {
        goesOn = sum[0] + sum[1] <= stop;
        for (int i = 0; i < 2; i++) expected.add(sum[i] += at.uniform64(i));
        at = at.next();
        taken++;
      }
      Tensor[] found = f.callAll(stop);
      assertThat(found[0].toDoubles()).containsExactly(expected.stream().mapToDouble(d -> d).toArray(), within(1e-12));
      assertThat((int) found[1].item()).isEqualTo(expected.size() / 2);
      assertThat(rng.parameters().get(rng.parameters().size() - 1).get().longs()[1]).isEqualTo(taken);
    }
  }

  /** S14: no step, no draw. */
  @Test
  void noStepsLeaveTheState() {
    var rng = new RandomStream(SEED);
    var n = scalar("n", I64);
    var last = scan().steps(n).carry(zeros(2)).run(step -> step.next(rng.normal(0, 1, 2))).last(0);
    Modes.function(n).returns(last).call(0L);
    assertThat(rng.parameters()).allSatisfy(p -> assertThat(p.get().longs()[1]).isZero());
  }

  /** Ten steps of a Gibbs chain of a restricted Boltzmann machine, 20 × 30, against the plain loop. */
  @Test
  void u07_gibbsChain() {
    int visible = 20;
    int hidden = 30;
    var random = new java.util.Random(7);
    float[] weights = new float[visible * hidden];
    for (int i = 0; i < weights.length; i++) weights[i] = (float) random.nextGaussian();
    var w = param("W", Tensor.wrap(weights.clone(), visible, hidden));
    var rng = new RandomStream(SEED);
    var v0 = vector("v", visible);
    var chain = scan().steps(10).carry(v0).run(step -> {
      Expr h = rng.bernoulli(sigmoid(step.prev().dot(w)));
      step.next(rng.bernoulli(sigmoid(w.dot(h))));
    }).all(0);
    float[] start = new float[visible];
    Arrays.fill(start, 0, 10, 1);
    float[] got = Modes.function(v0).returns(chain).call(Tensor.of(start)).floats();

    int draws = rng.parameters().size();
    PlainRandom forH = draw(draws - 2);
    PlainRandom forV = draw(draws - 1);
    float[] v = start;
    for (int t = 0; t < 10; t++, forH = forH.next(), forV = forV.next()) {
      var h = new float[hidden];
      for (int j = 0; j < hidden; j++) {
        double sum = 0;
        for (int i = 0; i < visible; i++) sum += v[i] * weights[i * hidden + j];
        h[j] = forH.uniform32(j) < 1 / (1 + Math.exp(-sum)) ? 1 : 0;
      }
      v = new float[visible];
      for (int i = 0; i < visible; i++) {
        double sum = 0;
        for (int j = 0; j < hidden; j++) sum += h[j] * weights[i * hidden + j];
        v[i] = forV.uniform32(i) < 1 / (1 + Math.exp(-sum)) ? 1 : 0;
      }
      assertThat(Arrays.copyOfRange(got, t * visible, (t + 1) * visible)).as("step %d", t).containsExactly(v);
    }
  }

  @Test
  void dropoutKeepsTheMean() {
    var rng = new RandomStream(SEED);
    var x = vector("x", dim("n"));
    var rate = scalar("rate");
    var f = Modes.function(x, rate).returns(dropout(x, rate, rng));
    float[] in = {1, 2, 3, 4, 5, 6};
    float[] out = f.call(Tensor.of(in), .25f).floats();
    for (int i = 0; i < in.length; i++) assertThat(out[i]).isEqualTo(draw(0).uniform32(i) < .75f ? in[i] / .75f : 0, within(1e-6f));
    assertThat(f.call(Tensor.of(in), 0f).toDoubles()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  /** Draws need no step before, so what they go into is one product for all steps, with the numbers that the steps would draw. */
  @Test
  void drawsLeaveTheLoop() {
    drawsLeaveTheLoop(false);
  }

  /** Backwards the first draw belongs to the last row, as the steps take them. */
  @Test
  void drawsLeaveTheLoopThatGoesBackwards() {
    drawsLeaveTheLoop(true);
  }

  private static void drawsLeaveTheLoop(boolean backwards) {
    var rng = new RandomStream(SEED);
    var x = matrix("x", dim("time"), 3);
    var w = param("w", Tensor.of(new float[][] {{1, 2}, {3, 4}, {5, 6}}));
    var scan = scan().over(x).carry(zeros(2));
    if (backwards) scan.backwards();
    Expr h = scan.run(s -> s.next(dropout(s.row(), 0.5, rng).dot(w).plus(s.prev().times(0.5)))).all(0);
    assertThat(function(x).returns(h).compile().explain()).contains("hoisted dot(times(…), w) as one computation over time");

    float[][] rows = {{1, 2, 3}, {4, 5, 6}, {-1, 7, 2}};
    var f = Modes.function(x).returns(h);
    int k = rng.parameters().size() - 1;
    PlainRandom at = draw(k);
    for (int call = 1; call <= 2; call++) {
      float[] got = f.call((Object) rows).floats();
      double[] expected = new double[2];
      for (int t = 0; t < 3; t++, at = at.next()) {
        float[] row = rows[backwards ? 2 - t : t];
        for (int j = 0; j < 2; j++) {
          expected[j] /= 2;
          for (int i = 0; i < 3; i++) if (at.uniform32(i) < .5f) expected[j] += 2 * row[i] * (2 * i + 1 + j);
          assertThat((double) got[2 * t + j]).isCloseTo(expected[j], within(1e-4));
        }
      }
      assertThat(rng.parameters().get(k).get().longs()).startsWith(draw(k).key(), 3L * call);
    }
  }

  /** Gradients of two directions go through the masks that were drawn, of which each direction has its own. */
  @Test
  void slopesOfBothDirections() {
    var rng = new RandomStream(SEED);
    var x = f64("x", dim("time"), 3);
    var w = f64("w", 3, 2);
    Expr[] sums = new Expr[2];
    for (int i = 0; i < 2; i++) {
      var scan = scan().over(x).carry(zeros(F64, 2));
      if (i == 1) scan.backwards();
      sums[i] = scan.run(s -> s.next(tanh(dropout(s.row(), 0.5, rng).dot(w).plus(s.prev().times(0.5))))).carry(0).aligned().sum();
    }
    Expr cost = sums[0].plus(sums[1].times(2));
    Object[] point = {new double[][] {{.1, .2, .3}, {.4, -.5, .6}, {-.1, .7, .2}}, new double[][] {{1, .2}, {-.3, .4}, {.5, .6}}};
    Slopes.check(List.of(x, w), cost, List.of(x, w), point);
  }
}
