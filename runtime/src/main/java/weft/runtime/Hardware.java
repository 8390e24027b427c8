package weft.runtime;

import java.util.Locale;

/** What this processor can do, as far as the meaning of numbers depends on it. */
final class Hardware {
  /** A NaN with a mark in the digits that arithmetic does not look at. */
  private static final long MARKED = 0x7ff8000000001234L;

  private Hardware() {}

  /**
   * Whether a fused multiply-add is one instruction; without one the JVM would compute it by big decimals.
   */
  static boolean fma() {
    var wish = System.getProperty("weft.fma", "").toLowerCase(Locale.ROOT);
    return wish.equals("on") || !wish.equals("off") && isInstruction();
  }

  /** The instruction hands a NaN on as it is, the JDK's own code gives the one NaN that Java names: no clock and no reflection. */
  private static boolean isInstruction() {
    var sum = Math.fma(Double.longBitsToDouble(MARKED), 1.0, 1.0);
    return Double.doubleToRawLongBits(sum) == MARKED;
  }
}
