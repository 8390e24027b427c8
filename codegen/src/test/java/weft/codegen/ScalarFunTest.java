package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.codegen.Loops.*;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.type.Symbol;

/** Every scalar function on every dtype against plain Java. */
class ScalarFunTest {
  /** A float function as Java has it: on doubles, then rounded. */
  interface Real {
    double at(double x, double y);
  }

  private static final Map<Fun, Real> REAL = new EnumMap<>(Fun.class);

  static {
    REAL.put(Fun.ADD, (x, y) -> x + y);
    REAL.put(Fun.SUB, (x, y) -> x - y);
    REAL.put(Fun.MUL, (x, y) -> x * y);
    REAL.put(Fun.DIV, (x, y) -> x / y);
    REAL.put(Fun.MIN, Math::min);
    REAL.put(Fun.MAX, Math::max);
    REAL.put(Fun.POW, Math::pow);
    REAL.put(Fun.NEG, (x, y) -> -x);
    REAL.put(Fun.ABS, (x, y) -> Math.abs(x));
    REAL.put(Fun.SIGN, (x, y) -> Math.signum(x));
    REAL.put(Fun.SQRT, (x, y) -> Math.sqrt(x));
    REAL.put(Fun.EXP, (x, y) -> Math.exp(x));
    REAL.put(Fun.EXPM1, (x, y) -> Math.expm1(x));
    REAL.put(Fun.LOG, (x, y) -> Math.log(x));
    REAL.put(Fun.LOG1P, (x, y) -> Math.log1p(x));
    REAL.put(Fun.TANH, (x, y) -> Math.tanh(x));
    REAL.put(Fun.SIGMOID, (x, y) -> x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
    REAL.put(Fun.SOFTPLUS, (x, y) -> x > 40 ? x : Math.log1p(Math.exp(x)));
    REAL.put(Fun.LOG_SIGMOID, (x, y) -> x < -40 ? x : -Math.log1p(Math.exp(-x)));
    REAL.put(Fun.SIN, (x, y) -> Math.sin(x));
    REAL.put(Fun.COS, (x, y) -> Math.cos(x));
    REAL.put(Fun.TAN, (x, y) -> Math.tan(x));
    REAL.put(Fun.ATAN, (x, y) -> Math.atan(x));
    REAL.put(Fun.SINH, (x, y) -> Math.sinh(x));
    REAL.put(Fun.COSH, (x, y) -> Math.cosh(x));
    REAL.put(Fun.FLOOR, (x, y) -> Math.floor(x));
    REAL.put(Fun.CEIL, (x, y) -> Math.ceil(x));
    REAL.put(Fun.ROUND, (x, y) -> Math.rint(x));
    REAL.put(Fun.MOD, (x, y) -> {
      double r = x % y;
      return r == 0 ? Math.copySign(0, y) : (r < 0) != (y < 0) ? r + y : r;
    });
  }

  /** Forms whose float result is not the rounded double one, with the ulps they may differ by. */
  private static final Map<Fun, Integer> ULPS = Map.of(Fun.EXP, 2, Fun.TANH, 6, Fun.SIGMOID, 3,
      Fun.LOG, 1, Fun.LOG1P, 2, Fun.SOFTPLUS, 2, Fun.LOG_SIGMOID, 2);

  static final double[] X = {0.0, -0.0, 1, -1, 0.5, -0.5, 2.5, -3.75, 1e-3, -1e-20, 88, -88, 1e30, -1e30, 1e-42,
      Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN};

  static Stream<Fun> real() {
    return REAL.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("real")
  void floatFunctions(Fun f) {
    Buffer x = in("x", DType.F32, X.length);
    Buffer y = in("y", DType.F32, X.length);
    Buffer z = out("z", DType.F32, X.length * X.length);
    float[] values = new float[X.length];
    for (int i = 0; i < X.length; i++) values[i] = (float) X[i];
    float[] result = new float[X.length * X.length];
    run(program(1, pairs(f, x, y, z)), Map.of(x, values, y, values, z, result));
    for (int i = 0; i < X.length; i++) {
      for (int j = 0; j < X.length; j++) {
        // Where sigmoid would be below all normal floats it is 0 (Approximations.sigmoid).
        float want = f == Fun.SIGMOID && values[i] < -87.68f ? 0 : (float) REAL.get(f).at(values[i], values[j]);
        float got = result[i * X.length + j];
        int apart = Math.abs(Float.floatToIntBits(got) - Float.floatToIntBits(want));
        assertThat(apart).as("%s(%s, %s) = %s, not %s", f, X[i], X[j], got, want)
            .isBetween(0, ULPS.getOrDefault(f, 0));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("real")
  void doubleFunctions(Fun f) {
    Buffer x = in("x", DType.F64, X.length);
    Buffer y = in("y", DType.F64, X.length);
    Buffer z = out("z", DType.F64, X.length * X.length);
    double[] result = new double[X.length * X.length];
    run(program(1, pairs(f, x, y, z)), Map.of(x, X, y, X, z, result));
    boolean rewritten = EnumSet.of(Fun.SIGMOID, Fun.SOFTPLUS, Fun.LOG_SIGMOID).contains(f);
    for (int i = 0; i < X.length; i++) {
      for (int j = 0; j < X.length; j++) {
        double want = REAL.get(f).at(X[i], X[j]);
        double got = result[i * X.length + j];
        long apart = Math.abs(Double.doubleToLongBits(got) - Double.doubleToLongBits(want));
        assertThat(apart).as("%s(%s, %s) = %s, not %s", f, X[i], X[j], got, want)
            .isLessThanOrEqualTo(rewritten ? 4 : 0);
      }
    }
  }

  private static weft.loop.Stmt pairs(Fun f, Buffer x, Buffer y, Buffer z) {
    Symbol i = var("i");
    Symbol j = var("j");
    var value = f.arity() == 1 ? call(f, load(x, i)) : call(f, load(x, i), load(y, j));
    return loop(i, x.size(), loop(j, y.size(), store(z, d(i).times(y.size()).plus(d(j)), value)));
  }

  @Test
  void errorFunctions() {
    Buffer x = in("x", DType.F64, 3);
    Buffer z = out("z", DType.F64, 6);
    Symbol i = var("i");
    double[] result = new double[6];
    run(program(1, loop(i, x.size(), store(z, i, call(Fun.ERF, load(x, i))),
        store(z, d(i).plus(3), call(Fun.ERFC, load(x, i))))), Map.of(x, new double[] {0.5, -1, 3}, z, result));
    double[] want = {0.5204998778130465, -0.8427007929497149, 0.9999779095030014,
        0.4795001221869535, 1.8427007929497148, 2.209049699858544e-05};
    for (int k = 0; k < 6; k++) {
      assertThat(result[k]).isCloseTo(want[k], org.assertj.core.data.Offset.offset(1e-15));
    }
  }

  private static final int[] INTS = {0, 1, -1, 7, -7, 33, Integer.MAX_VALUE, Integer.MIN_VALUE};

  interface Whole {
    long at(long x, long y);
  }

  private static Map<Fun, Whole> whole(boolean wide) {
    var of = new EnumMap<Fun, Whole>(Fun.class);
    of.put(Fun.ADD, (x, y) -> x + y);
    of.put(Fun.SUB, (x, y) -> x - y);
    of.put(Fun.MUL, (x, y) -> x * y);
    of.put(Fun.MIN, Math::min);
    of.put(Fun.MAX, Math::max);
    of.put(Fun.NEG, (x, y) -> -x);
    of.put(Fun.ABS, (x, y) -> x < 0 ? -x : x);
    of.put(Fun.SIGN, (x, y) -> x < 0 ? -1 : x > 0 ? 1 : 0);
    of.put(Fun.AND, (x, y) -> x & y);
    of.put(Fun.OR, (x, y) -> x | y);
    of.put(Fun.XOR, (x, y) -> x ^ y);
    of.put(Fun.SHIFT_LEFT, (x, y) -> wide ? x << y : (int) x << (int) y);
    of.put(Fun.SHIFT_RIGHT, (x, y) -> wide ? x >> y : (int) x >> (int) y);
    of.put(Fun.FLOOR_DIV, (x, y) -> y == 0 ? 0 : (x - (x % y + y) % y) / y);
    return of;
  }

  static Set<Fun> wholeFunctions() {
    return whole(true).keySet();
  }

  @ParameterizedTest
  @MethodSource("wholeFunctions")
  void integerFunctions(Fun f) {
    for (int one : INTS) {
      for (int other : INTS) {
        if (f == Fun.FLOOR_DIV && other == 0) continue;
        assertThat(ofInts(f, one, other)).as("%s(%d, %d)", f, one, other)
            .isEqualTo((int) whole(false).get(f).at(one, other));
        assertThat(ofLongs(f, one, other)).as("%s(%d, %d)", f, one, other)
            .isEqualTo(whole(true).get(f).at(one, other));
      }
    }
  }

  private static int ofInts(Fun f, int one, int other) {
    Buffer z = out("z", DType.I32, 1);
    int[] result = new int[1];
    var a = num(DType.I32, one);
    runBytecode(program(1, store(z, weft.type.Dim.ZERO, f.arity() == 1 ? call(f, a) : call(f, a, num(DType.I32, other)))),
        Map.of(z, result));
    return result[0];
  }

  private static long ofLongs(Fun f, long one, long other) {
    Buffer z = out("z", DType.I64, 1);
    long[] result = new long[1];
    var a = num(DType.I64, one);
    runBytecode(program(1, store(z, weft.type.Dim.ZERO, f.arity() == 1 ? call(f, a) : call(f, a, num(DType.I64, other)))),
        Map.of(z, result));
    return result[0];
  }

  @Test
  void integerDivisionByZeroIsAnError() {
    assertThatThrownBy(() -> ofInts(Fun.FLOOR_DIV, 7, 0)).isInstanceOf(WeftException.class)
        .hasMessageContaining("division of 7 by zero");
  }

  @Test
  void undefinedFunctionsAreRefused() {
    assertThatThrownBy(() -> ofInts(Fun.DIV, 7, 2)).isInstanceOf(WeftException.class).hasMessage("no DIV of i32");
    assertThatThrownBy(() -> ofLongs(Fun.EXP, 7, 2)).isInstanceOf(WeftException.class)
        .hasMessage("no EXP of i64");
  }
}
