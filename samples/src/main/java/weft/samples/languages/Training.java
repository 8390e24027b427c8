package weft.samples.languages;

import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.samples.languages.Dataset.Split;

/**
 * The loop in which a classifier learns: epoch after epoch over the training texts, measured on the held-out
 * ones.
 */
final class Training {
  /**
   * How long and how fast to learn: whichever of {@code epochs} and {@code seconds} is over first ends it. The
   * learning rate falls evenly to 0 over the epochs, whatever the time, so that one seed gives one net.
   */
  record Plan(int epochs, double seconds, float learningRate, long seed) {
  }

  /** What the last epoch reached: its number, and the share of right answers on the held-out texts. */
  record Outcome(int epochs, double seconds, double accuracy) {
  }

  private final Classifier classifier;
  private final Split split;
  private final Alphabet alphabet;
  private final int width;
  private final Plan plan;
  private final LongSupplier nanoTime;
  private final Random random;
  private long started;

  /** A training by batches of {@code width} texts, timed by this clock of nanoseconds. */
  Training(Classifier classifier, Split split, Alphabet alphabet, int width, Plan plan, LongSupplier nanoTime) {
    this.classifier = classifier;
    this.split = split;
    this.alphabet = alphabet;
    this.width = width;
    this.plan = plan;
    this.nanoTime = nanoTime;
    this.random = new Random(plan.seed);
  }

  /**
   * Learns until the plan is fulfilled.
   *
   * @throws WeftException if the loss becomes infinite or NaN
   */
  Outcome run(Progress progress) {
    started = nanoTime.getAsLong();
    try {
      for (var epoch = 1; ; epoch++) {
        var loss = learn(epoch, progress);
        var accuracy = accuracy(classifier, Batch.forMeasuring(split.heldOut(), alphabet, width));
        var over = epoch == plan.epochs || seconds() >= plan.seconds;
        progress.epoch(epoch, over ? 1 : done(epoch), seconds(), loss, accuracy);
        if (over) {
          return new Outcome(epoch, seconds(), accuracy);
        }
      }
    } finally {
      progress.end();
    }
  }

  /** One epoch, or what the time allows of it; the mean loss. */
  private double learn(int epoch, Progress progress) {
    var batches = Batch.forTraining(split.training(), alphabet, width, random);
    var sum = 0.0;
    var count = 0;
    for (var batch : batches) {
      var rate = plan.learningRate * (1 - (epoch - 1 + (float) count / batches.size()) / plan.epochs);
      var loss = classifier.trainBatch(batch, rate);
      count++;
      if (!Double.isFinite(loss)) {
        throw new WeftException(Kind.NAN, String.format("The loss became %s in epoch %d, batch %d of %d%n"
            + "    learning rate  %s%n  Learn more slowly, with a smaller --learning-rate.",
            loss, epoch, count, batches.size(), plan.learningRate));
      }
      sum += loss;
      progress.batch(epoch, done(epoch - 1 + (double) count / batches.size()), seconds(), sum / count);
      if (seconds() >= plan.seconds) {
        break;
      }
    }
    return sum / count;
  }

  private double done(double epochs) {
    return Math.min(1, Math.max(epochs / plan.epochs, seconds() / plan.seconds));
  }

  private double seconds() {
    return (nanoTime.getAsLong() - started) / 1e9;
  }

  /** The share of the real columns of these batches whose likeliest label is the right one. */
  static double accuracy(Classifier classifier, List<Batch> batches) {
    var right = 0;
    var all = 0;
    for (var batch : batches) {
      var probabilities = classifier.probabilities(batch);
      for (var column = 0; column < batch.count(); column++) {
        var row = probabilities[column];
        var best = 0;
        for (var label = 1; label < row.length; label++) {
          if (row[label] > row[best]) {
            best = label;
          }
        }
        if (best == batch.labels().ints()[column]) {
          right++;
        }
      }
      all += batch.count();
    }
    return (double) right / all;
  }
}
