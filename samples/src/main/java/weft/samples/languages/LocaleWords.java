package weft.samples.languages;

import java.time.DayOfWeek;
import java.time.Month;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.samples.languages.Dataset.Example;

/**
 * The names of countries, languages, currencies, months, weekdays and time zones in 24 languages that are
 * written in the Latin script, as every JDK ships them (source: the Unicode CLDR in the module {@code
 * jdk.localedata}).
 *
 * <p>A name that more than one of the languages uses says nothing about the language and is left out; so are
 * the codes and English names that stand in where the data lacks a translation.
 */
final class LocaleWords {
  private static final String MODULE = "jdk.localedata";
  private static final int FEWEST_NAMES = 100;

  private static final List<Language> LANGUAGES = List.of(
      new Language("hr", "Croatian"), new Language("cs", "Czech"), new Language("da", "Danish"),
      new Language("nl", "Dutch"), new Language("en", "English"), new Language("et", "Estonian"),
      new Language("fi", "Finnish"), new Language("fr", "French"), new Language("de", "German"),
      new Language("hu", "Hungarian"), new Language("is", "Icelandic"), new Language("it", "Italian"),
      new Language("lv", "Latvian"), new Language("lt", "Lithuanian"), new Language("nb", "Norwegian"),
      new Language("pl", "Polish"), new Language("pt", "Portuguese"), new Language("ro", "Romanian"),
      new Language("sk", "Slovak"), new Language("sl", "Slovenian"), new Language("es", "Spanish"),
      new Language("sv", "Swedish"), new Language("tr", "Turkish"), new Language("vi", "Vietnamese"));

  private record Language(String tag, String name) {
  }

  private LocaleWords() {
  }

  /**
   * All names that belong to exactly one language, ordered by language and then by text.
   *
   * @throws WeftException if this Java runtime lacks the locale data, or the data of one of the languages
   */
  static Dataset load() {
    return load(name -> ModuleLayer.boot().findModule(name).isPresent());
  }

  /** The same, told by {@code hasModule} what this Java runtime consists of. */
  static Dataset load(Predicate<String> hasModule) {
    if (!hasModule.test(MODULE)) {
      throw new WeftException(Kind.FILE, "The names in other languages are in the module " + MODULE
          + ", which this Java runtime lacks\n    runtime  " + System.getProperty("java.home")
          + "\n  Run with a full JDK, link the runtime with \"jlink --add-modules " + MODULE
          + "\", or give texts of your own with --data FILE.");
    }
    var namesByLanguage = LANGUAGES.parallelStream()
        .map(language -> folded(names(Locale.forLanguageTag(language.tag))))
        .toList();
    return dataset(namesByLanguage);
  }

  private static Dataset dataset(List<SortedSet<String>> namesByLanguage) {
    var languagesOf = new TreeMap<String, Integer>();
    namesByLanguage.forEach(names -> names.forEach(name -> languagesOf.merge(name, 1, Integer::sum)));
    var examples = new ArrayList<Example>();
    for (var label = 0; label < LANGUAGES.size(); label++) {
      var before = examples.size();
      for (var name : namesByLanguage.get(label)) {
        if (languagesOf.get(name) == 1) {
          examples.add(new Example(label, name));
        }
      }
      if (examples.size() - before < FEWEST_NAMES) {
        throw new WeftException(Kind.FILE, "The locale data of this Java runtime knows only "
            + (examples.size() - before) + " names in " + LANGUAGES.get(label).name + "\n    runtime  "
            + System.getProperty("java.home") + "\n  Run with a full JDK whose module " + MODULE
            + " has all languages (jlink without --include-locales), without -Djava.locale.providers,"
            + " or give texts of your own with --data FILE.");
      }
    }
    return new Dataset("the locale data of Java " + Runtime.version().feature(),
        LANGUAGES.stream().map(Language::name).toList(), examples);
  }

  private static Collection<String> names(Locale in) {
    var names = new ArrayList<String>();
    for (var country : Locale.getISOCountries()) {
      names.add(new Locale.Builder().setRegion(country).build().getDisplayCountry(in));
    }
    for (var language : Locale.getISOLanguages()) {
      names.add(new Locale.Builder().setLanguage(language).build().getDisplayLanguage(in));
    }
    for (var currency : Currency.getAvailableCurrencies()) {
      names.add(currency.getDisplayName(in));
    }
    for (var style : List.of(TextStyle.FULL, TextStyle.FULL_STANDALONE)) {
      for (var month : Month.values()) {
        names.add(month.getDisplayName(style, in));
      }
      for (var day : DayOfWeek.values()) {
        names.add(day.getDisplayName(style, in));
      }
    }
    // The ids of ZoneId leave out the three-letter ones, about which newer JDKs warn at every use.
    for (var id : ZoneId.getAvailableZoneIds()) {
      var zone = TimeZone.getTimeZone(id);
      names.add(zone.getDisplayName(false, TimeZone.LONG, in));
      names.add(zone.getDisplayName(true, TimeZone.LONG, in));
    }
    return names;
  }

  private static SortedSet<String> folded(Collection<String> names) {
    var result = new TreeSet<String>();
    for (var name : names) {
      var text = Alphabet.fold(name);
      if (isWords(text)) {
        result.add(text);
      }
    }
    return result;
  }

  /** Whether letters outnumber digits, unlike in {@code UTC+03:00}. */
  private static boolean isWords(String text) {
    return text.chars().filter(Character::isLetter).count() > text.chars().filter(Character::isDigit).count();
  }
}
