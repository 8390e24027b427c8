package weft.samples.sentiment;

import static weft.Tensors.*;

import java.util.List;
import java.util.Random;
import weft.CompiledFunction;
import weft.RandomStream;
import weft.graph.Expr;

/**
 * A net that says whether a review is good: an embedding, long short-term memory (Hochreiter and Schmidhuber, 1997), the mean of its
 * states over the words that there are, dropout while it learns, and a softmax.
 */
public final class Sentiment {
  private static final int EMBEDDING = 12;
  private static final int HIDDEN = 24;

  private final CompiledFunction train;
  private final CompiledFunction judge;

  /** An untrained net that knows so many words. */
  public Sentiment(int words, long seed) {
    var rng = new Random(seed);
    var table = param("table", normal(rng, 0.3, words, EMBEDDING));
    var w = param("W", glorot(rng, EMBEDDING, 4 * HIDDEN));
    var u = param("U", glorot(rng, HIDDEN, 4 * HIDDEN));
    var b = param("b", zeros(4 * HIDDEN));
    var v = param("V", glorot(rng, HIDDEN, 2));
    var c = param("c", zeros(2));

    var time = dim("time");
    var batch = dim("batch");
    var text = matrix("text", I32, time, batch);
    var lengths = vector("lengths", I32, batch);
    var good = vector("good", I32, batch);
    var rate = scalar("rate");

    var below = embedding(table, text).dot(w).plus(b);
    var none = zeros(batch, HIDDEN);
    var lstm = scan("lstm").over(below).lengths(lengths).carry(none, none).run(step -> {
      var gates = step.row().plus(step.prev(0).dot(u));
      var take = sigmoid(gates.at(ALL, range(0, HIDDEN)));
      var keep = sigmoid(gates.at(ALL, range(HIDDEN, 2 * HIDDEN)).plus(1));
      var show = sigmoid(gates.at(ALL, range(2 * HIDDEN, 3 * HIDDEN)));
      var cell = keep.times(step.prev(1)).plus(take.times(tanh(gates.at(ALL, range(3 * HIDDEN, END)))));
      step.next(show.times(tanh(cell)), cell);
    });
    var valid = expandDims(arange(time), 1).lt(expandDims(lengths, 0)).cast(F32);
    var mean = lstm.all(0).times(expandDims(valid, 2)).sum(0).div(expandDims(lengths.cast(F32), 1));

    var random = new RandomStream("dropout", seed);
    var loss = crossEntropyWithLogits(dropout(mean, 0.2, random).dot(v).plus(c), good).mean();
    List<Expr> all = List.of(table, w, u, b, v, c);
    train = function(text, lengths, good, rate).named("train").returns(loss).updates(adam(loss, all, rate)).compile();
    judge = function(text, lengths).named("judge").returns(softmax(mean.dot(v).plus(c)).at(ALL, 1)).compile();
  }

  /** Learns a batch; the loss before, in nats a review. */
  double train(Reviews reviews, float rate) {
    return train.call(reviews.words(), reviews.lengths(), reviews.good(), rate).item();
  }

  /** How likely each review is good. */
  float[] judge(Reviews reviews) {
    return judge.call(reviews.words(), reviews.lengths()).floats();
  }

  /** The share of reviews that it is right about. */
  double share(Reviews reviews) {
    var p = judge(reviews);
    int right = 0;
    for (int i = 0; i < reviews.good().length; i++) if (p[i] > 0.5f == (reviews.good()[i] == 1)) right++;
    return (double) right / reviews.good().length;
  }

  /** Learns from made-up reviews, and judges the ones given, in the words of those. */
  public static void main(String[] arguments) {
    var random = new Random(2);
    var net = new Sentiment(Reviews.vocabulary(), 1);
    var unknown = Reviews.random(random, 500);
    for (int round = 1; round <= 10; round++) {
      double sum = 0;
      for (int i = 0; i < 100; i++) sum += net.train(Reviews.random(random, 16), 0.005f);
      System.out.printf("round %2d  loss %.3f  %.1f %% of new reviews right%n", round, sum / 100, 100 * net.share(unknown));
    }
    String[] some = arguments.length > 0 ? new String[] {String.join(" ", arguments)} : new String[] {"the film was not bad",
        "the music was brilliant but the plot was very dull", "the hero was silly and the ending was awful but the story was not boring"};
    var p = net.judge(Reviews.of(new int[some.length], some));
    for (int i = 0; i < some.length; i++) System.out.printf("%5.1f %% good: %s%n", 100 * p[i], some[i]);
  }
}
