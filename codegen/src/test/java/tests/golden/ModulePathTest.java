package tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.Tensors;
import weft.codegen.BytecodeBackEnd;
import weft.runtime.Tensor;

/** The README's program as a module of its own, among modules, where all other tests live on the class path. */
class ModulePathTest {
  @TempDir Path dir;

  @Test
  void runsAmongModules() throws IOException, InterruptedException {
    Path classes = compile();
    Path trace = dir.resolve("trace");
    var command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Dweft.simd=off",
        "-Dweft.trace=" + trace, "-p", classes + System.getProperty("path.separator") + modulePath(), "-m", "app/app.ElmanRnn");
    Path out = dir.resolve("out.txt");
    int exit = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start().waitFor();
    assertThat(exit).as(Files.readString(out)).isZero();
    assertThat(Files.readAllLines(out)).endsWith("class 0", "class 1", "class 2");
    try (Stream<Path> files = Files.list(trace.resolve("predict"))) {
      assertThat(files.map(p -> p.getFileName().toString())).anyMatch(name -> name.endsWith("bytecode.listing"));
    }
  }

  private Path compile() throws IOException {
    Path module = Files.writeString(dir.resolve("module-info.java"), "module app { requires weft.core; }");
    Path program = Files.writeString(Files.createDirectories(dir.resolve("app")).resolve("ElmanRnn.java"),
        "package app;\n" + Document.of("README.md").blocks("java").get(0));
    Path classes = dir.resolve("classes");
    int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", classes.toString(), "--module-path", modulePath(),
        module.toString(), program.toString());
    assertThat(result).isZero();
    return classes;
  }

  /** This project's modules and the libraries of its back ends. */
  private static String modulePath() {
    var path = new ArrayList<String>();
    for (Class<?> each : List.of(Tensor.class, Tensors.class, BytecodeBackEnd.class)) {
      try {
        path.add(Path.of(each.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
      } catch (URISyntaxException e) {
        throw new AssertionError(e);
      }
    }
    String separator = System.getProperty("path.separator");
    return Stream.concat(path.stream(), Stream.of(System.getProperty("java.class.path").split(separator))
        .filter(entry -> entry.matches(".*[/\\\\](asm|javapoet)-[\\d.]+\\.jar"))).collect(Collectors.joining(separator));
  }
}
