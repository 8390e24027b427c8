package weft.recipe;

import java.nio.charset.CharacterCodingException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * Bytes being read. Nothing is believed: what is counted must still fit into the bytes that are left, so that no memory is
 * reserved for what is not there.
 */
final class Input {
  private static final int LONGEST_TEXT = 1 << 16;
  private static final int MOST_AXES = 64;

  private final byte[] bytes;
  private final int end;
  private int at;
  private final List<String> texts = new ArrayList<>();

  Input(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  static WeftException refused(String why) {
    return refused(why, null);
  }

  static WeftException refused(String why, Throwable cause) {
    return new WeftException(Kind.FILE, "recipe: " + why + "\n  Nothing was compiled. Write the recipe again from its function.", cause);
  }

  int position() {
    return at;
  }

  int left() {
    return end - at;
  }

  void requireEnd() {
    if (at != end) throw refused((end - at) + " bytes stand behind its end");
  }

  private int next() {
    if (at == end) throw refused("it ends too early");
    return bytes[at++] & 0xff;
  }

  int tag() {
    return next();
  }

  boolean flag() {
    int value = next();
    if (value > 1) throw refused("a truth value is " + value);
    return value == 1;
  }

  /** An integer from 0 to {@code most}. */
  int count(String what, long most) {
    long value = unsigned();
    if (value < 0 || value > most) throw refused(what + " is " + Long.toUnsignedString(value) + ", and " + most + " is the most");
    return (int) value;
  }

  /** How many of something follow that takes a byte or more each. */
  int many(String what) {
    return count("the number of " + what, left());
  }

  long number() {
    long value = unsigned();
    return value >>> 1 ^ -(value & 1);
  }

  private long unsigned() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = next();
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) return value;
    }
    throw refused("a number has too many digits");
  }

  long bits(int count) {
    long value = 0;
    for (int i = 0; i < count; i++) value |= (long) next() << 8 * i;
    return value;
  }

  /** A text that must be there. */
  String word() {
    String text = text();
    if (text == null) throw refused("a name is missing");
    return text;
  }

  /** A text or null. */
  String text() {
    int known = count("a text", texts.size() + 1L);
    if (known == 1) return null;
    if (known > 1) return texts.get(known - 2);
    int length = count("the length of a text", Math.min(LONGEST_TEXT, left()));
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length)).toString();
      at += length;
      texts.add(text);
      return text;
    } catch (CharacterCodingException e) {
      throw refused("a text is not UTF-8", e);
    }
  }

  DType dtype() {
    DType[] all = DType.values();
    return all[count("a dtype", all.length - 1L)];
  }

  int[] shape() {
    var shape = new int[count("a rank", Math.min(MOST_AXES, left()))];
    long size = 1;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = count("a dimension", Integer.MAX_VALUE);
      size = Math.max(1, size) * Math.max(1, shape[i]);
      if (size > Integer.MAX_VALUE) throw refused("a tensor has more elements than an array");
    }
    return shape;
  }

  /** The elements of a tensor of this shape, all of which must be there. */
  Tensor elements(DType dtype, int... shape) {
    long size = 1;
    for (int d : shape) size *= d;
    if (size * dtype.bytes() > left()) throw refused("a tensor of " + Tensor.typeText(dtype, shape) + " is cut off");
    Tensor t = Tensor.zeros(dtype, shape);
    for (int i = 0; i < t.size(); i++) {
      switch (dtype) {
        case F32 -> t.floats()[i] = Float.intBitsToFloat((int) bits(4));
        case F64 -> t.doubles()[i] = Double.longBitsToDouble(bits(8));
        case I32 -> t.ints()[i] = (int) bits(4);
        case I64 -> t.longs()[i] = bits(8);
        case BOOL -> t.booleans()[i] = flag();
      }
    }
    return t;
  }
}
