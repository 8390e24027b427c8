package tests;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import weft.runtime.Tensor;

/** Where two tensors differ, said in one line; null where they do not. */
public final class Close {
  private Close() {}

  /** The first difference in type or bits; all NaNs are one. */
  public static String bits(Tensor actual, Tensor expected) {
    String types = types(actual, expected);
    if (types != null) return types;
    double[] a = actual.toDoubles();
    double[] e = expected.toDoubles();
    for (int i = 0; i < e.length; i++) {
      if (Double.doubleToLongBits(a[i]) != Double.doubleToLongBits(e[i]))
          return "[" + i + "] is " + a[i] + ", not the same bits as " + e[i];
    }
    return null;
  }

  /**
   * The worst difference beyond {@code tolerance}, which is relative to numbers above 1; where nothing
   * below 1e30 is expected, anything goes.
   */
  public static String numbers(Tensor actual, Tensor expected, IntToDoubleFunction tolerance) {
    String types = types(actual, expected);
    if (types != null) return types;
    double[] a = actual.toDoubles();
    double[] e = expected.toDoubles();
    String worst = null;
    double most = 0;
    for (int i = 0; i < e.length; i++) {
      if (!(Math.abs(e[i]) < 1e30)) continue;
      double distance = Math.abs(a[i] - e[i]) / Math.max(1, Math.abs(e[i]));
      double excess = distance / tolerance.applyAsDouble(i);
      if (excess <= Math.max(1, most)) continue;
      most = excess;
      worst = "[" + i + "] is " + a[i] + ", not " + e[i] + ", " + (float) excess + " times the tolerance away";
    }
    return worst;
  }

  private static String types(Tensor actual, Tensor expected) {
    boolean same = actual.dtype() == expected.dtype() && Arrays.equals(actual.shape(), expected.shape());
    return same ? null : "is " + actual.typeText() + ", not " + expected.typeText();
  }
}
