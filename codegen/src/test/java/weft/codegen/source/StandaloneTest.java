package weft.codegen.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weft.Program;
import weft.codegen.Jit;
import weft.codegen.source.ElmanRnn.SequenceTagger;
import weft.runtime.DType;
import weft.runtime.Numerics;
import weft.runtime.SafeTensors;
import weft.runtime.Tensor;

/** An application of generated classes: it ships them, the runtime and nothing else. */
class StandaloneTest {
  private static final String MAIN = """
      package app;

      import java.util.ArrayList;
import java.util.Arrays;
      import weft.runtime.DType;
      import weft.runtime.Tensor;

      public class Main {
        public static void main(String[] args) {
          var tagger = new ElmanTagger();
          Tensor x = Tensor.full(DType.F32, 0.5, 7, 4);
          System.out.println(tagger.train(x, Tensor.of(0f, 1f, 0f), 0.1f));
          System.out.println(Arrays.toString(tagger.predict(x).toDoubles()));
        }
      }
      """;

  @TempDir Path dir;

  @Test
  void needsTheRuntimeAndJavaBaseAlone() throws Exception {
    Program<SequenceTagger> program = ElmanRnn.tagger(4, 8, 3, 1);
    SourceEmitter.Emitted emitted = SourceEmitter.emit(program, "app.ElmanTagger",
        SourceEmitter.Options.SCALAR.withResource("ElmanTagger.safetensors"));
    Path classes = compile(emitted.file(), new SourceFile("app.Main", MAIN));
    SafeTensors.save(classes.resolve("app/ElmanTagger.safetensors"), emitted.parameters(), Map.of());
    Path log = dir.resolve("loaded.txt");
    List<String> said = run(log, "-cp", classes + File.pathSeparator + runtime(), "app.Main");

    SequenceTagger compiled = Jit.compile(program);
    Tensor x = Tensor.full(DType.F32, 0.5, 7, 4);
    assertThat(said).containsExactly(Float.toString(compiled.train(x, Tensor.of(0f, 1f, 0f), 0.1f)),
        Arrays.toString(compiled.predict(x).toDoubles()));
    List<String> ours = Files.readAllLines(log).stream().filter(line -> line.matches(".*] (weft|app)\\..*")).toList();
    assertThat(ours).anyMatch(line -> line.contains("app.ElmanTagger$Train "));
    assertThat(ours).as("classes defined at run time").noneMatch(line -> line.matches(".*(Lambda|/0x|Lookup).*"));
  }

  /** In a module of its own, whose resources nobody else finds. */
  @Test
  void isAModule() throws Exception {
    SourceEmitter.Emitted emitted = SourceEmitter.emit(ElmanRnn.tagger(4, 8, 3, 1), "app.ElmanTagger",
        SourceEmitter.Options.SCALAR.withResource("ElmanTagger.safetensors"));
    Path classes = compile(emitted.file(), new SourceFile("app.Main", MAIN));
    SafeTensors.save(classes.resolve("app/ElmanTagger.safetensors"), emitted.parameters(), Map.of());
    List<String> onClassPath = run(dir.resolve("first.txt"), "-cp", classes + File.pathSeparator + runtime(), "app.Main");
    Path descriptor = Files.writeString(dir.resolve("module-info.java"), "module app { requires weft.runtime; }");
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, "-p", runtime().toString(), "-d", classes.toString(),
        descriptor.toString())).isZero();
    List<String> asModule = run(dir.resolve("second.txt"), "-p", classes + File.pathSeparator + runtime(), "-m", "app/app.Main");
    assertThat(asModule).isEqualTo(onClassPath);
  }

  private Path compile(SourceFile... files) throws IOException, URISyntaxException {
    Path classes = Files.createDirectories(dir.resolve("classes"));
    Path seen = Files.createDirectories(classes.resolve("weft/codegen/source"));
    try (InputStream in = ElmanRnn.class.getResourceAsStream("ElmanRnn$SequenceTagger.class")) {
      Files.copy(in, seen.resolve("ElmanRnn$SequenceTagger.class"));
    }
    var arguments = new ArrayList<>(List.of("-d", classes.toString(), "-encoding", "UTF-8", "-cp",
        runtime() + File.pathSeparator + Path.of(ElmanRnn.class.getProtectionDomain().getCodeSource().getLocation().toURI())));
    for (SourceFile each : files) {
      Path file = dir.resolve(each.path());
      Files.createDirectories(file.getParent());
      arguments.add(Files.writeString(file, each.text()).toString());
    }
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new))).isZero();
    return classes;
  }

  private static Path runtime() throws URISyntaxException {
    return Path.of(Tensor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private List<String> run(Path log, String... application) throws Exception {
    Path out = dir.resolve("out.txt");
    var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--limit-modules",
        application[0].equals("-p") ? "java.base,weft.runtime,app" : "java.base", "-Dweft.fma=" + (Numerics.FMA ? "on" : "off"),
        "-Xlog:class+load:file=" + log));
    command.addAll(List.of(application));
    int exit = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start().waitFor();
    assertThat(exit).as(Files.readString(out)).isZero();
    return Files.readAllLines(out);
  }
}
