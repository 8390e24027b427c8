package weft.codegen.source;

/**
 * A Java class as text.
 *
 * @param className with its package
 * @param text ASCII but for comments, lines ended by {@code \n}
 */
public record SourceFile(String className, String text) {
  /** Where the file belongs below a source root, with {@code /} between its parts. */
  public String path() {
    return className.replace('.', '/') + ".java";
  }
}
