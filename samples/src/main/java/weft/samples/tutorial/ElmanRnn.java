package weft.samples.tutorial;

import static weft.Tensors.*;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import weft.CompiledFunction;
import weft.runtime.Tensor;

/**
 * The simple recurrent net (Elman, 1990), which reads a sequence of any length and says which class it is of:
 * <pre>
 *   h_t = tanh(Wxh·x_t + Whh·h_{t-1} + bh)     h_0 = 0
 *   p   = softmax(Why·h_T + by)
 *   L   = -Σ y log p
 * </pre>
 */
public final class ElmanRnn {
  private final int classes;
  private final CompiledFunction train;
  private final CompiledFunction probabilities;
  private final CompiledFunction predict;

  /** An untrained net that reads {@code in} numbers at a time, remembers {@code hidden} and knows {@code out} classes. */
  public ElmanRnn(int in, int hidden, int out, RandomGenerator rng) {
    classes = out;
    var wxh = param("Wxh", normal(rng, 0.3, hidden, in));
    var whh = param("Whh", normal(rng, 0.3, hidden, hidden));
    var why = param("Why", normal(rng, 0.3, out, hidden));
    var bh = param("bh", zeros(hidden));
    var by = param("by", zeros(out));

    var x = matrix("x", dim("time"), in);
    var y = vector("y", out);
    var rate = scalar("rate");

    var h = scan(x, zeros(hidden), (xt, prev) -> tanh(wxh.dot(xt).plus(whh.dot(prev)).plus(bh)));
    var p = softmax(why.dot(h.last()).plus(by));
    var loss = crossEntropy(p, y);

    var updates = sgd(loss, List.of(wxh, whh, why, bh, by), rate);

    train = function(x, y, rate).returns(loss).updates(updates).named("train").compile();
    probabilities = function(x).returns(p).named("probabilities").compile();
    predict = function(x).returns(argmax(p)).named("predict").compile();
  }

  /**
   * Moves the parameters down the gradient of the loss, again and again.
   *
   * @param sequence {@code [time][in]}
   * @param target the probability that each class should have, such as 1 for one of them and 0 for the others
   * @return the loss before each epoch
   */
  public float[] train(float[][] sequence, float[] target, float learningRate, int epochs) {
    var losses = new float[epochs];
    for (int epoch = 0; epoch < epochs; epoch++) {
      losses[epoch] = (float) train.call(sequence, target, learningRate).item();
    }
    return losses;
  }

  /** The probability of each class. */
  public float[] probabilities(float[][] sequence) {
    return Arrays.copyOf(probabilities.call(Tensor.of(sequence)).floats(), classes);
  }

  /** The likeliest class. */
  public int predict(float[][] sequence) {
    return (int) predict.call(Tensor.of(sequence)).item();
  }

  /** Learns which of three lights was the last but two, and shows how well. */
  public static void main(String[] arguments) {
    var rng = new Random(1);
    var net = new ElmanRnn(3, 16, 3, rng);
    var known = Stream.generate(() -> Lights.random(rng)).limit(100).toList();
    var unknown = Stream.generate(() -> Lights.random(rng)).limit(200).toList();
    for (int round = 1; round <= 10; round++) {
      double sum = 0;
      for (var lights : known) sum += net.train(lights.seen(), lights.answer(), 0.03f, 1)[0];
      long right = unknown.stream().filter(lights -> net.predict(lights.seen()) == lights.asked()).count();
      System.out.printf("round %2d  loss %.3f  %3d of %d new ones right%n", round, sum / known.size(), right,
          unknown.size());
    }
    for (var lights : unknown.subList(0, 3)) {
      System.out.printf("%n%s%n  last but two", lights);
      var p = net.probabilities(lights.seen());
      for (int i = 0; i < p.length; i++) System.out.printf("  %s %.1f %%", Lights.NAMES.get(i), 100 * p[i]);
    }
    System.out.println();
  }
}
