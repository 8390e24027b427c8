package weft.runtime;

/** What a conversion from one dtype to another means, as far as a Java cast does not say it already. */
public final class Casts {
  private Casts() {}

  /** As a Java cast: truncated, saturating, NaN to 0. */
  public static int toI32(double x) {
    return (int) x;
  }

  /** As a Java cast: the low 32 bits. */
  public static int toI32(long x) {
    return (int) x;
  }

  /** 1 for true, 0 for false. */
  public static int toI32(boolean x) {
    return x ? 1 : 0;
  }

  /** As a Java cast: truncated, saturating, NaN to 0. */
  public static long toI64(double x) {
    return (long) x;
  }

  /** 1 for true, 0 for false. */
  public static long toI64(boolean x) {
    return x ? 1 : 0;
  }

  /** As a Java cast: rounded to the nearest. */
  public static float toF32(double x) {
    return (float) x;
  }

  /** As a Java cast: rounded to the nearest. */
  public static float toF32(long x) {
    return x;
  }

  /** 1 for true, 0 for false. */
  public static float toF32(boolean x) {
    return x ? 1 : 0;
  }

  /** As a Java cast: rounded to the nearest. */
  public static double toF64(long x) {
    return x;
  }

  /** 1 for true, 0 for false. */
  public static double toF64(boolean x) {
    return x ? 1 : 0;
  }

  /** False for zeros, true for everything else, NaN included. */
  public static boolean toBool(double x) {
    return x != 0;
  }

  /** False for zero, true for everything else. */
  public static boolean toBool(long x) {
    return x != 0;
  }
}
