package weft.loop;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import weft.runtime.DType;

/** Numbers as people write them: the fewest digits that give the same bits back, the same on every JDK. */
public final class Numbers {
  private Numbers() {}

  /** A number as listings write it. */
  public static String text(Value.Num num) {
    if (num.dtype() == DType.BOOL) return num.value().intValue() != 0 ? "true" : "false";
    if (num.dtype().isInteger()) return num.value().toString();
    double value = num.value().doubleValue();
    if (Double.isNaN(value)) return "NaN";
    if (Double.isInfinite(value)) return value > 0 ? "Infinity" : "-Infinity";
    if (value == 0) return 1 / value > 0 ? "0" : "-0.0";
    return shortest(value, num.dtype() == DType.F32);
  }

  private static String shortest(double value, boolean single) {
    if (value == Math.rint(value) && Math.abs(value) < 1e10) return Long.toString((long) value);
    var exact = new BigDecimal(value);
    for (int digits = 1; ; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (single ? rounded.floatValue() == (float) value : rounded.doubleValue() == value) return text(rounded);
    }
  }

  private static String text(BigDecimal number) {
    BigDecimal bare = number.stripTrailingZeros();
    int exponent = bare.precision() - bare.scale() - 1;
    if (exponent >= -4 && exponent < 7) return bare.toPlainString();
    BigDecimal mantissa = bare.scaleByPowerOfTen(-exponent);
    return mantissa.toPlainString() + "e" + exponent;
  }
}
