package weft.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.loop.Fun.*;
import static weft.loop.Programs.at;
import static weft.loop.Programs.buffer;
import static weft.loop.Programs.loop;
import static weft.loop.Programs.store;
import static weft.loop.Programs.var;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.loop.Buffer.Role;
import weft.loop.Stmt.Order;
import weft.runtime.DType;
import weft.type.Dim;

/** Every scalar function on every dtype, number by number and as a vector, against literal numbers or plain Java. */
class FunTest {
  private static final float NAN = Float.NaN;
  private static final float INF = Float.POSITIVE_INFINITY;

  /**
   * @param tolerance allowed relative to the expected value, for f32; 0 for the same bits
   * @param arguments arrays of four elements
   */
  record Row(Fun fun, double tolerance, Object expected, Object... arguments) {
    DType dtype() {
      return DType.ofArray(arguments[arguments.length - 1]);
    }

    @Override
    public String toString() {
      return fun + " " + dtype();
    }
  }

  static List<Row> rows() {
    var rows = new ArrayList<Row>();
    arithmetic(rows);
    integers(rows);
    comparisons(rows);
    choices(rows);
    functions(rows);
    return rows;
  }

  private static void arithmetic(List<Row> rows) {
    exact(rows, ADD, f(3.5, 0.3f, NAN, INF), f(1.5, 0.1f, 1, 3e38f), f(2, 0.2f, NAN, 3e38f));
    exact(rows, ADD, d(3.5, 0.30000000000000004, 0, -3), d(1.5, 0.1, 0, -1), d(2, 0.2, 0, -2));
    exact(rows, SUB, f(-0.5, 0, NAN, 1e-45f), f(1.5, 7, INF, 3e-45f), f(2, 7, INF, 1e-45f));
    exact(rows, SUB, d(-0.5, 0, 1, 1e300), d(1.5, 7, 3, 1e300), d(2, 7, 2, 1));
    exact(rows, MUL, f(3, -0f, NAN, 0.010000001f), f(1.5, 0, 0, 0.1f), f(2, -7, INF, 0.1f));
    exact(rows, MUL, d(3, -6, 0, 0.010000000000000002), d(1.5, 2, 0, 0.1), d(2, -3, 5, 0.1));
    exact(rows, DIV, f(0.75, INF, NAN, 0.33333334f), f(1.5, 1, 0, 1), f(2, 0, 0, 3));
    exact(rows, DIV, d(0.75, -2, 0.1, 1.0 / 3), d(1.5, 6, 1, 1), d(2, -3, 10, 3));
    exact(rows, NEG, f(-1.5, -0f, NAN, INF), f(1.5, 0, NAN, -INF));
    exact(rows, NEG, d(-1.5, -0.0, 2, -1e300), d(1.5, 0, -2, 1e300));
    exact(rows, ABS, f(1.5, 0, NAN, INF), f(-1.5, -0f, NAN, -INF));
    exact(rows, ABS, d(1.5, 0, 2, 1e300), d(-1.5, -0.0, 2, -1e300));
    exact(rows, SIGN, f(-1, -0f, NAN, 1), f(-1.5, -0f, NAN, INF));
    exact(rows, SIGN, d(-1, 0, 1, 1), d(-1.5, 0, 2, 1e-300));
    exact(rows, MIN, f(-2, -0f, NAN, 1), f(-2, 0, NAN, INF), f(3, -0f, 1, 1));
    exact(rows, MIN, d(-2, -0.0, 1, 1), d(-2, 0, 2, 1), d(3, -0.0, 1, 4));
    exact(rows, MAX, f(3, 0, NAN, INF), f(-2, 0, 1, INF), f(3, -0f, NAN, 1));
    exact(rows, MAX, d(3, 0, 2, 4), d(-2, 0, 2, 1), d(3, -0.0, 1, 4));
    exact(rows, MOD, f(1.5, 1, -1, 0), f(5.5, -5, 5, 4), f(2, 3, -3, 2));
    exact(rows, MOD, d(1.5, 1, -1, 0), d(5.5, -5, 5, 4), d(2, 3, -3, 2));
    exact(rows, FMA, f(7, -1, NAN, 10), f(2, 1, INF, 3), f(3, -1, 0, 3), f(1, 0, 1, 1));
    exact(rows, FMA, d(7, -1, 5, 10), d(2, 1, 0, 3), d(3, -1, 9, 3), d(1, 0, 5, 1));
    exact(rows, SQRT, f(1.5, 0, NAN, 1.4142135f), f(2.25, 0, -1, 2));
    exact(rows, SQRT, d(1.5, 0, 3, 1.4142135623730951), d(2.25, 0, 9, 2));
    exact(rows, FLOOR, f(1, -2, -0f, 2), f(1.5, -1.5, -0f, 2));
    exact(rows, FLOOR, d(1, -2, -1, 2), d(1.5, -1.5, -0.1, 2));
    exact(rows, CEIL, f(2, -1, -0f, 2), f(1.5, -1.5, -0.5, 2));
    exact(rows, CEIL, d(2, -1, 1, 2), d(1.5, -1.5, 0.1, 2));
    exact(rows, ROUND, f(2, 2, -2, 3), f(1.5, 2.5, -1.6, 3.4));
    exact(rows, ROUND, d(2, 2, -2, 3), d(1.5, 2.5, -1.6, 3.4));
  }

