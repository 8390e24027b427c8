package weft.codegen.source;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Compiles generated source in memory with the JDK's own compiler, every warning an error: for tests and tools, not for users. */
final class JavaCompile {
  private static final String VECTORS = "jdk.incubator.vector";

  private JavaCompile() {}

  private static final class Platform {
    static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
    static final StandardJavaFileManager FILES = COMPILER == null ? null
        : COMPILER.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);
  }

  /** A class file being written. */
  private static final class Output extends SimpleJavaFileObject {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Output(String name) {
      super(URI.create("mem:///" + name.replace('.', '/') + ".class"), Kind.CLASS);
    }

    @Override
    public OutputStream openOutputStream() {
      return bytes;
    }
  }

  private static final class Input extends SimpleJavaFileObject {
    private final String text;

    Input(SourceFile file) {
      super(URI.create("mem:///" + file.path()), Kind.SOURCE);
      this.text = file.text();
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class Outputs extends ForwardingJavaFileManager<StandardJavaFileManager> {
    private final Map<String, Output> files = new LinkedHashMap<>();

    Outputs(StandardJavaFileManager standard) {
      super(standard);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(JavaFileManager.Location location, String className, JavaFileObject.Kind kind,
        FileObject sibling) {
      return files.computeIfAbsent(className, Output::new);
    }
  }

  /**
   * Class files by class name.
   *
   * @param needs classes beside the runtime that the source names
   * @throws WeftException of kind INTERNAL if the compiler says anything, of kind UNSUPPORTED if there is none
   */
  static Map<String, byte[]> compile(SourceFile source, Class<?>... needs) {
    JavaCompiler compiler = Platform.COMPILER;
    if (compiler == null) throw new WeftException(Kind.UNSUPPORTED, "generated source is compiled by a JDK, and this is none");
    var messages = new DiagnosticCollector<JavaFileObject>();
    // One compilation at a time, so that the index of the platform's classes is read once and not once a program.
    synchronized (Platform.FILES) {
      var outputs = new Outputs(Platform.FILES);
      var task = compiler.getTask(null, outputs, messages, options(source, needs), null, List.of(new Input(source)));
      boolean done = task.call();
      String said = messages.getDiagnostics().stream().filter(d -> !isExpected(d)).map(d -> d.getMessage(Locale.ROOT)
          + " in line " + d.getLineNumber()).collect(Collectors.joining("\n"));
      if (!done || !said.isEmpty()) {
        throw new WeftException(Kind.INTERNAL, source.path() + " does not compile: " + said + "\n" + source.text());
      }
      var classes = new LinkedHashMap<String, byte[]>();
      outputs.files.forEach((name, file) -> classes.put(name, file.bytes.toByteArray()));
      return classes;
    }
  }

  /** That a module is still being incubated is said at every compilation and cannot be switched off. */
  private static boolean isExpected(Diagnostic<?> d) {
    return d.getMessage(Locale.ROOT).contains("incubating");
  }

  private static List<String> options(SourceFile source, Class<?>[] needs) {
    // Not --release: the signatures of older releases that a JDK keeps do not have incubating modules.
    var options = new ArrayList<>(List.of("-proc:none", "-Xlint:all,-options", "-implicit:none", "-source", "17", "-target", "17"));
    if (source.text().contains(VECTORS)) options.addAll(List.of("--add-modules", VECTORS));
    var path = new LinkedHashSet<String>();
    path.add(location(Tensor.class));
    for (Class<?> c : needs) path.add(location(c));
    path.remove("");
    options.addAll(List.of("-classpath", String.join(File.pathSeparator, path)));
    return options;
  }

  private static String location(Class<?> c) {
    CodeSource source = c.getProtectionDomain().getCodeSource();
    try {
      return source == null ? "" : Path.of(source.getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new WeftException(Kind.INTERNAL, "no path leads to " + c.getName(), e);
    }
  }

  /** A class loader that knows these classes. */
  static ClassLoader loader(Map<String, byte[]> classes, ClassLoader parent) {
    return new ClassLoader(parent) {
      @Override
      protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] file = classes.get(name);
        if (file == null) throw new ClassNotFoundException(name);
        return defineClass(name, file, 0, file.length);
      }
    };
  }
}
