package weft.codegen.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.runtime.SafeTensors;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Files of definitions that a folder of sources holds, as a build tool makes them. */
class GeneratorTest {
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);
  private static final String NETS = """
      package demo;

      import static weft.Tensors.*;
      import weft.Program;

      public class Nets {
        public static Program<Layer> affine() {
          var w = param("w", full(3, 2, 2));
          var x = vector("x", 2);
          return Program.program(Layer.class).method("apply", function(x).returns(x.dot(w)));
        }

        public static Program<Layer> wider(java.util.Map<String, String> arguments) {
          var x = vector("x", Integer.parseInt(arguments.get("size")));
          return Program.program(Layer.class).method("apply", function(x).returns(x.plus(1)));
        }
      }
      """;

  @TempDir Path dir;
  private Path sources;
  private Path main;
  private Path classes;
  private Path out;

  @BeforeEach
  void folders() throws IOException {
    sources = dir.resolve("weft");
    main = dir.resolve("java");
    classes = dir.resolve("classes");
    out = dir.resolve("out");
    write(main, "demo/Layer.java", """
        package demo;
        public interface Layer { weft.runtime.Tensor apply(weft.runtime.Tensor x); }
        """);
    write(sources, "demo/Nets.java", NETS);
  }

  private static Path write(Path root, String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private List<Definition> definitions() throws IOException {
    List<Path> path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of).toList();
    new DefinitionCompiler(List.of(main), path, StandardCharsets.UTF_8).compile(sources, classes);
    var loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
    return Definitions.in(classes, loader);
  }

  private Settings settings() {
    return Settings.to(out).withArguments(Map.of("size", "5"));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(out)) {
      return all.filter(Files::isRegularFile).map(f -> out.relativize(f).toString().replace('\\', '/')).sorted().toList();
    }
  }

  @Test
  void findsDefinitionsInTheOrderOfTheirLines() throws IOException {
    assertThat(definitions()).extracting(Definition::toString)
        .containsExactly("demo.Nets.affine at Nets.java:8", "demo.Nets.wider at Nets.java:14");
  }

  /** The module of what ships does not have the compiler, which definitions need. */
  @Test
  void findsDefinitionsBesideAModule() throws IOException {
    write(main, "module-info.java", "module demo { requires weft.runtime; exports demo; }");
    assertThat(definitions()).hasSize(2);
    Generator.generate(definitions(), settings());
    assertThat(files()).containsExactly("demo/Affine.java", "demo/Wider.java");
  }

  @Test
  void writesAClassForEach() throws IOException {
    var report = Generator.generate(definitions(), settings());
    assertThat(files()).containsExactly("demo/Affine.java", "demo/Wider.java");
    assertThat(report.written()).hasSize(2);
    assertThat(Files.readString(out.resolve("demo/Wider.java"))).contains("public final class Wider implements", "f32[5]")
        .doesNotContain("jdk.incubator.vector");
  }

  @Test
  void leavesWhatStaysTheSame() throws IOException {
    Generator.generate(definitions(), settings().withValues(out));
    assertThat(files()).containsExactly("META-INF/native-image/demo.Affine/resource-config.json", "demo/Affine.java",
        "demo/Affine.safetensors", "demo/Wider.java");
    for (String name : files()) Files.setLastModifiedTime(out.resolve(name), LONG_AGO);
    Files.writeString(out.resolve("demo/Wider.java"), "class Wider {}");
    var report = Generator.generate(definitions(), settings().withValues(out));
    assertThat(report.written()).containsExactly(out.resolve("demo/Wider.java"));
    assertThat(Files.getLastModifiedTime(out.resolve("demo/Affine.java"))).isEqualTo(LONG_AGO);
    assertThat(Files.getLastModifiedTime(out.resolve("demo/Affine.safetensors"))).isEqualTo(LONG_AGO);
    assertThat(files()).hasSize(4);
  }

  @Test
  void valuesAreThoseOfTheDefinition() throws IOException {
    Generator.generate(definitions().subList(0, 1), settings().withResource("weights-*.safetensors").withValues(dir.resolve("res")));
    var values = SafeTensors.load(dir.resolve("res/demo/weights-Affine.safetensors"));
    assertThat(values.get("w").toDoubles()).containsExactly(3, 3, 3, 3);
    assertThat(Files.readString(out.resolve("demo/Affine.java")))
        .contains("Affine.class.getResourceAsStream(\"weights-Affine.safetensors\")");
    assertThat(dir.resolve("res/META-INF/native-image/demo.Affine/resource-config.json")).hasContent(
        "{\"resources\": {\"includes\": [{\"pattern\": \"\\\\Qdemo/weights-Affine.safetensors\\\\E\"}]}}");
  }

  @Test
  void packageNameAndVectorsAsAskedFor() throws IOException {
    Generator.generate(definitions().subList(0, 1), settings().withPackage("other.place").withClassName("Net").withSimd("vector"));
    assertThat(files()).containsExactly("other/place/Net.java");
    assertThat(Files.readString(out.resolve("other/place/Net.java"))).startsWith("//").contains("package other.place;", "class Net");
  }

  @Test
  void failureNamesTheDefinitionAndItsLine() throws IOException {
    write(sources, "demo/Nets.java", NETS.replace("vector(\"x\", 2)", "vector(\"x\", 7)"));
    var found = definitions();
    assertThatThrownBy(() -> Generator.generate(found, settings())).isInstanceOf(WeftException.class)
        .hasMessageStartingWith("demo.Nets.affine: dot: ").hasMessageContaining("at Nets.java:10")
        .hasMessageEndingWith("in the definition at Nets.java:10")
        .satisfies(e -> assertThat(((WeftException) e).kind()).isEqualTo(Kind.SHAPE));
    assertThat(out).doesNotExist();
  }

  @Test
  void otherFailureNamesTheDefinitionToo() throws IOException {
    var found = definitions();
    assertThatThrownBy(() -> Generator.generate(found, Settings.to(out))).isInstanceOf(WeftException.class)
        .hasMessageContaining("NumberFormatException").hasMessageEndingWith("in the definition at Nets.java:14");
  }

  @Test
  void whatDoesNotCompileIsToldWithItsLine() throws IOException {
    write(sources, "demo/Nets.java", NETS.replace("x.dot(w)", "x.dott(w)"));
    assertThatThrownBy(this::definitions).isInstanceOf(WeftException.class)
        .hasMessageContaining(sources.resolve("demo/Nets.java") + ":10: ").hasMessageContaining("dott");
  }

  @Test
  void methodThatCannotBeADefinition() throws IOException {
    write(sources, "demo/Nets.java", NETS.replace("public static Program<Layer> affine", "static Program<Layer> affine"));
    assertThatThrownBy(this::definitions).isInstanceOf(WeftException.class)
        .hasMessageContaining("demo.Nets.affine returns a program and is no definition").hasMessageContaining("at Nets.java:8");
  }

  @Test
  void twoDefinitionsOfOneFile() throws IOException {
    write(sources, "demo/More.java", """
        package demo;
        public class More {
          public static weft.Program<Layer> affine() {
            return Nets.affine();
          }
        }
        """);
    var found = definitions();
    assertThatThrownBy(() -> Generator.generate(found, settings())).isInstanceOf(WeftException.class)
        .hasMessageContaining("More.java:4").hasMessageContaining("Nets.java:8");
  }

  /** On many machines a file has one name in capitals or not. */
  @Test
  void definitionsThatDifferInCapitalsAlone() throws IOException {
    write(sources, "demo/Nets.java", NETS.replace(" wider(", " aFFine("));
    var found = definitions();
    assertThatThrownBy(() -> Generator.generate(found, settings())).isInstanceOf(WeftException.class)
        .hasMessageContaining("two definitions give AFFine.java").hasMessageContaining("Nets.java:14").hasMessageContaining("Nets.java:8");
    assertThat(out).doesNotExist();
  }

  @Test
  void definitionThatIsCalledLikeItsInterface() throws IOException {
    write(sources, "demo/Nets.java", NETS.replace(" affine(", " layer("));
    var found = definitions();
    assertThatThrownBy(() -> Generator.generate(found, settings())).isInstanceOf(WeftException.class)
        .hasMessageContaining("called like the interface that it implements, demo.Layer").hasMessageContaining("Nets.java:8");
  }

  /** Sources find it by its short name. */
  @Test
  void definitionThatIsCalledLikeAClassOfJava() throws IOException {
    write(sources, "demo/Nets.java", NETS.replace(" affine(", " override("));
    var found = definitions();
    assertThatThrownBy(() -> Generator.generate(found, settings())).isInstanceOf(WeftException.class)
        .hasMessageContaining("called Override, and hide java.lang.Override").hasMessageEndingWith("in the definition at Nets.java:8");
  }

  @Test
  void failureOfTheClassAroundADefinition() throws IOException {
    write(sources, "demo/Nets.java", NETS.replace("public class Nets {", "public class Nets { static int n = Integer.parseInt(\"many\");"));
    var found = definitions();
    assertThatThrownBy(() -> Generator.generate(found, settings())).isInstanceOf(WeftException.class)
        .hasMessageStartingWith("demo.Nets.affine: java.lang.NumberFormatException: For input string: \"many\"")
        .hasMessageContaining("in the definition at Nets.java:");
  }

  /** The compiler reads sources in the project's encoding, which may have no letter of a name and no sign of a formula. */
  @Test
  void sourcesAreWrittenForTheCompilersEncoding() throws IOException {
    write(main, "demo/Layer.java", "package demo; public interface Layer { weft.runtime.Tensor größe(weft.runtime.Tensor x); }");
    write(sources, "demo/Nets.java", NETS.replace("\"apply\"", "\"größe\""));
    for (var encoding : List.of(StandardCharsets.US_ASCII, StandardCharsets.ISO_8859_1, StandardCharsets.UTF_8)) {
      var to = settings().withEncoding(encoding);
      Path file = Generator.generate(definitions(), to).written().get(0);
      String text = Files.readString(file, encoding);
      String name = encoding == StandardCharsets.US_ASCII ? "gr\\u00f6\\u00dfe" : "größe";
      String formula = encoding == StandardCharsets.US_ASCII ? "/** dot(...) = x*w, " : encoding == StandardCharsets.UTF_8 ? "/** dot(…) = x·w, "
          : "/** dot(...) = x·w, ";
      assertThat(text).contains("public Tensor " + name + "(Tensor x)").contains(formula);
      compile(file, encoding);
    }
  }

  private void compile(Path source, Charset encoding) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var messages = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, encoding)) {
      var options = List.of("-d", dir.resolve("compiled").toString(), "-classpath",
          classes + File.pathSeparator + System.getProperty("java.class.path"), "-Xlint:all", "-Werror", "-proc:none");
      Files.createDirectories(dir.resolve("compiled"));
      boolean compiled = compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(source)).call();
      assertThat(compiled).as(messages.toString()).isTrue();
    }
    assertThat(dir.resolve("compiled/demo")).isDirectoryContaining("glob:**/Affine.class");
  }

  @Test
  void namedClassesMustDefineSomething() {
    var loader = getClass().getClassLoader();
    assertThatThrownBy(() -> Definitions.named(List.of("java.lang.String"), loader)).hasMessageContaining("java.lang.String defines no");
    assertThatThrownBy(() -> Definitions.named(List.of("demo.Gone"), loader)).hasMessageContaining("there is no class demo.Gone");
  }

  @Test
  void settingsThatMeanNothing() {
    var to = Settings.to(out);
    assertThatThrownBy(() -> to.withSimd("fast")).hasMessageContaining("scalar, vector, 4, 8 or 16");
    assertThatThrownBy(() -> to.withPackage("no-package")).hasMessageContaining("\"no-package\" cannot be the name of a package");
    assertThatThrownBy(() -> to.withClassName("a.B")).hasMessageContaining("\"a.B\" cannot be the name of a class");
    assertThatThrownBy(() -> to.withResource("a/b")).hasMessageContaining("beside the class");
    assertThatThrownBy(() -> Generator.generate(List.of(), to.withClassName("Net"))).hasMessageContaining("0 definitions");
  }
}
