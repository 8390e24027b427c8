package weft.samples.languages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import weft.samples.languages.Dataset.Example;

class BatchTest {
  private static final Alphabet ALPHABET = new Alphabet("abc");

  @Test
  void textsEndTogetherAndTheFirstFillsTheEmptyColumns() {
    var examples = List.of(new Example(1, "abc"), new Example(2, "b"), new Example(0, "ca"));
    var batches = Batch.forMeasuring(examples, ALPHABET, 2);
    assertThat(batches).hasSize(2);

    var shorter = batches.get(0);
    assertThat(shorter.chars().shape()).containsExactly(4, 2);
    assertThat(shorter.chars().toDoubles()).containsExactly(0, 0, 0, 5, 4, 3, 1, 1);
    assertThat(shorter.labels().toDoubles()).containsExactly(2, 0);
    assertThat(shorter.lengths()).containsExactly(3, 4);
    assertThat(shorter.count()).isEqualTo(2);

    var longer = batches.get(1);
    assertThat(longer.chars().toDoubles()).containsExactly(0, 0, 3, 3, 4, 4, 5, 5, 1, 1);
    assertThat(longer.labels().toDoubles()).containsExactly(1, 1);
    assertThat(longer.count()).isEqualTo(1);
  }

  @Test
  void epochIsSeededAndSkipsLessThanOneBatch() {
    var examples = IntStream.range(0, 103).mapToObj(i -> new Example(i, "a".repeat(1 + i % 20))).toList();
    var batches = Batch.forTraining(examples, ALPHABET, 10, new Random(3));
    assertThat(batches).hasSize(10).allSatisfy(batch -> {
      assertThat(batch.width()).isEqualTo(10);
      assertThat(batch.count()).isEqualTo(10);
    });
    var labels = labels(batches);
    assertThat(labels).doesNotHaveDuplicates().hasSize(100);
    var again = Batch.forTraining(examples, ALPHABET, 10, new Random(3));
    assertThat(labels(again)).isEqualTo(labels);
  }

  @Test
  void fewerTextsThanColumnsAreStillLearned() {
    var two = List.of(new Example(0, "a"), new Example(1, "b"));
    var batches = Batch.forTraining(two, ALPHABET, 5, new Random(1));
    assertThat(batches).hasSize(1);
    assertThat(batches.get(0).count()).isEqualTo(2);
  }

  @Test
  void likeLengthsShareABatch() {
    var training = LocaleWords.load().split(1).training();
    var batches = Batch.forTraining(training, Alphabet.of(training.stream().map(Example::text).toList()), 32,
        new Random(1));
    var places = batches.stream().mapToInt(batch -> batch.time() * batch.width()).sum();
    var symbols = batches.stream().flatMapToInt(batch -> IntStream.of(batch.lengths())).sum();
    assertThat((double) symbols / places).isGreaterThan(0.98);
    var steps = new HashMap<Integer, Integer>();
    batches.forEach(batch -> steps.merge(batch.time(), 1, Integer::sum));
    assertThat(steps.size()).as("different lengths").isGreaterThan(20);
    assertThat(batches.get(0).time()).as("not the shortest first").isGreaterThan(4);
  }

  private static int[] labels(List<Batch> batches) {
    return batches.stream().flatMapToInt(batch -> IntStream.of(batch.labels().ints()).limit(batch.count())).toArray();
  }

  @Test
  void wordsKeepTheirOrder() {
    var batch = Batch.ofTexts(List.of("CAB", "a"), ALPHABET, 3);
    assertThat(batch.lengths()).containsExactly(5, 3, 5);
    assertThat(batch.count()).isEqualTo(2);
    assertThat(batch.chars().get(1, 0)).isEqualTo(5);
    assertThat(batch.chars().get(3, 1)).isEqualTo(3);
  }
}
