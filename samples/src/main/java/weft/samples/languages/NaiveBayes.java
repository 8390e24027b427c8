package weft.samples.languages;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import weft.samples.languages.Dataset.Example;

/**
 * The multinomial naive Bayes classifier: a text is a bag of characters or of bigrams, each drawn
 * independently from the distribution of its label.
 *
 * <p>The probability of a gram under a label is {@code (count + alpha) / (total + alpha · kinds)}, where
 * {@code kinds} counts the different grams of the training texts and one more for all that they lack
 * (add-alpha smoothing; Manning, Raghavan and Schütze, Introduction to Information Retrieval, section 13.2).
 * The prior is the label's share of the texts.
 */
final class NaiveBayes {
  /** What a text is taken apart into. */
  enum Grams {
    /** Each character by itself. */
    CHARACTERS,
    /** Each pair of neighbours, the start and end marks included. */
    BIGRAMS
  }

  private final Grams grams;
  private final Alphabet alphabet;
  private final double alpha;
  private final int labels;
  private final double[] logPriors;
  private final int[] totals;
  private final Map<Integer, int[]> counts = new HashMap<>();

  /** Fits the classifier to these examples, whose labels are less than {@code labels}. */
  NaiveBayes(Grams grams, double alpha, Alphabet alphabet, int labels, List<Example> examples) {
    this.grams = grams;
    this.alphabet = alphabet;
    this.alpha = alpha;
    this.labels = labels;
    this.logPriors = new double[labels];
    this.totals = new int[labels];
    for (var example : examples) {
      logPriors[example.label()]++;
      for (var gram : grams(example.text())) {
        counts.computeIfAbsent(gram, key -> new int[labels])[example.label()]++;
        totals[example.label()]++;
      }
    }
    for (var label = 0; label < labels; label++) {
      logPriors[label] = Math.log(logPriors[label] / examples.size());
    }
  }

  /** The likeliest label of a folded text; of equally likely ones the first. */
  int classify(String text) {
    var logs = logProbabilities(text);
    var best = 0;
    for (var label = 1; label < labels; label++) {
      if (logs[label] > logs[best]) {
        best = label;
      }
    }
    return best;
  }

  /** The logarithm of the joint probability of the text and each label. */
  double[] logProbabilities(String text) {
    var logs = logPriors.clone();
    var none = new int[labels];
    for (var gram : grams(text)) {
      var seen = counts.getOrDefault(gram, none);
      for (var label = 0; label < labels; label++) {
        logs[label] += Math.log((seen[label] + alpha) / (totals[label] + alpha * (counts.size() + 1)));
      }
    }
    return logs;
  }

  private int[] grams(String text) {
    var symbols = alphabet.encode(text);
    return switch (grams) {
      case CHARACTERS -> Arrays.copyOfRange(symbols, 1, symbols.length - 1);
      case BIGRAMS -> {
        var pairs = new int[symbols.length - 1];
        for (var i = 0; i < pairs.length; i++) {
          pairs[i] = symbols[i] * alphabet.size() + symbols[i + 1];
        }
        yield pairs;
      }
    };
  }
}
