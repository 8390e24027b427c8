package weft.codegen.source;

import java.util.ArrayList;
import java.util.List;

/** Text inside generated source: string literals and comments that no encoding and no word of the user's can break. */
final class Texts {
  private static final int COMMENT_WIDTH = 94;

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

  /** Text for a comment: no end of it, no escapes, and lines that are not too long. */
  static String comment(String text) {
    String plain = text.replace('\\', '/').replace("*/", "* /").replaceAll("\\s+", " ").strip();
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (String word : plain.split(" ")) {
      if (line.length() > 0 && line.length() + 1 + word.length() > COMMENT_WIDTH) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() > 0 ? " " : "").append(word);
    }
    lines.add(line.toString());
    return String.join("\n", lines);
  }

  /** Several texts, those that are empty left out. */
  static String join(String between, String... parts) {
    return String.join(between, List.of(parts).stream().filter(p -> !p.isEmpty()).toList());
  }
}
