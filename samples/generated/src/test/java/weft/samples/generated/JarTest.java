package weft.samples.generated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar as it ships, and a net that the class compiled at run time has trained. */
class JarTest {
  private static final Pattern ANSWER = Pattern.compile("(?m)^  (\\w+) +(\\d+\\.\\d) %");

  @TempDir static Path dir;
  private static Path weights;

  @BeforeAll
  static void train() throws IOException, InterruptedException {
    weights = dir.resolve("languages.safetensors");
    Jvms.train(weights);
  }

  private static String ask(int code, String... arguments) throws IOException, InterruptedException {
    return Jvms.run(code, Stream.concat(Stream.of("--limit-modules", "java.base", "-jar", Jvms.JAR.toString()), Stream.of(arguments)).toList());
  }

  private static List<MatchResult> answers(String said) {
    return ANSWER.matcher(said).results().toList();
  }

  @Test
  void isSmall() throws IOException {
    assertThat(Files.size(Jvms.JAR)).isBetween(30_000L, 150_000L);
    try (var jar = new ZipFile(Jvms.JAR.toFile())) {
      assertThat(jar.stream().map(e -> e.getName()).filter(name -> !name.endsWith("/")))
          .contains("weft/samples/generated/LanguageNet.class", "weft/runtime/Tensor.class")
          .allMatch(name -> name.matches("META-INF/.*|weft/(runtime|samples/generated)/[^/]+\\.class"));
    }
  }

  /** What people are told of its size. */
  @ParameterizedTest
  @ValueSource(strings = {"README.md", "../../README.md"})
  void isAsSmallAsTheyRead(String file) throws IOException {
    var said = Pattern.compile("less than (\\d+) KB").matcher(Files.readString(Path.of(file)));
    assertThat(said.find()).isTrue();
    long most = 1000 * Long.parseLong(said.group(1));
    assertThat(Files.size(Jvms.JAR)).isBetween(most - 10_000, most);
  }

  /** Each takes a fifth of a millisecond and more, which a start would show. */
  @Test
  void loadsFewClasses() throws IOException, InterruptedException {
    var said = Pattern.compile("fewer than (\\d+) classes").matcher(Files.readString(Path.of("README.md")));
    assertThat(said.find()).isTrue();
    var loaded = Jvms.run(0, List.of("-Xlog:class+load", "-jar", Jvms.JAR.toString(), "--weights", weights.toString(), "word")).lines()
        .filter(line -> line.contains(" source: ") && !line.contains("shared objects file")).toList();
    assertThat(loaded.stream().filter(line -> line.contains(" weft."))).hasSizeBetween(20, Integer.parseInt(said.group(1)) - 1)
        .noneMatch(line -> line.contains("Lambda"));
  }

  /** With the jar and java.base alone, the same answers as the class that learned. */
  @ParameterizedTest
  @ValueSource(strings = {"Schmetterling", "köszönöm", "przyjaciel", "fiðrildi", "NGÔN NGỮ", "cafe\u0301"})
  void answersAsTheClassThatLearned(String word) throws IOException, InterruptedException {
    var wanted = answers(Jvms.run(0, Jvms.sample("--load", weights.toString(), word)));
    var found = answers(ask(0, "--weights", weights.toString(), word));
    assertThat(found).hasSize(3);
    assertThat(found.get(0).group(1)).isEqualTo(wanted.get(0).group(1));
    for (int i = 0; i < 3; i++) {
      assertThat(Double.parseDouble(found.get(i).group(2))).isCloseTo(Double.parseDouble(wanted.get(i).group(2)), within(0.11));
    }
  }

  @Test
  void saysWhatIsWrong() throws IOException, InterruptedException {
    assertThat(ask(2)).startsWith("Usage: java -jar languages.jar");
    assertThat(ask(0, "--help")).contains("--weights FILE");
    assertThat(ask(1, "--weights", dir.resolve("gone").toString(), "word")).startsWith("Cannot read").contains("gone");
    Path other = Files.writeString(dir.resolve("other"), "no weights");
    assertThat(ask(1, "--weights", other.toString(), "word")).contains(other.toString()).doesNotContain("Exception");
  }

  /** Each jar is a module: by its descriptor, but for the plugin, which Maven loads, and for the jar that has two modules in one. */
  @Test
  void jarsAreModules() throws IOException {
    var expected = Map.of("../../runtime", "weft.runtime", "../../core", "weft.core", "../../codegen", "weft.codegen", "../../maven-plugin",
        "weft.maven", "../../samples", "weft.samples", ".", "weft.samples.generated");
    for (String module : expected.keySet()) {
      try (Stream<Path> jars = Files.list(Path.of(module, "target"))) {
        for (Path jar : jars.filter(f -> f.toString().endsWith(".jar") && !f.toString().matches(".*-(sources|javadoc)\\.jar")).toList()) {
          var descriptors = ModuleFinder.of(jar).findAll().stream().map(ModuleReference::descriptor).toList();
          assertThat(descriptors).as(jar.toString()).hasSize(1);
          assertThat(descriptors.get(0).name()).isEqualTo(expected.get(module));
          assertThat(descriptors.get(0).isAutomatic()).isEqualTo(module.equals("../../maven-plugin") || jar.endsWith("languages.jar"));
        }
      }
    }
  }

  /** Of every jar that is built here: entries of one time, so that two builds may give equal bytes. */
  @Test
  void jarsKnowNoTime() throws IOException {
    var seen = new java.util.ArrayList<String>();
    for (String module : List.of("../../runtime", "../../core", "../../codegen", "../../maven-plugin", "../../samples", ".")) {
      try (Stream<Path> jars = Files.list(Path.of(module, "target"))) {
        for (Path jar : jars.filter(f -> f.toString().endsWith(".jar")).toList()) {
          seen.add(jar.getFileName().toString());
          try (var zip = new ZipFile(jar.toFile())) {
            assertThat(zip.stream()).as(jar.toString()).isNotEmpty()
                .allSatisfy(e -> assertThat(e.getTimeLocal()).as(e.getName()).isEqualTo(LocalDateTime.of(2026, 1, 1, 0, 0)));
          }
        }
      }
    }
    assertThat(seen).hasSizeGreaterThanOrEqualTo(7).contains("languages.jar");
  }
}
