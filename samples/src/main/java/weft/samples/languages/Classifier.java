package weft.samples.languages;

import java.util.List;
import weft.runtime.Parameter;

/** A net that learns labels from batches of texts. */
interface Classifier {

  /** The sizes that a classifier is built for, and the seed of its first parameters. */
  record Sizes(int symbols, int labels, int hidden, int width, long seed) {
  }

  /** Builds and compiles an untrained classifier. */
  @FunctionalInterface
  interface Factory {
    Classifier create(Sizes sizes);
  }

  /**
   * Moves the parameters one step down the gradient of the mean cross-entropy of the batch, which it returns.
   */
  double trainBatch(Batch batch, float learningRate);

  /** One row for every column of the batch: the probability of each label. */
  float[][] probabilities(Batch batch);

  /** All that the classifier has learned, under names that stay the same. */
  List<Parameter> parameters();

  /** What was compiled and in how many milliseconds, in one or more lines. */
  String compileReport();
}
