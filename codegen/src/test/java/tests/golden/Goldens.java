package tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tests.Sources;

/** Accepted outputs: compared with what comes out now, or replaced by it with {@code -Dweft.golden=accept}. */
final class Goldens {
  private static final boolean ACCEPT = System.getProperty("weft.golden", "").equals("accept");
  private static final Path DIR = Sources.ROOT.resolve("codegen/src/test/resources/golden");

  private Goldens() {}

  /** Fails if the golden of this name differs. */
  static void check(String name, String actual) {
    check(DIR.resolve(name), Files.exists(DIR.resolve(name)) ? Sources.read(DIR.resolve(name)) : "", actual, actual);
  }

  /** The files there are. */
  static List<String> names() {
    try (Stream<Path> all = Files.list(DIR)) {
      return all.map(p -> p.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails if a part of a file is not what it should be; accepting replaces the whole file. */
  static void check(Path file, String part, String actual, String whole) {
    if (ACCEPT && !part.equals(actual)) write(file, whole);
    if (!ACCEPT) assertThat(actual).as("%s; if this is meant, accept it with -Dweft.golden=accept", file).isEqualTo(part);
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
