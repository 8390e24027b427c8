package weft.samples.generated;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * Measures from the start of a process to its answer, in turns: an empty {@code main}, in a folder and in a jar, which is over when its
 * process is, the jar, and the jar with an archive of its loaded classes or, where there is such a thing, a cache of more than that. A
 * program to run by hand, on a quiet machine, once the tests are compiled.
 */
public final class StartTime {
  private static final int ROUNDS = 41;
  /** The first JDK that makes a cache of linked classes and profiles in one run (JEP 514). */
  private static final int FIRST_WITH_CACHE = 25;

  private StartTime() {}

  /** Does nothing. */
  public static final class Empty {
    public static void main(String[] arguments) {}
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path dir = Files.createTempDirectory("weft");
    Path weights = dir.resolve("languages.safetensors");
    Path archive = dir.resolve("languages.jsa");
    Jvms.train(weights);
    List<String> ask = List.of("-jar", Jvms.JAR.toString(), "--weights", weights.toString(), "Schmetterling");
    Jvms.run(0, with("-XX:ArchiveClassesAtExit=" + archive, ask));
    var runs = new LinkedHashMap<String, List<String>>();
    runs.put("empty main", List.of("-cp", "target/test-classes", Empty.class.getName()));
    runs.put("empty main in a jar", List.of("-jar", jarOfEmpty(dir).toString()));
    runs.put("jar", ask);
    runs.put("jar, archive of classes", with("-XX:SharedArchiveFile=" + archive, ask));
    if (Runtime.version().feature() >= FIRST_WITH_CACHE) {
      Path cache = dir.resolve("languages.aot");
      Jvms.run(0, with("-XX:AOTCacheOutput=" + cache, ask));
      runs.put("jar, ahead-of-time cache", with("-XX:AOTCache=" + cache, ask));
    }
    var times = new LinkedHashMap<String, double[]>();
    for (String name : runs.keySet()) times.put(name, new double[ROUNDS]);
    for (int i = -3; i < ROUNDS; i++) {
      for (Map.Entry<String, List<String>> run : runs.entrySet()) {
        double millis = millis(run.getValue());
        if (i >= 0) times.get(run.getKey())[i] = millis;
      }
    }
    times.values().forEach(Arrays::sort);
    double[] empty = times.get("empty main");
    System.out.printf(Locale.ROOT, "JDK %s, %d rounds%n", Runtime.version(), ROUNDS);
    times.forEach((name, t) -> System.out.printf(Locale.ROOT, "%-25s median %.1f ms, %.2f x empty; least %.1f ms, %.2f x%n", name,
        t[ROUNDS / 2], t[ROUNDS / 2] / empty[ROUNDS / 2], t[0], t[0] / empty[0]));
  }

  private static Path jarOfEmpty(Path dir) throws IOException {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Empty.class.getName());
    Path file = dir.resolve("empty.jar");
    String name = Empty.class.getName().replace('.', '/') + ".class";
    try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
      jar.putNextEntry(new JarEntry(name));
      Files.copy(Path.of("target/test-classes", name), jar);
    }
    return file;
  }

  /** To the first character of the answer, or to the end where there is none. */
  private static double millis(List<String> arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(arguments);
    long start = System.nanoTime();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    boolean answers = process.getInputStream().read() >= 0;
    double millis = (System.nanoTime() - start) / 1e6;
    process.getInputStream().readAllBytes();
    if (process.waitFor() != 0) throw new IllegalStateException(command + " fails");
    return answers ? millis : (System.nanoTime() - start) / 1e6;
  }

  private static List<String> with(String flag, List<String> command) {
    var all = new ArrayList<>(List.of(flag));
    all.addAll(command);
    return all;
  }
}
