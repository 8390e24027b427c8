package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import org.junit.jupiter.api.Test;
import weft.loop.Compiled;
import weft.loop.Interpreter;
import weft.loop.LoopPrinter;
import weft.loop.LoopVerifier;

/** Random programs give the same bits emitted as interpreted, before and after HotSpot has compiled them. */
class DifferentialTest {
  @Test
  void emittedIsInterpreted() {
    for (long seed = 0; seed < 250; seed++) check(seed, 1);
  }

  /**
   * In a virtual machine that compiles everything at once, so that its compiler is tested, and not its
   * interpreter.
   */
  @Test
  void compiledIsInterpreted() throws Exception {
    String out = Jvm.run(List.of("--add-modules", "jdk.incubator.vector", "-Xbatch", "-XX:-TieredCompilation",
        "-XX:CompileThreshold=100"), DifferentialTest.class, "1000", "1016", "250");
    assertThat(out).contains("16 programs agree");
  }

  public static void main(String[] args) {
    int from = Integer.parseInt(args[0]);
    int to = Integer.parseInt(args[1]);
    for (int seed = from; seed < to; seed++) check(seed, Integer.parseInt(args[2]));
    System.out.println(to - from + " programs agree");
  }

  /** The emitted program runs so many times, each time on the same numbers, and its last result counts. */
  private static void check(long seed, int times) {
    RandomLoops.Example example = RandomLoops.of(seed);
    LoopVerifier.check(example.program());
    Object[] want = result(new Interpreter().compile(example.program()), example);
    Compiled emitted = times == 1 ? Loops.compile(example.program()) : new BytecodeBackEnd()
        .compile(example.program());
    Object[] got = null;
    for (int i = 0; i < times; i++) got = result(emitted, example);
    for (int b = 0; b < want.length; b++) {
      for (int i = 0; i < java.lang.reflect.Array.getLength(want[b]); i++) {
        Object one = java.lang.reflect.Array.get(want[b], i);
        Object other = java.lang.reflect.Array.get(got[b], i);
        if (!one.equals(other)) {
          fail("seed %s: %s[%s] is %s, not %s%n%s", seed, example.program().buffers().get(b), i, other, one,
              LoopPrinter.text(example.program()));
        }
      }
    }
  }

  private static Object[] result(Compiled compiled, RandomLoops.Example example) {
    Object[] arrays = example.freshArrays();
    compiled.run(arrays, example.freshSizes());
    return arrays;
  }
}
