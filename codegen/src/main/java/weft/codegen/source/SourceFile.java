package weft.codegen.source;

import com.palantir.javapoet.ClassName;

/**
 * A Java class as text.
 *
 * @param className with its package
 * @param text ASCII but for comments, lines ended by {@code \n}
 */
public record SourceFile(String className, String text) {
  static ClassName name(String className) {
    int dot = className.lastIndexOf('.');
    return ClassName.get(dot < 0 ? "" : className.substring(0, dot), className.substring(dot + 1));
  }

  /** Where the file belongs below a source root, with {@code /} between its parts. */
  public String path() {
    return className.replace('.', '/') + ".java";
  }
}
