package weft.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What all releases heed, but on 25 what costs less there; fences are for x86. */
class FencingTest {
  @ParameterizedTest
  @CsvSource({"17, amd64, BRANCH", "21, x86_64, BRANCH", "24, amd64, BRANCH", "25, amd64, BARRIER", "25, x86_64, BARRIER", "26, amd64, BRANCH", "27, amd64, BRANCH", "17, aarch64, NONE", "25, aarch64, NONE"})
  void ofARelease(int release, String processor, Fencing fencing) {
    assertThat(Fencing.of(release, processor)).isEqualTo(fencing);
  }
}