  private static void integers(List<Row> rows) {
    int low = Integer.MIN_VALUE;
    long least = Long.MIN_VALUE;
    exact(rows, ADD, i(5, -1, low, 0), i(2, 1, Integer.MAX_VALUE, 7), i(3, -2, 1, -7));
    exact(rows, ADD, l(5, -1, least, 0), l(2, 1, Long.MAX_VALUE, 7), l(3, -2, 1, -7));
    exact(rows, SUB, i(-1, 3, Integer.MAX_VALUE, 14), i(2, 1, low, 7), i(3, -2, 1, -7));
    exact(rows, SUB, l(-1, 3, Long.MAX_VALUE, 14), l(2, 1, least, 7), l(3, -2, 1, -7));
    exact(rows, MUL, i(6, -2, 0, 1410065408), i(2, 1, 0, 100000), i(3, -2, 1, 100000));
    exact(rows, MUL, l(6, -2, 0, 10000000000L), l(2, 1, 0, 100000), l(3, -2, 1, 100000));
    exact(rows, FLOOR_DIV, i(2, -3, -3, 0), i(5, -5, 5, 1), i(2, 2, -2, 7));
    exact(rows, FLOOR_DIV, l(2, -3, -3, 0), l(5, -5, 5, 1), l(2, 2, -2, 7));
    exact(rows, MOD, i(1, 1, -1, 0), i(5, -5, 5, 4), i(2, 2, -2, 2));
    exact(rows, MOD, l(1, 1, -1, 0), l(5, -5, 5, 4), l(2, 2, -2, 2));
    exact(rows, MIN, i(-2, 1, 0, low), i(-2, 1, 0, 1), i(3, 1, 4, low));
    exact(rows, MIN, l(-2, 1, 0, least), l(-2, 1, 0, 1), l(3, 1, 4, least));
    exact(rows, MAX, i(3, 1, 4, 1), i(-2, 1, 0, 1), i(3, 1, 4, low));
    exact(rows, MAX, l(3, 1, 4, 1), l(-2, 1, 0, 1), l(3, 1, 4, least));
    exact(rows, NEG, i(-2, 1, 0, low), i(2, -1, 0, low));
    exact(rows, NEG, l(-2, 1, 0, least), l(2, -1, 0, least));
    exact(rows, ABS, i(2, 1, 0, low), i(2, -1, 0, low));
    exact(rows, ABS, l(2, 1, 0, least), l(2, -1, 0, least));
    exact(rows, SIGN, i(1, -1, 0, -1), i(2, -1, 0, low));
    exact(rows, SIGN, l(1, -1, 0, -1), l(2, -1, 0, least));
    exact(rows, AND, i(8, 0, 5, 1), i(12, 1, -1, 3), i(10, 2, 5, 1));
    exact(rows, AND, l(8, 0, 5, 1), l(12, 1, -1, 3), l(10, 2, 5, 1));
    exact(rows, OR, i(14, 3, -1, 3), i(12, 1, -1, 3), i(10, 2, 5, 1));
    exact(rows, OR, l(14, 3, -1, 3), l(12, 1, -1, 3), l(10, 2, 5, 1));
    exact(rows, XOR, i(6, 3, -6, 2), i(12, 1, -1, 3), i(10, 2, 5, 1));
    exact(rows, XOR, l(6, 3, -6, 2), l(12, 1, -1, 3), l(10, 2, 5, 1));
    exact(rows, SHIFT_LEFT, i(4, low, 3, -8), i(1, 1, 3, -1), i(2, 31, 0, 3));
    exact(rows, SHIFT_LEFT, l(4, 1L << 40, 3, -8), l(1, 1, 3, -1), l(2, 40, 0, 3));
    exact(rows, SHIFT_RIGHT, i(1, -1, 3, -1), i(4, low, 3, -8), i(2, 31, 0, 3));
    exact(rows, SHIFT_RIGHT, l(1, 1, 3, -1), l(4, 1L << 40, 3, -8), l(2, 40, 0, 3));
    long pi = 0x299f31d0a4093822L;
    exact(rows, PHILOX, l(0xe169c58d6627e8d5L, 0x41c83b0e408f276dL, 0x94fdccebd16cfe09L, 0xe169c58d6627e8d5L),
        l(0, -1, pi, 0), l(0, -1, 0x0370734413198a2eL, 0), l(0, -1, 0x85a308d3243f6a88L, 0));
    exact(rows, AND, z(1, 0, 0, 0), z(1, 1, 0, 0), z(1, 0, 1, 0));
    exact(rows, OR, z(1, 1, 1, 0), z(1, 1, 0, 0), z(1, 0, 1, 0));
    exact(rows, XOR, z(0, 1, 1, 0), z(1, 1, 0, 0), z(1, 0, 1, 0));
    exact(rows, NOT, z(0, 1, 0, 1), z(1, 0, 1, 0));
  }

