package weft.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Only releases whose compiled code was looked at have fences. */
class FencingTest {
  @ParameterizedTest
  @CsvSource({"17, BRANCH", "18, NONE", "21, NONE", "24, NONE", "25, BARRIER", "26, BARRIER"})
  void ofARelease(int release, Fencing fencing) {
    assertThat(Fencing.of(release)).isEqualTo(fencing);
  }
}
