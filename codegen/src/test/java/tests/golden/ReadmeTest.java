package tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tests.Sources;

/** What the README says is so. */
class ReadmeTest {
  private static final Document README = Document.of("README.md");
  private static final String PROGRAM = README.blocks("java").get(0);

  @TempDir Path dir;

  @Test
  void quickStartHasTwoCommands() {
    assertThat(README.section("Quick start").blocks("sh")).containsExactly("mvn -q -Planguages\n", "mvn -B verify\n");
  }

  @Test
  void theProgramLearns() {
    String printed = ReadmeProgram.run(PROGRAM, dir);
    var losses = Pattern.compile("loss (\\d+)[.,](\\d+)").matcher(printed).results()
        .map(m -> Double.parseDouble(m.group(1) + "." + m.group(2))).toList();
    assertThat(losses).hasSize(5).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(losses.get(4)).isLessThan(losses.get(0) / 5).isLessThan(0.05);
    assertThat(printed).contains("class 0", "class 1", "class 2");
  }

  @Test
  void theLoopsAreWhatItBecomes() {
    var files = Dumps.of(() -> ReadmeProgram.run(ReadmeProgram.withEightLanes(PROGRAM), dir), "predict");
    README.check("text", Dumps.overTime(Dumps.text(files, "lowered.loops")));
  }

  @Test
  void everyPackageIsNamed() {
    assertThat(Sources.packages("core")).allSatisfy(name -> assertThat(README.text()).contains("`" + name + "`"));
    assertThat(Sources.packages("codegen")).allSatisfy(name -> assertThat(README.text()).contains("`" + name + "`"));
  }

  @Test
  void linksLeadSomewhere() {
    assertThat(README.links()).isNotEmpty().allSatisfy(link -> assertThat(Files.exists(link)).as(link.toString()).isTrue());
    assertThat(README.links()).contains(Sources.ROOT.resolve("docs/theano.md"));
    assertThat(Document.of("HACKING.md").links()).allSatisfy(link -> assertThat(Files.exists(link)).as(link.toString()).isTrue());
  }
}
