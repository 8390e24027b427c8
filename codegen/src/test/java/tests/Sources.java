package tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The project's own files, for tests that read them. */
public final class Sources {
  /** The project's root: the nearest folder above that holds this project's modules. */
  public static final Path ROOT = root();

  private Sources() {}

  private static Path root() {
    Path dir = Path.of("").toAbsolutePath();
    while (!Files.exists(dir.resolve("codegen/pom.xml"))) dir = dir.getParent();
    return dir;
  }

  /** Every Java file of these folders of the project, by its path from the root. */
  static SortedMap<String, String> java(String... folders) {
    var files = new TreeMap<String, String>();
    for (String folder : folders) {
      if (!Files.exists(ROOT.resolve(folder))) continue;
      try (Stream<Path> all = Files.walk(ROOT.resolve(folder))) {
        for (Path p : all.filter(p -> p.toString().endsWith(".java")).toList()) {
          files.put(ROOT.relativize(p).toString().replace('\\', '/'), read(p));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  /** The packages of a module's product, but for the folders that hold packages only. */
  public static SortedSet<String> packages(String module) {
    var names = new TreeSet<String>();
    String root = module + "/src/main/java/";
    for (String path : java(root).keySet()) {
      if (path.endsWith("/module-info.java")) continue;
      names.add(path.substring(root.length(), path.lastIndexOf('/')).replace('/', '.'));
    }
    return names;
  }

  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The project's modules. */
  static List<String> modules() {
    return List.of("runtime", "core", "codegen", "maven-plugin", "samples", "samples/generated", "samples/benchmarks");
  }
}
