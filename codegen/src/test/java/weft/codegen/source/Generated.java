package weft.codegen.source;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import weft.Program;
import weft.runtime.Parameter;

/** Generated classes, compiled and made. */
final class Generated {
  static final String NAME = "weft.codegen.source.Made";

  private Generated() {}

  /** An instance that shares the parameters of the program, or if it has none, one made without. */
  static <T> T of(Program<T> program, int lanes) {
    SourceEmitter.Emitted emitted = SourceEmitter.emit(program, NAME, SourceEmitter.Options.SCALAR.withLanes(lanes));
    return of(program, emitted.file(), emitted.parameters());
  }

  static <T> T of(Program<T> program, SourceFile file, List<Parameter> parameters) {
    Map<String, byte[]> classes = JavaCompile.compile(file, program.type());
    SourceBackEnd.sizes(classes);
    try {
      Class<?> made = JavaCompile.loader(classes, program.type().getClassLoader()).loadClass(NAME);
      if (parameters.isEmpty()) return program.type().cast(made.getConstructor().newInstance());
      return program.type().cast(made.getConstructor(Collection.class).newInstance(parameters));
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
