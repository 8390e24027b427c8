package weft.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes every step of a compilation into {@code -Dweft.trace=dir}, one numbered file a step and a page that shows them all; does nothing
 * without the option.
 */
final class Trace {
  static final Trace NONE = new Trace(null);

  private final Path dir;
  private int count;

  private Trace(Path dir) {
    this.dir = dir;
  }

  static Trace of(String function) {
    String option = System.getProperty("weft.trace");
    return new Trace(option == null || option.isEmpty() ? null : Path.of(option, function));
  }

  boolean isOn() {
    return dir != null;
  }

  void write(String name, String text) {
    if (dir != null) file(String.format("%02d-%s", ++count, name), text);
  }

  /** Writes the page to begin with. */
  void page(String text) {
    if (dir != null) file("index.html", text);
  }

  private void file(String name, String text) {
    try {
      Files.createDirectories(dir);
      Files.writeString(dir.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException("weft.trace: cannot write into " + dir, e);
    }
  }
}
