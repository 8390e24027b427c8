package weft.samples.languages;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.samples.languages.Dataset.Example;

/**
 * Some texts side by side, as a recurrent net reads them.
 *
 * <p>Texts end together: {@code chars} is {@code i32[time, batch]}, column {@code b} holds the {@code
 * lengths[b]} symbols of one text in its last places and {@link Alphabet#START} in those before, so the state
 * after the last step has read every text to its end. {@code labels} is {@code i32[batch]}. Only the first
 * {@code count} columns are real; the others repeat the first one, so that every batch has the same width.
 */
record Batch(Tensor chars, Tensor labels, int[] lengths, int count) {

  /**
   * The batches of one epoch: all of equal width, of texts of like length, in an order that the random
   * numbers decide.
   */
  static List<Batch> forTraining(List<Example> examples, Alphabet alphabet, int width, Random random) {
    var shuffled = new ArrayList<>(examples);
    Collections.shuffle(shuffled, random);
    var batches = new ArrayList<Batch>();
    // A partial batch would weigh its texts more than others, so another few texts sit out every epoch.
    var kept = shuffled.subList(0, Math.max(shuffled.size() / width * width, Math.min(shuffled.size(), width)));
    cut(byLength(kept), alphabet, width, batches);
    Collections.shuffle(batches, random);
    return batches;
  }

  /** All examples in batches of texts of like length, the shortest first. */
  static List<Batch> forMeasuring(List<Example> examples, Alphabet alphabet, int width) {
    var batches = new ArrayList<Batch>();
    cut(byLength(examples), alphabet, width, batches);
    return batches;
  }

  /** Texts without labels, in the given order; every label is 0. */
  static Batch ofTexts(List<String> texts, Alphabet alphabet, int width) {
    return of(texts.stream().map(text -> new Example(0, Alphabet.fold(text))).toList(), alphabet, width);
  }

  private static List<Example> byLength(List<Example> examples) {
    return examples.stream().sorted(Comparator.comparingInt(example -> example.text().length())).toList();
  }

  private static void cut(List<Example> examples, Alphabet alphabet, int width, List<Batch> batches) {
    for (var from = 0; from < examples.size(); from += width) {
      batches.add(of(examples.subList(from, Math.min(from + width, examples.size())), alphabet, width));
    }
  }

  private static Batch of(List<Example> examples, Alphabet alphabet, int width) {
    var spelled = examples.stream().map(example -> alphabet.encode(example.text())).toList();
    var time = spelled.stream().mapToInt(symbols -> symbols.length).max().orElseThrow();
    var chars = Tensor.zeros(DType.I32, time, width);
    var labels = new int[width];
    var lengths = new int[width];
    for (var column = 0; column < width; column++) {
      var from = column < spelled.size() ? column : 0;
      var symbols = spelled.get(from);
      labels[column] = examples.get(from).label();
      lengths[column] = symbols.length;
      for (var i = 0; i < symbols.length; i++) {
        chars.ints()[(time - symbols.length + i) * width + column] = symbols[i];
      }
    }
    return new Batch(chars, Tensor.of(labels), lengths, spelled.size());
  }

  /** The number of steps: the length of the longest text, marks included. */
  int time() {
    return chars.dim(0);
  }

  /** The number of columns. */
  int width() {
    return chars.dim(1);
  }
}
