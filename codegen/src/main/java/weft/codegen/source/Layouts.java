package weft.codegen.source;

import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.TypeSpec;
import java.util.ArrayList;
import java.util.List;

/** A class as the text of its file. What JavaPoet spreads over many lines is drawn together: fields, and short comments. */
final class Layouts {
  private static final int WIDTH = 100;

  private Layouts() {}

  static String text(String packageName, String note, TypeSpec type) {
    var file = JavaFile.builder(packageName, type).indent("  ").skipJavaLangImports(true);
    Constants.imports(file, file.build().toString());
    if (!note.isEmpty()) file.addFileComment("$L", note);
    return String.join("\n", fields(comments(file.build().toString().lines().toList()))) + "\n";
  }

  /** The method of this name out of the lines of a class, its comment above it and nothing before its lines; "" if there is none. */
  static String method(List<String> lines, String name) {
    int at = 0;
    while (at < lines.size() && !lines.get(at).matches("\\s+(private |static |final )*void " + name + "\\(.*")) at++;
    if (at == lines.size()) return "";
    String indent = lines.get(at).substring(0, lines.get(at).length() - lines.get(at).stripLeading().length());
    int from = at;
    while (from > 0 && !lines.get(from - 1).isEmpty() && !lines.get(from - 1).equals(indent + "}")) from--;
    int to = at;
    while (!lines.get(to).equals(indent + "}")) to++;
    var text = new StringBuilder();
    for (String line : lines.subList(from, to + 1)) text.append(line.startsWith(indent) ? line.substring(indent.length()) : line).append('\n');
    return text.toString();
  }

  /** A comment of one line on one line. */
  private static List<String> comments(List<String> lines) {
    var out = new ArrayList<String>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      boolean one = line.strip().equals("/**") && i + 2 < lines.size() && lines.get(i + 2).strip().equals("*/");
      String joined = one ? line + lines.get(i + 1).strip().substring(1) + " */" : "";
      if (one && joined.length() <= WIDTH) {
        out.add(joined);
        i += 2;
      } else {
        out.add(line);
      }
    }
    return out;
  }

  /** Fields without empty lines between them; statements never have one. */
  private static List<String> fields(List<String> lines) {
    var out = new ArrayList<String>();
    for (int i = 0; i < lines.size(); i++) {
      boolean between = lines.get(i).isEmpty() && i > 0 && i + 1 < lines.size();
      if (!between || !endsField(lines.get(i - 1)) || !startsField(lines.get(i + 1))) out.add(lines.get(i));
    }
    return out;
  }

  private static boolean endsField(String line) {
    return line.startsWith(" ") && line.endsWith(";");
  }

  private static boolean startsField(String line) {
    return line.startsWith(" ") && (line.endsWith(";") || line.contains(" = "));
  }
}