  private static void comparisons(List<Row> rows) {
    Object[][] pairs = {
        {i(1, 2, 3, 2), i(2, 2, 2, 2)}, {l(1, 2, 3, 2), l(2, 2, 2, 2)},
        {f(1, 2, 3, 2), f(2, 2, 2, 2)}, {d(1, 2, 3, 2), d(2, 2, 2, 2)}};
    for (Object[] pair : pairs) {
      exact(rows, EQ, z(0, 1, 0, 1), pair);
      exact(rows, NE, z(1, 0, 1, 0), pair);
      exact(rows, LT, z(1, 0, 0, 0), pair);
      exact(rows, LE, z(1, 1, 0, 1), pair);
      exact(rows, GT, z(0, 0, 1, 0), pair);
      exact(rows, GE, z(0, 1, 1, 1), pair);
    }
    Object[] strange = {f(NAN, NAN, 0, -INF), f(NAN, 1, -0f, INF)};
    exact(rows, EQ, z(0, 0, 1, 0), strange);
    exact(rows, NE, z(1, 1, 0, 1), strange);
    exact(rows, LT, z(0, 0, 0, 1), strange);
    exact(rows, LE, z(0, 0, 1, 1), strange);
    exact(rows, GT, z(0, 0, 0, 0), strange);
    exact(rows, GE, z(0, 0, 1, 0), strange);
    exact(rows, EQ, z(1, 0, 0, 1), z(1, 1, 0, 0), z(1, 0, 1, 0));
    exact(rows, NE, z(0, 1, 1, 0), z(1, 1, 0, 0), z(1, 0, 1, 0));
  }

  private static void choices(List<Row> rows) {
    boolean[] by = z(1, 0, 1, 0);
    exact(rows, SELECT, f(1, NAN, 3, 8), by, f(1, 2, 3, 4), f(NAN, NAN, 7, 8));
    exact(rows, SELECT, d(1, 6, 3, 8), by, d(1, 2, 3, 4), d(5, 6, 7, 8));
    exact(rows, SELECT, i(1, 6, 3, 8), by, i(1, 2, 3, 4), i(5, 6, 7, 8));
    exact(rows, SELECT, l(1, 6, 3, 8), by, l(1, 2, 3, 4), l(5, 6, 7, 8));
    exact(rows, SELECT, z(1, 0, 0, 1), by, z(1, 1, 0, 0), z(1, 0, 1, 1));
    exact(rows, BITS, i(0x3f800000, 0x80000000, 0x7f800000, 0x40490fdb), f(1, -0f, INF, (float) Math.PI));
    exact(rows, FROM_BITS, f(1, -0f, INF, (float) Math.PI), i(0x3f800000, 0x80000000, 0x7f800000, 0x40490fdb));
  }

