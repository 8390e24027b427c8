package weft;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import weft.graph.Expr;
import weft.graph.Message;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * The outputs of a function by name or as a record.
 *
 * @param names one an output, null where the user gave none
 */
record Results(String function, List<Expr> outputs, List<String> names) {

  /** The components of a record of expressions, by name. */
  static Map<String, Expr> parts(Record results) {
    var parts = new LinkedHashMap<String, Expr>();
    for (RecordComponent c : results.getClass().getRecordComponents()) {
      try {
        c.getAccessor().setAccessible(true);
        if (c.getAccessor().invoke(results) instanceof Expr e) {
          parts.put(c.getName(), e);
          continue;
        }
      } catch (ReflectiveOperationException | RuntimeException e) {
        throw new WeftException(Kind.UNSUPPORTED, "returns: record " + results.getClass().getName() + " cannot be reached"
            + "\n  Let its module open package " + results.getClass().getPackageName() + " to weft.core.", e);
      }
      throw new WeftException(Kind.ARGUMENT, Message.here("returns: component " + c.getName() + " of record "
          + results.getClass().getSimpleName() + " is no expression", "Give a record whose components are expressions."));
    }
    return parts;
  }

  private String name(int i) {
    return names.get(i) != null ? names.get(i) : Message.label(outputs.get(i));
  }

  /** The place of the output of this name. */
  int indexOf(String name) {
    var found = new ArrayList<Integer>();
    for (int i = 0; i < outputs.size(); i++) if (name(i).equals(name)) found.add(i);
    if (found.size() == 1) return found.get(0);
    if (found.isEmpty()) {
      throw new WeftException(Kind.ARGUMENT, function + ": there is no output " + name + "\n  The function gives "
          + IntStream.range(0, outputs.size()).mapToObj(this::name).toList() + ".");
    }
    throw new WeftException(Kind.DUPLICATE, function + ": " + found.size() + " outputs are called " + name
        + "\n  Name them with returns(\"name\", expression).");
  }

  /** The names of some of them; null stays null. */
  List<String> names(List<Integer> places) {
    return places.stream().map(names::get).toList();
  }

  /** All results by the names of the outputs, in order. */
  Map<String, Tensor> byName(Tensor[] results) {
    var named = new LinkedHashMap<String, Tensor>();
    for (int i = 0; i < results.length; i++) {
      if (named.put(name(i), results[i]) == null) continue;
      throw new WeftException(Kind.DUPLICATE, function + ": two outputs are called " + name(i)
          + "\n  Name them with returns(\"name\", expression).");
    }
    return named;
  }

  /** All results in a record: by name if all outputs were named, else in order. */
  <R extends Record> R as(Class<R> type, Tensor[] results) {
    RecordComponent[] components = type.getRecordComponents();
    boolean byName = !names.contains(null);
    var types = new Class<?>[components.length];
    var values = new Object[components.length];
    boolean fits = components.length == outputs.size();
    for (int i = 0; fits && i < components.length; i++) {
      int output = byName ? names.indexOf(components[i].getName()) : i;
      types[i] = components[i].getType();
      fits = output >= 0 && Signatures.holds(types[i], outputs.get(output));
      if (fits) values[i] = types[i] == Tensor.class ? results[output] : number(results[output]);
    }
    if (!fits) throw unfit(type, components);
    try {
      Constructor<R> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException own) throw own;
      throw new WeftException(Kind.ARGUMENT, function + ": record " + type.getSimpleName() + " refuses the results", e.getCause());
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new WeftException(Kind.UNSUPPORTED, function + ": record " + type.getName() + " cannot be reached"
          + "\n  Let its module open package " + type.getPackageName() + " to weft.core.", e);
    }
  }

  private static Object number(Tensor result) {
    return switch (result.dtype()) {
      case F32 -> result.floats()[0];
      case F64 -> result.doubles()[0];
      case I32 -> result.ints()[0];
      case I64 -> result.longs()[0];
      case BOOL -> result.booleans()[0];
    };
  }

  private WeftException unfit(Class<?> type, RecordComponent[] components) {
    String declared = Arrays.stream(components).map(c -> c.getType().getSimpleName() + " " + c.getName())
        .collect(Collectors.joining(", "));
    var expected = new StringBuilder();
    for (int i = 0; i < outputs.size(); i++) {
      Expr e = outputs.get(i);
      expected.append(i == 0 ? "" : ", ").append(e.rank() == 0 ? e.dtype().javaType().getSimpleName() : "Tensor").append(' ')
          .append(name(i));
    }
    return new WeftException(Kind.ARGUMENT, function + ": record " + type.getSimpleName() + " does not fit the outputs"
        + "\n    declared  " + type.getSimpleName() + "(" + declared + ")"
        + "\n    expected  " + type.getSimpleName() + "(" + expected + ")"
        + "\n  Declare one component for each output" + (names.contains(null) ? ", in order." : ", called like it."));
  }
}
