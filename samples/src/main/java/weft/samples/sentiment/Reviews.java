package weft.samples.sentiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Reviews in a few words. Which words there are does not say what is meant: {@code not} turns the next one round, and behind a
 * {@code but} stands what counts.
 */
record Reviews(int[][] words, int[] lengths, int[] good) {
  private static final List<String> THINGS = List.of("film", "plot", "music", "acting", "ending", "camera", "hero", "story");
  private static final List<String> PRAISE = List.of("good", "great", "funny", "moving", "brilliant", "charming");
  private static final List<String> BLAME = List.of("bad", "dull", "silly", "boring", "awful", "clumsy");
  private static final List<String> MORE = List.of("very", "quite", "really", "so");
  private static final List<String> VOCABULARY = new ArrayList<>(List.of("", "the", "was", "not", "and", "but"));

  static {
    for (var some : List.of(THINGS, PRAISE, BLAME, MORE)) VOCABULARY.addAll(some);
  }

  /** How many words there are, the one that fills sentences up among them. */
  static int vocabulary() {
    return VOCABULARY.size();
  }

  /** Made-up reviews, half of them good. */
  static Reviews random(RandomGenerator random, int count) {
    var sentences = new String[count];
    var good = new int[count];
    for (int i = 0; i < count; i++) {
      boolean praise = random.nextBoolean();
      var sentence = new StringBuilder();
      boolean said = praise;
      for (int left = random.nextInt(3); left > 0; left--) {
        boolean but = random.nextBoolean();
        said = but != said;
        sentence.insert(0, clause(random, said) + (but ? " but " : " and "));
      }
      sentences[i] = sentence.append(clause(random, praise)).toString();
      good[i] = praise ? 1 : 0;
    }
    return of(good, sentences);
  }

  private static String clause(RandomGenerator random, boolean praise) {
    boolean not = random.nextInt(3) == 0;
    return "the " + one(random, THINGS) + " was " + (not ? "not " : "") + (random.nextBoolean() ? one(random, MORE) + " " : "")
        + one(random, praise != not ? PRAISE : BLAME);
  }

  private static String one(RandomGenerator random, List<String> some) {
    return some.get(random.nextInt(some.size()));
  }

  /**
   * Sentences side by side, {@code [time][sentence]}, with empty words behind the shorter ones.
   *
   * @throws IllegalArgumentException for a word that no review has
   */
  static Reviews of(int[] good, String... sentences) {
    var split = Arrays.stream(sentences).map(s -> s.trim().split(" +")).toList();
    int longest = split.stream().mapToInt(s -> s.length).max().orElse(0);
    var words = new int[longest][sentences.length];
    var lengths = new int[sentences.length];
    for (int i = 0; i < sentences.length; i++) {
      lengths[i] = split.get(i).length;
      for (int t = 0; t < lengths[i]; t++) {
        words[t][i] = VOCABULARY.indexOf(split.get(i)[t]);
        if (words[t][i] < 1) throw new IllegalArgumentException("no review has the word " + split.get(i)[t] + ", but " + VOCABULARY);
      }
    }
    return new Reviews(words, lengths, good);
  }
}
