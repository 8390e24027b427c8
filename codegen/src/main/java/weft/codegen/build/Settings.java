package weft.codegen.build;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import weft.codegen.source.SourceEmitter;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * How and where classes are generated.
 *
 * @param directory the source root that they go into
 * @param packageName their package, null for that of the class that defines them
 * @param className what the only class is called, null for the name of its definition with a capital
 * @param lanes f32 lanes of vectors (4, 8 or 16), 1 for plain Java, {@link weft.codegen.source.SourceEmitter.Options#MACHINE} for as
 *     many as the machine has that loads the class
 * @param resource a safetensors file beside each class that a constructor without arguments reads, null for no such constructor;
 *     a {@code *} in it stands for the name of the class
 * @param values the resource root where that file is written with the values that the parameters have in the definition, null for nowhere
 * @param arguments what definitions are given that ask for it
 * @param encoding what the compiler will read the sources with; what it lacks is written otherwise
 */
public record Settings(Path directory, String packageName, String className, int lanes, String resource, Path values,
    Map<String, String> arguments, Charset encoding) {
  private static final String JAVA_NAME = "[\\p{L}_$][\\p{L}\\p{N}_$]*";

  /** @throws WeftException of kind ARGUMENT for a name that Java does not allow, and for other lanes */
  public Settings {
    arguments = Map.copyOf(arguments);
    requireName("package", packageName, JAVA_NAME + "(\\." + JAVA_NAME + ")*");
    requireName("class", className, JAVA_NAME);
    SourceEmitter.Options.requireLanes(lanes);
    if (resource != null && !resource.matches("[^/\\\\]+")) {
      throw new WeftException(Kind.ARGUMENT, "the resource \"" + resource + "\" is not the name of a file beside the class");
    }
  }

  private static void requireName(String what, String name, String pattern) {
    if (name == null || name.matches(pattern)) return;
    throw new WeftException(Kind.ARGUMENT, "\"" + name + "\" cannot be the name of a " + what);
  }

  /** Plain Java in the packages of the definitions, parameters given by whoever makes an instance. */
  public static Settings to(Path directory) {
    return new Settings(directory, null, null, 1, null, null, Map.of(), StandardCharsets.UTF_8);
  }

  /** The same for a package of this name. */
  public Settings withPackage(String name) {
    return new Settings(directory, name, className, lanes, resource, values, arguments, encoding);
  }

  /** The same for a class of this name. */
  public Settings withClassName(String name) {
    return new Settings(directory, packageName, name, lanes, resource, values, arguments, encoding);
  }

  /**
   * With vectors or without.
   *
   * @param simd {@code scalar}, {@code vector} (as many lanes as the machine has that loads the class), or a number of f32 lanes: 4, 8, 16
   */
  public Settings withSimd(String simd) {
    int number = switch (simd) {
      case "scalar" -> 1;
      case "vector" -> SourceEmitter.Options.MACHINE;
      case "4", "8", "16" -> Integer.parseInt(simd);
      default -> throw new WeftException(Kind.ARGUMENT, "simd is scalar, vector, 4, 8 or 16, not \"" + simd + "\"");
    };
    return new Settings(directory, packageName, className, number, resource, values, arguments, encoding);
  }

  /** The same with a file of values of this name. */
  public Settings withResource(String name) {
    return new Settings(directory, packageName, className, lanes, name, values, arguments, encoding);
  }

  /** Values of the parameters as well, in files that are called like the classes where no other name is given. */
  public Settings withValues(Path root) {
    return new Settings(directory, packageName, className, lanes, resource == null ? "*.safetensors" : resource, root, arguments, encoding);
  }

  /** The same with these arguments for the methods that define programs. */
  public Settings withArguments(Map<String, String> given) {
    return new Settings(directory, packageName, className, lanes, resource, values, given, encoding);
  }

  /** The same for a compiler that reads sources in this encoding. */
  public Settings withEncoding(Charset charset) {
    return new Settings(directory, packageName, className, lanes, resource, values, arguments, charset);
  }
}
