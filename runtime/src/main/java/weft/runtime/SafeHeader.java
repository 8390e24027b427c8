package weft.runtime;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import weft.runtime.WeftException.Kind;

/** The header of a safetensors file that is to be written: what tensors there are and where their bytes will lie. */
final class SafeHeader {
  static final String METADATA = "__metadata__";

  /**
   * Large types first, so that every tensor starts at a multiple of its element size; the order of the
   * reference writer.
   */
  private static final List<DType> FILE_ORDER = List.of(DType.I64, DType.F64, DType.F32, DType.I32, DType.BOOL);

  private final Map<String, String> metadata;
  private final List<Entry> entries;

  private SafeHeader(Map<String, String> metadata, List<Entry> entries) {
    this.metadata = metadata;
    this.entries = entries;
  }

  /** One tensor of a file: its bytes are {@code begin} to {@code end} (exclusive) of the data section. */
  static final class Entry implements Comparable<Entry> {
    final String name;
    final DType dtype;
    final int[] shape;
    final long begin;
    final long end;

    Entry(String name, DType dtype, int[] shape, long begin, long end) {
      this.name = name;
      this.dtype = dtype;
      this.shape = shape;
      this.begin = begin;
      this.end = end;
    }

    /** In the order of their bytes. */
    @Override
    public int compareTo(Entry other) {
      return begin != other.begin ? Long.compare(begin, other.begin) : Long.compare(end, other.end);
    }
  }

  /** The header of a file to be written. */
  static SafeHeader of(Map<String, Tensor> tensors, Map<String, String> metadata) {
    Shapes.needed(tensors, "the map of tensors");
    var texts = new TreeMap<String, String>();
    for (var entry : Shapes.needed(metadata, "the map of metadata").entrySet()) {
      var key = Shapes.needed(entry.getKey(), "a key of the metadata");
      texts.put(key, Shapes.needed(entry.getValue(), "the metadata of " + key));
    }
    var names = new ArrayList<String>();
    for (var dtype : FILE_ORDER) {
      var ofDtype = new TreeSet<String>();
      for (var entry : tensors.entrySet()) {
        var name = Shapes.needed(entry.getKey(), "the name of a tensor to save");
        if (Shapes.needed(entry.getValue(), "the tensor " + name).dtype() == dtype) {
          ofDtype.add(name);
        }
      }
      names.addAll(ofDtype);
    }
    var entries = new ArrayList<Entry>();
    var at = 0L;
    for (var name : names) {
      if (name.equals(METADATA)) {
        throw new WeftException(Kind.ARGUMENT, "a tensor cannot be saved under the name " + METADATA
            + ", which the safetensors format keeps for itself");
      }
      var tensor = tensors.get(name);
      var end = at + (long) tensor.size() * tensor.dtype().bytes();
      entries.add(new Entry(name, tensor.dtype(), tensor.shape(), at, end));
      at = end;
    }
    return new SafeHeader(texts, entries);
  }

  /** The tensors, in the order of their bytes. */
  List<Entry> entries() {
    return entries;
  }

  /** The header as JSON in UTF-8, filled up with spaces to a multiple of eight bytes. */
  byte[] bytes() {
    var json = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      string(json, METADATA).append(":{");
      for (var entry : metadata.entrySet()) {
        string(json, entry.getKey()).append(':');
        string(json, entry.getValue()).append(',');
      }
      json.setCharAt(json.length() - 1, '}');
      json.append(',');
    }
    for (var entry : entries) {
      string(json, entry.name).append(":{\"dtype\":\"").append(entry.dtype.safetensorsName());
      json.append("\",\"shape\":").append(Shapes.text(entry.shape).replace(" ", ""));
      json.append(",\"data_offsets\":[").append(entry.begin).append(',').append(entry.end).append("]},");
    }
    if (json.length() > 1) {
      json.setLength(json.length() - 1);
    }
    json.append('}');
    var utf8 = utf8(json.toString());
    var bytes = Arrays.copyOf(utf8, utf8.length + Math.floorMod(-utf8.length, 8));
    Arrays.fill(bytes, utf8.length, bytes.length, (byte) ' ');
    return bytes;
  }

  private static byte[] utf8(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    // What UTF-8 cannot say was replaced, and is then read otherwise.
    if (!new String(bytes, StandardCharsets.UTF_8).equals(text)) {
      throw new WeftException(Kind.ARGUMENT, "a name or metadata text holds half of a surrogate pair, which UTF-8 "
          + "cannot say");
    }
    return bytes;
  }

  private static StringBuilder string(StringBuilder json, String text) {
    json.append('"');
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> json.append('\\').append(c);
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < ' ') {
            json.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
          } else {
            json.append(c);
          }
        }
      }
    }
    return json.append('"');
  }
}
