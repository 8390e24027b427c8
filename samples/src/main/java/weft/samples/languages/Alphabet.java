package weft.samples.languages;

import java.text.Normalizer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The symbols that texts are spelled with: a start mark, an end mark, one symbol for every rare character,
 * and the characters that are common in the training texts.
 */
final class Alphabet {
  /** The symbol before a text, and of the empty places before a short text of a {@link Batch}. */
  static final int START = 0;
  /** The symbol after the last character of a text. */
  static final int END = 1;
  /** The symbol of all characters that are too rare to be told apart. */
  static final int OTHER = 2;

  private static final int FIRST_CHARACTER = 3;
  private static final int FEWEST_TEXTS = 3;
  private static final int MOST_CHARACTERS = 300;

  /** The largest size of an alphabet. */
  static final int LARGEST = FIRST_CHARACTER + MOST_CHARACTERS;

  private final int[] characters;
  private final Map<Integer, Integer> symbols = new HashMap<>();

  /** The alphabet of exactly these characters, in this order. */
  Alphabet(String characters) {
    this.characters = characters.codePoints().toArray();
    for (var i = 0; i < this.characters.length; i++) {
      symbols.put(this.characters[i], FIRST_CHARACTER + i);
    }
  }

  /** The characters that occur in at least three of these texts, at most the 300 most common of them. */
  static Alphabet of(List<String> texts) {
    var counts = new HashMap<Integer, Integer>();
    for (var text : texts) {
      text.codePoints().distinct().forEach(character -> counts.merge(character, 1, Integer::sum));
    }
    var common = counts.entrySet().stream()
        .filter(entry -> entry.getValue() >= FEWEST_TEXTS)
        .sorted(Map.Entry.<Integer, Integer>comparingByValue(Comparator.reverseOrder())
            .thenComparing(Map.Entry.comparingByKey()))
        .limit(MOST_CHARACTERS)
        .mapToInt(Map.Entry::getKey)
        .sorted().toArray();
    return new Alphabet(new String(common, 0, common.length));
  }

  /**
   * One way of writing: composed accents, lower case whatever the default locale, plain spaces and
   * apostrophes.
   */
  static String fold(String text) {
    var plain = text.replace('\u2019', '\'').replace('\u00a0', ' ').replace('\u202f', ' ').strip();
    return Normalizer.normalize(Normalizer.normalize(plain, Normalizer.Form.NFC).toLowerCase(Locale.ROOT),
        Normalizer.Form.NFC);
  }

  /** The number of symbols, marks included; every symbol is less. */
  int size() {
    return FIRST_CHARACTER + characters.length;
  }

  /** The characters that have symbols of their own, in the order of their symbols. */
  String characters() {
    return new String(characters, 0, characters.length);
  }

  /** The symbols of a folded text between its start mark and its end mark. */
  int[] encode(String text) {
    return IntStream.concat(IntStream.concat(IntStream.of(START),
            text.codePoints().map(character -> symbols.getOrDefault(character, OTHER))),
        IntStream.of(END)).toArray();
  }
}
