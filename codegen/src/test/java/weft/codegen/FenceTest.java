package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.codegen.Loops.block;
import static weft.codegen.Loops.call;
import static weft.codegen.Loops.compile;
import static weft.codegen.Loops.in;
import static weft.codegen.Loops.load;
import static weft.codegen.Loops.loop;
import static weft.codegen.Loops.num;
import static weft.codegen.Loops.out;
import static weft.codegen.Loops.program;
import static weft.codegen.Loops.store;
import static weft.codegen.Loops.var;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import weft.codegen.source.SourceBackEnd;
import weft.loop.Buffer;
import weft.loop.Fencing;
import weft.loop.Fun;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/** A fence changes nothing, and is a call, with or without a branch around it. */
class FenceTest {
  private final Buffer x = in("x", DType.F32, 5);
  private final Buffer y = out("y", DType.F32, 5);
  private final Symbol i = var("i");

  private LoopProgram twice(Fencing by) {
    Stmt fences = block(new Stmt.Fence(by, x, Dim.of(i), 1), store(y, Dim.of(i), call(Fun.ADD, load(x, i), load(x, i))), new Stmt.Fence(by, x, Dim.of(i), 7));
    return program(1, loop(i, Dim.of(5), fences), store(y, Dim.ZERO, num(DType.F32, -1)));
  }

  @ParameterizedTest
  @EnumSource(names = {"BRANCH", "BARRIER"})
  void changesNothing(Fencing by) {
    float[] got = new float[5];
    Loops.run(twice(by), Map.of(x, new float[] {1, 2, 3, 4, 5}, y, got));
    assertThat(got).as("with what stands behind the loop").containsExactly(-1, 4, 6, 8, 10);
  }

  @ParameterizedTest
  @EnumSource(names = {"BRANCH", "BARRIER"})
  void words(Fencing by) {
    String bytecode = compile(twice(by)).listing();
    String source = new SourceBackEnd().compile(twice(by)).listing();
    assertThat(bytecode).contains("java/lang/invoke/VarHandle.acquireFence");
    assertThat(source).contains("VarHandle.acquireFence()");
    assertThat(bytecode.contains("arraylength")).isEqualTo(by == Fencing.BRANCH);
    assertThat(source.contains(".length + 7) VarHandle.acquireFence()")).isEqualTo(by == Fencing.BRANCH);
  }
}
