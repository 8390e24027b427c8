package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.codegen.Loops.*;

import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weft.loop.Buffer;
import weft.loop.Compiled;
import weft.loop.Fun;
import weft.loop.Interpreter;
import weft.loop.LoopProgram;
import weft.loop.LoopVerifier;
import weft.runtime.DType;
import weft.runtime.Numerics;
import weft.schedule.Expand;
import weft.type.Dim;
import weft.type.Symbol;

/** Vector forms of exp, tanh, sigmoid and the logarithms have the bits of Numerics, and stay near the exact function. */
class ExpandedTest {
  private static final int PER_EXPONENT = 64;
  private static final int N = 512 * PER_EXPONENT;

  /**
   * Every sign and exponent, infinities and NaN included, each with the ends and some of the middle of its
   * range.
   */
  private static float[] everywhere() {
    float[] x = new float[N];
    var random = new java.util.Random(6);
    for (int i = 0; i < N; i++) {
      int mantissa = switch (i % PER_EXPONENT) {
        case 0 -> 0;
        case 1 -> 1;
        case 2 -> 0x7fffff;
        default -> random.nextInt(0x800000);
      };
      x[i] = Float.intBitsToFloat(i / PER_EXPONENT << 23 | mantissa);
    }
    return x;
  }

  @ParameterizedTest
  @CsvSource({"EXP, 4", "EXP, 8", "EXP, 16", "TANH, 4", "TANH, 8", "TANH, 16", "SIGMOID, 4", "SIGMOID, 8",
      "SIGMOID, 16",
      "LOG, 4", "LOG, 8", "LOG, 16", "LOG1P, 4", "LOG1P, 8", "LOG1P, 16", "SOFTPLUS, 4", "SOFTPLUS, 16", "LOG_SIGMOID, 8"})
  void bitsAreThoseOfNumbers(Fun f, int lanes) {
    Buffer x = in("x", DType.F32, N);
    Buffer z = out("z", DType.F32, N);
    Symbol i = var("i");
    LoopProgram vectors = Expand.program(program(lanes,
        loop(i, Dim.of(N), lanes, store(z, i, call(f, load(x, d(i), lanes))))));
    LoopProgram numbers = program(1, loop(i, Dim.of(N), store(z, i, call(f, load(x, i)))));
    LoopVerifier.check(vectors);
    float[] values = everywhere();
    Function<Compiled, float[]> result = c -> {
      float[] array = new float[N];
      Loops.run(c, vectors, Map.of(x, values, z, array), Map.of());
      return array;
    };
    float[] emitted = result.apply(compile(vectors));
    float[] interpreted = result.apply(new Interpreter().compile(vectors));
    float[] scalar = result.apply(compile(numbers));
    for (int k = 0; k < N; k++) {
      float v = values[k];
      float want = number(f, v);
      assertThat(new float[] {emitted[k], interpreted[k], scalar[k]}).as("%s(%s)", f, v).containsOnly(want);
      double exact = exact(f, v);
      int apart = Math.abs(Float.floatToIntBits(want) - Float.floatToIntBits((float) exact));
      assertThat(apart).as("%s(%s)", f, v).isBetween(0, 6);
    }
  }

  private static float number(Fun f, float v) {
    return switch (f) {
      case EXP -> Numerics.exp(v);
      case TANH -> Numerics.tanh(v);
      case SIGMOID -> Numerics.sigmoid(v);
      case LOG -> Numerics.log(v);
      case LOG1P -> Numerics.log1p(v);
      case SOFTPLUS -> Numerics.softplus(v);
      default -> Numerics.logSigmoid(v);
    };
  }

  private static double exact(Fun f, double v) {
    return switch (f) {
      case EXP -> Math.exp(v);
      case TANH -> Math.tanh(v);
      case SIGMOID -> v < -126.5 * Math.log(2) ? 0 : v < 0 ? Math.exp(v) / (1 + Math.exp(v)) : 1 / (1 + Math.exp(-v));
      case LOG -> Math.log(v);
      case LOG1P -> Math.log1p(v);
      case SOFTPLUS -> Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));
      default -> -(Math.max(-v, 0) + Math.log1p(Math.exp(-Math.abs(v))));
    };
  }

  /** In one expression, twice in one value, under a condition, inside a sum over lanes. */
  @ParameterizedTest
  @CsvSource({"8", "16"})
  void nestedCalls(int lanes) {
    Buffer x = in("x", DType.F32, 64);
    Buffer z = out("z", DType.F32, 64);
    Buffer sums = out("sums", DType.F32, 64);
    Symbol i = var("i");
    var e = call(Fun.EXP, load(x, d(i), lanes));
    var value = call(Fun.ADD, e, call(Fun.TANH, call(Fun.SIGMOID, e)));
    var positive = call(Fun.GT, new weft.loop.Value.Reduce(Fun.ADD, call(Fun.TANH, load(x, d(i), lanes))),
        num(DType.F32, 0));
    LoopProgram program = Expand.program(program(lanes, loop(i, Dim.of(64), lanes,
        store(z, i, value), new weft.loop.Stmt.If(positive, store(sums, i, num(DType.F32, 1)), block()))));
    LoopVerifier.check(program);
    float[] xs = ProgramTest.floats(new java.util.Random(7), 64);
    float[] zs = new float[64];
    float[] ss = new float[64];
    Loops.run(program, Map.of(x, xs, z, zs, sums, ss));
    for (int k = 0; k < 64; k++) {
      float exp = Numerics.exp(xs[k]);
      assertThat(zs[k]).isEqualTo(exp + Numerics.tanh(Numerics.sigmoid(exp)));
    }
    for (int k = 0; k < 64; k += lanes) {
      double sum = 0;
      for (int l = 0; l < lanes; l++) sum += Math.tanh(xs[k + l]);
      assertThat(Math.abs(sum)).isGreaterThan(1e-3);
      assertThat(ss[k]).isEqualTo(sum > 0 ? 1 : 0);
    }
  }
}
