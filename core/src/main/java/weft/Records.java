package weft;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import weft.graph.Expr;
import weft.graph.Message;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** The user's records of expressions, taken apart and put together; records in records count as what is in them. */
final class Records {
  private Records() {}

  /** What stands in a record, in order: expressions, or what can stand for one. */
  static List<Object> parts(Record record) {
    var parts = new ArrayList<Object>();
    for (RecordComponent c : record.getClass().getRecordComponents()) {
      Object part;
      try {
        if (!c.getAccessor().trySetAccessible()) throw closed(record.getClass());
        part = c.getAccessor().invoke(record);
      } catch (ReflectiveOperationException e) {
        throw failed(record.getClass(), e);
      }
      if (part == null) {
        throw new WeftException(Kind.ARGUMENT, Message.here(record.getClass().getSimpleName() + ": " + c.getName() + " is null",
            "Give an expression for each component."));
      }
      if (part instanceof Record inner) parts.addAll(parts(inner));
      else parts.add(part);
    }
    return parts;
  }

  /** A record of the next expressions; each component must be an {@link Expr} or a record of such. */
  static <R extends Record> R make(Class<R> type, Iterator<Expr> parts) {
    RecordComponent[] components = type.getRecordComponents();
    var values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      Class<?> wanted = components[i].getType();
      if (wanted.isRecord()) values[i] = make(wanted.asSubclass(Record.class), parts);
      else if (wanted.isAssignableFrom(Expr.class)) values[i] = parts.next();
      else throw new WeftException(Kind.ARGUMENT, Message.here(type.getSimpleName() + ": " + components[i].getName() + " is "
          + wanted.getSimpleName() + ", not Expr", "Declare components as Expr, or as records of Expr."));
    }
    try {
      Constructor<R> constructor = type.getDeclaredConstructor(
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      if (!constructor.trySetAccessible()) throw closed(type);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw failed(type, e);
    }
  }

  /** How many expressions stand in a record of this type. */
  static int size(Class<?> type) {
    int size = 0;
    for (RecordComponent c : type.getRecordComponents()) size += c.getType().isRecord() ? size(c.getType()) : 1;
    return size;
  }

  private static WeftException closed(Class<?> type) {
    return new WeftException(Kind.ARGUMENT, Message.here(type.getSimpleName() + ": its module does not open package "
        + type.getPackageName(), "Open it to weft.core, or make the record and its package public."));
  }

  private static WeftException failed(Class<?> type, ReflectiveOperationException e) {
    return new WeftException(Kind.ARGUMENT, Message.here(type.getSimpleName() + " cannot be made of expressions: " + e.getCause(),
        "A record that is a carry must take any expressions."), e);
  }
}
