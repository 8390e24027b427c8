package weft.samples.rnnrbm;

import static weft.Tensors.*;

import java.util.List;
import java.util.Random;
import weft.CompiledFunction;
import weft.RandomStream;
import weft.graph.Expr;

/**
 * A recurrent net that says, of what it has heard so far, how a restricted Boltzmann machine for the next keys is biased
 * (Boulanger-Lewandowski and others, 2012). It learns by contrastive divergence: the keys heard are to become likelier than those that a
 * chain of Gibbs sampling comes to from them. To write, a chain runs in each step, and what it comes to is heard next.
 */
public final class RnnRbm {
  private static final int HIDDEN = 40;
  private static final int RECURRENT = 40;
  private static final int CHAIN = 10;

  private final RandomStream random;
  private final Expr w;
  private final Expr keysBias;
  private final Expr hiddenBias;
  private final Expr toKeys;
  private final Expr toHidden;
  private final Expr heard;
  private final Expr again;
  private final Expr stateBias;
  private final CompiledFunction train;
  private final CompiledFunction write;

  /** An untrained net. */
  public RnnRbm(int keys, long seed) {
    var rng = new Random(seed);
    random = new RandomStream("gibbs", seed);
    w = param("W", normal(rng, 0.05, keys, HIDDEN));
    keysBias = param("bv", zeros(keys));
    hiddenBias = param("bh", zeros(HIDDEN));
    toKeys = param("Wuv", normal(rng, 0.05, RECURRENT, keys));
    toHidden = param("Wuh", normal(rng, 0.05, RECURRENT, HIDDEN));
    heard = param("Wvu", normal(rng, 0.3, keys, RECURRENT));
    again = param("Wuu", orthogonal(rng, RECURRENT, RECURRENT));
    stateBias = param("bu", zeros(RECURRENT));

    var music = matrix("music", dim("time"), keys);
    var rate = scalar("rate");
    var biases = scan("hear").over(music).carry(zeros(RECURRENT)).run(step -> {
      step.emit(biasOfKeys(step.prev()), biasOfHidden(step.prev()));
      step.next(next(step.row(), step.prev()));
    });
    var bv = biases.emitted(0);
    var bh = biases.emitted(1);
    var drawn = zeroGrad(gibbs(music, bv, bh));
    var cost = freeEnergy(music, bv, bh).minus(freeEnergy(drawn, bv, bh)).mean();
    var wrong = abs(music.minus(drawn)).sum(1).mean();
    var all = List.of(w, keysBias, hiddenBias, toKeys, toHidden, heard, again, stateBias);
    train = function(music, rate).named("train").returns(wrong).updates(adam(clipByNorm(grad(cost, all), 5), all, rate)).compile();

    var steps = scalar("steps", I32);
    var written = scan("write").steps(steps).carry(zeros(RECURRENT)).run(step -> {
      var now = gibbs(zeros(keys), biasOfKeys(step.prev()), biasOfHidden(step.prev()));
      step.emit(now);
      step.next(next(now, step.prev()));
    });
    write = function(steps).named("write").returns(written.emitted()).compile();
  }

  private Expr biasOfKeys(Expr state) {
    return keysBias.plus(state.dot(toKeys));
  }

  private Expr biasOfHidden(Expr state) {
    return hiddenBias.plus(state.dot(toHidden));
  }

  private Expr next(Expr keys, Expr state) {
    return tanh(stateBias.plus(keys.dot(heard)).plus(state.dot(again)));
  }

  /** What a chain comes to that begins with some keys, or with rows of them. */
  private Expr gibbs(Expr keys, Expr bv, Expr bh) {
    return scan("gibbs").steps(CHAIN).carry(keys).run(step -> {
      var hidden = random.bernoulli(F32, sigmoid(step.prev().dot(w).plus(bh)));
      step.next(random.bernoulli(F32, sigmoid(hidden.dot(w.transpose()).plus(bv))));
    }).last();
  }

  /** The energy of keys, hidden units summed out, of each row. */
  private Expr freeEnergy(Expr keys, Expr bv, Expr bh) {
    return keys.times(bv).sum(-1).plus(softplus(keys.dot(w).plus(bh)).sum(-1)).neg();
  }

  /** Learns from some music; how many keys a column were wrong where the chain ended. */
  public double train(float[][] music, float rate) {
    return train.call(music, rate).item();
  }

  /** Music of its own, {@code [steps][key]}. */
  public float[][] write(int steps) {
    var roll = write.call(steps);
    var music = new float[steps][roll.dim(1)];
    for (int t = 0; t < steps; t++) for (int k = 0; k < music[t].length; k++) music[t][k] = (float) roll.get(t, k);
    return music;
  }

  /** Learns some chords, and writes more. */
  public static void main(String[] arguments) {
    var rng = new Random(1);
    var net = new RnnRbm(Music.KEYS, 1);
    for (int round = 1; round <= 10; round++) {
      double wrong = 0;
      for (int i = 0; i < 200; i++) wrong += net.train(Music.random(rng, 60), 0.003f);
      var shares = Music.shares(net.write(500));
      System.out.printf("round %2d  %.2f keys wrong  %3.0f %% of what it writes are chords, %3.0f %% of those follow the rules%n", round, wrong / 200,
          100 * shares[0], 100 * shares[1]);
    }
    System.out.print(Music.text(net.write(72)));
  }
}
