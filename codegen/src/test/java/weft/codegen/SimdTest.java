package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.codegen.Loops.*;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import weft.loop.Buffer;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.type.Dim;

/** When vectors are used and how wide they are, each case in a virtual machine of its own. */
class SimdTest {
  private static final String MODULE = "--add-modules=jdk.incubator.vector";

  /** Prints the lanes, runs a scalar program, and says what becomes of a vector program. */
  public static void main(String[] args) {
    System.out.println("lanes " + new BytecodeBackEnd().lanes() + ", again " + new BytecodeBackEnd().lanes());
    Buffer z = out("z", DType.F32, 4);
    float[] result = new float[4];
    Loops.run(program(1, store(z, Dim.ONE, num(DType.F32, 2.5))), Map.of(z, result));
    System.out.println("scalar " + result[1]);
    try {
      Loops.run(program(4, store(z, Dim.ZERO, splat(num(DType.F32, 1.5), 4))), Map.of(z, result));
      System.out.println("vector " + result[3]);
    } catch (WeftException e) {
      System.out.println(e.kind() + " " + e.getMessage());
    }
  }

  @Test
  void preferredWidth() throws Exception {
    String out = Jvm.run(List.of(MODULE), SimdTest.class);
    assertThat(out).containsPattern("lanes (4|8|16), again").contains("scalar 2.5", "vector 1.5")
        .doesNotContain("Vectors are off");
  }

  @Test
  void withoutTheModule() throws Exception {
    String out = Jvm.run(List.of(), SimdTest.class);
    assertThat(out).contains("lanes 1, again 1", "scalar 2.5",
        "UNSUPPORTED a program with vectors of 4 lanes needs module")
        .containsOnlyOnce("Vectors are off: start Java with --add-modules jdk.incubator.vector");
  }

  @Test
  void switchedOff() throws Exception {
    assertThat(Jvm.run(List.of("-Dweft.simd=off"), SimdTest.class)).contains("lanes 1, again 1", "scalar 2.5")
        .doesNotContain("Vectors are off");
    assertThat(Jvm.run(List.of(MODULE, "-Dweft.simd=off"), SimdTest.class)).contains("lanes 1, again 1");
  }

  @Test
  void widthByProperty() throws Exception {
    for (int lanes : new int[] {4, 8, 16}) {
      assertThat(Jvm.run(List.of(MODULE, "-Dweft.simd=" + lanes), SimdTest.class))
          .contains("lanes " + lanes + ",");
    }
  }

  /** Where nothing compiles vectors they would be objects, so they are off unless someone insists. */
  @Test
  void withoutTheOptimisingCompiler() throws Exception {
    assertThat(Jvm.run(List.of(MODULE, "-Xint"), SimdTest.class)).contains("lanes 1,");
    assertThat(Jvm.run(List.of(MODULE, "-XX:TieredStopAtLevel=1"), SimdTest.class)).contains("lanes 1,");
    assertThat(Jvm.run(List.of(MODULE, "-Xint", "-Dweft.simd=on"), SimdTest.class))
        .containsPattern("lanes (4|8|16),")
        .contains("vector 1.5");
  }
}
