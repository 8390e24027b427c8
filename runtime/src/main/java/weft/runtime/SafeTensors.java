package weft.runtime;

import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import weft.runtime.WeftException.Kind;

/**
 * Saves and loads named tensors in the safetensors format, which other frameworks read and write too.
 *
 * <p>A file is eight bytes (the length n of the header, little-endian), n bytes of JSON that give every
 * tensor's dtype, shape and place, and the elements, row-major and little-endian. A file that breaks the
 * format in any way is refused with an error of kind FILE; nothing that a file claims is believed before it
 * is checked against the file's real length.
 */
public final class SafeTensors {
  private static final int MAX_HEADER = 100_000_000;
  private static final int PIECE_BYTES = 1 << 16;
  /** More is read by way of memory that the JDK asks the system for. */
  private static final int READ_AT_ONCE = 1 << 13;
  private static final int LONGEST = Integer.MAX_VALUE - 8;
  private static final String FILE = "the path of the file";
  private static final Parameter[] NONE = {};

  private SafeTensors() {}

  /**
   * Saves the values that these parameters have at one moment between updates; see {@link #save(Path, Map,
   * Map)}.
   *
   * @throws WeftException of kind DUPLICATE if two of them have one name, of kind FILE if writing fails
   */
  public static void save(Path file, Collection<Parameter> parameters, Map<String, String> metadata) {
    var byName = byName(parameters);
    var values = new LinkedHashMap<String, Tensor>();
    var locks = new ParameterLocks(byName.values().toArray(NONE));
    var stamps = new long[locks.count()];
    locks.lock(stamps);
    try {
      for (var parameter : byName.values()) {
        values.put(parameter.name(), parameter.copyLocked());
      }
    } finally {
      locks.unlock(stamps);
    }
    save(file, values, metadata);
  }

  /**
   * Saves these tensors, all or nothing: a file that was there before stays as it was until the new one is
   * complete on disk, and for ever if writing fails.
   *
   * @param metadata free text for readers, may be empty
   * @throws WeftException of kind FILE if writing fails
   */
  public static void save(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    Shapes.needed(file, FILE);
    var header = SafeHeader.of(tensors, metadata);
    var headerBytes = header.bytes();
    if (headerBytes.length > MAX_HEADER) {
      throw new WeftException(Kind.SIZE, file + ": the names and metadata need a header of " + headerBytes.length
          + " bytes; a safetensors file holds at most " + MAX_HEADER);
    }
    var name = file.getFileName();
    if (name == null) {
      throw new WeftException(Kind.FILE, "cannot write " + file + ": this is a directory");
    }
    var temporary = file.resolveSibling("." + name + "."
        + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".tmp");
    try {
      try (var channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        writeFully(channel, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, headerBytes.length));
        writeFully(channel, ByteBuffer.wrap(headerBytes));
        for (var entry : header.entries()) {
          write(channel, tensors.get(entry.name));
        }
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new WeftException(Kind.FILE, "cannot write " + file + ": " + reason(failure), failure);
    } finally {
      deleteQuietly(temporary);
    }
  }

  /**
   * What a file holds.
   *
   * @param tensors by name, in the order of their data
   * @param metadata the free text that was saved with them
   */
  public record Contents(Map<String, Tensor> tensors, Map<String, String> metadata) {}

  /**
   * All that a file holds, read once.
   *
   * @throws WeftException of kind FILE if it cannot be read or is no safetensors file of Weft's dtypes
   */
  public static Contents read(Path file) {
    try (var in = open(file)) {
      var header = header(in, file.toString(), Files.size(file));
      return new Contents(tensors(in, header, file.toString()), header.metadata());
    } catch (IOException failure) {
      throw new WeftException(Kind.FILE, "cannot read " + file + ": " + reason(failure), failure);
    }
  }

  /**
   * All that a file holds that comes as a stream, such as a resource; the stream is read to its end and left open.
   *
   * @param name of the file, for messages
   * @throws WeftException of kind FILE if it cannot be read or is no safetensors file of Weft's dtypes
   */
  public static Contents read(InputStream in, String name) {
    try {
      var data = all(Shapes.needed(in, "the stream to read"));
      var start = new ByteArrayInputStream(data.array(), 0, data.limit());
      var header = header(start, name, data.limit());
      data.position(data.limit() - start.available());
      var tensors = new LinkedHashMap<String, Tensor>();
      for (var entry : header.entries()) {
        var tensor = Tensor.zeros(entry.dtype, entry.shape);
        take(data, tensor, 0, tensor.size(), name, entry.name);
        data.position(data.position() + tensor.size() * entry.dtype.bytes());
        tensors.put(entry.name, tensor);
      }
      return new Contents(tensors, header.metadata());
    } catch (IOException failure) {
      throw new WeftException(Kind.FILE, "cannot read " + name + ": " + reason(failure), failure);
    }
  }

