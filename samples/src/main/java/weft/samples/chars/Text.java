package weft.samples.chars;

import java.util.ArrayList;
import java.util.List;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** A text as numbers: which characters occur in it, and the place of each of its own among those. */
record Text(String alphabet, int[] symbols) {
  /**
   * Characters, and those that follow each of them, {@code [time, batch]} both.
   */
  record Segment(Tensor chars, Tensor next) {
  }

  /** A text and its own alphabet, in the order of Unicode. */
  static Text of(String text) {
    var alphabet = new StringBuilder();
    text.chars().distinct().sorted().forEach(c -> alphabet.append((char) c));
    return new Text(alphabet.toString(), encode(alphabet.toString(), text));
  }

  /** The names of the Unicode characters up to U+FFFF but for ideographs and syllables, one a line. */
  static Text characterNames() {
    var names = new StringBuilder();
    for (var c = 0; c < 0x10000; c++) {
      if (!Character.isLetter(c) || Character.isIdeographic(c) || c >= 0xA000 && c < 0xFB00) continue;
      names.append(Character.getName(c)).append('\n');
    }
    return of(names.toString());
  }

  private static int[] encode(String alphabet, String text) {
    var unknown = text.chars().filter(c -> alphabet.indexOf(c) < 0).findFirst();
    if (unknown.isPresent()) {
      throw new WeftException(Kind.ARGUMENT, "The text has no '" + (char) unknown.getAsInt()
          + "', so the net cannot read it.\n  Use characters of: " + alphabet.strip());
    }
    return text.chars().map(alphabet::indexOf).toArray();
  }

  /** Another text in numbers of this one's alphabet. */
  int[] encode(String other) {
    return encode(alphabet, other);
  }

  /**
   * The text cut into {@code batch} streams of equal length that are read side by side, each in segments of {@code time}
   * characters: column b of a segment goes on where column b of the one before ended.
   *
   * @throws WeftException of kind SIZE if the text is too short for one segment
   */
  List<Segment> segments(int time, int batch) {
    var length = (symbols.length - 1) / batch;
    if (length < time) {
      throw new WeftException(Kind.SIZE, "The text has " + symbols.length + " characters, but " + batch + " streams of "
          + time + " need " + (batch * time + 1) + ".\n  Give a longer text, or a smaller batch.");
    }
    var segments = new ArrayList<Segment>();
    for (var from = 0; from + time <= length; from += time) {
      segments.add(new Segment(rows(from, time, batch, length), rows(from + 1, time, batch, length)));
    }
    return segments;
  }

  private Tensor rows(int from, int time, int batch, int length) {
    var rows = new int[time][batch];
    for (var t = 0; t < time; t++) {
      for (var b = 0; b < batch; b++) rows[t][b] = symbols[b * length + from + t];
    }
    return Tensor.of(rows);
  }
}
