package weft.samples.languages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.samples.languages.Classifier.Sizes;
import weft.samples.languages.Dataset.Example;

class CharNetTest {
  private static final Alphabet ALPHABET = new Alphabet("ab ");

  @Test
  void computesWhatItSays() {
    var net = new CharNet(new Sizes(ALPHABET.size(), 3, 5, 4, 7));
    var plain = new PlainNet(net.parameters(), 5, 3);
    for (var texts : List.of(List.of("ab", "ba", "abba", "b"), List.of("a", "bb aababbababab", "b b", "xa"))) {
      var batch = Batch.ofTexts(texts, ALPHABET, 4);
      var probabilities = net.probabilities(batch);
      for (var column = 0; column < 4; column++) {
        var expected = plain.probabilities(batch, column);
        for (var label = 0; label < 3; label++) {
          assertThat((double) probabilities[column][label]).isCloseTo(expected[label], within(2e-6));
        }
      }
    }
  }

  /** Adam divides the first gradient by itself, so it is later steps that tell how large the gradients are. */
  @Test
  void threeStepsFollowTheGradient() {
    var net = new CharNet(new Sizes(ALPHABET.size(), 3, 5, 2, 7));
    var plain = new PlainNet(net.parameters(), 5, 3);
    var batches = Batch.forMeasuring(List.of(new Example(0, "ab"), new Example(1, "bba"), new Example(2, "a bb"),
        new Example(1, "abab"), new Example(0, "bbbba"), new Example(1, "babbab")), ALPHABET, 2);
    var means = plain.weights.stream().map(weights -> new double[weights.length]).toList();
    var squares = plain.weights.stream().map(weights -> new double[weights.length]).toList();
    for (var step = 1; step <= 3; step++) {
      var batch = batches.get(step - 1);
      assertThat(net.trainBatch(batch, 0.01f)).isCloseTo(plain.loss(batch), within(1e-5));
      var gradients = plain.weights.stream().map(weights -> plain.gradient(batch, weights)).toList();
      for (var w = 0; w < gradients.size(); w++) {
        for (var i = 0; i < gradients.get(w).length; i++) {
          var g = gradients.get(w)[i];
          means.get(w)[i] = 0.9 * means.get(w)[i] + 0.1 * g;
          squares.get(w)[i] = 0.999 * squares.get(w)[i] + 0.001 * g * g;
          var mean = means.get(w)[i] / (1 - Math.pow(0.9, step));
          var square = squares.get(w)[i] / (1 - Math.pow(0.999, step));
          plain.weights.get(w)[i] -= 0.01 * mean / (Math.sqrt(square) + 1e-8);
        }
      }
    }
    for (var w = 0; w < plain.weights.size(); w++) {
      assertThat(net.parameters().get(w).get().toDoubles()).as(net.parameters().get(w).name())
          .containsExactly(plain.weights.get(w), within(2e-5));
    }
  }

  /** The label is whether a text ends as it begins, which no bag of neighbours tells. */
  @Test
  void learnsWhatTakesMemory() {
    var random = new Random(5);
    var examples = new ArrayList<Example>();
    for (var i = 0; i < 800; i++) {
      var letters = random.ints(5, 'a', 'd').toArray();
      examples.add(new Example(letters[0] == letters[4] ? 1 : 0, new String(letters, 0, 5)));
    }
    var alphabet = new Alphabet("abc");
    var net = new CharNet(new Sizes(alphabet.size(), 2, 24, 20, 1));
    var split = new Dataset.Split(examples.subList(0, 600), examples.subList(600, 800));
    var screen = new Screen(new PrintStream(OutputStream.nullOutputStream()), false, true);
    var outcome = new Training(net, split, alphabet, 20, new Training.Plan(12, 1, 0.02f, 1), () -> 0)
        .run(new Progress(screen, 12));
    assertThat(outcome.accuracy()).isGreaterThan(0.95);
    var bigrams = new NaiveBayes(NaiveBayes.Grams.BIGRAMS, 0.1, alphabet, 2, split.training());
    assertThat(split.heldOut().stream().filter(example -> bigrams.classify(example.text()) == example.label()))
        .hasSizeLessThan(160);
  }

  @Test
  void savedNetGivesTheSameProbabilities(@TempDir Path directory) {
    var sizes = new Sizes(ALPHABET.size(), 3, 5, 4, 7);
    var net = new SavedNet(new CharNet(sizes), sizes, List.of("x", "y", "z"), ALPHABET);
    var batch = Batch.ofTexts(List.of("ab", "ba ab", "bbb", "a"), ALPHABET, 4);
    net.classifier().trainBatch(batch, 0.1f);
    net.save(directory.resolve("net.safetensors"));
    var loaded = SavedNet.load(directory.resolve("net.safetensors"), CharNet::new, 4);
    assertThat(loaded.classifier().probabilities(batch)).isDeepEqualTo(net.classifier().probabilities(batch));
  }

  @Test
  void oneSeedGivesOneNet() {
    var sizes = new Sizes(ALPHABET.size(), 3, 5, 4, 7);
    var batch = Batch.ofTexts(List.of("ab", "ba ab", "bbb", "a"), ALPHABET, 4);
    assertThat(new CharNet(sizes).trainBatch(batch, 0.1f)).isEqualTo(new CharNet(sizes).trainBatch(batch, 0.1f))
        .isNotEqualTo(new CharNet(new Sizes(ALPHABET.size(), 3, 5, 4, 8)).trainBatch(batch, 0.1f));
  }

  @Test
  void reportSaysWhatWasCompiled() {
    assertThat(new CharNet(new Sizes(ALPHABET.size(), 3, 5, 4, 7)).compileReport())
        .matches("(?s)in \\d+ ms from the graph on\\Rtrain    \\d+ kernels.* bytes.*\\Rpredict  \\d+ kernels.*");
  }
}
