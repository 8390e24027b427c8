package weft;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import weft.graph.Expr;
import weft.graph.Message;
import weft.pipeline.FunctionSpec;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Holds the methods of an interface against the functions that are to stand behind them. */
final class Signatures {
  private Signatures() {}

  /** A method as its declaration. */
  static String text(Method m) {
    String parameters = Arrays.stream(m.getParameters())
        .map(p -> p.getType().getSimpleName() + (p.isNamePresent() ? " " + p.getName() : ""))
        .collect(Collectors.joining(", "));
    return m.getReturnType().getSimpleName() + " " + m.getName() + "(" + parameters + ")";
  }

  /** Refuses a method that cannot take the function's inputs or give its outputs; the message lists everything that is wrong. */
  static void check(Method m, FunctionSpec function) {
    var wrong = new ArrayList<String>();
    Class<?>[] types = m.getParameterTypes();
    List<Expr> inputs = function.inputs();
    if (types.length != inputs.size()) {
      wrong.add("It takes " + types.length + ", and the function has " + inputs.size() + (inputs.size() == 1 ? " input." : " inputs."));
    } else {
      for (int i = 0; i < types.length; i++) {
        Expr input = inputs.get(i);
        if (!holds(types[i], input)) {
          wrong.add("Parameter " + (i + 1) + " is " + types[i].getSimpleName() + ", and input " + Message.label(input) + " is "
              + input.type() + at(input) + ".");
        }
      }
    }
    names(m, inputs, wrong);
    result(m.getReturnType(), function.outputs(), wrong);
    order(m.getReturnType(), function.outputs(), wrong);
    if (wrong.isEmpty()) return;
    String name = m.getDeclaringClass().getSimpleName();
    throw new WeftException(Kind.ARGUMENT, "program: method " + m.getName() + " of " + name + " does not fit its function"
        + "\n    declared  " + text(m) + "\n    expected  " + expected(function) + "\n  " + String.join("\n  ", wrong));
  }

  /** A parameter that has the name of another input is in the wrong place; what compilers leave out cannot be checked. */
  private static void names(Method m, List<Expr> inputs, List<String> wrong) {
    List<String> labels = inputs.stream().map(Message::label).toList();
    for (int i = 0; i < m.getParameterCount() && labels.size() == m.getParameterCount(); i++) {
      String name = m.getParameters()[i].isNamePresent() ? m.getParameters()[i].getName() : labels.get(i);
      if (labels.contains(name) && !labels.get(i).equals(name)) {
        wrong.add("Parameter " + (i + 1) + " is called " + name + ", and that is input " + (labels.indexOf(name) + 1) + ".");
      }
    }
  }

  /** The same for the components of a record. */
  private static void order(Class<?> type, List<Expr> outputs, List<String> wrong) {
    if (!type.isRecord() || type.getRecordComponents().length != outputs.size()) return;
    List<String> labels = outputs.stream().map(e -> String.valueOf(e.name())).toList();
    for (int i = 0; i < labels.size(); i++) {
      String name = type.getRecordComponents()[i].getName();
      if (labels.contains(name) && !labels.get(i).equals(name)) {
        wrong.add("Component " + (i + 1) + " of " + type.getSimpleName() + " is called " + name + ", and that is output "
            + (labels.indexOf(name) + 1) + ".");
      }
    }
  }

  private static void result(Class<?> type, List<Expr> outputs, List<String> wrong) {
    if (type == Tensor[].class || outputs.isEmpty() && type == void.class) return;
    if (type.isRecord()) {
      RecordComponent[] components = type.getRecordComponents();
      boolean fits = components.length == outputs.size();
      for (int i = 0; fits && i < components.length; i++) fits = holds(components[i].getType(), outputs.get(i));
      if (fits) return;
      String parts = Arrays.stream(components).map(c -> c.getType().getSimpleName()).collect(Collectors.joining(", "));
      wrong.add("It returns " + type.getSimpleName() + "(" + parts + "), and the outputs are " + types(outputs) + ".");
    } else if (outputs.size() != 1 || !holds(type, outputs.get(0))) {
      String gives = outputs.isEmpty() ? "the function has no output." : outputs.size() == 1
          ? "the output is " + types(outputs) + "." : "the outputs are " + types(outputs) + ".";
      wrong.add("It returns " + type.getSimpleName() + ", and " + gives);
    }
  }

  private static String types(List<Expr> outputs) {
    return outputs.stream().map(o -> o.type().toString()).collect(Collectors.joining(", "));
  }

  /** Whether a Java type can stand for an expression. */
  static boolean holds(Class<?> type, Expr e) {
    return type == Tensor.class || e.rank() == 0 && type == e.dtype().javaType();
  }

  private static String at(Expr e) {
    return e.apply().origin().at().isEmpty() ? "" : " at " + e.apply().origin().at();
  }

  private static String expected(FunctionSpec f) {
    String result = f.outputs().isEmpty() ? "void" : f.outputs().size() == 1 ? best(f.outputs().get(0)) : "Tensor[] or a record";
    String parameters = f.inputs().stream().map(e -> best(e) + " " + Message.label(e)).collect(Collectors.joining(", "));
    return result + " " + f.name() + "(" + parameters + ")";
  }

  private static String best(Expr e) {
    return e.rank() == 0 ? e.dtype().javaType().getSimpleName() : "Tensor";
  }
}
