package weft.samples.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import weft.Program;
import weft.codegen.source.SourceEmitter;
import weft.runtime.Parameter;
import weft.runtime.Tensor;

/** The class that a build would generate from a program, compiled by the JDK's compiler, with parameters of its own. */
public final class Shipped<T> {
  public final T made;
  private final List<Parameter> parameters;

  /**
   * @param directory where source and class go
   * @param lanes f32 lanes of vectors, 1 for none
   */
  public Shipped(Program<T> program, Path directory, int lanes) throws IOException, ReflectiveOperationException {
    String name = program.type().getPackageName() + "." + program.type().getSimpleName() + "Shipped";
    SourceEmitter.Emitted emitted = SourceEmitter.emit(program, name, SourceEmitter.Options.SCALAR.withLanes(lanes));
    Path source = directory.resolve(emitted.file().path());
    Files.createDirectories(source.getParent());
    Files.writeString(source, emitted.file().text());
    int failed = ToolProvider.getSystemJavaCompiler().run(null, null, null, "-nowarn", "-proc:none", "--add-modules", "jdk.incubator.vector",
        "-cp", System.getProperty("java.class.path"), "-d", directory.toString(), source.toString());
    assertThat(failed).as("javac says").isZero();
    var loader = new URLClassLoader(new URL[] {directory.toUri().toURL()}, program.type().getClassLoader());
    Map<String, Tensor> values = new HashMap<>();
    for (Parameter p : emitted.parameters()) values.put(p.name(), p.get());
    made = program.type().cast(loader.loadClass(name).getConstructor(Map.class).newInstance(values));
    @SuppressWarnings("unchecked")
    var own = (List<Parameter>) made.getClass().getMethod("parameters").invoke(made);
    parameters = own;
  }

  /** Fails unless its parameters have the same bits as the program's, by name. */
  public void sharesBitsWith(List<Parameter> others) {
    Map<String, Parameter> byName = new HashMap<>();
    for (Parameter p : parameters) byName.put(p.name(), p);
    for (Parameter p : others) {
      assertThat(byName.get(p.name()).get().floats()).as(p.name()).containsExactly(p.get().floats());
    }
  }
}
