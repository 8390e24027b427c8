package weft.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Only releases whose compiled code was looked at have fences. */
class FencingTest {
  @ParameterizedTest
  @CsvSource({"17, amd64, BRANCH", "18, amd64, NONE", "21, amd64, NONE", "24, amd64, NONE", "25, amd64, BARRIER", "26, x86_64, BARRIER", "17, aarch64, NONE", "25, aarch64, NONE"})
  void ofARelease(int release, String processor, Fencing fencing) {
    assertThat(Fencing.of(release, processor)).isEqualTo(fencing);
  }
}
