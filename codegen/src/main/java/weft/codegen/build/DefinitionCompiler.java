package weft.codegen.build;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * Compiles a folder of definitions, which a build keeps apart from what it ships: their classes are needed while it generates and no
 * longer. What they name of the project's own sources is compiled along with them.
 *
 * @param sourcePath roots of sources that definitions may name, such as that of their interfaces
 * @param classPath classes that definitions may name; those of {@code weft-core} among them
 */
public record DefinitionCompiler(List<Path> sourcePath, List<Path> classPath, Charset encoding) {
  /**
   * Compiles all sources below a folder.
   *
   * @param output belongs to this compilation alone; what is there is deleted
   * @throws WeftException of kind ARGUMENT with what the compiler says, each with file and line; of kind UNSUPPORTED if this Java
   *     runtime has no compiler
   */
  public void compile(Path sources, Path output) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new WeftException(Kind.UNSUPPORTED, "definitions in " + sources + " are compiled by a JDK, and this Java runtime is none"
          + "\n    runtime  " + System.getProperty("java.home"));
    }
    var messages = new DiagnosticCollector<JavaFileObject>();
    try (var files = compiler.getStandardFileManager(messages, Locale.ROOT, encoding); var unnamed = new Unnamed(files)) {
      delete(output);
      Files.createDirectories(output);
      List<Path> inputs = javaFiles(sources);
      if (inputs.isEmpty()) return;
      var options = List.of("-proc:none", "-nowarn", "-Xlint:none", "-implicit:class", "-d", output.toString(), "-classpath",
          path(classPath), "-sourcepath", path(sourceRoots(sources)));
      if (compiler.getTask(null, unnamed, messages, options, null, files.getJavaFileObjectsFromPaths(inputs)).call()) return;
    } catch (IOException e) {
      throw new WeftException(Kind.FILE, "cannot compile the definitions in " + sources + ": " + e, e);
    }
    throw new WeftException(Kind.ARGUMENT, "the definitions in " + sources + " do not compile\n" + messages.getDiagnostics().stream()
        .filter(d -> d.getKind() == Diagnostic.Kind.ERROR).map(DefinitionCompiler::text).collect(Collectors.joining("\n")));
  }

  /** Files without the module that they may belong to: definitions are no part of it, and are compiled on a class path. */
  private static final class Unnamed extends ForwardingJavaFileManager<StandardJavaFileManager> {
    private static final String MODULE = "module-info";

    Unnamed(StandardJavaFileManager files) {
      super(files);
    }

    @Override
    public JavaFileObject getJavaFileForInput(Location location, String className, JavaFileObject.Kind kind) throws IOException {
      return className.equals(MODULE) ? null : super.getJavaFileForInput(location, className, kind);
    }

    @Override
    public Iterable<JavaFileObject> list(Location location, String packageName, Set<JavaFileObject.Kind> kinds, boolean recurse)
        throws IOException {
      var all = new ArrayList<JavaFileObject>();
      for (JavaFileObject each : super.list(location, packageName, kinds, recurse)) {
        if (!each.isNameCompatible(MODULE, each.getKind())) all.add(each);
      }
      return all;
    }
  }

  private static String text(Diagnostic<? extends JavaFileObject> d) {
    String where = d.getSource() == null ? "" : Path.of(d.getSource().toUri()) + ":" + d.getLineNumber() + ": ";
    return "    " + where + d.getMessage(Locale.ROOT).replace("\n", "\n      ");
  }

  private List<Path> sourceRoots(Path sources) {
    var roots = new ArrayList<Path>(List.of(sources));
    roots.addAll(sourcePath);
    return roots;
  }

  private static String path(List<Path> entries) {
    return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static List<Path> javaFiles(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(f -> f.toString().endsWith(".java")).sorted().toList();
    }
  }

  /** Deletes a folder with all that it holds, if it is there. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) return;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
