package weft.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import weft.runtime.WeftException.Kind;

/** Moves the elements of tensors between arrays and files, little-endian, a piece at a time. */
final class RawElements {
  private static final int PIECE_BYTES = 1 << 16;

  private RawElements() {}

  static void write(FileChannel channel, Tensor tensor) throws IOException {
    var bytes = buffer(tensor);
    var each = tensor.dtype().bytes();
    var piece = bytes.capacity() / each;
    for (int from = 0, count; from < tensor.size(); from += count) {
      count = Math.min(piece, tensor.size() - from);
      bytes.clear().limit(count * each);
      switch (tensor.dtype()) {
        case F32 -> bytes.asFloatBuffer().put(tensor.floats(), from, count);
        case F64 -> bytes.asDoubleBuffer().put(tensor.doubles(), from, count);
        case I32 -> bytes.asIntBuffer().put(tensor.ints(), from, count);
        case I64 -> bytes.asLongBuffer().put(tensor.longs(), from, count);
        case BOOL -> {
          for (var i = 0; i < count; i++) {
            bytes.put(i, (byte) (tensor.booleans()[from + i] ? 1 : 0));
          }
        }
      }
      SafeTensors.writeFully(channel, bytes);
    }
  }

  static void read(InputStream in, Tensor tensor, String file, String name) throws IOException {
    var bytes = buffer(tensor);
    var each = tensor.dtype().bytes();
    var piece = bytes.capacity() / each;
    for (int from = 0, count; from < tensor.size(); from += count) {
      count = Math.min(piece, tensor.size() - from);
      bytes.clear().limit(count * each);
      SafeTensors.readFully(in, bytes.array(), count * each);
      // No switch, for which a short program would load three classes more.
      if (tensor.dtype() == DType.F32) {
        bytes.asFloatBuffer().get(tensor.floats(), from, count);
      } else if (tensor.dtype() == DType.F64) {
        bytes.asDoubleBuffer().get(tensor.doubles(), from, count);
      } else if (tensor.dtype() == DType.I32) {
        bytes.asIntBuffer().get(tensor.ints(), from, count);
      } else if (tensor.dtype() == DType.I64) {
        bytes.asLongBuffer().get(tensor.longs(), from, count);
      } else {
        for (var i = 0; i < count; i++) {
          tensor.booleans()[from + i] = truth(bytes.get(i), from + i, file, name);
        }
      }
    }
  }

  private static boolean truth(byte value, int at, String file, String name) {
    if (value != 0 && value != 1) {
      throw new WeftException(Kind.FILE, file + ": tensor " + SafeHeaderReader.quote(name) + " is of truth values, but element " + at + " is "
          + (value & 0xff) + " and not 0 or 1");
    }
    return value == 1;
  }

  private static ByteBuffer buffer(Tensor tensor) {
    var bytes = Math.min(PIECE_BYTES, (long) tensor.size() * tensor.dtype().bytes());
    return ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
