package weft.runtime;

import java.util.ArrayList;
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
  private final JsonText json;
  private final long dataLength;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private SafeHeaderReader(String file, byte[] text, long dataLength) {
    this.file = file;
    this.json = new JsonText(file, text);
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
    if (!json.startsWith('{')) {
      throw json.error("the header must start with {");
    }
    var hasMetadata = false;
    for (var more = json.open('{', '}'); more; more = json.more('}')) {
      var name = json.key();
      if (name.equals(SafeHeader.METADATA)) {
        if (hasMetadata) {
          throw error("has " + SafeHeader.METADATA + " twice");
        }
        hasMetadata = true;
        readMetadata();
      } else if (!names.add(name)) {
        throw error("has two tensors of the name " + quote(name));
      } else {
        entries.add(entry(name));
      }
    }
    json.end();
  }

  private void readMetadata() {
    for (var more = json.open('{', '}'); more; more = json.more('}')) {
      var key = json.key();
      if (metadata.put(key, json.string()) != null) {
        throw error("has the metadata " + quote(key) + " twice");
      }
    }
  }

  private Entry entry(String name) {
    String dtype = null;
    long[] shape = null;
    long[] offsets = null;
    var seen = new HashSet<String>();
    for (var more = json.open('{', '}'); more; more = json.more('}')) {
      var key = json.key();
      if (!seen.add(key)) {
        throw bad(name, "has " + quote(key) + " twice");
      }
      switch (key) {
        case "dtype" -> dtype = json.string();
        case "shape" -> shape = numbers(name, "dimensions", MAX_RANK);
        case "data_offsets" -> offsets = numbers(name, "data_offsets", 2);
        default -> throw bad(name, "has " + quote(key) + ", which is none of dtype, shape and data_offsets");
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

  private long[] numbers(String name, String what, int limit) {
    var numbers = new ArrayList<Long>();
    for (var more = json.open('[', ']'); more; more = json.more(']')) {
      if (numbers.size() == limit) {
        throw bad(name, "has more than " + limit + " " + what);
      }
      numbers.add(json.number());
    }
    var result = new long[numbers.size()];
    for (var i = 0; i < result.length; i++) {
      result[i] = numbers.get(i);
    }
    return result;
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
      if (entry.begin() != at) {
        throw bad(entry.name(), "begins at byte " + entry.begin() + " of the data, but the tensor before it ends at "
            + at + (entry.begin() < at ? "; they overlap" : "; there is a hole"));
      }
      at = entry.end();
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
