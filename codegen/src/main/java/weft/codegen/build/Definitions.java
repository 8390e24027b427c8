package weft.codegen.build;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import weft.Program;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** The ways to find definitions; the order is always that of class names, and within a class that of lines. */
public final class Definitions {
  private static final String WANTED = "public static Program<…> name()";

  private Definitions() {}

  /**
   * All definitions of classes that are given by name.
   *
   * @throws WeftException of kind ARGUMENT if one cannot be loaded, defines nothing, or has a method that returns a program and
   *     cannot be a definition
   */
  public static List<Definition> named(List<String> classNames, ClassLoader loader) {
    var all = new ArrayList<Definition>();
    for (String name : classNames) {
      Class<?> type = load(name, loader);
      List<Definition> found = of(type);
      if (found.isEmpty()) {
        throw new WeftException(Kind.ARGUMENT, name + " defines no program\n  Give it a method " + WANTED + ".");
      }
      all.addAll(found);
    }
    return all;
  }

  /**
   * All definitions of the classes below a folder of class files.
   *
   * @param loader finds these classes and what they need
   * @throws WeftException of kind ARGUMENT if a method there returns a program and cannot be a definition
   */
  public static List<Definition> in(Path classes, ClassLoader loader) {
    var all = new ArrayList<Definition>();
    for (String name : classNames(classes)) all.addAll(of(load(name, loader)));
    return all;
  }

  private static List<String> classNames(Path classes) {
    try (Stream<Path> files = Files.walk(classes)) {
      return files.map(f -> classes.relativize(f).toString().replace('\\', '/'))
          .filter(f -> f.endsWith(".class") && !f.endsWith("-info.class"))
          .map(f -> f.substring(0, f.length() - ".class".length()).replace('/', '.')).sorted().toList();
    } catch (IOException e) {
      throw new WeftException(Kind.FILE, "cannot read the classes in " + classes + ": " + e, e);
    }
  }

  private static Class<?> load(String name, ClassLoader loader) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException e) {
      throw new WeftException(Kind.ARGUMENT, "there is no class " + name + " that could define programs"
          + "\n  Name a class of the definitions' own folder or class path, with its package.", e);
    } catch (LinkageError e) {
      throw new WeftException(Kind.ARGUMENT, "class " + name + " cannot be loaded: " + e
          + "\n  Add what it needs to the class path of the definitions.", e);
    }
  }

  private static List<Definition> of(Class<?> type) {
    var found = new ArrayList<Definition>();
    try {
      for (Method m : type.getDeclaredMethods()) {
        if (m.getReturnType() != Program.class || m.isSynthetic() || Modifier.isPrivate(m.getModifiers())) continue;
        var definition = new Definition(m);
        if (!fits(m)) {
          throw new WeftException(Kind.ARGUMENT, definition.name() + " returns a program and is no definition"
              + "\n    wanted  " + WANTED + ", or with one parameter Map<String, String>, in a public class"
              + "\n    found   " + m.toGenericString()
              + "\n  at " + definition.at() + "\n  Change it, or make it private.");
        }
        found.add(definition);
      }
    } catch (LinkageError e) {
      throw new WeftException(Kind.ARGUMENT, "class " + type.getName() + " needs what cannot be loaded: " + e
          + "\n  Add it to the class path of the definitions.", e);
    }
    found.sort(Comparator.comparingInt(Definition::line).thenComparing(Definition::name));
    return found;
  }

  private static boolean fits(Method m) {
    boolean open = Modifier.isPublic(m.getModifiers()) && Modifier.isStatic(m.getModifiers());
    for (Class<?> c = m.getDeclaringClass(); c != null; c = c.getEnclosingClass()) open &= Modifier.isPublic(c.getModifiers());
    return open && (m.getParameterCount() == 0 || Arrays.equals(m.getParameterTypes(), new Class<?>[] {Map.class}));
  }
}
