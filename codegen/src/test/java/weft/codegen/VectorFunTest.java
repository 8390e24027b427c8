package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.codegen.Loops.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Local;
import weft.loop.LoopProgram;
import weft.loop.LoopVerifier;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.schedule.Expand;
import weft.type.Dim;
import weft.type.Symbol;

/** Every function that vectors have, at every width, against plain Java on each lane. */
class VectorFunTest {
  private static final double[] SPECIAL = {0.0, -0.0, 1, -1, 2.5, -3, 1e-40, 3e38, Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY, 7, 16777217, -0.75, 1e9, 33};
  private static final int N = 256;

  /** All pairs of special numbers, one of each pair here. */
  private static Object values(DType dtype, boolean first) {
    double[] all = new double[N];
    for (int i = 0; i < N; i++) all[i] = SPECIAL[first ? i / 16 : i % 16];
    return ConditionTest.array(dtype, all);
  }

  /** Runs {@code z[i] = f(x[i], y[i], x[i])}, or as many arguments as it takes, in vectors. */
  private static Object run(Fun f, DType dtype, DType result, int lanes, Object... inputs) {
    int count = dtype == DType.F64 || result == DType.F64 ? lanes / 2 : lanes;
    var arrays = new java.util.HashMap<Buffer, Object>();
    var arguments = new ArrayList<Value>();
    Symbol i = var("i");
    for (int k = 0; k < f.arity(); k++) {
      Buffer x = in("x" + k, DType.ofArray(inputs[k]), N);
      arrays.put(x, inputs[k]);
      arguments.add(load(x, d(i), count));
    }
    Buffer z = out("z", result, N);
    Object array = result.newArray(N);
    arrays.put(z, array);
    LoopProgram program = Expand.program(program(lanes,
        loop(i, Dim.of(N), count, store(z, i, new Value.Call(f, arguments)))));
    LoopVerifier.check(program);
    Loops.run(program, arrays);
    return array;
  }

  private static void same(Object got, Object want, String what) {
    for (int i = 0; i < N; i++) {
      assertThat(java.lang.reflect.Array.get(got, i)).as("%s at %s", what, i)
          .isEqualTo(java.lang.reflect.Array.get(want, i));
    }
  }

  private static float real(Fun f, float x, float y, float z) {
    return switch (f) {
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> x / y;
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
      case FMA -> weft.runtime.Numerics.FMA ? Math.fma(x, y, z) : x * y + z;
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      default -> (float) Math.sqrt(x);
    };
  }

  private static double real(Fun f, double x, double y, double z) {
    return switch (f) {
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> x / y;
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
      case FMA -> weft.runtime.Numerics.FMA ? Math.fma(x, y, z) : x * y + z;
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      default -> Math.sqrt(x);
    };
  }

