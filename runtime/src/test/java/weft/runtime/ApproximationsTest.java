package weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Accuracy of the float forms against StrictMath in double, over floats of every exponent, with and without
 * fma.
 */
class ApproximationsTest {
  /** A prime, so that the samples meet every exponent with ever different low bits: 2,805,000 floats. */
  private static final int STRIDE = 1531;

  private static final float[] SPECIAL = {0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL,
      -Float.MIN_NORMAL, Float.MAX_VALUE, -Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY,
      1f, -1f, 0.5f, -0.5f, 88.722839f, 88.72284f, -87.33654f, -103.97208f, -103.97209f, -104f, 89f, 8f, -8f, 9.02f};

  /** A function of one float. */
  @FunctionalInterface
  public interface FloatFunction {
    /** The value at x. */
    float at(float x);
  }

  /** A second copy of the classes, loaded while the property forces fma on or off. */
  private static final class Copy extends URLClassLoader {
    Copy(URL classes) {
      super(new URL[] {classes}, ClassLoader.getPlatformClassLoader());
    }

    static Class<?> approximations(String fma) throws ReflectiveOperationException {
      var old = System.getProperty("weft.fma");
      System.setProperty("weft.fma", fma);
      try {
        var classes = Approximations.class.getProtectionDomain().getCodeSource().getLocation();
        return Class.forName("weft.runtime.Approximations", true, new Copy(classes));
      } finally {
        if (old == null) {
          System.clearProperty("weft.fma");
        } else {
          System.setProperty("weft.fma", old);
        }
      }
    }
  }

  private static FloatFunction function(String fma, String name) throws ReflectiveOperationException {
    var type = MethodType.methodType(float.class, float.class);
    MethodHandle handle = MethodHandles.publicLookup().findStatic(Copy.approximations(fma), name, type);
    return MethodHandleProxies.asInterfaceInstance(FloatFunction.class, handle);
  }

  private static double ulps(float value, double exact) {
    var rounded = (float) exact;
    if (Float.isNaN(rounded) || Float.isInfinite(rounded) || Float.isInfinite(value) || Float.isNaN(value)) {
      return Float.compare(value, rounded) == 0 ? 0 : Double.POSITIVE_INFINITY;
    }
    return Math.abs(value - exact) / Math.ulp(rounded);
  }

