package weft.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
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

  static void read(ReadableByteChannel channel, Tensor tensor, String what) throws IOException {
    var bytes = buffer(tensor);
    var each = tensor.dtype().bytes();
    var piece = bytes.capacity() / each;
    for (int from = 0, count; from < tensor.size(); from += count) {
      count = Math.min(piece, tensor.size() - from);
      bytes.clear().limit(count * each);
      SafeTensors.readFully(channel, bytes);
      bytes.flip();
      switch (tensor.dtype()) {
        case F32 -> bytes.asFloatBuffer().get(tensor.floats(), from, count);
        case F64 -> bytes.asDoubleBuffer().get(tensor.doubles(), from, count);
        case I32 -> bytes.asIntBuffer().get(tensor.ints(), from, count);
        case I64 -> bytes.asLongBuffer().get(tensor.longs(), from, count);
        case BOOL -> {
          for (var i = 0; i < count; i++) {
            tensor.booleans()[from + i] = truth(bytes.get(i), from + i, what);
          }
        }
      }
    }
  }

  private static boolean truth(byte value, int at, String what) {
    if (value != 0 && value != 1) {
      throw new WeftException(Kind.FILE, what + " is of truth values, but element " + at + " is "
          + (value & 0xff) + " and not 0 or 1");
    }
    return value == 1;
  }

  private static ByteBuffer buffer(Tensor tensor) {
    var bytes = Math.min(PIECE_BYTES, (long) tensor.size() * tensor.dtype().bytes());
    return ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
