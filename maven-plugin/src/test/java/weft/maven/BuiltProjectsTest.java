package weft.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the builds of the projects in {@code src/it} said and left; their own tests ran in them. */
class BuiltProjectsTest {
  private static final Path IT = Path.of("target/it");

  private static String log(String project) throws IOException {
    return Files.readString(IT.resolve(project).resolve("build.log"));
  }

  @Test
  void definitionsInAFolderOfTheProject() throws IOException {
    assertThat(log("tagger")).contains("Generating the class of demo.Nets.elmanTagger at Nets.java:11", "3 written, 0 unchanged, 0 deleted",
        "Tests run: 2, Failures: 0");
    Path target = IT.resolve("tagger/target");
    assertThat(target.resolve("classes/demo")).isDirectoryContaining("glob:**/ElmanTagger.class")
        .isDirectoryContaining("glob:**/ElmanTagger.safetensors").isDirectoryNotContaining("glob:**/Nets.class");
    assertThat(target.resolve("generated-sources/weft/demo")).isDirectoryContaining("glob:**/ElmanTagger.java");
  }

  /** The compiler sees that, too. */
  @Test
  void theSecondTimeNothingIsWritten() throws IOException {
    String log = log("tagger");
    String second = log.substring(log.indexOf("BUILD SUCCESS"));
    assertThat(second).contains("0 written, 3 unchanged, 0 deleted", "Nothing to compile", "Tests run: 2, Failures: 0");
  }

  /** What the README shows is what was built. */
  @Test
  void theReadmeShowsIt() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    int start = readme.indexOf("<plugin>");
    String shown = readme.substring(start, readme.indexOf("```", start));
    String pom = Files.readString(Path.of("src/it/tagger/pom.xml"));
    int from = pom.indexOf("<plugin>");
    String built = pom.substring(from, pom.indexOf("</plugin>", from) + "</plugin>".length());
    assertThat(built).contains("weft-maven-plugin");
    assertThat(shown.replace("0.1.0-SNAPSHOT", "@project.version@").strip()).isEqualTo(built.replaceAll("(?m)^ {6}", ""));
  }

  @Test
  void aBrokenDefinitionIsNamedWithItsLine() throws IOException {
    assertThat(log("broken")).contains("BUILD FAILURE", "demo.Nets.product: dot: inner dimensions differ, 8 and 16",
        "in the definition at Nets.java:16");
    assertThat(IT.resolve("broken/target/generated-sources")).doesNotExist();
  }

  /** Only where it has not been done. */
  @Test
  void whatVectorsNeedIsSaid() throws IOException {
    String advice = "start Java with --add-modules jdk.incubator.vector";
    assertThat(log("broken")).contains(advice);
    assertThat(log("modules")).doesNotContain(advice);
    assertThat(log("tagger")).doesNotContain(advice);
  }

  /** With an encoding that has no signs of formulas. */
  @Test
  void whatIsGeneratedNoLongerIsDeletedWithItsCopies() throws IOException {
    String log = log("renamed");
    assertThat(log.substring(log.indexOf("BUILD SUCCESS"))).contains("3 written, 0 unchanged, 3 deleted");
    Path target = IT.resolve("renamed/target");
    assertThat(target.resolve("generated-sources/weft/demo/Second.java")).content(StandardCharsets.US_ASCII).contains("dot(...) = x*factors");
    try (Stream<Path> all = Files.walk(target)) {
      assertThat(all.filter(f -> f.toString().endsWith(".class") || f.toString().endsWith(".safetensors")).map(f -> f.getFileName().toString()))
          .contains("Second.class", "Second.safetensors").noneMatch(name -> name.startsWith("First"));
    }
  }

  @Test
  void definitionsInAModuleOfTheirOwnAndVectors() throws IOException {
    assertThat(log("modules")).contains("Generating the class of nets.Nets.multiple", "Tests run: 1, Failures: 0");
    assertThat(IT.resolve("modules/app/target/generated-sources/weft/app/Doubler.java")).content()
        .contains("package app;", "FloatVector.SPECIES_256");
  }
}
