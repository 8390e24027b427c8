package weft.samples.languages;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Labelled texts and where they are from; the texts are {@linkplain Alphabet#fold folded} and no pair occurs
 * twice.
 */
record Dataset(String source, List<String> labels, List<Example> examples) {

  /** One folded text and the position of its label in {@link Dataset#labels}. */
  record Example(int label, String text) {
  }

  /** The examples that a classifier learns from and those that measure it. */
  record Split(List<Example> training, List<Example> heldOut) {
  }

  Dataset {
    labels = List.copyOf(labels);
    examples = List.copyOf(examples);
  }

  /** Four fifths to learn from, one fifth held out; the same seed always gives the same split. */
  Split split(long seed) {
    var shuffled = new ArrayList<>(examples);
    Collections.shuffle(shuffled, new Random(seed));
    var training = shuffled.size() * 4 / 5;
    return new Split(List.copyOf(shuffled.subList(0, training)),
        List.copyOf(shuffled.subList(training, shuffled.size())));
  }
}