  /**
   * The tensors of a file, in the order of their data.
   *
   * @throws WeftException of kind FILE if it cannot be read or is no safetensors file of Weft's dtypes
   */
  public static Map<String, Tensor> load(Path file) {
    return read(file).tensors();
  }

  /**
   * The tensors of a file that comes as a stream, such as a resource; the stream is read to its end and left open.
   *
   * @param name of the file, for messages
   * @throws WeftException of kind FILE if it cannot be read or is no safetensors file of Weft's dtypes
   */
  public static Map<String, Tensor> load(InputStream in, String name) {
    return read(in, name).tensors();
  }

  /** What a stream holds, from the start of the buffer to its limit. */
  private static ByteBuffer all(InputStream in) throws IOException {
    // One byte more than is said to follow, so that the end is met without room for as much again.
    var bytes = new byte[Math.max(Math.min(in.available(), LONGEST / 2), READ_AT_ONCE) + 1];
    var count = 0;
    for (int next; (next = in.read(bytes, count, Math.min(bytes.length - count, READ_AT_ONCE))) >= 0; ) {
      count += next;
      if (count == LONGEST) {
        throw new IOException("it is longer than the longest array");
      }
      if (count == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(2L * count, LONGEST));
      }
    }
    return ByteBuffer.wrap(bytes, 0, count).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Map<String, Tensor> tensors(InputStream in, SafeHeaderReader header, String file) throws IOException {
    var tensors = new LinkedHashMap<String, Tensor>();
    for (var entry : header.entries()) {
      var tensor = Tensor.zeros(entry.dtype, entry.shape);
      read(in, tensor, file, entry.name);
      tensors.put(entry.name, tensor);
    }
    return tensors;
  }

  /**
   * The free text that was saved with the tensors.
   *
   * @throws WeftException of kind FILE if it cannot be read or is no safetensors file of Weft's dtypes
   */
  public static Map<String, String> metadata(Path file) {
    try (var in = open(file)) {
      return header(in, file.toString(), Files.size(file)).metadata();
    } catch (IOException failure) {
      throw new WeftException(Kind.FILE, "cannot read " + file + ": " + reason(failure), failure);
    }
  }

  /**
   * Gives these parameters the values that a file has under their names, all at one moment between updates,
   * or none of them if anything does not fit.
   *
   * @throws WeftException of kind FILE, SHAPE or DTYPE if the file has not exactly these names and types
   */
  public static void load(Path file, Collection<Parameter> parameters) {
    var byName = byName(parameters);
    var tensors = load(file);
    var missing = new TreeSet<>(byName.keySet());
    missing.removeAll(tensors.keySet());
    var extra = new TreeSet<>(tensors.keySet());
    extra.removeAll(byName.keySet());
    if (!missing.isEmpty() || !extra.isEmpty()) {
      throw new WeftException(Kind.FILE, file + ": the names in the file are not those of the parameters"
          + (missing.isEmpty() ? "" : "\n    only parameters  " + names(missing))
          + (extra.isEmpty() ? "" : "\n    only in the file  " + names(extra))
          + "\n  Load into the parameters that were saved, or read the file with load(path) and pick.");
    }
    for (var parameter : byName.values()) {
      var tensor = tensors.get(parameter.name());
      if (tensor.dtype() != parameter.dtype() || !Arrays.equals(tensor.shape(), parameter.shape())) {
        throw new WeftException(tensor.dtype() != parameter.dtype() ? Kind.DTYPE : Kind.SHAPE, file
            + ": parameter " + parameter.name() + " has another type in the file"
            + "\n    parameter  " + parameter.typeText()
            + "\n    file       " + tensor.typeText()
            + "\n  No parameter was changed.");
      }
    }
    var locks = new ParameterLocks(NONE, byName.values().toArray(NONE));
    var stamps = new long[locks.count()];
    locks.lock(stamps);
    try {
      for (var parameter : byName.values()) {
        parameter.store(tensors.get(parameter.name()));
      }
    } finally {
      locks.unlock(stamps);
    }
  }

  private static Map<String, Parameter> byName(Collection<Parameter> parameters) {
    var byName = new LinkedHashMap<String, Parameter>();
    for (var parameter : Shapes.needed(parameters, "the collection of parameters")) {
      if (byName.put(Shapes.needed(parameter, "one of the parameters").name(), parameter) != null) {
        throw new WeftException(Kind.DUPLICATE, "two parameters are named " + parameter.name()
            + "; a file needs a name of its own for each");
      }
    }
    return byName;
  }

