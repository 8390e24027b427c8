package weft.samples.languages;

import java.util.List;
import java.util.function.ToIntFunction;
import weft.samples.languages.Dataset.Example;
import weft.samples.languages.Dataset.Split;
import weft.samples.languages.NaiveBayes.Grams;

/**
 * What simple classifiers, fitted to the same training texts, reach on the same held-out texts: shares of
 * right answers.
 */
record Baselines(double majority, double characters, double bigrams) {
  /** The smoothing at which naive Bayes does best on this kind of data, lest it lose for want of tuning. */
  private static final double ALPHA = 0.1;

  /** Fits and measures all three. */
  static Baselines measure(Split split, Alphabet alphabet, int labels) {
    var majority = majority(split.training(), labels);
    var characters = new NaiveBayes(Grams.CHARACTERS, ALPHA, alphabet, labels, split.training());
    var bigrams = new NaiveBayes(Grams.BIGRAMS, ALPHA, alphabet, labels, split.training());
    return new Baselines(accuracy(split.heldOut(), text -> majority),
        accuracy(split.heldOut(), characters::classify), accuracy(split.heldOut(), bigrams::classify));
  }

  /** The label that most of the examples have; of equally common ones the first. */
  static int majority(List<Example> examples, int labels) {
    var counts = new int[labels];
    examples.forEach(example -> counts[example.label()]++);
    var best = 0;
    for (var label = 1; label < labels; label++) {
      if (counts[label] > counts[best]) {
        best = label;
      }
    }
    return best;
  }

  private static double accuracy(List<Example> examples, ToIntFunction<String> classify) {
    var right = examples.stream()
        .filter(example -> classify.applyAsInt(example.text()) == example.label())
        .count();
    return (double) right / examples.size();
  }
}
