package tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a few programs: the graph after the last pass, and the loops. */
class GoldenTest {
  static Set<String> programs() {
    return GoldenPrograms.all().keySet();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void programBecomes(String name) {
    var files = Dumps.of(GoldenPrograms.all().get(name));
    Goldens.check(name + ".graph", Dumps.last(files, ".graph"));
    Goldens.check(name + ".loops", Dumps.last(files, "lowered.loops"));
  }

  /** Two compilations of one program give the same text, or goldens would mean nothing. */
  @ParameterizedTest
  @MethodSource("programs")
  void compilingAgainGivesTheSame(String name) {
    var first = Dumps.of(GoldenPrograms.all().get(name));
    assertThat(first).hasSizeGreaterThan(4).isEqualTo(Dumps.of(GoldenPrograms.all().get(name)));
  }

  @Test
  void everyGoldenIsOfAProgram() {
    var expected = programs().stream().flatMap(p -> Stream.of(p + ".graph", p + ".loops")).toList();
    assertThat(Goldens.names()).filteredOn(name -> name.matches(".*\\.(graph|loops)")).isSubsetOf(expected);
  }
}
