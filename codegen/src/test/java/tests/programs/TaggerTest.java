package tests.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static tests.programs.PlainTraining.addProduct;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.argmax;
import static weft.Tensors.dim;
import static weft.Tensors.embedding;
import static weft.Tensors.expandDims;
import static weft.Tensors.grad;
import static weft.Tensors.log;
import static weft.Tensors.matrix;
import static weft.Tensors.parameter;
import static weft.Tensors.param;
import static weft.Tensors.pick;
import static weft.Tensors.reshape;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.sgd;
import static weft.Tensors.sigmoid;
import static weft.Tensors.softmax;
import static weft.Tensors.sqrt;
import static weft.Tensors.vector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/**
 * An Elman net that tags each word of a sentence: a window of embeddings, the softmax inside the step, a learned first
 * state, the learning rate as an argument, embeddings of length 1; in every mode against a plain loop.
 */
class TaggerTest {
  private static final int WORDS = 7;
  private static final int WINDOW = 3;
  private static final int E = 4;
  private static final int H = 5;
  private static final int TAGS = 3;
  /** Words 2 and 5 stand in several windows, and 2 twice in one. */
  private static final int[][] X = {{6, 2, 2}, {2, 2, 5}, {2, 5, 1}, {5, 1, 6}};
  private static final int[] Y = {0, 2, 1, 1};

  private final SplittableRandom random = new SplittableRandom(23);
  private final Dim time = dim("time");
  private final Expr x = matrix("x", I32, time, WINDOW);
  private final Expr y = vector("y", I32, time);
  private final Expr rate = scalar("rate", F64);
  private final List<double[]> start = List.of(numbers(WORDS * E), numbers(WINDOW * E * H), numbers(H * H), numbers(H),
      numbers(H * TAGS), numbers(TAGS), numbers(H));
  private final List<Expr> parameters = List.of(weight("emb", 0, WORDS, E), weight("Wx", 1, WINDOW * E, H), weight("Wh", 2, H, H),
      weight("bh", 3, H), weight("W", 4, H, TAGS), weight("b", 5, TAGS), weight("h0", 6, H));
  private final Expr p;
  private final Expr cost;

  TaggerTest() {
    Expr windows = reshape(embedding(parameters.get(0), x), time, WINDOW * E);
    p = scan("tagger").over(windows).carry(parameters.get(6)).run(s -> {
      Expr h = sigmoid(s.row().dot(parameters.get(1)).plus(s.prev().dot(parameters.get(2))).plus(parameters.get(3)));
      s.next(h).emit(softmax(h.dot(parameters.get(4)).plus(parameters.get(5))));
    }).emitted();
    cost = pick(log(p), y).mean().neg();
  }

  private double[] numbers(int count) {
    return random.doubles(count, -1, 1).toArray();
  }

  private Expr weight(String name, int i, int... shape) {
    return param(name, Tensor.ofShape(F64, start.get(i).clone(), shape));
  }

  private static double[][] tagged(List<double[]> weights) {
    double[][] p = new double[X.length][];
    double[] h = weights.get(6);
    for (int t = 0; t < X.length; t++) {
      double[] next = weights.get(3).clone();
      double[] window = new double[WINDOW * E];
      for (int k = 0; k < WINDOW; k++) System.arraycopy(weights.get(0), X[t][k] * E, window, k * E, E);
      addProduct(next, window, weights.get(1));
      addProduct(next, h, weights.get(2));
      for (int i = 0; i < H; i++) next[i] = PlainTraining.sigmoid(next[i]);
      h = next;
      double[] scores = weights.get(5).clone();
      addProduct(scores, h, weights.get(4));
      p[t] = PlainTraining.softmax(scores);
    }
    return p;
  }

  private static double plain(List<double[]> weights) {
    double[][] p = tagged(weights);
    double sum = 0;
    for (int t = 0; t < X.length; t++) sum -= Math.log(p[t][Y[t]]) / X.length;
    return sum;
  }

  private static void normaliseRows(double[] emb) {
    for (int w = 0; w < WORDS; w++) {
      double squares = 0;
      for (int i = 0; i < E; i++) squares += emb[w * E + i] * emb[w * E + i];
      for (int i = 0; i < E; i++) emb[w * E + i] /= Math.sqrt(squares);
    }
  }

  @Test
  void p2_trainsLikeAPlainLoop() {
    Modes train = Modes.function(x, y, rate).returns(cost).updates(sgd(cost, parameters, rate));
    Expr emb = parameters.get(0);
    Expr unit = emb.div(expandDims(sqrt(emb.times(emb).sum(1)), 1));
    Modes normalise = Modes.function().updates(new Update(parameter(emb), unit));
    var weights = new ArrayList<>(start.stream().map(double[]::clone).toList());
    double first = plain(weights);
    for (double r : new double[] {.5, .5, .25, .1}) {
      double is = train.call(X, Y, r).item();
      normalise.callAll();
      assertThat(is).isCloseTo(PlainTraining.train(TaggerTest::plain, weights, PlainTraining.sgd(r), 1)[0], within(1e-7));
      normaliseRows(weights.get(0));
      for (int k = 0; k < weights.size(); k++) {
        assertThat(parameter(parameters.get(k)).get().toDoubles()).containsExactly(weights.get(k), within(1e-7));
      }
    }
    assertThat(plain(weights)).isLessThan(first);
  }

  @Test
  void p2_windowsThatShareWordsAddUp() {
    Expr d = grad(cost, parameters.get(0));
    double[] is = Modes.function(x, y).returns(d).call(X, Y).toDoubles();
    List<double[]> weights = start.stream().map(double[]::clone).toList();
    assertThat(is).containsExactly(PlainTraining.gradients(TaggerTest::plain, weights).get(0), within(1e-8));
    for (int unread : new int[] {0, 3, 4}) {
      assertThat(Arrays.copyOfRange(is, unread * E, (unread + 1) * E)).containsOnly(0);
    }
  }

  @Test
  void p2_classifies() {
    Tensor[] is = Modes.function(x).returns(argmax(p, 1), p).callAll((Object) X);
    double[][] expected = tagged(start);
    for (int t = 0; t < X.length; t++) {
      int best = 0;
      for (int k = 0; k < TAGS; k++) {
        assertThat(is[1].get(t, k)).isCloseTo(expected[t][k], within(1e-12));
        if (expected[t][k] > expected[t][best]) best = k;
      }
      assertThat(is[0].get(t)).isEqualTo(best);
    }
  }
}
