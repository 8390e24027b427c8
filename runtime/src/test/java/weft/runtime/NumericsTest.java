package weft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;
import static weft.runtime.TensorTest.refused;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import weft.runtime.ApproximationsTest.FloatFunction;
import weft.runtime.WeftException.Kind;

/** Values to 17 digits are from a computation with 40 digits. */
class NumericsTest {
  @ParameterizedTest
  @CsvSource({"0.0001, 0.00011283791633342487, 0.9998871620836666", "0.1, 0.1124629160182849, 0.887537083981715",
      "0.5, 0.5204998778130465, 0.4795001221869535", "0.8, 0.7421009647076605, 0.2578990352923395",
      "0.85, 0.7706680576083526, 0.22933194239164748", "1, 0.8427007929497149, 0.15729920705028513",
      "1.2, 0.9103139782296353, 0.08968602177036464", "1.3, 0.9340079449406524, 0.06599205505934755",
      "2, 0.9953222650189527, 0.004677734981047266", "2.8, 0.9999249868053346, 7.501319466545911e-05",
      "2.9, 0.9999589021219005, 4.109787809945886e-05", "3.5, 0.9999992569016276, 7.430983723414128e-07",
      "5.9, 0.9999999999999999, 7.190409783550478e-17", "6.5, 1.0, 3.8421483271206475e-20",
      "10, 1.0, 2.088487583762545e-45", "20, 1.0, 5.395865611607901e-176", "26.5, 1.0, 2.2109076642637343e-307",
      "-0.3, -0.3286267594591274, 1.3286267594591274", "-0.9, -0.7969082124228322, 1.7969082124228322",
      "-2, -0.9953222650189527, 1.9953222650189528", "-6.5, -1.0, 2.0", "1e-300, 1.1283791670955127e-300, 1"})
  void erf(double x, double erf, double erfc) {
    assertThat(Numerics.erf(x)).isCloseTo(erf, within(Math.ulp(erf)));
    assertThat(Numerics.erfc(x)).isCloseTo(erfc, within(2 * Math.ulp(erfc)));
    var single = (float) x;
    assertThat(Numerics.erf(single)).isEqualTo((float) Numerics.erf((double) single));
    assertThat(Numerics.erfc(single)).isEqualTo((float) Numerics.erfc((double) single));
  }

