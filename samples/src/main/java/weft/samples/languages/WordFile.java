package weft.samples.languages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.samples.languages.Dataset.Example;

/**
 * A reader of the user's own texts: UTF-8, one a line, each its label, one tab, its text.
 *
 * <p>Blank lines and repeated lines are passed over. Every other deviation is a {@link WeftException} that
 * names the line by number and shows it.
 */
final class WordFile {
  static final int MOST_BYTES = 64 << 20;
  static final int LONGEST_TEXT = 500;
  static final int LONGEST_LABEL = 40;
  static final int MOST_LABELS = 200;
  static final int FEWEST_EXAMPLES = 10;

  private static final int SHOWN = 60;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final Path file;
  private final TreeSet<String> labels = new TreeSet<>();
  private final LinkedHashSet<Line> lines = new LinkedHashSet<>();

  private record Line(String label, String text) {
  }

  private WordFile(Path file) {
    this.file = file;
  }

  /**
   * All texts of the file, labels in alphabetical order.
   *
   * @throws WeftException if the file cannot be read, is too large, has a malformed line, or has nothing to
   *     tell apart
   */
  static Dataset read(Path file) {
    var reader = new WordFile(file);
    reader.readLines(reader.bytes());
    return reader.dataset();
  }

  private byte[] bytes() {
    try (var in = Files.newInputStream(file)) {
      // Read before asking for the size: a pipe has none, and a device may never end.
      var bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw refused("is larger than " + (MOST_BYTES >> 20) + " MiB", "Give a part of it.");
      }
      return bytes;
    } catch (IOException e) {
      var why = !Files.exists(file) ? "does not exist"
          : Files.isDirectory(file) ? "is a directory" : "cannot be read";
      throw new WeftException(Kind.FILE, message(why, "Give a text file that can be read."), e);
    }
  }

  private void readLines(byte[] bytes) {
    var start = startsWithMark(bytes) ? BYTE_ORDER_MARK.length : 0;
    for (var number = 1; start < bytes.length; number++) {
      var end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      readLine(number, text(number, bytes, start, end));
      start = end + 1;
    }
  }

  private static boolean startsWithMark(byte[] bytes) {
    return bytes.length >= 3 && ByteBuffer.wrap(bytes, 0, 3).equals(ByteBuffer.wrap(BYTE_ORDER_MARK));
  }

  private String text(int number, byte[] bytes, int start, int end) {
    var decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
    try {
      return decoder.decode(ByteBuffer.wrap(bytes, start, end - start)).toString();
    } catch (CharacterCodingException e) {
      var legible = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
      throw malformed(number, "is not UTF-8", legible);
    }
  }

  private void readLine(int number, String line) {
    if (line.isBlank()) {
      return;
    }
    var tab = line.indexOf('\t');
    if (tab < 0) {
      throw malformed(number, "has no tab", line);
    }
    if (line.indexOf('\t', tab + 1) >= 0) {
      throw malformed(number, "has more than one tab", line);
    }
    var label = line.substring(0, tab).strip();
    var text = Alphabet.fold(line.substring(tab + 1));
    if (label.isEmpty() || text.isEmpty()) {
      throw malformed(number, label.isEmpty() ? "has no label" : "has no text", line);
    }
    if (label.chars().anyMatch(Character::isISOControl) || text.chars().anyMatch(Character::isISOControl)) {
      throw malformed(number, "has a control character", line);
    }
    if (label.length() > LONGEST_LABEL) {
      throw malformed(number, "has a label of more than " + LONGEST_LABEL + " characters", line);
    }
    if (text.length() > LONGEST_TEXT) {
      throw malformed(number, "has a text of more than " + LONGEST_TEXT + " characters", line);
    }
    if (labels.add(label) && labels.size() > MOST_LABELS) {
      throw malformed(number, "has the label number " + labels.size() + " (at most " + MOST_LABELS + ")", line);
    }
    lines.add(new Line(label, text));
  }

  private Dataset dataset() {
    if (lines.isEmpty()) {
      throw refused("is empty", "Give lines of a label, a tab and a text.");
    }
    if (labels.size() == 1) {
      throw refused("has only one label, \"" + labels.first() + "\"",
          "Give texts of at least two labels to tell apart.");
    }
    if (lines.size() < FEWEST_EXAMPLES) {
      throw refused("has only " + lines.size() + " different lines",
          "Give at least " + FEWEST_EXAMPLES + ", since one in five is held out.");
    }
    var names = List.copyOf(labels);
    var examples = new ArrayList<Example>(lines.size());
    for (var line : lines) {
      examples.add(new Example(names.indexOf(line.label), line.text));
    }
    return new Dataset(String.valueOf(file.getFileName()), names, examples);
  }

  private WeftException malformed(int number, String what, String line) {
    return new WeftException(Kind.FILE, "Line " + number + " of the data " + what + "\n    file  " + file
        + "\n    line  " + shown(line) + "\n  Each line is a label, one tab and a text, in UTF-8.");
  }

  private WeftException refused(String what, String remedy) {
    return new WeftException(Kind.FILE, message(what, remedy));
  }

  private String message(String what, String remedy) {
    return "The data file " + what + "\n    file  " + file + "\n  " + remedy;
  }

  /** The line as a terminal can take it: short, and with nothing in it that a terminal would obey. */
  private static String shown(String line) {
    var shown = new StringBuilder();
    for (var i = 0; i < Math.min(line.length(), SHOWN); i++) {
      var c = line.charAt(i);
      shown.append(c == '\t' ? "\\t" : c == '\r' ? "\\r"
          : Character.isISOControl(c) ? String.format("\\u%04x", (int) c) : c);
    }
    return line.length() > SHOWN ? shown + "…" : shown.toString();
  }
}
