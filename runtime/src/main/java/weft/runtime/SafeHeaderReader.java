package weft.runtime;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.runtime.SafeHeader.Entry;
import weft.runtime.WeftException.Kind;

/**
 * Reads and checks the header of a safetensors file, which anybody may have written.
 *
 * <p>It knows the one grammar that such a header has and no JSON beyond it, so nothing in it nests or
 * recurses:
 * <pre>
 * {"__metadata__": {string: string, …}, name: {"dtype": string, "shape": [int, …], "data_offsets": [int, int]}, …}
 * </pre>
 */
final class SafeHeaderReader {
  /** More dimensions than any tensor has; a bound on what a forged shape can make us allocate. */
  private static final int MAX_RANK = 64;

  private final String file;
  private final byte[] text;
  private final long dataLength;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private int at;

  /** @param text in UTF-8, read as bytes, which is faster than as a string until it is compiled */
  private SafeHeaderReader(String file, byte[] text, long dataLength) {
    this.file = file;
    this.text = text;
    this.dataLength = dataLength;
  }

  /**
   * A reader that has read the header in these bytes.
   *
   * @param file the name of the file, for messages
   * @param dataLength the bytes that follow the header
   * @throws WeftException of kind FILE that says what is wrong
   */
  static SafeHeaderReader read(String file, byte[] header, long dataLength) {
    var reader = new SafeHeaderReader(file, header, dataLength);
    reader.readHeader();
    reader.order();
    return reader;
  }

  /** Free text under free keys. */
  Map<String, String> metadata() {
    return metadata;
  }

  /** The tensors, in the order of their bytes. */
  List<Entry> entries() {
    return entries;
  }

  private void readHeader() {
    if (text.length == 0 || text[0] != '{') {
      throw wrong("the header must start with {");
    }
    for (var more = open('{', '}'); more; more = more('}')) {
      var name = key();
      var isMetadata = name.equals(SafeHeader.METADATA);
      if (!names.add(name)) {
        throw error("has " + (isMetadata ? name + " twice" : "two tensors of the name " + quote(name)));
      } else if (isMetadata) {
        readMetadata();
      } else {
        entries.add(entry(name));
      }
    }
    end();
  }

  private void readMetadata() {
    for (var more = open('{', '}'); more; more = more('}')) {
      var key = key();
      if (metadata.put(key, string()) != null) {
        throw error("has the metadata " + quote(key) + " twice");
      }
    }
  }

