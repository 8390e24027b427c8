package tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is deployed: artifacts, their documentation, and builds that give the same again. */
class DeploymentTest {
  private static final List<String> DEPLOYED = List.of("runtime", "core", "codegen", "maven-plugin");
  private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");

  @TempDir Path dir;

  private static String pom(String module) {
    return Sources.read(Sources.ROOT.resolve(module).resolve("pom.xml"));
  }

  @Test
  void bomHasEveryArtifactAtOneVersion() {
    String bom = pom("bom");
    var listed = Pattern.compile("<artifactId>(weft-[^<]+)</artifactId>").matcher(bom).results().map(m -> m.group(1)).toList();
    assertThat(listed).containsExactly("weft-bom", "weft-runtime", "weft-core", "weft-codegen", "weft-maven-plugin");
    for (String module : DEPLOYED) assertThat(pom(module)).contains("<artifactId>weft-" + module + "</artifactId>");
    var own = VERSION.matcher(bom);
    var root = VERSION.matcher(pom(""));
    assertThat(own.find() && root.find()).isTrue();
    assertThat(own.group(1)).isEqualTo(root.group(1));
  }

  @Test
  void everyPluginHasItsVersion() {
    var without = new ArrayList<String>();
    String root = pom("");
    for (String module : List.of("", "runtime", "core", "codegen", "maven-plugin", "samples", "samples/generated", "samples/benchmarks", "bom")) {
      var plugins = Pattern.compile("(?s)<plugin>(?:(?!</plugin>).)*?<artifactId>([^<]+)</artifactId>((?:(?!</plugin>).)*)</plugin>")
          .matcher(pom(module));
      while (plugins.find()) {
        boolean here = plugins.group(2).contains("<version>");
        boolean managed = Pattern.compile("<artifactId>" + plugins.group(1) + "</artifactId>\\s*<version>").matcher(root).find();
        if (!here && !managed) without.add(module + ": " + plugins.group(1));
      }
    }
    assertThat(without).isEmpty();
    assertThat(root).contains("<project.build.outputTimestamp>");
  }

  @Test
  void javadocHasNothingToComplainAbout() {
    var arguments = new ArrayList<>(List.of("-quiet", "-encoding", "UTF-8", "-Xdoclint:all,-missing", "-Werror", "-d", dir.toString(),
        "-classpath", System.getProperty("java.class.path")));
    for (String module : List.of("runtime", "core", "codegen")) {
      for (String file : Sources.java(module + "/src/main/java").keySet()) {
        if (!file.endsWith("/module-info.java")) arguments.add(Sources.ROOT.resolve(file).toString());
      }
    }
    var said = new StringWriter();
    int code = ToolProvider.findFirst("javadoc").orElseThrow().run(new PrintWriter(said), new PrintWriter(said),
        arguments.toArray(String[]::new));
    assertThat(code).as(said.toString()).isZero();
  }
}
