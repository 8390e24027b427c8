package weft.codegen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a user meets it. */
class GenerateCommandTest {
  private static final String NETS = """
      package demo;
      import static weft.Tensors.*;
      public class Nets {
        public interface Twice { weft.runtime.Tensor apply(weft.runtime.Tensor x); }
        public static weft.Program<Twice> twice() {
          var x = vector("x", 64);
          return weft.Program.program(Twice.class).method("apply", function(x).returns(x.times(2)));
        }
      }
      """;

  @TempDir Path dir;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path sources;

  @BeforeEach
  void sources() throws IOException {
    sources = Files.createDirectories(dir.resolve("src"));
    Files.writeString(sources.resolve("Nets.java"), NETS);
  }

  private int run(String... arguments) {
    return Commands.line().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
  }

  private String target() {
    return dir.resolve("out").toString();
  }

  @Test
  void generatesOnceAndThenLeavesIt() {
    assertThat(run("generate", "-s", sources.toString(), "-d", target())).isZero();
    assertThat(out.toString().lines()).containsExactly("[1/1] demo.Nets.twice at Nets.java:6",
        "wrote " + dir.resolve("out/demo/Twice.java"), "1 written, 0 unchanged");
    assertThat(dir.resolve("out/demo/Twice.java")).content().contains("public final class Twice implements Nets.Twice");
    assertThat(run("generate", "-s", sources.toString(), "-d", target())).isZero();
    assertThat(out.toString()).endsWith(String.format("0 written, 1 unchanged%n"));
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void takesEveryOption() {
    assertThat(run("generate", "-s", sources.toString(), "-d", target(), "-p", "a.b", "-c", "Net", "--simd", "vector", "-q", "-A", "k=v"))
        .as(err.toString()).isZero();
    assertThat(dir.resolve("out/a/b/Net.java")).content().contains("package a.b;", "SPECIES_256");
    assertThat(out.toString()).isEmpty();
  }

  /** What is read in it is written in it. */
  @Test
  void sourcesMayHaveAnEncoding() throws IOException {
    Files.writeString(sources.resolve("Nets.java"), NETS.replace("apply", "größe"), StandardCharsets.ISO_8859_1);
    assertThat(run("generate", "-s", sources.toString(), "-d", target(), "--encoding", "ISO-8859-1")).as(err.toString()).isZero();
    assertThat(dir.resolve("out/demo/Twice.java")).content(StandardCharsets.ISO_8859_1).contains("public Tensor größe(Tensor x)");
    assertThat(run("generate", "-s", sources.toString(), "-d", target(), "--encoding", "no-such")).isEqualTo(2);
  }

  @Test
  void failureEndsWithOne() throws IOException {
    Files.writeString(sources.resolve("Nets.java"), NETS.replace("x.times(2)", "x.dot(vector(\"y\", 4))"));
    assertThat(run("generate", "-s", sources.toString(), "-d", target())).isEqualTo(1);
    assertThat(err.toString()).startsWith("demo.Nets.twice: dot").contains("in the definition at Nets.java:7");
  }

  @Test
  void nonsenseEndsWithTwo() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("generate")).isEqualTo(2);
    assertThat(run("generate", "-d", target())).isEqualTo(2);
    assertThat(run("generate", "-d", target(), "-s", dir.resolve("gone").toString())).isEqualTo(2);
    assertThat(run("generate", "-d", target(), "-s", sources.toString(), "--simd", "fast")).isEqualTo(2);
    assertThat(err.toString()).contains("Which command?", "--directory", "Which programs?", "is no folder", "not \"fast\"", "Usage: weft");
  }

  @Test
  void helpNamesEachOption() {
    assertThat(run("generate", "--help")).isZero();
    assertThat(out.toString()).contains("--sources", "--class-path", "--directory", "--simd", "--values", "Exit codes: 0");
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("generate");
  }
}
