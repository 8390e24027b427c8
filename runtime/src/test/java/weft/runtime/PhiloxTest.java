package weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The known answers that the authors publish with their implementation (Random123, kat_vectors, philox4x32 10). */
class PhiloxTest {
  @ParameterizedTest
  @CsvSource({
      "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d",
      "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e",
      "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb"})
  void knownAnswers(String counter, String key, String expected) {
    assertThat(Philox.bits(word(key, 0), word(counter, 1), word(counter, 0))).isEqualTo(word(expected, 0));
    assertThat(Numerics.philox(word(key, 0), word(counter, 1), word(counter, 0))).isEqualTo(word(expected, 0));
  }

  /** Words {@code 2·i} and {@code 2·i + 1}, the first one in the low half. */
  private static long word(String words, int i) {
    String[] all = words.split(" ");
    return Long.parseUnsignedLong(all[2 * i + 1] + all[2 * i], 16);
  }
}
