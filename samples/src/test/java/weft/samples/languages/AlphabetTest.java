package weft.samples.languages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlphabetTest {

  @ParameterizedTest
  @CsvSource({
      "Schmetterling, schmetterling",
      "' KÖSZÖNÖM ', köszönöm",
      "'o\u0308', ö",
      "TITLE, title",
      "'İzlanda', 'i\u0307zlanda'",
      "ısı, ısı",
      "l’été, l'été",
      "'a\u00a0b\u202fc', a b c",
      "STRASSE, strasse",
      "'\u212bngström', ångström"})
  void foldingMakesOneWayOfWriting(String given, String folded) {
    var before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr-TR"));
      assertThat(Alphabet.fold(given)).isEqualTo(folded);
      assertThat(Alphabet.fold(folded)).isEqualTo(folded);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void textsAreSpelledBetweenMarks() {
    var alphabet = new Alphabet("abc");
    assertThat(alphabet.size()).isEqualTo(6);
    assertThat(alphabet.encode("cab")).containsExactly(0, 5, 3, 4, 1);
    assertThat(alphabet.encode("bxéb")).containsExactly(0, 4, 2, 2, 4, 1);
    assertThat(alphabet.encode("")).containsExactly(0, 1);
  }

  @Test
  void charactersBeyondTheBasicPlaneAreOneSymbolEach() {
    assertThat(new Alphabet("a\ud835\udd52").encode("\ud835\udd52\ud835\udd53")).containsExactly(0, 4, 2, 1);
  }

  @Test
  void characterNeedsThreeTextsOfItsOwn() {
    var alphabet = Alphabet.of(List.of("aab", "abb", "acb", "ccc"));
    assertThat(alphabet.characters()).isEqualTo("ab");
  }

  @Test
  void largeScriptsKeepTheirCommonestCharacters() {
    var texts = new ArrayList<String>();
    for (var i = 0; i < 400; i++) {
      var character = Character.toString(0x4e00 + i);
      texts.addAll(Collections.nCopies(i < 300 ? 4 : 3, character));
    }
    var alphabet = Alphabet.of(texts);
    assertThat(alphabet.size()).isEqualTo(303);
    assertThat(alphabet.encode(Character.toString(0x4e00 + 299))).containsExactly(0, 302, 1);
    assertThat(alphabet.encode(Character.toString(0x4e00 + 300))).containsExactly(0, Alphabet.OTHER, 1);
  }

  @Test
  void charactersBuildTheSameAlphabetAgain() {
    var alphabet = Alphabet.of(List.of("xyz", "zyx", "yzx"));
    assertThat(new Alphabet(alphabet.characters()).encode("zyxw")).isEqualTo(alphabet.encode("zyxw"));
  }
}
