package weft.samples.generated;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** JVMs of their own, with letters beyond ASCII in their arguments and answers. */
final class Jvms {
  static final Path JAR = Path.of("target", "languages.jar").toAbsolutePath();

  private Jvms() {}

  /** What it says, standard error included; fails unless it ends with this code. */
  static String run(int code, List<String> arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Dfile.encoding=UTF-8",
        "-Dsun.stdout.encoding=UTF-8", "-Dstdout.encoding=UTF-8"));
    command.addAll(arguments);
    File out = File.createTempFile("weft", ".out");
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out);
      process.environment().put("LC_ALL", "C.UTF-8");
      int found = process.start().waitFor();
      String said = Files.readString(out.toPath(), StandardCharsets.UTF_8);
      if (found != code) throw new AssertionError(command + " ended with " + found + "\n" + said);
      return said;
    } finally {
      Files.delete(out.toPath());
    }
  }

  /** Has the class that is compiled at run time learn for an epoch. */
  static void train(Path weights) throws IOException, InterruptedException {
    run(0, sample("--epochs", "1", "--save", weights.toString(), "a"));
  }

  /** The sample that learns, with these arguments. */
  static List<String> sample(String... arguments) {
    var all = new ArrayList<>(List.of("--add-modules", "jdk.incubator.vector", "-cp", System.getProperty("java.class.path"),
        "weft.samples.languages.Languages"));
    all.addAll(List.of(arguments));
    return all;
  }
}
