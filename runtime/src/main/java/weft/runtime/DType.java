package weft.runtime;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;

/** The type of one element of a tensor. */
public enum DType {
  /** IEEE 754 single precision, held in a {@code float[]}. */
  F32("f32", 4, float.class),
  /** IEEE 754 double precision, held in a {@code double[]}. */
  F64("f64", 8, double.class),
  /** Two's complement 32-bit integer, held in an {@code int[]}. */
  I32("i32", 4, int.class),
  /** Two's complement 64-bit integer, held in a {@code long[]}. */
  I64("i64", 8, long.class),
  /** Truth value, held in a {@code boolean[]}, one byte each. */
  BOOL("bool", 1, boolean.class);

  private final String text;
  private final int bytes;
  private final Class<?> javaType;

  DType(String text, int bytes, Class<?> javaType) {
    this.text = text;
    this.bytes = bytes;
    this.javaType = javaType;
  }

  /** The short name that every message and listing shows, such as {@code f32}. */
  public String text() {
    return text;
  }

  /** The name that the safetensors format gives this type, such as {@code F32}. */
  public String safetensorsName() {
    return name();
  }

  /** Bytes of one element, in memory and in a file. */
  public int bytes() {
    return bytes;
  }

  /** Whether this is {@link #F32} or {@link #F64}. */
  public boolean isFloat() {
    return this == F32 || this == F64;
  }

  /** Whether this is {@link #I32} or {@link #I64}. */
  public boolean isInteger() {
    return this == I32 || this == I64;
  }

  /** The Java primitive of one element, such as {@code float.class}. */
  public Class<?> javaType() {
    return javaType;
  }

  /**
   * A new Java array of exactly {@code length} zeros (or {@code false}) of this type.
   *
   * @throws WeftException of kind SIZE if memory has no room for it
   */
  public Object newArray(int length) {
    try {
      return made(length);
    } catch (OutOfMemoryError e) {
      throw new WeftException(WeftException.Kind.SIZE, length + " elements of " + this + " (" + (long) length * bytes
          + " bytes) do not fit into memory; start Java with a larger -Xmx than " + (Runtime.getRuntime().maxMemory() >> 20) + "m", e);
    }
  }

  // Here and below no switch, for which javac makes a class that a short program would have to load.

  private Object made(int length) {
    if (this == F32) {
      return new float[length];
    }
    return this == F64 ? new double[length] : this == I32 ? new int[length] : this == I64 ? new long[length] : new boolean[length];
  }

  /** The length of a Java array of this type. */
  public int length(Object array) {
    return Array.getLength(array);
  }

  /** Elements of an array, to the buffer's place and on, with its order of bytes. */
  void put(Object array, int from, int count, ByteBuffer to) {
    if (this == F32) {
      to.asFloatBuffer().put((float[]) array, from, count);
    } else if (this == F64) {
      to.asDoubleBuffer().put((double[]) array, from, count);
    } else if (this == I32) {
      to.asIntBuffer().put((int[]) array, from, count);
    } else if (this == I64) {
      to.asLongBuffer().put((long[]) array, from, count);
    } else {
      for (var i = 0; i < count; i++) {
        to.put(to.position() + i, (byte) (((boolean[]) array)[from + i] ? 1 : 0));
      }
    }
  }

  /** Elements for an array, from the buffer's place on, with its order of bytes; every byte but 0 is {@code true}. */
  void get(ByteBuffer from, Object array, int at, int count) {
    if (this == F32) {
      from.asFloatBuffer().get((float[]) array, at, count);
    } else if (this == F64) {
      from.asDoubleBuffer().get((double[]) array, at, count);
    } else if (this == I32) {
      from.asIntBuffer().get((int[]) array, at, count);
    } else if (this == I64) {
      from.asLongBuffer().get((long[]) array, at, count);
    } else {
      for (var i = 0; i < count; i++) {
        ((boolean[]) array)[at + i] = from.get(from.position() + i) != 0;
      }
    }
  }

  /** Whether {@code array} is a Java array of this type. */
  public boolean holds(Object array) {
    return array != null && array.getClass().getComponentType() == javaType;
  }

  /**
   * The type of a Java array's elements.
   *
   * @throws WeftException of kind DTYPE if the array is none of the five
   */
  public static DType ofArray(Object array) {
    for (var dtype : values()) {
      if (dtype.holds(array)) {
        return dtype;
      }
    }
    throw new WeftException(WeftException.Kind.DTYPE, "no dtype holds its elements in "
        + (array == null ? "null" : array.getClass().getTypeName())
        + "; give a float[], double[], int[], long[] or boolean[]");
  }

  @Override
  public String toString() {
    return text;
  }
}
