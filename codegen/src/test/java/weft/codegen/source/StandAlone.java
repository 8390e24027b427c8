package weft.codegen.source;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import weft.FunctionBuilder;
import weft.Program;
import weft.runtime.Tensor;

/** A function as a class that stands alone: generated, compiled by the JDK, and made with the function's own parameters. */
public final class StandAlone {
  private final Object made;
  private final Method method;

  private StandAlone(Object made, Method method) {
    this.made = made;
    this.method = method;
  }

  /** @param lanes f32 lanes of its vectors, 1 for none */
  public static StandAlone of(FunctionBuilder function, int inputs, int lanes) {
    return of(Arity.of(inputs), function, lanes);
  }

  private static <T> StandAlone of(Class<T> type, FunctionBuilder function, int lanes) {
    T made = Generated.of(Program.program(type).method("function", function), lanes);
    return new StandAlone(made, type.getMethods()[0]);
  }

  /** Calls the class as its users would, but for the way here. */
  public Tensor[] call(Tensor... arguments) {
    try {
      return (Tensor[]) method.invoke(made, (Object[]) arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException failure) throw failure;
      throw new AssertionError(e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
