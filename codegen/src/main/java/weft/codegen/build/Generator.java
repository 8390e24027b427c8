package weft.codegen.build;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import weft.codegen.source.SourceEmitter;
import weft.codegen.source.SourceEmitter.Emitted;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * Generates the Java classes of programs: what a build tool calls. Equal definitions give equal bytes on any machine, and only files
 * that differ are written. Has no state; any number of threads may use it, each with a directory of its own.
 */
public final class Generator {
  /** What an ahead-of-time compiler is told of a file that a class reads. */
  private static final String NATIVE_IMAGE = """
      {"resources": {"includes": [{"pattern": "\\\\Q%s\\\\E"}]}}
      """;

  private Generator() {}

  /**
   * What became of the files.
   *
   * @param written those that were new or different
   * @param unchanged those that were left alone
   */
  public record Report(List<Path> written, List<Path> unchanged) {}

  /** The files of these definitions. */
  public static Report generate(List<Definition> definitions, Settings settings) {
    return generate(definitions, settings, started -> {});
  }

  /**
   * The files of these definitions; when one fails, none is written.
   *
   * @param progress hears of each definition before it is run
   * @throws WeftException if a definition or its program fails, of the kind that it failed with: the message names the definition and
   *     its line; of kind DUPLICATE if two definitions claim one file; of kind FILE if a file cannot be written
   */
  public static Report generate(List<Definition> definitions, Settings settings, Consumer<Definition> progress) {
    if (settings.className() != null && definitions.size() != 1) {
      throw new WeftException(Kind.ARGUMENT, "one class name, " + settings.className() + ", for " + definitions.size()
          + " definitions\n  Leave it out; then each class is called like its definition.");
    }
    var files = new Outputs();
    var owners = new HashMap<String, Definition>();
    for (Definition d : definitions) {
      progress.accept(d);
      String simple = settings.className() != null ? settings.className() : d.className();
      String home = settings.packageName() != null ? settings.packageName() : d.packageName();
      String resource = settings.resource() == null ? null : settings.resource().replace("*", simple);
      Emitted emitted = emit(d, settings, home.isEmpty() ? simple : home + "." + simple, resource);
      Path source = file(settings.directory(), emitted.file().path());
      claim(source, d, owners);
      files.add(source, emitted.file().text(), settings.encoding());
      if (settings.values() == null || emitted.parameters().isEmpty()) continue;
      Path values = file(settings.values(), home.replace('.', '/') + "/" + resource);
      claim(values, d, owners);
      files.add(values, emitted.parameters());
      String className = home.isEmpty() ? simple : home + "." + simple;
      files.add(settings.values().resolve("META-INF/native-image/" + className + "/resource-config.json"), NATIVE_IMAGE.replace("%s",
          settings.values().relativize(values).toString().replace('\\', '/')), StandardCharsets.UTF_8);
    }
    return files.write();
  }

  private static Emitted emit(Definition d, Settings settings, String className, String resource) {
    var program = d.program(settings.arguments());
    try {
      return SourceEmitter.emit(program, className, new SourceEmitter.Options(settings.lanes(), resource));
    } catch (WeftException e) {
      throw d.failed(e);
    }
  }

  private static Path file(Path root, String path) {
    try {
      return root.resolve(path);
    } catch (InvalidPathException e) {
      throw new WeftException(Kind.FILE, "no file can be called " + path + " where file names are in the encoding "
          + System.getProperty("sun.jnu.encoding") + "\n  Run the build in a UTF-8 locale, or call the definition otherwise.", e);
    }
  }

  /** Names that differ in case alone are one file on many machines, and what is generated shall not depend on the machine. */
  private static void claim(Path file, Definition d, HashMap<String, Definition> owners) {
    Definition other = owners.putIfAbsent(file.toString().toLowerCase(Locale.ROOT), d);
    if (other == null) return;
    throw new WeftException(Kind.DUPLICATE, "two definitions give " + file.getFileName() + ", in capitals or not\n    " + other + "\n    " + d
        + "\n  Give them different names, or generate them with settings of their own.");
  }
}