  private static void within(double bound, FloatFunction function, DoubleUnaryOperator exact) {
    for (var x : SPECIAL) {
      assertThat(ulps(function.at(x), exact.applyAsDouble(x))).as("ULP at %s", x).isLessThanOrEqualTo(bound);
    }
    assertThat(function.at(Float.NaN)).isNaN();
    var worst = 0.0;
    var worstAt = 0f;
    var samples = 0;
    for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += STRIDE) {
      var x = Float.intBitsToFloat((int) bits);
      var error = ulps(function.at(x), exact.applyAsDouble(x));
      samples++;
      if (error > worst) {
        worst = error;
        worstAt = x;
      }
    }
    assertThat(samples).isGreaterThan(2_000_000);
    assertThat(worst).as("ULP at %s", worstAt).isLessThanOrEqualTo(bound);
  }

  /** From -87.683 down the result is 0 by definition, 8.3e-39 too little at most. */
  private static double exactSigmoid(double x) {
    if (x < -126.5 * Math.log(2)) return 0;
    return x < 0 ? StrictMath.exp(x) / (1 + StrictMath.exp(x)) : 1 / (1 + StrictMath.exp(-x));
  }

  @Test
  void thePropertySelectsFma() throws ReflectiveOperationException {
    assertThat(Copy.approximations("on").getField("TANH_LIMIT").getFloat(null)).isEqualTo(7.984342f);
    assertThat(Copy.approximations("off").getField("TANH_LIMIT").getFloat(null)).isEqualTo(7.904913f);
  }

  @Test
  void exp() throws ReflectiveOperationException {
    within(0.87, function("on", "exp"), StrictMath::exp);
    within(1.17, function("off", "exp"), StrictMath::exp);
  }

  @Test
  void sigmoid() throws ReflectiveOperationException {
    within(2.49, function("on", "sigmoid"), ApproximationsTest::exactSigmoid);
    within(2.49, function("off", "sigmoid"), ApproximationsTest::exactSigmoid);
  }

  @Test
  void tanh() throws ReflectiveOperationException {
    within(4.97, function("on", "tanh"), StrictMath::tanh);
    within(5.89, function("off", "tanh"), StrictMath::tanh);
  }

  @Test
  void logarithms() throws ReflectiveOperationException {
    within(0.94, function("on", "log"), StrictMath::log);
    within(1.07, function("off", "log"), StrictMath::log);
    within(1.55, function("on", "log1p"), StrictMath::log1p);
    within(1.71, function("off", "log1p"), StrictMath::log1p);
    DoubleUnaryOperator softplus = x -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
    within(1.98, function("on", "softplus"), softplus);
    within(2.02, function("off", "softplus"), softplus);
  }

  @ParameterizedTest
  @ValueSource(strings = {"on", "off"})
  void exactWhereItMatters(String fma) throws ReflectiveOperationException {
    var exp = function(fma, "exp");
    assertThat(exp.at(0f)).isEqualTo(1f);
    assertThat(exp.at(-0f)).isEqualTo(1f);
    assertThat(exp.at(-103.9f)).isEqualTo(Float.MIN_VALUE);
    assertThat(exp.at(-104f)).isEqualTo(0f);
    assertThat(exp.at(-1e30f)).isEqualTo(0f);
    assertThat(exp.at(88.73f)).isEqualTo(Float.POSITIVE_INFINITY);
    var sigmoid = function(fma, "sigmoid");
    assertThat(sigmoid.at(0f)).isEqualTo(0.5f);
    assertThat(sigmoid.at(100f)).isEqualTo(1f);
    assertThat(sigmoid.at(-87f)).isCloseTo((float) StrictMath.exp(-87), offset(1e-44f));
    assertThat(sigmoid.at(-87.6f)).isCloseTo((float) StrictMath.exp(-87.6f), offset(1e-44f));
    assertThat(sigmoid.at(-87.7f)).isEqualTo(0f);
    assertThat(sigmoid.at(Float.NEGATIVE_INFINITY)).isEqualTo(0f);
    assertThat(function(fma, "log").at(1f)).isEqualTo(0f);
    assertThat(function(fma, "log").at(Float.MIN_VALUE)).isEqualTo((float) StrictMath.log(Float.MIN_VALUE));
    var log1p = function(fma, "log1p");
    assertThat(log1p.at(0f)).isEqualTo(0f);
    assertThat(log1p.at(-1e-30f)).isEqualTo(-1e-30f);
    assertThat(log1p.at(Float.MIN_VALUE)).isEqualTo(Float.MIN_VALUE);
    assertThat(function(fma, "softplus").at(-100f)).isEqualTo((float) StrictMath.exp(-100));
    var tanh = function(fma, "tanh");
    assertThat(tanh.at(1e-30f)).isEqualTo(1e-30f);
    assertThat(tanh.at(-Float.MIN_VALUE)).isEqualTo(-Float.MIN_VALUE);
    assertThat(tanh.at(20f)).isEqualTo(1f);
    assertThat(tanh.at(-20f)).isEqualTo(-1f);
    assertThat(Float.floatToRawIntBits(tanh.at(-0f))).isEqualTo(Float.floatToRawIntBits(-0f));
  }

  @ParameterizedTest
  @ValueSource(strings = {"on", "off"})
  void tanhIsOddAndNeverBeyondOne(String fma) throws ReflectiveOperationException {
    var tanh = function(fma, "tanh");
    var largest = 0f;
    for (var bits = Float.floatToRawIntBits(6f); bits < Float.floatToRawIntBits(10f); bits += 3) {
      var x = Float.intBitsToFloat(bits);
      var value = tanh.at(x);
      if (value != -tanh.at(-x)) {
        assertThat(tanh.at(-x)).as("tanh(-%s)", x).isEqualTo(-value);
      }
      largest = Math.max(largest, value);
    }
    assertThat(largest).isEqualTo(1f);
  }

  @Test
  void clampsOfEitherKindGiveTheSameBits() {
    for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += 100 * STRIDE) {
      var x = Float.intBitsToFloat((int) bits);
      var inside = Math.max(Math.min(x, Approximations.EXP_LIMIT), -Approximations.EXP_LIMIT);
      assertThat(Float.floatToIntBits(Approximations.exp(x)))
          .isEqualTo(Float.floatToIntBits(Approximations.expInside(inside)));
      var limit = Approximations.TANH_LIMIT;
      var below = x > limit ? limit : x;
      assertThat(Float.floatToIntBits(Approximations.tanh(x)))
          .isEqualTo(Float.floatToIntBits(Approximations.tanh(below < -limit ? -limit : below)));
    }
  }
}