  private static int whole(Fun f, int x, int y) {
    return switch (f) {
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case AND -> x & y;
      case OR -> x | y;
      case XOR -> x ^ y;
      case SHIFT_LEFT -> x << y;
      default -> x >> y;
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void realFunctions(int lanes) {
    for (Fun f : List.of(Fun.ADD, Fun.SUB, Fun.MUL, Fun.DIV, Fun.MIN, Fun.MAX, Fun.FMA, Fun.NEG, Fun.ABS,
        Fun.SIGN, Fun.SQRT)) {
      float[] x = (float[]) values(DType.F32, true);
      float[] y = (float[]) values(DType.F32, false);
      float[] want = new float[N];
      for (int i = 0; i < N; i++) want[i] = real(f, x[i], y[i], x[i]);
      same(run(f, DType.F32, DType.F32, lanes, x, y, x), want, f + " f32");
      double[] u = (double[]) values(DType.F64, true);
      double[] v = (double[]) values(DType.F64, false);
      double[] wanted = new double[N];
      for (int i = 0; i < N; i++) wanted[i] = real(f, u[i], v[i], u[i]);
      same(run(f, DType.F64, DType.F64, lanes, u, v, u), wanted, f + " f64");
      assertThat(Expand.canVectorise(f, DType.F32) && Expand.canVectorise(f, DType.F64)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void integerFunctions(int lanes) {
    for (Fun f : List.of(Fun.ADD, Fun.SUB, Fun.MUL, Fun.MIN, Fun.MAX, Fun.NEG, Fun.ABS, Fun.AND, Fun.OR, Fun.XOR,
        Fun.SHIFT_LEFT, Fun.SHIFT_RIGHT)) {
      int[] x = (int[]) values(DType.I32, true);
      int[] y = (int[]) values(DType.I32, false);
      int[] want = new int[N];
      for (int i = 0; i < N; i++) want[i] = whole(f, x[i], y[i]);
      same(run(f, DType.I32, DType.I32, lanes, x, y), want, f + " i32");
      assertThat(Expand.canVectorise(f, DType.I32)).isTrue();
    }
  }

  /** Bits of f32 as i32 and back, and shifts by a number. */
  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void bits(int lanes) {
    float[] x = (float[]) values(DType.F32, true);
    int[] want = new int[N];
    for (int i = 0; i < N; i++) want[i] = Float.floatToIntBits(x[i]);
    same(run(Fun.BITS, DType.F32, DType.I32, lanes, new Object[] {x}), want, "bits");
    same(run(Fun.FROM_BITS, DType.I32, DType.F32, lanes, new Object[] {want}), x, "from bits");
    Buffer in = in("in", DType.I32, N);
    Buffer z = out("z", DType.I32, N);
    Symbol i = var("i");
    Value up = call(Fun.SHIFT_LEFT, load(in, d(i), lanes), splat(num(DType.I32, 5), lanes));
    int[] result = new int[N];
    Loops.run(program(lanes, loop(i, Dim.of(N), lanes,
        store(z, i, call(Fun.SHIFT_RIGHT, up, splat(num(DType.I32, 3), lanes))))), Map.of(in, want, z, result));
    for (int k = 0; k < N; k++) assertThat(result[k]).isEqualTo((want[k] << 5) >> 3);
  }

  /** Stored as bools, and choosing values of the same and of another dtype than the one compared. */
  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void comparisonsAndChoices(int lanes) {
    for (DType dtype : List.of(DType.F32, DType.F64, DType.I32)) {
      int count = dtype == DType.F64 ? lanes / 2 : lanes;
      DType other = dtype == DType.F32 ? DType.I32 : dtype == DType.I32 ? DType.F32 : DType.F64;
      Object left = values(dtype, true);
      Object right = values(dtype, false);
      for (Fun f : List.of(Fun.EQ, Fun.NE, Fun.LT, Fun.LE, Fun.GT, Fun.GE)) {
        Buffer x = in("x", dtype, N);
        Buffer y = in("y", dtype, N);
        Buffer bools = out("bools", DType.BOOL, N);
        Buffer chosen = out("chosen", dtype, N);
        Buffer across = out("across", other, N);
        Symbol i = var("i");
        var mask = new Local("mask", DType.BOOL, count);
        Value one = splat(num(other, 1), count);
        boolean[] got = new boolean[N];
        Object picked = dtype.newArray(N);
        Object crossed = other.newArray(N);
        LoopProgram program = program(lanes, loop(i, Dim.of(N), count,
            declare(mask, call(f, load(x, d(i), count), load(y, d(i), count))),
            store(bools, i, get(mask)),
            store(chosen, i, call(Fun.SELECT, get(mask), load(x, d(i), count), load(y, d(i), count))),
            store(across, i, call(Fun.SELECT, get(mask), one, call(Fun.NEG, one)))));
        LoopVerifier.check(program);
        Loops.run(program, Map.of(x, left, y, right, bools, got, chosen, picked, across, crossed));
        for (int k = 0; k < N; k++) {
          boolean want = ConditionTest.compare(f, ConditionTest.number(left, k), ConditionTest.number(right, k));
          String what = dtype + " " + f + " at " + k;
          assertThat(got[k]).as(what).isEqualTo(want);
          assertThat(java.lang.reflect.Array.get(picked, k)).as(what)
              .isEqualTo(java.lang.reflect.Array.get(want ? left : right, k));
          assertThat(ConditionTest.number(crossed, k)).as(what).isEqualTo(want ? 1 : -1);
        }
      }
    }
  }

  /** Masks of floats and of ints meet: in logic, in choices between bools, in one local. */
  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void logic(int lanes) {
    float[] a = (float[]) values(DType.F32, true);
    int[] b = (int[]) values(DType.I32, false);
    boolean[] c = new boolean[N];
    for (int i = 0; i < N; i++) c[i] = i % 3 == 0;
    Buffer x = in("x", DType.F32, N);
    Buffer y = in("y", DType.I32, N);
    Buffer w = in("w", DType.BOOL, N);
    Symbol i = var("i");
    Value left = call(Fun.GT, load(x, d(i), lanes), splat(num(DType.F32, 0), lanes));
    Value right = call(Fun.GT, load(y, d(i), lanes), splat(num(DType.I32, 0), lanes));
    Value third = load(w, d(i), lanes);
    Value yes = splat(num(DType.BOOL, 1), lanes);
    var local = new Local("local", DType.BOOL, lanes);
    List<Value> made = List.of(call(Fun.AND, left, right), call(Fun.OR, right, left), call(Fun.XOR, left, third),
        call(Fun.NOT, right), call(Fun.EQ, third, right), call(Fun.NE, left, right),
            call(Fun.SELECT, third, left, right),
        call(Fun.SELECT, right, yes, left), get(local));
    var body = new ArrayList<Stmt>();
    var arrays = new java.util.HashMap<Buffer, Object>(Map.of(x, a, y, b, w, c));
    body.add(declare(local, left));
    body.add(assign(local, right));
    var results = new ArrayList<boolean[]>();
    for (Value v : made) {
      Buffer z = out("z" + results.size(), DType.BOOL, N);
      results.add(new boolean[N]);
      arrays.put(z, results.get(results.size() - 1));
      body.add(store(z, i, v));
    }
    LoopProgram program = program(lanes, loop(i, Dim.of(N), lanes, body.toArray(Stmt[]::new)));
    LoopVerifier.check(program);
    Loops.run(program, arrays);
    for (int k = 0; k < N; k++) {
      boolean p = a[k] > 0;
      boolean q = b[k] > 0;
      boolean[] want = {p & q, q | p, p ^ c[k], !q, c[k] == q, p != q, c[k] ? p : q, q ? true : p, q};
      for (int m = 0; m < want.length; m++) assertThat(results.get(m)[k]).as("%s at %s", m, k).isEqualTo(want[m]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void casts(int lanes) {
    int allowed = 0;
    for (DType from : DType.values()) {
      for (DType to : DType.values()) {
        if (from.bytes() * to.bytes() == 32 || !Expand.canCast(from, to)) continue;
        allowed++;
        int count = from == DType.F64 || to == DType.F64 ? lanes / 2 : lanes;
        Object values = values(from, true);
        Buffer x = in("x", from, N);
        Buffer z = out("z", to, N);
        Object result = to.newArray(N);
        Symbol i = var("i");
        LoopProgram program = program(lanes, loop(i, Dim.of(N), count,
            store(z, i, new Value.Cast(to, load(x, d(i), count)))));
        LoopVerifier.check(program);
        Loops.run(program, Map.of(x, values, z, result));
        for (int k = 0; k < N; k++) {
          double value = ConditionTest.number(values, k);
          double want = to == DType.BOOL ? value != 0 ? 1 : 0 : to == DType.F32 ? (float) value : value;
          assertThat(ConditionTest.number(result, k)).as("%s to %s of %s", from, to, value)
              .isEqualTo(Double.valueOf(want));
        }
      }
    }
    assertThat(allowed).isEqualTo(11);
  }

  /** Lane i with lane i + n/2, until one is left: sums of floats show the order in their bits. */
  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void reductions(int lanes) {
    float[] singles = new float[N];
    double[] duals = new double[N];
    int[] wholes = new int[N];
    var random = new java.util.Random(5);
    for (int i = 0; i < N; i++) {
      singles[i] = (float) Math.exp(random.nextGaussian() * 8) * (random.nextBoolean() ? 1 : -1);
      duals[i] = Math.exp(random.nextGaussian() * 18) * (random.nextBoolean() ? 1 : -1);
      wholes[i] = random.nextInt();
    }
    for (Fun f : List.of(Fun.ADD, Fun.MUL, Fun.MIN, Fun.MAX)) {
      float[] sums = (float[]) reduced(f, DType.F32, lanes, singles);
      double[] dualSums = (double[]) reduced(f, DType.F64, lanes, duals);
      int[] wholeSums = (int[]) reduced(f, DType.I32, lanes, wholes);
      for (int i = 0; i + lanes <= N; i += lanes) {
        float[] s = java.util.Arrays.copyOfRange(singles, i, i + lanes);
        int[] w = java.util.Arrays.copyOfRange(wholes, i, i + lanes);
        for (int half = lanes / 2; half > 0; half /= 2) {
          for (int k = 0; k < half; k++) {
            s[k] = real(f, s[k], s[k + half], 0f);
            w[k] = whole(f, w[k], w[k + half]);
          }
        }
        assertThat(sums[i]).isEqualTo(s[0]);
        assertThat(wholeSums[i]).isEqualTo(w[0]);
      }
      for (int i = 0; i + lanes / 2 <= N; i += lanes / 2) {
        double[] s = java.util.Arrays.copyOfRange(duals, i, i + lanes / 2);
        for (int half = lanes / 4; half > 0; half /= 2) {
          for (int k = 0; k < half; k++) s[k] = real(f, s[k], s[k + half], 0.0);
        }
        assertThat(dualSums[i]).isEqualTo(s[0]);
      }
    }
  }

  private static Object reduced(Fun f, DType dtype, int lanes, Object values) {
    int count = dtype == DType.F64 ? lanes / 2 : lanes;
    Buffer x = in("x", dtype, N);
    Buffer z = out("z", dtype, N);
    Symbol i = var("i");
    Object result = dtype.newArray(N);
    LoopProgram program = program(lanes, loop(i, Dim.of(N), count,
        store(z, i, new Value.Reduce(f, load(x, d(i), count)))));
    LoopVerifier.check(program);
    Loops.run(program, Map.of(x, values, z, result));
    return result;
  }

  @Test
  void whatVectorsCannotDoIsRefused() {
    Object doubles = values(DType.F64, true);
    assertThat(Expand.canVectorise(Fun.EXP, DType.F64)).isFalse();
    assertThatThrownBy(() -> run(Fun.EXP, DType.F64, DType.F64, 8, doubles)).isInstanceOf(WeftException.class)
        .hasMessage("no EXP of vectors of f64");
    Object floats = values(DType.F32, true);
    assertThat(Expand.canVectorise(Fun.EXPM1, DType.F32)).isFalse();
    assertThatThrownBy(() -> run(Fun.EXPM1, DType.F32, DType.F32, 8, floats)).isInstanceOf(WeftException.class)
        .hasMessage("no vectors of f32 with EXPM1 in a program of 8 f32 lanes");
    Object longs = values(DType.I64, true);
    assertThat(Expand.canVectorise(Fun.NEG, DType.I64)).isFalse();
    assertThatThrownBy(() -> run(Fun.NEG, DType.I64, DType.F64, 8, longs)).isInstanceOf(WeftException.class);
  }

  @Test
  void oddWidthsAreRefused() {
    Buffer z = out("z", DType.F32, 32);
    var wide = program(32, store(z, Dim.ZERO, splat(num(DType.F32, 1), 32)));
    assertThatThrownBy(() -> compile(wide)).isInstanceOf(WeftException.class).hasMessageContaining("not 32");
  }
}
