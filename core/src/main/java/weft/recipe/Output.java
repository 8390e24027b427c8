package weft.recipe;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import weft.runtime.DType;
import weft.runtime.Tensor;

/** Bytes being written: integers take as many as they need, and every text stands once. */
final class Output {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Map<String, Integer> texts = new HashMap<>();

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  void append(byte[] more) {
    bytes.writeBytes(more);
  }

  void tag(int value) {
    bytes.write(value);
  }

  void flag(boolean value) {
    bytes.write(value ? 1 : 0);
  }

  /** An integer that is never negative. */
  void count(int value) {
    unsigned(value);
  }

  /** An integer, small ones of either sign short. */
  void number(long value) {
    unsigned(value << 1 ^ value >> 63);
  }

  private void unsigned(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  void bits(long value, int count) {
    for (int i = 0; i < count; i++) bytes.write((int) (value >>> 8 * i));
  }

  /** A text or null: a number where it has been said before. */
  void text(String text) {
    Integer known = text == null ? Integer.valueOf(-1) : texts.get(text);
    if (known != null) {
      count(known + 2);
      return;
    }
    texts.put(text, texts.size());
    count(0);
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    count(utf8.length);
    bytes.writeBytes(utf8);
  }

  void shape(int[] shape) {
    count(shape.length);
    for (int d : shape) count(d);
  }

  /** The elements, little-endian. */
  void elements(Tensor t) {
    DType dtype = t.dtype();
    for (int i = 0; i < t.size(); i++) {
      switch (dtype) {
        case F32 -> bits(Float.floatToRawIntBits(t.floats()[i]), 4);
        case F64 -> bits(Double.doubleToRawLongBits(t.doubles()[i]), 8);
        case I32 -> bits(t.ints()[i], 4);
        case I64 -> bits(t.longs()[i], 8);
        case BOOL -> flag(t.booleans()[i]);
      }
    }
  }
}
