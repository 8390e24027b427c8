package weft.codegen.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.Program;
import weft.codegen.source.SourceEmitter.Options;

/** Generated source is the same bytes wherever it is generated. */
class DeterministicTest {
  @TempDir Path dir;

  /** Writes the source of several programs into one file. */
  public static final class Main {
    public static void main(String[] arguments) throws Exception {
      var text = new StringBuilder();
      for (int lanes : new int[] {1, 8, Options.MACHINE}) {
        for (Program<?> p : List.of(ElmanRnn.tagger(4, 8, 3, 1), Nets.lstm(20), Nets.bidirectional(9, 17, 5), Nets.attention(8))) {
          text.append(SourceEmitter.emit(p, "demo.Made", Options.SCALAR.withLanes(lanes)).file().text());
        }
      }
      Files.write(Path.of(arguments[0]), text.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private byte[] generated(String name, String... flags) throws Exception {
    Path out = dir.resolve(name);
    var command = new java.util.ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), out.toString()));
    Path said = dir.resolve(name + ".log");
    int exit = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start().waitFor();
    assertThat(exit).as(Files.readString(said)).isZero();
    return Files.readAllBytes(out);
  }

  @Test
  void isTheSameInEveryJvm() throws Exception {
    byte[] one = generated("one", "-Duser.language=en", "-Duser.country=US", "-Duser.timezone=UTC", "-XX:+UnlockExperimentalVMOptions",
        "-XX:hashCode=2");
    byte[] other = generated("other", "-Duser.language=tr", "-Duser.country=TR", "-Duser.timezone=Asia/Kathmandu",
        "-Dline.separator=\r\n", "-Dfile.encoding=ISO-8859-1", "-Dweft.fma=off", "--add-modules", "jdk.incubator.vector");
    assertThat(one).isNotEmpty().isEqualTo(other);
    assertThat(new String(one, StandardCharsets.UTF_8)).doesNotContain("\r");
  }
}
