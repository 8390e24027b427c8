package weft.codegen;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.List;
import weft.Backend;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.Program;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Makes programs callable through their interface at run time. */
public final class Jit {
  private Jit() {}

  /** The program compiled to bytecode, for any number of threads. */
  public static <T> T compile(Program<T> program) {
    return compile(program, null);
  }

  /** A function as an implementation of an interface that has one method to implement. */
  public static <T> T compile(Class<T> type, FunctionBuilder function) {
    return compile(Program.program(type, function));
  }

  /**
   * The program compiled by a back end.
   *
   * @param backend null for the best there is
   * @throws WeftException of kind ARGUMENT if a method of the interface has no function, of kind UNSUPPORTED if the
   *     interface cannot be reached from here
   */
  public static <T> T compile(Program<T> program, Backend backend) {
    List<Program.Entry> entries = program.entries();
    var functions = program.compile(backend).toArray(CompiledFunction[]::new);
    Class<T> type = program.type();
    Jit.class.getModule().addReads(type.getModule());
    byte[] file = InterfaceEmitter.emit(type, entries);
    try {
      Lookup made = MethodHandles.privateLookupIn(type, MethodHandles.lookup()).defineHiddenClass(file, true, Lookup.ClassOption.NESTMATE);
      var constructor = made.findConstructor(made.lookupClass(), MethodType.methodType(void.class, CompiledFunction[].class));
      return type.cast(constructor.invoke((Object) functions));
    } catch (IllegalAccessException e) {
      throw new WeftException(Kind.UNSUPPORTED, "program: interface " + type.getName() + " cannot be reached"
          + "\n  Let its module open package " + type.getPackageName() + " to weft.codegen.", e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new WeftException(Kind.INTERNAL, "the class that implements " + type.getName() + " cannot be defined: " + e.getMessage(), e);
    }
  }
}
