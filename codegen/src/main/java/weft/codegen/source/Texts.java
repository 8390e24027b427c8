package weft.codegen.source;

import com.palantir.javapoet.CodeBlock;
import java.util.ArrayList;
import java.util.List;

/** Text inside generated source: string literals and comments that no encoding and no word of the user's can break. */
final class Texts {
  private static final int COMMENT_WIDTH = 91;

  private Texts() {}

  /** A string literal, ASCII alone. */
  static String literal(String text) {
    var out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        case '\r' -> out.append("\\r");
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        default -> {
          if (c >= ' ' && c < 127) out.append(c);
          else out.append(String.format("\\u%04x", (int) c));
        }
      }
    }
    return out.append('"').toString();
  }

  /**
   * A message, a line of source for each of its lines; what comes out is an operand of {@code +}.
   *
   * @param subjects what {@code %d} stands for, one by one, the last for all that are left
   */
  static CodeBlock message(String text, List<CodeBlock> subjects) {
    var code = CodeBlock.builder();
    int subject = 0;
    String between = "";
    for (String line : text.split("(?<=\n)")) {
      String rest = line;
      for (int at = rest.indexOf("%d"); at >= 0 && !subjects.isEmpty(); at = rest.indexOf("%d")) {
        String before = at > 0 || between.isEmpty() ? literal(rest.substring(0, at)) + " + " : "";
        code.add("$L$L$L", between, before, subjects.get(Math.min(subject++, subjects.size() - 1)));
        between = " + ";
        rest = rest.substring(at + 2);
      }
      if (!rest.isEmpty()) code.add("$L$L", between, literal(rest));
      between = "\n+ ";
    }
    return code.build();
  }

  /** Text for a comment: no end of it, no escapes, each formula on lines of its own, and lines that are not too long. */
  static String comment(String text) {
    String plain = text.replace('\\', '/').replace("*/", "* /").replaceAll("\\s+", " ").strip();
    var lines = new ArrayList<String>();
    for (String formula : plain.split("(?<=;) ")) {
      var line = new StringBuilder();
      for (String word : formula.split(" ")) {
        if (line.length() > 0 && line.length() + 1 + word.length() > COMMENT_WIDTH) {
          lines.add(line.toString());
          line.setLength(0);
          line.append("   ");
        }
        line.append(line.length() > 0 ? " " : "").append(word);
      }
      lines.add(line.toString());
    }
    return String.join("\n", lines);
  }

  /** Several texts, those that are empty left out. */
  static String join(String between, String... parts) {
    return String.join(between, List.of(parts).stream().filter(p -> !p.isEmpty()).toList());
  }
}
