package weft.samples.languages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import weft.runtime.WeftException;
import weft.samples.languages.Dataset.Example;

class LocaleWordsTest {
  private static final Dataset DATA = LocaleWords.load();

  @Test
  void everyLanguageHasHundredsOfNames() {
    assertThat(DATA.labels()).hasSize(24).isSorted();
    assertThat(DATA.examples()).hasSizeBetween(14_000, 24_000);
    var counts = DATA.examples().stream().collect(Collectors.groupingBy(Example::label, Collectors.counting()));
    assertThat(counts).hasSize(24).allSatisfy((label, count) -> assertThat(count).isBetween(300L, 1_500L));
  }

  @Test
  void noNameOccursTwice() {
    var texts = new HashSet<String>();
    assertThat(DATA.examples()).allMatch(example -> texts.add(example.text()));
  }

  @Test
  void namesAreFoldedWords() {
    assertThat(DATA.examples()).allSatisfy(example -> {
      assertThat(example.text()).isEqualTo(Alphabet.fold(example.text())).isNotBlank().hasSizeLessThan(100);
      assertThat(example.text()).doesNotMatch("(utc|gmt).?[0-9:.]+");
    });
  }

  @Test
  void namesHaveTheirLanguage() {
    var languageOf = DATA.examples().stream()
        .collect(Collectors.toMap(Example::text, example -> DATA.labels().get(example.label())));
    assertThat(languageOf).containsAllEntriesOf(Map.of(
        "donnerstag", "German", "jueves", "Spanish", "vendredi", "French",
        "németország", "Hungarian", "perşembe", "Turkish", "czwartek", "Polish", "elokuu", "Finnish",
        "thursday", "English", "þýskaland", "Icelandic", "thứ hai", "Vietnamese"));
    assertThat(languageOf).as("names that several languages share")
        .doesNotContainKeys("august", "december", "tyskland", "euro", "europe/berlin", "utc");
  }

  @Test
  void defaultLocaleMakesNoDifference() {
    var before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr-TR"));
      assertThat(LocaleWords.load()).isEqualTo(DATA);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void missingModuleIsNamed() {
    assertThatThrownBy(() -> LocaleWords.load(name -> false))
        .isInstanceOf(WeftException.class)
        .hasMessage("""
            The names in other languages are in the module jdk.localedata, which this Java runtime lacks
                runtime  %s
              Run with a full JDK, link the runtime with "jlink --add-modules jdk.localedata", \
            or give texts of your own with --data FILE.""", System.getProperty("java.home"));
  }

  @Test
  void wordsClassifiedByDefaultAreNotLearned() {
    var texts = DATA.examples().stream().map(Example::text).collect(Collectors.toSet());
    assertThat(Languages.SOME_WORDS.stream().map(Alphabet::fold).toList()).doesNotContainAnyElementsOf(texts);
  }

  @Test
  void splitHoldsOutOneFifthAndDependsOnTheSeedOnly() {
    var split = DATA.split(7);
    assertThat(split).isEqualTo(DATA.split(7)).isNotEqualTo(DATA.split(8));
    assertThat(split.training()).hasSize(DATA.examples().size() * 4 / 5);
    var both = new HashSet<>(split.training());
    assertThat(split.heldOut()).doesNotContainAnyElementsOf(both);
    both.addAll(split.heldOut());
    assertThat(both).isEqualTo(new HashSet<>(DATA.examples()));
  }

  @Test
  void splitOfTenIsKnown() {
    var ten = "abcdefghij".chars().mapToObj(c -> new Example(c % 2, String.valueOf((char) c))).toList();
    var split = new Dataset("ten letters", List.of("even", "odd"), ten).split(1);
    assertThat(split.heldOut()).extracting(Example::text).containsExactly("b", "f");
  }
}
