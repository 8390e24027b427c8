package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.codegen.Loops.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/** Comparisons, logic, choices and conversions of numbers, against plain Java. */
class ConditionTest {
  private static final double[] X = {0.0, -0.0, 1, -1, 2, Double.NaN, Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY};
  private static final Fun[] COMPARISONS = {Fun.EQ, Fun.NE, Fun.LT, Fun.LE, Fun.GT, Fun.GE};

  static boolean compare(Fun f, double x, double y) {
    return switch (f) {
      case EQ -> x == y;
      case NE -> x != y;
      case LT -> x < y;
      case LE -> x <= y;
      case GT -> x > y;
      default -> x >= y;
    };
  }

  /** All values of X as an array of this dtype; NaN and infinities become what Java's casts make of them. */
  static Object array(DType dtype, double[] values) {
    Object array = dtype.newArray(values.length);
    for (int i = 0; i < values.length; i++) {
      switch (dtype) {
        case F32 -> ((float[]) array)[i] = (float) values[i];
        case F64 -> ((double[]) array)[i] = values[i];
        case I32 -> ((int[]) array)[i] = (int) values[i];
        case I64 -> ((long[]) array)[i] = (long) values[i];
        case BOOL -> ((boolean[]) array)[i] = values[i] != 0;
      }
    }
    return array;
  }

  static double number(Object array, int i) {
    Object value = java.lang.reflect.Array.get(array, i);
    return value instanceof Boolean b ? b ? 1 : 0 : ((Number) value).doubleValue();
  }

  /**
   * As a stored bool, in a choice, negated in a choice, and as the condition of an If: each takes another
   * path.
   */
  @ParameterizedTest
  @EnumSource(names = {"F32", "F64", "I32", "I64"})
  void comparisons(DType dtype) {
    int n = X.length;
    Buffer x = in("x", dtype, n);
    Object values = array(dtype, X);
    for (Fun f : COMPARISONS) {
      Buffer stored = out("stored", DType.BOOL, n * n);
      Buffer chosen = out("chosen", DType.I32, n * n);
      Buffer negated = out("negated", DType.I32, n * n);
      Buffer branched = out("branched", DType.I32, n * n);
      Symbol i = var("i");
      Symbol j = var("j");
      Dim at = d(i).times(n).plus(d(j));
      Value holds = call(f, load(x, i), load(x, j));
      Value yes = num(DType.I32, 1);
      Value no = num(DType.I32, 0);
      boolean[] bools = new boolean[n * n];
      int[][] ints = new int[3][n * n];
      run(program(1, loop(i, Dim.of(n), loop(j, Dim.of(n),
          store(stored, at, holds),
          store(chosen, at, call(Fun.SELECT, holds, yes, no)),
          store(negated, at, call(Fun.SELECT, call(Fun.NOT, holds), no, yes)),
          new Stmt.If(holds, store(branched, at, yes), store(branched, at, no))))),
          Map.of(x, values, stored, bools, chosen, ints[0], negated, ints[1], branched, ints[2]));
      for (int k = 0; k < n * n; k++) {
        double left = number(values, k / n);
        double right = number(values, k % n);
        boolean want = compare(f, left, right);
        assertThat(List.of(bools[k], ints[0][k] == 1, ints[1][k] == 1, ints[2][k] == 1))
            .as("%s(%s, %s)", f, left, right).containsOnly(want);
      }
    }
  }

  @Test
  void comparisonWithZero() {
    Buffer x = in("x", DType.I32, 3);
    Symbol i = var("i");
    for (Fun f : COMPARISONS) {
      Buffer z = out("z", DType.BOOL, 3);
      boolean[] result = new boolean[3];
      run(program(1, loop(i, x.size(), store(z, i, call(f, load(x, i), num(DType.I32, 0))))),
          Map.of(x, new int[] {-5, 0, 5}, z, result));
      for (int k = 0; k < 3; k++) assertThat(result[k]).as(f.name()).isEqualTo(compare(f, k - 1, 0));
    }
  }

  /** a op b for all four pairs, both as a value and as a jump. */
  @Test
  void logic() {
    Buffer a = in("a", DType.BOOL, 4);
    Buffer b = in("b", DType.BOOL, 4);
    boolean[] left = {false, false, true, true};
    boolean[] right = {false, true, false, true};
    Map<Fun, boolean[]> want = Map.of(
        Fun.AND, new boolean[] {false, false, false, true},
        Fun.OR, new boolean[] {false, true, true, true},
        Fun.XOR, new boolean[] {false, true, true, false},
        Fun.EQ, new boolean[] {true, false, false, true},
        Fun.NE, new boolean[] {false, true, true, false});
    Symbol i = var("i");
    want.forEach((f, expected) -> {
      Buffer value = out("value", DType.BOOL, 4);
      Buffer jump = out("jump", DType.I64, 4);
      Buffer inverse = out("inverse", DType.F64, 4);
      Value holds = call(f, load(a, i), load(b, i));
      boolean[] values = new boolean[4];
      long[] jumps = new long[4];
      double[] inverses = new double[4];
      run(program(1, loop(i, a.size(), store(value, i, holds),
          store(jump, i, call(Fun.SELECT, holds, num(DType.I64, 70000), num(DType.I64, -3))),
          store(inverse, i, call(Fun.SELECT, call(Fun.NOT, holds), num(DType.F64, 2.5), num(DType.F64, 1))))),
          Map.of(a, left, b, right, value, values, jump, jumps, inverse, inverses));
      assertThat(values).as(f.name()).isEqualTo(expected);
      for (int k = 0; k < 4; k++) {
        assertThat(jumps[k]).as(f.name()).isEqualTo(expected[k] ? 70000 : -3);
        assertThat(inverses[k]).as(f.name()).isEqualTo(expected[k] ? 1 : 2.5);
      }
    });
  }

