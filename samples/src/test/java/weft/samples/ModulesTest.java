package weft.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import weft.Tensors;
import weft.codegen.Jit;
import weft.runtime.Tensor;
import weft.samples.tutorial.ElmanRnn;

/** The samples as a module among modules, where all other tests live on the class path. */
class ModulesTest {
  private static String run(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Dweft.simd=off", "-p",
        modulePath()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private static String modulePath() throws URISyntaxException {
    var path = new ArrayList<String>();
    for (Class<?> each : List.of(Tensor.class, Tensors.class, Jit.class, ElmanRnn.class, CommandLine.class)) {
      path.add(Path.of(each.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.matches(".*[/\\\\](asm|javapoet)-[\\d.]+\\.jar")).forEach(path::add);
    return String.join(File.pathSeparator, path);
  }

  @ParameterizedTest
  @CsvSource({"languages.Languages, --load", "chars.Chars, --hidden"})
  void commandsFindTheirOptions(String program, String option) throws Exception {
    assertThat(run("-m", "weft.samples/weft.samples." + program, "--help")).contains("Usage:", option);
  }

  @Test
  void descriptorNamesWhatIsForOthers() throws Exception {
    assertThat(run("-d", "weft.samples")).contains("requires weft.codegen", "exports weft.samples.tutorial");
  }
}
