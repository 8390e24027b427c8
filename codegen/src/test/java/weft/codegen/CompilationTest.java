package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HotSpot compiles every kernel of training steps and keeps what it has compiled, and no vector becomes an object. */
class CompilationTest {
  /** More often than that a method is not compiled again by chance. */
  private static final int MOST_DISCARDED = 12;
  /** A compilation of the last tier as {@code -XX:+PrintCompilation} tells it. */
  private static final Pattern DISCARDED = Pattern.compile("\\s4\\s+(weft\\.codegen\\.train_\\S+).* made not entrant");
  private static final Pattern REFUSED = Pattern.compile(".*(weft\\.codegen\\.train_\\S+).*COMPILE SKIPPED: (.*)");

  @ParameterizedTest
  @ValueSource(strings = {"", "-XX:UseAVX=2"})
  void trainingSteps(String flag) throws Exception {
    String out = Jvm.run(List.of("--add-modules", "jdk.incubator.vector", "-XX:+IgnoreUnrecognizedVMOptions",
        "-XX:+PrintCompilation", flag.isEmpty() ? "-Xshare:auto" : flag), CompilationRuns.class);
    assertThat(out).contains("weft.codegen.train_lstm", "weft.codegen.train_gru", "weft.codegen.train_elman", "weft.codegen.train_few_rows");
    var discarded = new HashMap<String, Integer>();
    var refusedByC1 = new HashSet<String>();
    for (String line : out.split("\n")) {
      Matcher refused = REFUSED.matcher(line);
      if (refused.matches()) {
        assertThat(refused.group(2)).as(line).contains("retry at different tier");
        refusedByC1.add(refused.group(1));
      }
      Matcher m = DISCARDED.matcher(line);
      if (m.find()) discarded.merge(m.group(1), 1, Integer::sum);
    }
    assertThat(refusedByC1).as("methods that run interpreted, some of them for ever").isEmpty();
    discarded.forEach((method, times) -> assertThat(times).as(method).isLessThan(MOST_DISCARDED));
    assertThat(out).contains("lstm allocates 0\n", "gru allocates 0\n", "elman allocates 0\n", "few_rows allocates 0\n");
  }
}
