package weft.codegen.build;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import weft.Program;
import weft.codegen.MethodLines;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** A public static method that returns a {@link Program}, and takes nothing or a {@code Map<String, String>} of arguments. */
public final class Definition {
  private final Method method;
  private final int line;

  Definition(Method method) {
    this.method = method;
    this.line = firstLine(method);
  }

  private static int firstLine(Method method) {
    Class<?> owner = method.getDeclaringClass();
    String file = owner.getName().substring(owner.getPackageName().isEmpty() ? 0 : owner.getPackageName().length() + 1) + ".class";
    try (InputStream in = owner.getResourceAsStream(file)) {
      if (in == null) return 0;
      String descriptor = MethodType.methodType(method.getReturnType(), method.getParameterTypes()).toMethodDescriptorString();
      return MethodLines.of(in.readAllBytes()).getOrDefault(method.getName() + descriptor, 0);
    } catch (IOException | IllegalArgumentException unreadable) {
      return 0;
    }
  }

  /** The class and the method, as in {@code app.Nets.tagger}. */
  public String name() {
    return method.getDeclaringClass().getName().replace('$', '.') + "." + method.getName();
  }

  /** The line of the source file at which the method starts, 0 where it is unknown. */
  public int line() {
    return line;
  }

  /** Where it is written: {@code File.java:line}, or less where less is known. */
  public String at() {
    return at(line);
  }

  private String at(int where) {
    Class<?> top = method.getDeclaringClass();
    while (top.getEnclosingClass() != null) top = top.getEnclosingClass();
    return top.getSimpleName() + ".java" + (where > 0 ? ":" + where : "");
  }

  /** The package of the class that it stands in. */
  String packageName() {
    return method.getDeclaringClass().getPackageName();
  }

  /** What its class is called: like the method, with a capital. */
  String className() {
    return Character.toUpperCase(method.getName().charAt(0)) + method.getName().substring(1);
  }

  /** Has the program made; what goes wrong there is told with the line of the definition. */
  Program<?> program(Map<String, String> arguments) {
    try {
      Object made = method.getParameterCount() == 0 ? method.invoke(null) : method.invoke(null, Map.copyOf(arguments));
      if (made == null) throw new WeftException(Kind.ARGUMENT, "no program was returned");
      return (Program<?>) made;
    } catch (InvocationTargetException e) {
      throw failed(e.getCause());
    } catch (LinkageError e) {
      throw failed(e.getCause() == null ? e : e.getCause());
    } catch (IllegalAccessException e) {
      throw new WeftException(Kind.ARGUMENT, name() + " cannot be called; make its class public" + "\n  at " + at(), e);
    } catch (WeftException e) {
      throw failed(e);
    }
  }

  /** The same failure, saying which definition it came from and the line of it that was being run. */
  WeftException failed(Throwable failure) {
    int where = line;
    for (StackTraceElement frame : failure.getStackTrace()) {
      if (!frame.getClassName().equals(method.getDeclaringClass().getName())) continue;
      where = frame.getLineNumber();
      break;
    }
    boolean ours = failure instanceof WeftException;
    String message = ours ? failure.getMessage() : failure.toString();
    return new WeftException(ours ? ((WeftException) failure).kind() : Kind.ARGUMENT,
        name() + ": " + message + "\n  in the definition at " + at(where), failure);
  }

  @Override
  public String toString() {
    return name() + " at " + at();
  }
}
