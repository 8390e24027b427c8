package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weft.loop.Interpreter;
import weft.loop.LoopVerifier;
import weft.runtime.DType;

/** The kernel that HotSpot is shown is a proper one: verified, and the same numbers as the interpreter's. */
class VectorProfilesTest {
  @ParameterizedTest
  @CsvSource({"4, F32", "8, F32", "16, F32", "8, F64", "16, F64"})
  void everyOperationRuns(int lanes, DType dtype) {
    var program = VectorOperations.all(lanes).program(dtype);
    LoopVerifier.check(program);
    Object[] emitted = arrays(dtype, lanes);
    Object[] interpreted = arrays(dtype, lanes);
    new BytecodeBackEnd().compile(program).run(emitted, new int[0]);
    new Interpreter().compile(program).run(interpreted, new int[0]);
    assertThat(Arrays.deepToString(emitted)).isEqualTo(Arrays.deepToString(interpreted)).contains("3.0");
  }

  /** The input counts from 0, so that its element 3.0 shows that there was one. */
  private static Object[] arrays(DType dtype, int lanes) {
    Object x = dtype.newArray(lanes);
    for (int i = 0; i < lanes; i++) {
      if (x instanceof float[] f) f[i] = i;
      else ((double[]) x)[i] = i;
    }
    return new Object[] {x, dtype.newArray(lanes)};
  }
}
