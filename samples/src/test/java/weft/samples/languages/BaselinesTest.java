package weft.samples.languages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import weft.samples.languages.Dataset.Example;
import weft.samples.languages.Dataset.Split;
import weft.samples.languages.NaiveBayes.Grams;

class BaselinesTest {
  private static final Alphabet ALPHABET = new Alphabet("ab");
  private static final List<Example> CORPUS =
      List.of(new Example(0, "aab"), new Example(0, "ab"), new Example(1, "bb"));

  @Test
  void charactersByHand() {
    var bayes = new NaiveBayes(Grams.CHARACTERS, 1, ALPHABET, 2, CORPUS);
    // Label 0 has 3 a and 2 b, label 1 has 2 b; two kinds and one more for the unseen.
    assertThat(bayes.logProbabilities("ab")).containsExactly(
        new double[] {Math.log(2 / 3.0 * (4 / 8.0) * (3 / 8.0)), Math.log(1 / 3.0 * (1 / 5.0) * (3 / 5.0))},
        within(1e-12));
    assertThat(bayes.classify("ab")).isZero();
    // Label 0: 2/3 · (3/8)³ = 0.0352; label 1: 1/3 · (3/5)³ = 0.0720.
    assertThat(bayes.classify("bbb")).isEqualTo(1);
  }

  @Test
  void bigramsByHand() {
    var bayes = new NaiveBayes(Grams.BIGRAMS, 1, ALPHABET, 2, CORPUS);
    // Label 0: ^a 2, aa 1, ab 2, b$ 2; label 1: ^b, bb, b$; six kinds and one more for the unseen.
    assertThat(bayes.logProbabilities("ab")).containsExactly(
        new double[] {Math.log(2 / 3.0 * Math.pow(3 / 14.0, 3)), Math.log(1 / 3.0 * 0.1 * 0.1 * 0.2)},
        within(1e-12));
    assertThat(bayes.logProbabilities("x")).containsExactly(
        new double[] {Math.log(2 / 3.0 / 14 / 14), Math.log(1 / 3.0 / 10 / 10)}, within(1e-12));
  }

  @Test
  void smallAlphaTrustsTheCounts() {
    var bayes = new NaiveBayes(Grams.CHARACTERS, 0.1, ALPHABET, 2, CORPUS);
    assertThat(bayes.logProbabilities("a")).containsExactly(
        new double[] {Math.log(2 / 3.0 * 3.1 / 5.3), Math.log(1 / 3.0 * 0.1 / 2.3)}, within(1e-12));
  }

  @Test
  void majorityIsTheCommonestAndTheFirstOfEquals() {
    var examples = List.of(new Example(2, "a"), new Example(1, "a"), new Example(2, "b"));
    assertThat(Baselines.majority(examples, 3)).isEqualTo(2);
    assertThat(Baselines.majority(List.of(new Example(2, "a"), new Example(1, "a")), 3)).isEqualTo(1);
  }

  @Test
  void sharesAreOfTheHeldOutTexts() {
    var heldOut = List.of(new Example(0, "a"), new Example(1, "bbb"), new Example(1, "aa"),
        new Example(0, "bbb"));
    var baselines = Baselines.measure(new Split(CORPUS, heldOut), ALPHABET, 2);
    assertThat(baselines.majority()).isEqualTo(0.5);
    assertThat(baselines.characters()).isEqualTo(0.5);
  }

  @Test
  void namesOfTheJdkAreNeitherTrivialNorHopeless() {
    var data = LocaleWords.load();
    var split = data.split(1);
    var alphabet = Alphabet.of(split.training().stream().map(Example::text).toList());
    var baselines = Baselines.measure(split, alphabet, 24);
    assertThat(baselines.majority()).isBetween(0.035, 0.065);
    assertThat(baselines.characters()).isBetween(0.53, 0.65);
    assertThat(baselines.bigrams()).isBetween(0.72, 0.83);
  }
}
