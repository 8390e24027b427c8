package weft.samples.tagger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Requests for flights, and what each of their words says; the same city may be where one comes from or where one goes to. */
final class Requests {
  /** What a word says. */
  static final List<String> TAGS = List.of("-", "from", "to", "day", "time");

  private static final List<String> CITIES = List.of("oslo", "rome", "lima", "cairo", "delhi", "perth", "quito", "seoul");
  private static final List<String> DAYS = List.of("monday", "tuesday", "friday", "sunday", "tomorrow");
  private static final List<String> TIMES = List.of("morning", "noon", "evening", "night");
  private static final List<String> OTHERS = List.of("show", "me", "flights", "i", "want", "to", "go", "from", "on", "in", "the", "leaving",
      "arriving", "please", "a", "ticket");

  private Requests() {}

  /** One request: the number of each word and of its tag. */
  record Request(int[] words, int[] tags) {
    /** The words around each word and itself; 0 where there are none. */
    int[][] windows() {
      var windows = new int[words.length][3];
      for (int t = 0; t < words.length; t++) {
        for (int k = 0; k < 3; k++) if (t + k >= 1 && t + k <= words.length) windows[t][k] = words[t + k - 1];
      }
      return windows;
    }
  }

  private static List<String> vocabulary() {
    var all = new ArrayList<>(List.of(""));
    for (var some : List.of(CITIES, DAYS, TIMES, OTHERS)) all.addAll(some);
    return all;
  }

  /** How many words there are, none among them. */
  static int words() {
    return vocabulary().size();
  }

  /**
   * A request in words.
   *
   * @throws IllegalArgumentException for a word that no request has
   */
  static int[] numbers(String... words) {
    var known = vocabulary();
    var unknown = Arrays.stream(words).filter(w -> w.isEmpty() || !known.contains(w)).toList();
    if (!unknown.isEmpty()) throw new IllegalArgumentException("no request has " + unknown + ", but " + known);
    return Arrays.stream(words).mapToInt(known::indexOf).toArray();
  }

  /** The words of a request. */
  static String text(int word) {
    return vocabulary().get(word);
  }

  /** A request that is made up. */
  static Request random(RandomGenerator random) {
    var parts = new ArrayList<String>();
    parts.add(random.nextBoolean() ? "show me flights" : random.nextBoolean() ? "i want a ticket" : "i want to go");
    String from = (random.nextBoolean() ? "from " : "leaving ") + one(random, CITIES) + "/from";
    String to = (random.nextBoolean() ? "to " : "arriving in ") + one(random, CITIES) + "/to";
    parts.addAll(random.nextBoolean() ? List.of(from, to) : List.of(to, from));
    if (random.nextBoolean()) parts.add("on " + one(random, DAYS) + "/day");
    if (random.nextBoolean()) parts.add("in the " + one(random, TIMES) + "/time");
    if (random.nextInt(3) == 0) parts.add("please");
    String[] words = String.join(" ", parts).split(" ");
    return new Request(numbers(Arrays.stream(words).map(w -> w.replaceAll("/.*", "")).toArray(String[]::new)),
        Arrays.stream(words).mapToInt(w -> Math.max(0, TAGS.indexOf(w.contains("/") ? w.substring(w.indexOf('/') + 1) : ""))).toArray());
  }

  private static String one(RandomGenerator random, List<String> some) {
    return some.get(random.nextInt(some.size()));
  }
}
