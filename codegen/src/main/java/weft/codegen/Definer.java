package weft.codegen;

import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.function.BiConsumer;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Makes class files runnable. */
final class Definer {
  private Definer() {}

  /** An instance of a class that nothing can find by its name and that is unloaded with its last instance. */
  static BiConsumer<Object[], int[]> hidden(byte[] file) {
    try {
      return instance(MethodHandles.lookup().defineHiddenClass(file, true).lookupClass());
    } catch (ReflectiveOperationException e) {
      throw new WeftException(Kind.INTERNAL, "the emitted class cannot be defined", e);
    } catch (VerifyError | ClassFormatError e) {
      throw new WeftException(Kind.INTERNAL, "the emitted class is not valid: " + e.getMessage(), e);
    } catch (LinkageError e) {
      throw new WeftException(Kind.INTERNAL, "the emitted class cannot be linked: " + e.getMessage(), e);
    } catch (Error e) {
      // A native image throws an error of its own class, which is no LinkageError.
      if (System.getProperty("org.graalvm.nativeimage.imagecode") == null) throw e;
      throw unsupported(e);
    }
  }

  /** An instance of an ordinary class, which stack traces show; it may have others beside it. */
  static BiConsumer<Object[], int[]> named(Map<String, byte[]> files, String main) {
    var loader = new ClassLoader(Definer.class.getClassLoader()) {
      @Override
      protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] file = files.get(name.replace('.', '/'));
        if (file == null) throw new ClassNotFoundException(name);
        return defineClass(name, file, 0, file.length);
      }
    };
    try {
      return instance(loader.loadClass(main.replace('/', '.')));
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new WeftException(Kind.INTERNAL, "the emitted class cannot be defined: " + e.getMessage(), e);
    }
  }

  @SuppressWarnings("unchecked")
  private static BiConsumer<Object[], int[]> instance(Class<?> emitted) throws ReflectiveOperationException {
    return (BiConsumer<Object[], int[]>) emitted.getDeclaredConstructor().newInstance();
  }

  private static WeftException unsupported(Throwable cause) {
    return new WeftException(Kind.UNSUPPORTED, "this virtual machine defines no classes at run time"
        + "; run on a JDK, or generate the program's source when you build it", cause);
  }
}
