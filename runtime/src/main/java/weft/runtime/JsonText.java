package weft.runtime;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import weft.runtime.WeftException.Kind;

/** A cursor over the few JSON forms of a safetensors header: objects, arrays, strings and whole numbers. */
final class JsonText {
  private final String file;
  private final byte[] text;
  private int at;

  /** @param text in UTF-8, read as bytes, which is faster than as a string until it is compiled */
  JsonText(String file, byte[] text) {
    this.file = file;
    this.text = text;
  }

  boolean startsWith(char c) {
    return text.length > 0 && text[0] == c;
  }

  /** Steps into an object or array; whether it has a first element. */
  boolean open(char opening, char closing) {
    expect(opening);
    skipSpace();
    if (peek() == closing) {
      at++;
      return false;
    }
    return true;
  }

  /** Steps behind an element; whether another one follows. */
  boolean more(char closing) {
    skipSpace();
    if (peek() == closing) {
      at++;
      return false;
    }
    expect(',');
    return true;
  }

  /** The key of the next member of an object. */
  String key() {
    var key = string();
    expect(':');
    return key;
  }

  String string() {
    expect('"');
    var start = at;
    skipPlain();
    if (peek() == '"') {
      return plain(start, at++);
    }
    var result = new StringBuilder();
    while (true) {
      result.append(plain(start, at));
      var c = next();
      if (c == '"') {
        break;
      } else if (c != '\\') {
        at--;
        throw error("a control character stands in a string");
      }
      result.append(escape());
      start = at;
      skipPlain();
    }
    for (var i = 0; i < result.length(); i++) {
      var paired = Character.isHighSurrogate(result.charAt(i)) && i + 1 < result.length()
          && Character.isLowSurrogate(result.charAt(i + 1));
      if (Character.isSurrogate(result.charAt(i)) && !paired) {
        throw error("half of a surrogate pair stands in a string");
      }
      i += paired ? 1 : 0;
    }
    return result.toString();
  }

  /** Steps behind what stands for itself, to the next quote, escape or control character. */
  private void skipPlain() {
    while (at < text.length && text[at] != '"' && text[at] != '\\' && (text[at] >= ' ' || text[at] < 0)) {
      at++;
    }
  }

  private String plain(int start, int end) {
    var string = new String(text, start, end - start, StandardCharsets.UTF_8);
    // What is malformed was replaced by this, and is then written otherwise.
    if (string.indexOf('\ufffd') >= 0
        && !Arrays.equals(string.getBytes(StandardCharsets.UTF_8), Arrays.copyOfRange(text, start, end))) {
      throw new WeftException(Kind.FILE, file + ": the header is not valid UTF-8");
    }
    return string;
  }

  private char escape() {
    var c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hex();
      default -> throw error("\\" + (c < 128 ? c : '?') + " is no escape of JSON");
    };
  }

  private char hex() {
    var code = 0;
    for (var i = 0; i < 4; i++) {
      var c = next();
      var digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw error("four hexadecimal digits must follow \\u");
      }
      code = code << 4 | digit;
    }
    return (char) code;
  }

  /** A whole number from 0 to the largest long. */
  long number() {
    skipSpace();
    if (peek() == '-') {
      throw error("a dimension or offset is negative");
    }
    var start = at;
    var value = 0L;
    for (; peek() >= '0' && peek() <= '9'; at++) {
      var digit = peek() - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        throw error("a number is larger than 2^63 - 1");
      }
      value = value * 10 + digit;
    }
    if (at == start || text[start] == '0' && at > start + 1 || ".eE".indexOf(peek()) >= 0) {
      at = start;
      throw error("a whole number must stand here");
    }
    return value;
  }

  /** Refuses everything but white space from here on. */
  void end() {
    skipSpace();
    if (at < text.length) {
      throw error("something follows the closing }");
    }
  }

  private void expect(char wanted) {
    skipSpace();
    if (peek() != wanted || at == text.length) {
      throw error("a " + wanted + " must stand here");
    }
    at++;
  }

  private void skipSpace() {
    while (at < text.length && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) {
      at++;
    }
  }

  /** The byte here, or 0 at the end. */
  private char peek() {
    return at < text.length ? (char) (text[at] & 0xff) : 0;
  }

  private char next() {
    if (at == text.length) {
      throw error("a string is not closed");
    }
    return (char) (text[at++] & 0xff);
  }

  WeftException error(String problem) {
    return new WeftException(Kind.FILE, file + ": the header is no safetensors header, at byte " + at + ": "
        + (at < text.length ? problem : problem + ", but the header ends"));
  }
}
