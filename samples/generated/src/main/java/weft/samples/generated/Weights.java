package weft.samples.generated;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import weft.runtime.DType;
import weft.runtime.SafeTensors;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** A file that the sample {@code languages} saved: the values of the parameters, the alphabet, the names of the languages. */
final class Weights {
  private static final int END = 1;
  private static final int OTHER = 2;
  private static final int FIRST_CHARACTER = 3;

  private final Map<String, Tensor> values;
  private final String characters;
  private final List<String> labels;

  /**
   * The weights in a file. A plain stream is all it takes: what the JDK knows of file systems need not be set up for it.
   *
   * @throws WeftException of kind FILE if it is no such file
   */
  static Weights read(String file) throws IOException {
    try (var in = new FileInputStream(file)) {
      return new Weights(SafeTensors.read(in, file), file);
    }
  }

  private Weights(SafeTensors.Contents contents, String file) {
    var metadata = contents.metadata();
    characters = metadata.get("characters");
    if (characters == null || metadata.get("labels") == null) {
      throw new WeftException(Kind.FILE, file + " was not saved by the sample \"languages\"");
    }
    labels = List.of(metadata.get("labels").split("\n"));
    values = new HashMap<>(contents.tensors());
    for (var table : new String[] {"Wz", "Wr", "Wn"}) {
      if (values.containsKey(table)) values.put(table, withAllRows(values.get(table)));
    }
  }

  /** A row for each symbol that a net may tell apart, whatever the alphabet that it was trained with. */
  private static Tensor withAllRows(Tensor rows) {
    if (rows.dtype() != DType.F32 || rows.rank() != 2 || rows.dim(0) > Classifier.SYMBOLS) return rows;
    var all = Tensor.zeros(DType.F32, Classifier.SYMBOLS, rows.dim(1));
    System.arraycopy(rows.floats(), 0, all.floats(), 0, rows.dim(0) * rows.dim(1));
    return all;
  }

  Map<String, Tensor> values() {
    return values;
  }

  List<String> labels() {
    return labels;
  }

  /** The symbols of a text, {@code i32[time, 1]}, between the mark of the start, which is 0, and that of the end. */
  Tensor encode(String text) {
    int length = text.codePointCount(0, text.length());
    var symbols = Tensor.zeros(DType.I32, length + 2, 1);
    int at = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) symbols.ints()[++at] = symbol(text.codePointAt(i));
    symbols.ints()[length + 1] = END;
    return symbols;
  }

  private int symbol(int character) {
    int found = characters.indexOf(character);
    return found < 0 ? OTHER : FIRST_CHARACTER + characters.codePointCount(0, found);
  }
}
