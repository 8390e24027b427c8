package weft.codegen.source;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.LinkedHashMap;
import java.util.Map;
import weft.codegen.MethodSizes;
import weft.codegen.Simd;
import weft.loop.BackEnd;
import weft.loop.Compiled;
import weft.loop.LoopProgram;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * The back end that emits Java source and has the JDK compile it: slow to compile, and the way to run generated source beside
 * bytecode and interpreter. Has no state; any number of threads may use it.
 */
public final class SourceBackEnd implements BackEnd {
  private static final String PACKAGE = "weft.generated";
  /** HotSpot compiles no method above this. */
  private static final int LIMIT = 8000;

  @Override
  public String name() {
    return "source";
  }

  @Override
  public int lanes() {
    return Simd.lanes();
  }

  @Override
  public Map<String, String> java(LoopProgram program) {
    return BareProgram.methods(program);
  }

  @Override
  public Compiled compile(LoopProgram program) {
    if (program.lanes() > 1) Simd.require(program.lanes());
    SourceFile source = BareProgram.write(program, PACKAGE + "." + JavaNames.type(program.name()));
    Map<String, byte[]> classes = JavaCompile.compile(source);
    Map<String, Integer> sizes = sizes(classes);
    try {
      Class<?> type = JavaCompile.loader(classes, Tensor.class.getClassLoader()).loadClass(source.className());
      var signature = MethodType.methodType(void.class, Object[].class, int[].class);
      return new Ready(MethodHandles.publicLookup().findStatic(type, "run", signature), source, sizes);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new WeftException(Kind.INTERNAL, "the generated class cannot be used: " + e.getMessage(), e);
    }
  }

  /** Bytes of code by method, each within what HotSpot compiles. */
  static Map<String, Integer> sizes(Map<String, byte[]> classes) {
    var all = new LinkedHashMap<String, Integer>();
    classes.forEach((name, file) -> MethodSizes.of(file).forEach((method, size) -> {
      all.put(name + "." + method, size);
      // What runs once need not be compiled.
      if (size > LIMIT && !method.startsWith("<clinit>")) {
        throw new WeftException(Kind.INTERNAL, "method " + name + "." + method + " has " + size
            + " bytes of code, and HotSpot compiles none above " + LIMIT + "; the scheduler must split it");
      }
    }));
    return all;
  }

  private record Ready(MethodHandle main, SourceFile source, Map<String, Integer> sizes) implements Compiled {
    @Override
    public void run(Object[] arrays, int[] values) {
      try {
        main.invokeExact(arrays, values);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new WeftException(Kind.INTERNAL, "generated source throws a checked exception", e);
      }
    }

    @Override
    public String report() {
      int bytes = sizes.values().stream().mapToInt(Integer::intValue).sum();
      int largest = sizes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
      return String.format("%d lines of source, %d methods, %,d bytes of code, largest %,d", source.text().lines().count(), sizes.size(),
          bytes, largest);
    }

    @Override
    public String listing() {
      return source.text();
    }
  }
}
