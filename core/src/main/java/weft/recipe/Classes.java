package weft.recipe;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.regex.Pattern;
import weft.graph.Op;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * Ops, and what they hold, by name: records and enums of the library, whose components say what must be written of them. An op
 * that is a record needs nothing else to be part of a recipe.
 */
final class Classes {
  private static final String LIBRARY = "weft.";
  private static final Pattern NAME = Pattern.compile("(op|graph|loop|type|runtime)(\\.[A-Z][A-Za-z0-9]*)(\\$[A-Z][A-Za-z0-9]*)*");

  private Classes() {}

  static String name(Class<?> c) {
    String name = c.getName();
    if (!name.startsWith(LIBRARY) || !NAME.matcher(name.substring(LIBRARY.length())).matches()) {
      throw new WeftException(Kind.UNSUPPORTED, "recipe: " + name + " is not of the library, and a recipe could not find it again"
          + "\n  Make the function of the library's ops alone.");
    }
    return name.substring(LIBRARY.length());
  }

  /** The class of a name, which has not been initialised. */
  private static Class<?> find(String name) {
    if (!NAME.matcher(name).matches()) throw Input.refused("there can be no op or word " + name);
    try {
      return Class.forName(LIBRARY + name, false, Classes.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw Input.refused("there is no op or word " + name, e);
    }
  }

  static Class<? extends Record> record(String name) {
    Class<?> found = find(name);
    if (!found.isRecord() || !name.startsWith("op.")) throw Input.refused(name + " is no op");
    return found.asSubclass(Record.class);
  }

  static Op op(Object made) {
    if (made instanceof Op op) return op;
    throw Input.refused(made.getClass().getSimpleName() + " is no op");
  }

  static Enum<?> constant(String name, String constant) {
    Class<?> found = find(name);
    if (found.isEnum()) for (Object each : found.getEnumConstants()) if (((Enum<?>) each).name().equals(constant)) return (Enum<?>) each;
    throw Input.refused("there is no " + constant + " in " + name);
  }

  static Object component(RecordComponent component, Record of) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new WeftException(Kind.INTERNAL, "recipe: " + component + " of " + of + " cannot be read", e);
    }
  }

  static Record make(Class<? extends Record> type, Object... components) {
    RecordComponent[] declared = type.getRecordComponents();
    var types = new Class<?>[declared.length];
    for (int i = 0; i < types.length; i++) types[i] = declared[i].getType();
    try {
      Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(components);
    } catch (InvocationTargetException e) {
      throw Input.refused(type.getSimpleName() + " does not take what is given for it", e.getCause());
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      throw Input.refused(type.getSimpleName() + " takes other things than are given for it", e);
    }
  }
}
