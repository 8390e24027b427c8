package tests.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static tests.programs.PlainTraining.addProduct;
import static tests.programs.PlainTraining.sigmoid;
import static weft.Tensors.BOOL;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.adadelta;
import static weft.Tensors.constant;
import static weft.Tensors.dim;
import static weft.Tensors.embedding;
import static weft.Tensors.expandDims;
import static weft.Tensors.grad;
import static weft.Tensors.log;
import static weft.Tensors.matrix;
import static weft.Tensors.param;
import static weft.Tensors.pick;
import static weft.Tensors.rmsprop;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.sgd;
import static weft.Tensors.softmax;
import static weft.Tensors.tanh;
import static weft.Tensors.vector;
import static weft.Tensors.where;
import static weft.Tensors.zeros;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import tests.Modes;
import tests.semantics.PlainRandom;
import weft.RandomStream;
import weft.Scanned;
import weft.Tensors;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/**
 * An LSTM that reads sentences of several lengths and says which of two kinds each is: embedding, mask, the mean over the
 * valid time, dropout that a flag turns off, weight decay; in every mode against a plain loop.
 */
class SentimentTest {
  private static final int T = 7;
  private static final int B = 4;
  private static final int D = 5;
  private static final int WORDS = 11;
  private static final double DECAY = .01;
  private static final int[][] X = {{1, 4, 2, 9}, {3, 4, 8, 10}, {1, 1, 0, 6}, {7, 0, 0, 6}, {2, 0, 0, 5}, {9, 0, 0, 3}, {1, 0, 0, 0}};
  private static final int[] LENGTHS = {7, 2, 3, 6};
  private static final int[] Y = {0, 1, 1, 0};

  private final SplittableRandom random = new SplittableRandom(11);
  private final Dim time = dim("time");
  private final Dim batch = dim("batch");
  private final Expr x = matrix("x", I32, time, batch);
  private final Expr mask = matrix("mask", F64, time, batch);
  private final Expr y = vector("y", I32, batch);
  private final Expr noise = matrix("noise", F64, batch, D);
  private final Expr training = scalar("training", BOOL);
  private final List<double[]> start = List.of(numbers(WORDS * D), numbers(D * 4 * D), numbers(D * 4 * D), numbers(4 * D),
      numbers(D * 2), numbers(2));
  private final List<Expr> parameters = List.of(weight("Wemb", 0, WORDS, D), weight("W", 1, D, 4 * D), weight("U", 2, D, 4 * D),
      weight("b", 3, 4 * D), weight("V", 4, D, 2), weight("c", 5, 2));
  private final double[] kept = new double[B * D];
  /** What of the candidates each step keeps, null for all. */
  private double[][] keptInSteps;
  private final Scanned lstm;
  private final Expr cost;

  SentimentTest() {
    for (int i = 0; i < kept.length; i++) kept[i] = random.nextBoolean() ? 1 : 0;
    lstm = lstm(null);
    cost = cost(lstm, noise);
  }

  /** @param stream draws what is dropped of the candidates in each step, null for nothing */
  private Scanned lstm(RandomStream stream) {
    Expr below = embedding(parameters.get(0), x).dot(parameters.get(1)).plus(parameters.get(3));
    Expr none = zeros(F64, batch, D);
    return scan("lstm").over(below).mask(mask).carry(none, none).run(s -> {
      Expr gates = s.row().plus(s.prev(0).dot(parameters.get(2)));
      Expr i = Tensors.sigmoid(gates.slice(1, 0, D));
      Expr f = Tensors.sigmoid(gates.slice(1, D, 2 * D));
      Expr o = Tensors.sigmoid(gates.slice(1, 2 * D, 3 * D));
      Expr candidate = tanh(gates.slice(1, 3 * D, 4 * D));
      if (stream != null) candidate = candidate.times(stream.dropoutMask(constant(.25), batch, D));
      Expr c = f.times(s.prev(1)).plus(i.times(candidate));
      s.next(o.times(tanh(c)), c);
    });
  }

