package weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/**
 * What a program that ships compiled functions must carry along: one small jar, and of the JDK only
 * java.base.
 */
class FootprintTest {
  private static Path classes() throws URISyntaxException {
    return Path.of(Tensor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  @Test
  void needsNothingButJavaBase() throws URISyntaxException {
    var out = new StringWriter();
    var jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
    var code = jdeps.run(new PrintWriter(out), new PrintWriter(out), "--multi-release", "base", "-verbose:package",
        classes().toString());
    assertThat(code).as(out.toString()).isZero();
    assertThat(out.toString().lines().filter(line -> line.contains("->"))).isNotEmpty()
        .allSatisfy(line -> assertThat(line)
            .matches(".*-> (java\\.base|java\\.\\S+ +java\\.base|weft\\.runtime .*)\\s*"));
  }

  @Test
  void fitsIntoSixtyFourKilobytes() throws IOException, URISyntaxException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes); var files = Files.walk(classes())) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(new ZipEntry(classes().relativize(file).toString()));
        Files.copy(file, zip);
      }
    }
    assertThat(bytes.size()).isBetween(10_000, 64 * 1024);
  }
}
