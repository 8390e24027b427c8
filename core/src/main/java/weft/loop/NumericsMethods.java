package weft.loop;

import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Map;
import weft.runtime.Numerics;

/** Finds what {@link Numerics} defines by the name in {@link Fun}, so that a new scalar function is one row there. */
final class NumericsMethods {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private NumericsMethods() {}

  /**
   * Adds every function that has a method for this primitive.
   *
   * @param shapes functional interfaces with one method {@code apply}, of one, two and three arguments
   */
  static void addTo(Map<Fun, Object> functions, Class<?> primitive, Class<?>... shapes) {
    for (Fun fun : Fun.values()) {
      if (fun.numerics() == null) continue;
      var arguments = new Class<?>[fun.arity()];
      Arrays.fill(arguments, primitive);
      try {
        MethodType type = MethodType.methodType(primitive, arguments);
        functions.put(fun, bind(shapes[fun.arity() - 1], LOOKUP.findStatic(Numerics.class, fun.numerics(), type)));
      } catch (NoSuchMethodException undefined) {
        functions.remove(fun);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static Object bind(Class<?> shape, MethodHandle method) {
    try {
      return LambdaMetafactory.metafactory(LOOKUP, "apply", MethodType.methodType(shape), method.type(), method,
          method.type()).getTarget().invoke();
    } catch (Throwable e) {
      throw new IllegalStateException("cannot bind " + method, e);
    }
  }
}
