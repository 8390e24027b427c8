package weft.codegen.source;

import com.palantir.javapoet.CodeBlock;
import java.util.ArrayList;
import java.util.Arrays;
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
   * A message, a line of source for each of its lines. Numbers replace what stands for them: {@code +} would define classes at run time.
   *
   * @param subjects what {@code %d} stands for, one by one, the last for all that are left
   */
  static CodeBlock message(String text, List<CodeBlock> subjects) {
    List<String> lines = Arrays.stream(text.split("(?<=\n)")).map(Texts::literal).toList();
    CodeBlock message = CodeBlock.of("$L", String.join("\n+ ", lines));
    if (lines.size() > 1 && !subjects.isEmpty()) message = CodeBlock.of("($L)", message);
    for (int i = 0; i < subjects.size(); i++) {
      String replace = i == subjects.size() - 1 ? "replace" : "replaceFirst";
      message = CodeBlock.of("$L$Z.$L($S, String.valueOf($L))", message, replace, "%d", subjects.get(i));
    }
    return message;
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