  /** @param kept 1 where the mean state stays in training, else 0 */
  private Expr cost(Scanned lstm, Expr kept) {
    Expr valid = lstm.all(0).times(expandDims(mask, 2)).sum(0).div(expandDims(mask.sum(0), 1));
    Expr dropped = where(Tensors.broadcastTo(training, batch, D), valid.times(kept), valid.times(.5));
    Expr v = parameters.get(4);
    Expr p = softmax(dropped.dot(v).plus(parameters.get(5)));
    return log(pick(p, y).plus(1e-8)).mean().neg().plus(v.times(v).sum().times(DECAY));
  }

  private double[] numbers(int count) {
    return random.doubles(count, -.8, .8).toArray();
  }

  private Expr weight(String name, int i, int... shape) {
    return param(name, Tensor.ofShape(F64, start.get(i).clone(), shape));
  }

  private static double[][] maskRows() {
    var rows = new double[T][B];
    for (int t = 0; t < T; t++) for (int b = 0; b < B; b++) rows[t][b] = t < LENGTHS[b] ? 1 : 0;
    return rows;
  }

  /** The same net, sentence by sentence and step by step. */
  private double plain(List<double[]> weights, boolean train) {
    double sum = 0;
    for (int b = 0; b < B; b++) {
      double[] h = new double[D];
      double[] c = new double[D];
      double[] mean = new double[D];
      for (int t = 0; t < LENGTHS[b]; t++) {
        double[] gates = weights.get(3).clone();
        addProduct(gates, Arrays.copyOfRange(weights.get(0), X[t][b] * D, (X[t][b] + 1) * D), weights.get(1));
        addProduct(gates, h, weights.get(2));
        for (int k = 0; k < D; k++) {
          double left = keptInSteps == null ? 1 : keptInSteps[t][b * D + k];
          c[k] = sigmoid(gates[D + k]) * c[k] + sigmoid(gates[k]) * Math.tanh(gates[3 * D + k]) * left;
          h[k] = sigmoid(gates[2 * D + k]) * Math.tanh(c[k]);
          mean[k] += h[k] / LENGTHS[b];
        }
      }
      for (int k = 0; k < D; k++) mean[k] *= train ? kept[b * D + k] : .5;
      double[] scores = weights.get(5).clone();
      addProduct(scores, mean, weights.get(4));
      sum -= Math.log(PlainTraining.softmax(scores)[Y[b]] + 1e-8) / B;
    }
    for (double v : weights.get(4)) sum += DECAY * v * v;
    return sum;
  }

  private Modes function(List<Update> updates, Expr... results) {
    return Modes.function(x, mask, y, noise, training).returns(results).updates(updates);
  }

  private Object[] arguments(boolean train) {
    return new Object[] {X, maskRows(), Y, Tensor.ofShape(F64, kept.clone(), B, D), train};
  }

  private static List<double[]> copy(List<double[]> weights) {
    return weights.stream().map(double[]::clone).toList();
  }

  @Test
  void p1_costsAndGradientsWithAndWithoutDropout() {
    var results = new ArrayList<>(grad(cost, parameters));
    results.add(cost);
    Modes f = function(List.of(), results.toArray(Expr[]::new));
    for (boolean train : new boolean[] {true, false}) {
      Tensor[] is = f.callAll(arguments(train));
      assertThat(is[6].item()).isCloseTo(plain(start, train), within(1e-12));
      List<double[]> slopes = PlainTraining.gradients(w -> plain(w, train), copy(start));
      for (int k = 0; k < 6; k++) assertThat(is[k].toDoubles()).containsExactly(slopes.get(k), within(1e-8));
    }
  }

  @Test
  void p1_paddedStepsChangeNothing() {
    Tensor[] is = function(List.of(), lstm.all(0), lstm.all(1), lstm.last(0)).callAll(arguments(false));
    for (int carry = 0; carry < 2; carry++) {
      for (int b = 0; b < B; b++) for (int t = LENGTHS[b]; t < T; t++) for (int k = 0; k < D; k++) {
        assertThat(is[carry].get(t, b, k)).isEqualTo(is[carry].get(LENGTHS[b] - 1, b, k));
      }
    }
    assertThat(is[2].toDoubles()).containsExactly(Arrays.copyOfRange(is[0].toDoubles(), (T - 1) * B * D, T * B * D));
    assertThat(is[0].get(1, 1, 0)).isNotEqualTo(is[0].get(0, 1, 0));
  }

