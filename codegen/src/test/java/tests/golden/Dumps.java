package tests.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tests.Sources;
import weft.Backend;
import weft.FunctionBuilder;

/** What {@code -Dweft.trace} writes while a program is compiled, the same on every machine. */
final class Dumps {
  private Dumps() {}

  /** Compiles for the interpreter with vectors of 16 lanes, and gives the files by their names. */
  static SortedMap<String, String> of(FunctionBuilder function) {
    return of(() -> function.named("f").lanes(16).compile(Backend.INTERPRETER), "f");
  }

  /** The files that a function of this name leaves while {@code compilation} runs. */
  static SortedMap<String, String> of(Runnable compilation, String function) {
    Path dir = temporary();
    String before = System.setProperty("weft.trace", dir.toString());
    try {
      compilation.run();
      return files(dir.resolve(function));
    } finally {
      if (before == null) System.clearProperty("weft.trace");
      else System.setProperty("weft.trace", before);
      delete(dir);
    }
  }

  /** The text of the last file whose name ends so, without places in sources. */
  static String last(SortedMap<String, String> files, String ending) {
    return text(files, ending).replaceAll("(?m)  # \\w+\\.java:\\d+$", "").replaceAll("(?m) {2,}at \\w+\\.java:\\d+$", "");
  }

  /** The text of the last file whose name ends so. */
  static String text(SortedMap<String, String> files, String ending) {
    return files.entrySet().stream().filter(e -> e.getKey().endsWith(ending)).reduce((a, b) -> b).orElseThrow().getValue();
  }

  /** Of printed loops the drivers of scans, with the kernels that they run. */
  static String overTime(String loops) {
    var wanted = new ArrayList<String>();
    var sections = List.of(loops.stripTrailing().split("\n\n"));
    for (String driver : sections) {
      if (!driver.matches("(?s)driver \\w+  # scan .*")) continue;
      Matcher run = Pattern.compile("run (\\w+)").matcher(driver);
      while (run.find()) {
        for (String kernel : sections) if (kernel.startsWith("kernel " + run.group(1) + " ")) wanted.add(kernel);
      }
      wanted.add(driver);
    }
    return String.join("\n\n", wanted) + "\n";
  }

  private static SortedMap<String, String> files(Path dir) {
    var files = new TreeMap<String, String>();
    try (Stream<Path> all = Files.list(dir)) {
      for (Path p : all.toList()) files.put(p.getFileName().toString(), Sources.read(p));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("weft-trace");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path dir) {
    try (Stream<Path> all = Files.walk(dir)) {
      for (Path p : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(p);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
