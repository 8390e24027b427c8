package weft.lower;

import weft.runtime.DType;

/**
 * Which numbers are errors wherever a function is given or computes them.
 *
 * @param nan whether NaN is one
 * @param infinite whether infinities are
 * @param big whether numbers above {@link #BIG} in size are
 */
public record Watch(boolean nan, boolean infinite, boolean big) {
  /** What numbers of a net that learns stay below. */
  public static final double BIG = 1e10;

  /** Looks for nothing. */
  public static final Watch NONE = new Watch(false, false, false);

  /** Whether there is anything to look for. */
  public boolean isOn() {
    return nan || infinite || big;
  }

  static double largest(DType dtype) {
    return dtype == DType.F32 ? Float.MAX_VALUE : Double.MAX_VALUE;
  }
}
