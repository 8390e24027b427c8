package tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The Java program of a page, compiled and run as a reader would. */
final class ReadmeProgram {
  private ReadmeProgram() {}

  private static String name(String program) {
    Matcher name = Pattern.compile("(?m)^public class (\\w+)").matcher(program);
    assertThat(name.find()).as(program).isTrue();
    return name.group(1);
  }

  /** Runs it and gives what it prints. */
  static String run(String program, Path dir) {
    compile(program, dir);
    var out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try (var loader = new URLClassLoader(new URL[] {dir.toUri().toURL()}, ReadmeProgram.class.getClassLoader())) {
      loader.loadClass(name(program)).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The program for vectors of 8 lanes, whatever this machine has, so that dumps are the same everywhere. */
  static String withEightLanes(String program) {
    String fixed = program.replace(".compile()", ".lanes(8).compile(weft.Backend.BYTECODE)");
    assertThat(fixed).isNotEqualTo(program);
    return fixed;
  }

  private static void compile(String program, Path dir) {
    var source = new SimpleJavaFileObject(URI.create("string:///" + name(program) + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return program;
      }
    };
    var messages = new StringWriter();
    var options = List.of("-d", dir.toString(), "-classpath", System.getProperty("java.class.path"), "--release", "17", "-Xlint:all",
        "-proc:none");
    boolean ok = ToolProvider.getSystemJavaCompiler().getTask(messages, null, null, options, null, List.of(source)).call();
    assertThat(ok).as(messages.toString()).isTrue();
    assertThat(Files.exists(dir.resolve(name(program) + ".class"))).isTrue();
  }
}