  private void threeSteps(List<Update> updates, PlainTraining.Rule rule) {
    Modes train = function(updates, cost);
    List<double[]> weights = copy(start);
    ToDoubleFunction<List<double[]>> plainCost = w -> plain(w, true);
    double[] costs = PlainTraining.train(plainCost, weights, rule, 3);
    for (double each : costs) assertThat(train.call(arguments(true)).item()).isCloseTo(each, within(1e-7));
    for (int k = 0; k < 6; k++) {
      assertThat(Tensors.parameter(parameters.get(k)).get().toDoubles()).containsExactly(weights.get(k), within(1e-6));
    }
    assertThat(costs[2]).isLessThan(costs[0]);
  }

  @Test
  void p1_threeStepsOfGradientDescent() {
    threeSteps(sgd(cost, parameters, .1), PlainTraining.sgd(.1));
  }

  @Test
  void p1_threeStepsOfRmsprop() {
    threeSteps(rmsprop(cost, parameters, .002), PlainTraining.rmsprop(.002));
  }

  @Test
  void p1_threeStepsOfAdadelta() {
    threeSteps(adadelta(cost, parameters), PlainTraining.adadelta());
  }

  /** Numbers that a stream draws, each call's from where the last one's ended. */
  @Test
  void p1_dropoutFromAStream() {
    var stream = new RandomStream("dropout", 42);
    Expr drawn = cost(lstm, stream.dropoutMask(constant(.5), batch, D).times(.5));
    assertLearns(drawn, stream, PlainRandom.stream(42, 0));
  }

  private void assertLearns(Expr drawn, RandomStream stream, PlainRandom first) {
    Modes train = function(sgd(drawn, parameters, .1), drawn);
    List<double[]> weights = copy(start);
    PlainRandom draw = first;
    for (int step = 0; step < 3; step++) {
      for (int i = 0; i < kept.length; i++) kept[i] = draw.uniform64(i) < .5 ? 1 : 0;
      double[] cost = PlainTraining.train(w -> plain(w, true), weights, PlainTraining.sgd(.1), 1);
      assertThat(train.call(arguments(true)).item()).isCloseTo(cost[0], within(1e-7));
      draw = draw.next();
    }
    for (int k = 0; k < 6; k++) {
      assertThat(Tensors.parameter(parameters.get(k)).get().toDoubles()).containsExactly(weights.get(k), within(1e-6));
    }
    assertThat(stream.parameters().get(0).get().toDoubles()[1]).isEqualTo(3);
  }

  /** Another mask in every step, which the gradient takes again; padded steps draw, too. */
  @Test
  void p1_dropoutInEveryStep() {
    var stream = new RandomStream("inner", 7);
    Expr drawn = cost(lstm(stream), noise);
    var results = new ArrayList<>(grad(drawn, parameters));
    results.add(drawn);
    Modes f = function(List.of(), results.toArray(Expr[]::new));
    PlainRandom draw = PlainRandom.stream(7, 0);
    for (int call = 0; call < 2; call++) {
      keptInSteps = new double[T][B * D];
      for (double[] row : keptInSteps) {
        for (int i = 0; i < row.length; i++) row[i] = draw.uniform64(i) < .75 ? 1 / .75 : 0;
        draw = draw.next();
      }
      Tensor[] is = f.callAll(arguments(true));
      assertThat(is[6].item()).isCloseTo(plain(start, true), within(1e-12));
      List<double[]> slopes = PlainTraining.gradients(w -> plain(w, true), copy(start));
      for (int k = 0; k < 6; k++) assertThat(is[k].toDoubles()).containsExactly(slopes.get(k), within(1e-8));
    }
  }
}