  private Entry entry(String name) {
    String dtype = null;
    long[] shape = null;
    long[] offsets = null;
    for (var more = open('{', '}'); more; more = more('}')) {
      var key = key();
      if (key.equals("dtype")) {
        once(name, key, dtype);
        dtype = string();
      } else if (key.equals("shape")) {
        once(name, key, shape);
        shape = numbers(name, "dimensions", MAX_RANK);
      } else if (key.equals("data_offsets")) {
        once(name, key, offsets);
        offsets = numbers(name, key, 2);
      } else {
        throw bad(name, "has " + quote(key) + ", which is none of dtype, shape and data_offsets");
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      throw bad(name, "lacks its " + (dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
    }
    if (offsets.length != 2) {
      throw bad(name, "has " + offsets.length + " data_offsets instead of 2");
    }
    return checked(name, dtype, shape, offsets[0], offsets[1]);
  }

  private void once(String name, String key, Object before) {
    if (before != null) {
      throw bad(name, "has " + quote(key) + " twice");
    }
  }

  private long[] numbers(String name, String what, int limit) {
    var numbers = new long[2];
    var count = 0;
    for (var more = open('[', ']'); more; more = more(']')) {
      if (count == limit) {
        throw bad(name, "has more than " + limit + " " + what);
      }
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, MAX_RANK);
      }
      numbers[count++] = number();
    }
    return Arrays.copyOf(numbers, count);
  }

  private Entry checked(String name, String dtypeName, long[] dims, long begin, long end) {
    var dtype = dtype(name, dtypeName);
    var shape = new int[dims.length];
    var size = 1L;
    for (var axis = 0; axis < dims.length; axis++) {
      if (dims[axis] > Shapes.MAX_SIZE) {
        throw bad(name, "has the dimension " + dims[axis] + ", more than the " + Shapes.MAX_SIZE
            + " elements of the largest tensor");
      }
      shape[axis] = (int) dims[axis];
      size = Math.min(size, Integer.MAX_VALUE) * dims[axis];
    }
    if (size > Shapes.MAX_SIZE) {
      throw bad(name, "has the shape " + Shapes.text(shape) + ", more than the " + Shapes.MAX_SIZE
          + " elements of the largest tensor");
    }
    if (begin > end) {
      throw bad(name, "ends at byte " + end + " before it begins at byte " + begin);
    }
    if (end > dataLength) {
      throw bad(name, "ends at byte " + end + " of the data, but the file holds " + dataLength
          + " bytes of data; is it cut short?");
    }
    if (end - begin != size * dtype.bytes()) {
      throw bad(name, "is " + Shapes.typeText(dtype, shape) + " and needs " + size * dtype.bytes()
          + " bytes, but its data_offsets span " + (end - begin));
    }
    return new Entry(name, dtype, shape, begin, end);
  }

  private DType dtype(String name, String text) {
    for (var dtype : DType.values()) {
      if (dtype.safetensorsName().equals(text)) {
        return dtype;
      }
    }
    throw bad(name, "has the dtype " + quote(text) + "; Weft reads F32, F64, I32, I64 and BOOL");
  }

  /** Puts the tensors in the order of their bytes, which must cover the data without overlap or hole. */
  private void order() {
    if (!isOrdered()) {
      Collections.sort(entries);
    }
    var at = 0L;
    for (var entry : entries) {
      if (entry.begin != at) {
        throw bad(entry.name, "begins at byte " + entry.begin + " of the data, but the tensor before it ends at "
            + at + (entry.begin < at ? "; they overlap" : "; there is a hole"));
      }
      at = entry.end;
    }
    if (at != dataLength) {
      throw error("has " + (dataLength - at) + " bytes after its last tensor");
    }
  }

  private boolean isOrdered() {
    for (var i = 1; i < entries.size(); i++) {
      if (entries.get(i - 1).compareTo(entries.get(i)) > 0) {
        return false;
      }
    }
    return true;
  }

  /** Steps into an object or array; whether it has a first element. */
  private boolean open(char opening, char closing) {
    expect(opening);
    return !closes(closing);
  }

  /** Steps behind an element; whether another one follows. */
  private boolean more(char closing) {
    if (closes(closing)) {
      return false;
    }
    expect(',');
    return true;
  }

  private boolean closes(char closing) {
    skipSpace();
    if (peek() != closing) {
      return false;
    }
    at++;
    return true;
  }

  /** The key of the next member of an object. */
  private String key() {
    var key = string();
    expect(':');
    return key;
  }

  private String string() {
    expect('"');
    var start = at;
    skipPlain();
    if (peek() == '"') {
      return plain(start, at++);
    }
    var result = new StringBuilder();
    var surrogates = false;
    while (true) {
      result.append(plain(start, at));
      var c = next();
      if (c == '"') {
        break;
      } else if (c != '\\') {
        at--;
        throw wrong("a control character stands in a string");
      }
      var escaped = escape();
      surrogates |= Character.isSurrogate(escaped);
      result.append(escaped);
      start = at;
      skipPlain();
    }
    if (surrogates && !StandardCharsets.UTF_8.newEncoder().canEncode(result)) {
      throw wrong("half of a surrogate pair stands in a string");
    }
    return result.toString();
  }

  /** Steps behind what stands for itself, to the next quote, escape or control character. */
  private void skipPlain() {
    var i = at;
    for (; i < text.length; i++) {
      var c = text[i];
      if (c == '"' || c == '\\' || c >= 0 && c < ' ') {
        break;
      }
    }
    at = i;
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
      default -> throw wrong("\\" + (c < 128 ? c : '?') + " is no escape of JSON");
    };
  }

  private char hex() {
    var code = 0;
    for (var i = 0; i < 4; i++) {
      var c = next();
      var digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw wrong("four hexadecimal digits must follow \\u");
      }
      code = code << 4 | digit;
    }
    return (char) code;
  }

  /** A whole number from 0 to the largest long. */
  private long number() {
    skipSpace();
    if (peek() == '-') {
      throw wrong("a dimension or offset is negative");
    }
    var start = at;
    var value = 0L;
    for (; peek() >= '0' && peek() <= '9'; at++) {
      var digit = peek() - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        throw wrong("a number is larger than 2^63 - 1");
      }
      value = value * 10 + digit;
    }
    if (at == start || text[start] == '0' && at > start + 1 || ".eE".indexOf(peek()) >= 0) {
      at = start;
      throw wrong("a whole number must stand here");
    }
    return value;
  }

  /** Refuses everything but white space from here on. */
  private void end() {
    skipSpace();
    if (at < text.length) {
      throw wrong("something follows the closing }");
    }
  }

  private void expect(char wanted) {
    skipSpace();
    if (peek() != wanted || at == text.length) {
      throw wrong("a " + wanted + " must stand here");
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
      throw wrong("a string is not closed");
    }
    return (char) (text[at++] & 0xff);
  }

  private WeftException wrong(String problem) {
    return new WeftException(Kind.FILE, file + ": the header is no safetensors header, at byte " + at + ": "
        + (at < text.length ? problem : problem + ", but the header ends"));
  }

  private WeftException bad(String name, String problem) {
    return error("tensor " + quote(name) + " " + problem);
  }

  private WeftException error(String problem) {
    return new WeftException(Kind.FILE, file + ": " + problem);
  }

  /** A name from a file as a message may show it: short, and no control characters. */
  static String quote(String name) {
    var shown = name.length() > 80 ? name.substring(0, 80) + "…" : name;
    var safe = new StringBuilder("\"");
    for (var c : shown.toCharArray()) {
      safe.append(Character.isISOControl(c) ? '?' : c);
    }
    return safe.append('"').toString();
  }
}