  /** Eight products one after the other, in an order that rounding shows. */
  @Test
  void eightProductsInOrder() {
    assertThat(Products.fma(1, 3, 5, 7, 9, 11, 13, 15, new float[] {0, 2, 4, 6, 8, 10, 12, 14, 16}, 1, 1, 100f)).isEqualTo(844f);
    assertThat(Products.fma(1, 3, 5, 7, 9, 11, 13, 15, new double[] {2, 4, 6, 8, 10, 12, 14, 16}, 0, 1, 100.0)).isEqualTo(844);
    var random = new Random(5);
    for (var round = 0; round < 1000; round++) {
      var f = new float[8];
      var d = new double[8];
      var rows = new float[27];
      var columns = new double[27];
      for (var i = 0; i < 27; i++) {
        rows[i] = (float) random.nextGaussian();
        columns[i] = random.nextGaussian();
        f[i % 8] = (float) random.nextGaussian();
        d[i % 8] = random.nextGaussian();
      }
      var single = 0.3f;
      var twice = 0.3;
      for (var i = 0; i < 8; i++) {
        single = Numerics.FMA ? Math.fma(f[i], rows[5 + 3 * i], single) : f[i] * rows[5 + 3 * i] + single;
        twice = Numerics.FMA ? Math.fma(d[i], columns[5 + 3 * i], twice) : d[i] * columns[5 + 3 * i] + twice;
      }
      assertThat(Products.fma(f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], rows, 5, 3, 0.3f)).isEqualTo(single);
      assertThat(Products.fma(d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7], columns, 5, 3, 0.3)).isEqualTo(twice);
    }
  }

  /** Sums of a row: as many calls for one sum each give the same, wherever rows and sums begin, and nothing beside them changes. */
  @Test
  void eightRowsInOrder() {
    var random = new Random(6);
    for (var n : new int[] {0, 1, 5, 24}) {
      var numbers = random.doubles(40).toArray();
      var rows = random.doubles(9 * 30).toArray();
      var sums = random.doubles(40).toArray();
      var found = sums.clone();
      Products.add(numbers, 3, 4, rows, 7, 30, found, 11, n);
      var single = floats(sums);
      Products.add(floats(numbers), 3, 4, floats(rows), 7, 30, single, 11, n);
      for (var i = 0; i < sums.length; i++) {
        var sum = sums[i];
        var half = (float) sums[i];
        for (var r = 0; r < 8 && i >= 11 && i < 11 + n; r++) {
          sum = Numerics.fma(numbers[3 + 4 * r], rows[7 + 30 * r + i - 11], sum);
          half = Numerics.fma((float) numbers[3 + 4 * r], (float) rows[7 + 30 * r + i - 11], half);
        }
        assertThat(found[i]).isEqualTo(sum);
        assertThat(single[i]).isEqualTo(half);
      }
    }
  }

  private static float[] floats(double[] values) {
    var floats = new float[values.length];
    for (var i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  @Test
  void erfAtTheEnds() {
    assertThat(Numerics.erf(Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(Numerics.erf(Double.NEGATIVE_INFINITY)).isEqualTo(-1);
    assertThat(Numerics.erfc(Double.POSITIVE_INFINITY)).isZero();
    assertThat(Numerics.erfc(Double.NEGATIVE_INFINITY)).isEqualTo(2);
    assertThat(Numerics.erf(Double.NaN)).isNaN();
    assertThat(Numerics.erfc(Double.NaN)).isNaN();
    assertThat(Double.doubleToRawLongBits(Numerics.erf(-0.0))).isEqualTo(Double.doubleToRawLongBits(-0.0));
  }

  @ParameterizedTest
  @CsvSource({"-745, 5e-324, 5e-324", "-40, 4.248354255291589e-18, 4.248354255291589e-18",
      "-1, 0.3132616875182228, 0.2689414213699951", "-1e-10, 0.6931471805099453, 0.499999999975",
      "0.5, 0.9740769841801067, 0.6224593312018546", "3, 3.048587351573742, 0.9525741268224333",
      "30, 30.000000000000092, 0.9999999999999064", "700, 700, 1", "0, 0.6931471805599453, 0.5"})
  void softplusAndSigmoid(double x, double softplus, double sigmoid) {
    assertThat(Numerics.softplus(x)).isCloseTo(softplus, within(2 * Math.ulp(softplus)));
    assertThat(Numerics.logSigmoid(-x)).isCloseTo(-softplus, within(2 * Math.ulp(softplus)));
    assertThat(Numerics.sigmoid(x)).isCloseTo(sigmoid, within(2 * Math.ulp(sigmoid)));
  }

  @Test
  void softplusAtTheEnds() {
    assertThat(Numerics.softplus(Double.POSITIVE_INFINITY)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Numerics.softplus(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(Numerics.logSigmoid(Double.NEGATIVE_INFINITY)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Numerics.softplus(Float.NaN)).isNaN();
    assertThat(Numerics.sigmoid(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(Numerics.sigmoid(Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(Numerics.sigmoid(Double.NaN)).isNaN();
    assertThat(Numerics.softplus(-100f)).isEqualTo((float) StrictMath.exp(-100));
  }

  static Stream<Arguments> functions() {
    return Stream.of(
        row("log", Numerics::log, Numerics::log, StrictMath::log),
        row("log1p", Numerics::log1p, Numerics::log1p, StrictMath::log1p),
        row("expm1", Numerics::expm1, Numerics::expm1, StrictMath::expm1),
        row("sqrt", Numerics::sqrt, Numerics::sqrt, StrictMath::sqrt),
        row("sin", Numerics::sin, Numerics::sin, StrictMath::sin),
        row("cos", Numerics::cos, Numerics::cos, StrictMath::cos),
        row("tan", Numerics::tan, Numerics::tan, StrictMath::tan),
        row("atan", Numerics::atan, Numerics::atan, StrictMath::atan),
        row("sinh", Numerics::sinh, Numerics::sinh, StrictMath::sinh),
        row("cosh", Numerics::cosh, Numerics::cosh, StrictMath::cosh),
        row("floor", Numerics::floor, Numerics::floor, StrictMath::floor),
        row("ceil", Numerics::ceil, Numerics::ceil, StrictMath::ceil),
        row("rint", Numerics::rint, Numerics::rint, StrictMath::rint),
        row("abs", Numerics::abs, Numerics::abs, x -> x < 0 ? -x : x),
        row("relu", Numerics::relu, Numerics::relu, x -> x < 0 ? 0 : x),
        row("reciprocal", Numerics::reciprocal, Numerics::reciprocal, x -> StrictMath.pow(x, -1)),
        row("square", x -> Numerics.pow(x, 2f), x -> Numerics.pow(x, 2.0), x -> x * x));
  }

  private static Arguments row(String name, FloatFunction single, DoubleUnaryOperator twice,
      DoubleUnaryOperator exact) {
    return Arguments.of(name, single, twice, exact);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("functions")
  void meansWhatItsNameSays(String name, FloatFunction single, DoubleUnaryOperator twice,
      DoubleUnaryOperator exact) {
    for (var x : List.of(-3.75, -1.5, -1.0, -0.5, -0.25, -1e-8, 0.0, 1e-8, 0.5, 1.0, 1.5, 2.5, 7.25, 40.0,
        Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN)) {
      var wanted = exact.applyAsDouble(x);
      var value = twice.applyAsDouble(x);
      var tolerance = Double.isFinite(wanted) ? 2.5 * Math.ulp(wanted) : 0;
      assertThat(value == wanted || Double.isNaN(value) && Double.isNaN(wanted)
          || Math.abs(value - wanted) <= tolerance).as("%s(%s) = %s, wanted %s", name, x, value, wanted).isTrue();
      var rounded = x.floatValue();
      var exactRounded = (float) exact.applyAsDouble(rounded);
      var singleValue = single.at(rounded);
      assertThat(Float.compare(singleValue, exactRounded) == 0 || singleValue == exactRounded
          || Math.abs(singleValue - exactRounded) <= Math.ulp(exactRounded))
          .as("%s(%sf) = %s, wanted %s", name, rounded, singleValue, exactRounded).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"0.5, 1, 0, 0", "-0.5, -1, -0.0, -0.0", "1.5, 2, 2, 1", "2.5, 3, 2, 2",
      "-2.5, -3, -2, -2", "2.4, 2, 2, 2", "0.49999999999999994, 0, 0, 0", "4503599627370497, 4503599627370497, 4503599627370497, 4503599627370497",
      "-0.0, -0.0, -0.0, -0.0", "Infinity, Infinity, Infinity, Infinity", "NaN, NaN, NaN, NaN"})
  void roundsThreeWays(double x, double away, double even, double towardsZero) {
    assertThat(Numerics.round(x)).isEqualTo(Double.valueOf(away));
    assertThat(Numerics.rint(x)).isEqualTo(Double.valueOf(even));
    assertThat(Numerics.trunc(x)).isEqualTo(Double.valueOf(towardsZero));
  }

  @Test
  void roundsFloatsAwayFromZero() {
    assertThat(Numerics.round(0.5f)).isEqualTo(1f);
    assertThat(Numerics.round(-2.5f)).isEqualTo(-3f);
    assertThat(Numerics.round(0.49999997f)).isEqualTo(0f);
    assertThat(Numerics.round(8388609f)).isEqualTo(8388609f);
    assertThat(Numerics.rint(2.5f)).isEqualTo(2f);
    assertThat(Numerics.trunc(-2.5f)).isEqualTo(-2f);
  }

  @Test
  void minAndMaxKeepNanAndOrderZeros() {
    assertThat(Numerics.max(Float.NaN, 1f)).isNaN();
    assertThat(Numerics.min(1.0, Double.NaN)).isNaN();
    assertThat(1 / Numerics.max(-0f, 0f)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(1 / Numerics.min(0.0, -0.0)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Numerics.relu(Float.NaN)).isNaN();
    assertThat(Numerics.min(3, -2)).isEqualTo(-2);
    assertThat(Numerics.max(3L, -2L)).isEqualTo(3);
    assertThat(Numerics.min(3L, -2L)).isEqualTo(-2);
    assertThat(Numerics.max(3, -2)).isEqualTo(3);
  }

  @Test
  void signs() {
    assertThat(Numerics.sign(-7f)).isEqualTo(-1f);
    assertThat(Numerics.sign(7.0)).isEqualTo(1.0);
    assertThat(Numerics.sign(Double.NaN)).isNaN();
    assertThat(1 / Numerics.sign(-0f)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Numerics.sign(-7)).isEqualTo(-1);
    assertThat(Numerics.sign(1L << 40)).isEqualTo(1);
    assertThat(Numerics.abs(-7)).isEqualTo(7);
    assertThat(Numerics.abs(-(1L << 40))).isEqualTo(1L << 40);
  }

  @ParameterizedTest
  @CsvSource({"7, 3, 2, 1", "-7, 3, -3, 2", "7, -3, -3, -2", "-7, -3, 2, -1", "6, 3, 2, 0",
      "-6, 3, -2, 0", "0, -5, 0, 0"})
  void dividesAndTakesRemaindersAsPythonDoes(int x, int y, int quotient, int remainder) {
    assertThat(Numerics.floorDiv(x, y)).isEqualTo(quotient);
    assertThat(Numerics.mod(x, y)).isEqualTo(remainder);
    assertThat(Numerics.floorDiv((long) x, (long) y)).isEqualTo(quotient);
    assertThat(Numerics.mod((long) x, (long) y)).isEqualTo(remainder);
    var signed = remainder == 0 ? Math.copySign(0.0, y) : remainder;
    assertThat(Numerics.mod((double) x, y)).isEqualTo(Double.valueOf(signed));
    assertThat(Numerics.mod((float) x, y)).isEqualTo(Float.valueOf((float) signed));
  }

  @Test
  void remaindersOfFractions() {
    assertThat(Numerics.mod(5.5, 2.0)).isEqualTo(1.5);
    assertThat(Numerics.mod(-5.5, 2.0)).isEqualTo(0.5);
    assertThat(Numerics.mod(5.5f, -2f)).isEqualTo(-0.5f);
    assertThat(Numerics.mod(1.0, 0.0)).isNaN();
    assertThat(Numerics.mod(Double.POSITIVE_INFINITY, 2.0)).isNaN();
    assertThat(Numerics.mod(3.0, Double.POSITIVE_INFINITY)).isEqualTo(3);
    assertThat(Numerics.mod(-3.0, Double.POSITIVE_INFINITY)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void refusesToDivideIntegersByZero() {
    refused(Kind.ARGUMENT, () -> Numerics.floorDiv(5, 0)).hasMessageStartingWith("integer division of 5 by zero");
    refused(Kind.ARGUMENT, () -> Numerics.mod(5, 0)).hasMessageContaining("by zero");
    refused(Kind.ARGUMENT, () -> Numerics.floorDiv(5L, 0L)).hasMessageContaining("by zero");
    refused(Kind.ARGUMENT, () -> Numerics.mod(5L, 0L)).hasMessageContaining("by zero");
    assertThat(Numerics.floorDiv(Integer.MIN_VALUE, -1)).isEqualTo(Integer.MIN_VALUE);
  }

  @Test
  void fmaRoundsOnceWhereItSaysSo() {
    var a = 1f + Math.ulp(1f);
    var once = Math.ulp(1f) * Math.ulp(1f);
    assertThat(Numerics.fma(a, a, -(1f + 2 * Math.ulp(1f)))).isEqualTo(Numerics.FMA ? once : 0f);
    var b = 1.0 + Math.ulp(1.0);
    var twice = Math.ulp(1.0) * Math.ulp(1.0);
    assertThat(Numerics.fma(b, b, -(1.0 + 2 * Math.ulp(1.0)))).isEqualTo(Numerics.FMA ? twice : 0.0);
  }

  @Test
  void fmaFollowsTheJvmUnlessToldOtherwise() {
    var jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).getVMOption("UseFMA").getValue();
    assumeThat(System.getProperty("weft.fma")).isNull();
    assertThat(Numerics.FMA).isEqualTo(jvm.equals("true"));
  }

  @Test
  void castsSaturate() {
    assertThat(Casts.toI32(1e20)).isEqualTo(Integer.MAX_VALUE);
    assertThat(Casts.toI32(Double.NaN)).isZero();
    assertThat(Casts.toI32(-1.9)).isEqualTo(-1);
    assertThat(Casts.toI32((1L << 32) + 5)).isEqualTo(5);
    assertThat(Casts.toI64(-1e30)).isEqualTo(Long.MIN_VALUE);
    assertThat(Casts.toF32(1e300)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Casts.toF32((1L << 60) + (1L << 36) + 1)).isEqualTo(0x1.000002p60f);
    assertThat(Casts.toF64((1L << 53) + 1)).isEqualTo(9007199254740992.0);
    assertThat(List.of(Casts.toI32(true), Casts.toI32(false))).containsExactly(1, 0);
    assertThat(Casts.toI64(true)).isEqualTo(1);
    assertThat(Casts.toF32(true)).isEqualTo(1f);
    assertThat(Casts.toF64(false)).isZero();
    assertThat(Casts.toBool(-0.0)).isFalse();
    assertThat(Casts.toBool(Double.NaN)).isTrue();
    assertThat(Casts.toBool(1L << 40)).isTrue();
  }
}