  private static String names(Collection<String> names) {
    var shown = new ArrayList<String>();
    for (var name : names) {
      if (shown.size() < 10) {
        shown.add(SafeHeaderReader.quote(name));
      }
    }
    return String.join(", ", shown) + (names.size() > 10 ? " and " + (names.size() - 10) + " more" : "");
  }

  /** A plain stream where there can be one: channels bring forty classes along, which take a short program longer than the file. */
  private static InputStream open(Path file) throws IOException {
    if (!Files.isRegularFile(Shapes.needed(file, FILE))) {
      throw new WeftException(Kind.FILE, "cannot read " + file + ": "
          + (Files.exists(file) ? "this is not a file" : "there is no such file"));
    }
    return file.getFileSystem() == FileSystems.getDefault() ? new FileInputStream(file.toFile()) : Files.newInputStream(file);
  }

  /** Reads and checks the header of a file of so many bytes. */
  private static SafeHeaderReader header(InputStream in, String file, long length) throws IOException {
    if (length < 8) {
      throw new WeftException(Kind.FILE, file + ": " + length + " bytes are too few for a safetensors file, which "
          + "starts with eight bytes that give the length of its header");
    }
    var prefix = new byte[8];
    readFully(in, prefix, prefix.length);
    var headerLength = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (headerLength < 0 || headerLength > MAX_HEADER) {
      throw new WeftException(Kind.FILE, file + ": the first eight bytes claim a header of "
          + Long.toUnsignedString(headerLength) + " bytes, more than the " + MAX_HEADER
          + " that the format allows; is this a safetensors file?");
    }
    if (headerLength > length - 8) {
      throw new WeftException(Kind.FILE, file + ": the first eight bytes claim a header of " + headerLength
          + " bytes, but only " + (length - 8) + " follow; is the file cut short?");
    }
    var headerBytes = new byte[(int) headerLength];
    readFully(in, headerBytes, headerBytes.length);
    return SafeHeaderReader.read(file, headerBytes, length - 8 - headerLength);
  }

  private static void write(FileChannel channel, Tensor tensor) throws IOException {
    var bytes = piece(tensor);
    var each = tensor.dtype().bytes();
    for (int from = 0, count; from < tensor.size(); from += count) {
      count = Math.min(bytes.capacity() / each, tensor.size() - from);
      tensor.dtype().put(tensor.array(), from, count, bytes.clear().limit(count * each));
      writeFully(channel, bytes);
    }
  }

  private static void read(InputStream in, Tensor tensor, String file, String name) throws IOException {
    var bytes = piece(tensor);
    var each = tensor.dtype().bytes();
    for (int from = 0, count; from < tensor.size(); from += count) {
      count = Math.min(bytes.capacity() / each, tensor.size() - from);
      readFully(in, bytes.array(), count * each);
      take(bytes, tensor, from, count, file, name);
    }
  }

  /** Elements of a tensor, of which there are so many in a row, from where the buffer is. */
  private static void take(ByteBuffer bytes, Tensor tensor, int from, int count, String file, String name) {
    if (tensor.dtype() == DType.BOOL) {
      for (var i = 0; i < count; i++) {
        var given = bytes.get(bytes.position() + i);
        if ((given & ~1) != 0) {
          throw new WeftException(Kind.FILE, file + ": tensor " + SafeHeaderReader.quote(name) + " is of truth values, but element "
              + (from + i) + " is " + (given & 0xff) + " and not 0 or 1");
        }
      }
    }
    tensor.dtype().get(bytes, tensor.array(), from, count);
  }

  /** Elements move between arrays and files a piece at a time. */
  private static ByteBuffer piece(Tensor tensor) {
    var bytes = Math.min(PIECE_BYTES, (long) tensor.size() * tensor.dtype().bytes());
    return ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void readFully(InputStream in, byte[] bytes, int count) throws IOException {
    if (in.readNBytes(bytes, 0, count) < count) {
      throw new IOException("the file became shorter while it was read");
    }
  }

  private static void deleteQuietly(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException left) {
      // The failure that brought us here is what the caller must hear; after success there is nothing to delete.
    }
  }

  /** The kind of failure and its text; the text alone is often only the name of the file. */
  private static String reason(IOException failure) {
    var kind = failure.getClass().getSimpleName().replace("Exception", "");
    return failure.getMessage() == null ? kind : kind + ", " + failure.getMessage();
  }
}