  @Test
  void constantConditions() {
    Buffer z = out("z", DType.I32, 2);
    int[] result = new int[2];
    Value yes = num(DType.BOOL, 1);
    run(program(1, store(z, Dim.ZERO, call(Fun.SELECT, yes, num(DType.I32, 128), num(DType.I32, 2))),
        new Stmt.If(call(Fun.NOT, yes), store(z, Dim.ONE, num(DType.I32, 1)),
            store(z, Dim.ONE, num(DType.I32, 40000)))),
        Map.of(z, result));
    assertThat(result).containsExactly(128, 40000);
  }

  /** Every pair of dtypes, with numbers that each cast treats specially. */
  @Test
  void casts() {
    double[] values = {0, -0.0, 1.5, -1.5, 3e9, -3e9, 1e19, 16777217, Double.NaN, Double.POSITIVE_INFINITY,
        5e-324};
    for (DType from : DType.values()) {
      Object array = array(from, values);
      for (DType to : DType.values()) {
        Buffer x = in("x", from, values.length);
        Buffer z = out("z", to, values.length);
        Object result = to.newArray(values.length);
        Symbol i = var("i");
        run(program(1, loop(i, x.size(), store(z, i, new Value.Cast(to, load(x, i))))),
            Map.of(x, array, z, result));
        for (int k = 0; k < values.length; k++) {
          assertThat(java.lang.reflect.Array.get(result, k)).as("%s to %s of %s", from, to, values[k])
              .isEqualTo(cast(java.lang.reflect.Array.get(array, k), to));
        }
      }
    }
  }

  private static Object cast(Object value, DType to) {
    if (value instanceof Boolean b) value = b ? 1 : 0;
    if (value instanceof Long l) {
      return switch (to) {
        case F32 -> (float) (long) l;
        case F64 -> (double) (long) l;
        case I32 -> (int) (long) l;
        case I64 -> l;
        case BOOL -> l != 0;
      };
    }
    double x = ((Number) value).doubleValue();
    return switch (to) {
      case F32 -> (float) x;
      case F64 -> x;
      case I32 -> (int) x;
      case I64 -> (long) x;
      case BOOL -> x != 0;
    };
  }

  @Test
  void bits() {
    float[] values = {0f, -0f, 1f, -2.5f, Float.MIN_VALUE, Float.POSITIVE_INFINITY, Float.NaN};
    Buffer x = in("x", DType.F32, values.length);
    Buffer z = out("z", DType.I32, values.length);
    Buffer back = out("back", DType.F32, values.length);
    Symbol i = var("i");
    int[] result = new int[values.length];
    float[] again = new float[values.length];
    run(program(1, loop(i, x.size(), store(z, i, call(Fun.BITS, load(x, i))),
        store(back, i, call(Fun.FROM_BITS, load(z, i))))), Map.of(x, values, z, result, back, again));
    assertThat(result).containsExactly(0, 0x80000000, 0x3f800000, 0xc0200000, 1, 0x7f800000, 0x7fc00000);
    assertThat(again).containsExactly(values);
  }

  @Test
  void numbersOfEverySize() {
    long[] wanted = {-1, 0, 1, 2, 5, 6, 127, 128, -128, -129, 32767, 32768, -32768, -32769, Integer.MAX_VALUE,
        Integer.MIN_VALUE, 1L << 40};
    Buffer ints = out("ints", DType.I32, wanted.length);
    Buffer longs = out("longs", DType.I64, wanted.length);
    Buffer floats = out("floats", DType.F32, wanted.length);
    Buffer doubles = out("doubles", DType.F64, wanted.length);
    var body = new ArrayList<Stmt>();
    for (int k = 0; k < wanted.length; k++) {
      body.add(store(ints, Dim.of(k), new Value.Num(DType.I32, (int) wanted[k])));
      body.add(store(longs, Dim.of(k), new Value.Num(DType.I64, wanted[k])));
      body.add(store(floats, Dim.of(k), new Value.Num(DType.F32, (float) wanted[k])));
      body.add(store(doubles, Dim.of(k), new Value.Num(DType.F64, (double) wanted[k])));
    }
    int[] i = new int[wanted.length];
    long[] l = new long[wanted.length];
    float[] f = new float[wanted.length];
    double[] d = new double[wanted.length];
    run(program(1, body.toArray(Stmt[]::new)), Map.of(ints, i, longs, l, floats, f, doubles, d));
    for (int k = 0; k < wanted.length; k++) {
      assertThat(i[k]).isEqualTo((int) wanted[k]);
      assertThat(l[k]).isEqualTo(wanted[k]);
      assertThat(f[k]).isEqualTo((float) wanted[k]);
      assertThat(d[k]).isEqualTo((double) wanted[k]);
    }
  }

  @Test
  void negativeZeroIsNotZero() {
    Buffer f = out("f", DType.F32, 1);
    Buffer g = out("g", DType.F64, 1);
    var local = new Local("x", DType.F64, 1);
    float[] single = new float[1];
    double[] dual = new double[1];
    run(program(1, store(f, Dim.ZERO, new Value.Num(DType.F32, -0f)),
        declare(local, new Value.Num(DType.F64, -0.0)),
        store(g, Dim.ZERO, get(local))), Map.of(f, single, g, dual));
    assertThat(Float.floatToRawIntBits(single[0])).isEqualTo(0x80000000);
    assertThat(Double.doubleToRawLongBits(dual[0])).isEqualTo(Long.MIN_VALUE);
  }
}
