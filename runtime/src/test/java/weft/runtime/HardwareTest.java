package weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The processor as Weft sees it, in JVMs of their own, beside what the JVM says itself. */
class HardwareTest {
  private static final String ASKING = "asking the JVM";

  @TempDir Path dir;

  /** Says both. */
  public static final class Both {
    public static void main(String[] arguments) {
      System.out.println("weft " + Products.fused());
      System.out.println(ASKING);
      System.out.println("jvm " + ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).getVMOption("UseFMA").getValue());
    }
  }

  private List<String> run(Map<String, String> environment, String... flags) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Both.class.getName()));
    Path out = dir.resolve("out.txt");
    var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    process.environment().putAll(environment);
    assertThat(process.start().waitFor()).as(Files.readString(out)).isZero();
    return Files.readAllLines(out);
  }

  private static void agree(List<String> said) {
    assertThat(said).contains("weft " + (said.contains("jvm true") ? "true" : "false")).anyMatch(line -> line.startsWith("jvm "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xshare:auto", "-XX:-UseFMA", "-XX:UseAVX=0", "-XX:UseAVX=2", "-Xint"})
  void isWhatTheJvmSays(String flag) throws IOException, InterruptedException {
    agree(run(Map.of(), "-XX:+IgnoreUnrecognizedVMOptions", flag));
  }

  @Test
  void flagsMayComeFromElsewhere() throws IOException, InterruptedException {
    agree(run(Map.of("JDK_JAVA_OPTIONS", "-XX:-UseFMA")));
    agree(run(Map.of("JAVA_TOOL_OPTIONS", "-XX:-UseFMA")));
    agree(run(Map.of(), "@" + Files.writeString(dir.resolve("flags"), "-XX:-UseFMA")));
  }

  @Test
  void isKnownOnLinuxWithoutAskingTheJvm() throws IOException, InterruptedException {
    assumeTrue(System.getProperty("os.name").equals("Linux") && System.getProperty("java.vm.name").contains("Server VM"));
    assumeTrue(List.of("amd64", "aarch64").contains(System.getProperty("os.arch")));
    var said = run(Map.of(), "-verbose:class");
    assertThat(said).anyMatch(line -> line.contains("java.lang.management.ManagementFactory "));
    assertThat(said.subList(0, said.indexOf(ASKING))).noneMatch(line -> line.contains("java.lang.management.ManagementFactory "));
  }
}