  private static void functions(List<Row> rows) {
    double[] all = {-1.25, 0.5, 2.75, -0.125};
    double[] unit = {0.25, -0.5, 0.75, -0.125};
    double[] positive = {0.125, 1.5, 3, 20};
    plain(rows, EXP, Math::exp, all);
    plain(rows, EXPM1, Math::expm1, all);
    plain(rows, LOG, Math::log, positive);
    plain(rows, LOG1P, Math::log1p, unit);
    plain(rows, TANH, Math::tanh, all);
    plain(rows, SIGMOID, x -> 1 / (1 + Math.exp(-x)), all);
    plain(rows, SOFTPLUS, x -> Math.log(1 + Math.exp(x)), all);
    plain(rows, LOG_SIGMOID, x -> -Math.log(1 + Math.exp(-x)), all);
    plain(rows, SIN, Math::sin, all);
    plain(rows, COS, Math::cos, all);
    plain(rows, TAN, Math::tan, all);
    plain(rows, ATAN, Math::atan, all);
    near(rows, ASIN, new double[] {0.25268025514207865, -0.5235987755982989, 0.848062078981481, -0.12532783116806537}, unit);
    near(rows, ACOS, new double[] {1.318116071652818, 2.0943951023931953, 0.7227342478134157, 1.696124157962962}, unit);
    near(rows, ATAN2, new double[] {Math.PI / 4, -Math.PI / 4, 3 * Math.PI / 4, Math.PI / 2}, new double[] {2, -1, 3, 5},
        new double[] {2, 1, -3, 0});
    plain(rows, SINH, Math::sinh, all);
    plain(rows, COSH, Math::cosh, all);
    double[] erf = {0.2763263901682369, -0.5204998778130465, 0.7111556336535151, -0.1403162048013339};
    near(rows, ERF, erf, unit);
    near(rows, ERFC, new double[] {1 - erf[0], 1 - erf[1], 1 - erf[2], 1 - erf[3]}, unit);
    near(rows, POW, new double[] {8, 0.25, 1, 1.4142135623730951}, new double[] {2, 2, 7, 2}, new double[] {3, -2, 0, 0.5});
  }

  private static void exact(List<Row> rows, Fun fun, Object expected, Object... arguments) {
    rows.add(new Row(fun, 0, expected, arguments));
  }

  private static void plain(List<Row> rows, Fun fun, DoubleUnaryOperator function, double[] arguments) {
    near(rows, fun, Arrays.stream(arguments).map(function).toArray(), arguments);
  }

  private static void near(List<Row> rows, Fun fun, double[] expected, double[]... arguments) {
    rows.add(new Row(fun, 1e-14, expected, (Object[]) arguments));
    rows.add(new Row(fun, 3e-7, f(expected), Arrays.stream(arguments).map(FunTest::f).toArray()));
  }

  private static float[] f(double... all) {
    var floats = new float[all.length];
    for (int i = 0; i < all.length; i++) floats[i] = (float) all[i];
    return floats;
  }

  private static double[] d(double... all) {
    return all;
  }

  private static int[] i(int... all) {
    return all;
  }

  private static long[] l(long... all) {
    return all;
  }

  private static boolean[] z(int... all) {
    var bools = new boolean[all.length];
    for (int i = 0; i < all.length; i++) bools[i] = all[i] != 0;
    return bools;
  }

  @ParameterizedTest
  @MethodSource("rows")
  void numbers(Row row) {
    check(row, 1);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void vectors(Row row) {
    check(row, 4);
  }

  private static void check(Row row, int lanes) {
    var inputs = new ArrayList<Buffer>();
    var values = new ArrayList<Value>();
    var arrays = new ArrayList<Object>();
    var i = var("i");
    for (Object argument : row.arguments()) {
      Buffer buffer = buffer("x" + inputs.size(), DType.ofArray(argument), 4, Role.INPUT);
      inputs.add(buffer);
      values.add(new Value.Load(buffer, Dim.of(i), lanes));
      arrays.add(argument);
    }
    DType dtype = DType.ofArray(row.expected());
    Buffer out = buffer("out", dtype, 4, Role.OUTPUT);
    Object result = dtype.newArray(4);
    arrays.add(result);
    Stmt body = store(out, i, new Value.Call(row.fun(), values));
    Stmt loop = new Stmt.For(i, Dim.ZERO, Dim.of(4), lanes, Order.PARALLEL, body);

    new Interpreter().compile(Programs.program("p", inputs, List.of(out), loop)).run(arrays.toArray(), new int[0]);

    if (row.tolerance() == 0) assertThat(result).isEqualTo(row.expected());
    for (int k = 0; k < 4 && row.tolerance() > 0; k++) {
      double want = ((Number) Array.get(row.expected(), k)).doubleValue();
      assertThat(((Number) Array.get(result, k)).doubleValue()).isBetween(
          want - row.tolerance() * Math.abs(want), want + row.tolerance() * Math.abs(want));
    }
  }

  @Test
  void everyFunctionHasARowForEveryDTypeThatItTakes() {
    var tested = new TreeSet<String>();
    for (Row row : rows()) tested.add(row.toString());
    var defined = new TreeSet<String>();
    for (Fun fun : Fun.values()) {
      for (DType dtype : DType.values()) if (Evaluator.defines(fun, dtype)) defined.add(fun + " " + dtype);
    }
    assertThat(tested).isEqualTo(defined);
  }
}
