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
import org.junit.jupiter.api.Test;
import weft.codegen.source.SourceBackEnd;
import weft.loop.Buffer;
import weft.loop.Fencing;
import weft.loop.Fun;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/** A fence changes nothing, and each virtual machine reads of it in the words that it understands. */
class FenceTest {
  private final Buffer x = in("x", DType.F32, 5);
  private final Buffer y = out("y", DType.F32, 5);
  private final Symbol i = var("i");

  private LoopProgram twice() {
    Stmt fences = block(new Stmt.Fence(x, Dim.of(i), 0), store(y, Dim.of(i), call(Fun.ADD, load(x, i), load(x, i))), new Stmt.Fence(x, Dim.of(i), 7));
    return program(1, loop(i, Dim.of(5), fences), store(y, Dim.ZERO, num(DType.F32, -1)));
  }

  @Test
  void changesNothing() {
    float[] got = new float[5];
    Loops.run(twice(), Map.of(x, new float[] {1, 2, 3, 4, 5}, y, got));
    assertThat(got).as("with what stands behind the loop").containsExactly(-1, 4, 6, 8, 10);
  }

  @Test
  void words() {
    String bytecode = compile(twice()).listing();
    String source = new SourceBackEnd().compile(twice()).listing();
    assertThat(bytecode.contains("VarHandle.acquireFence") || bytecode.contains("java/lang/invoke/VarHandle")).isEqualTo(Fencing.HERE == Fencing.BARRIER);
    assertThat(source.contains("VarHandle.acquireFence()")).isEqualTo(Fencing.HERE == Fencing.BARRIER);
    assertThat(bytecode.toLowerCase().contains("arraylength")).isEqualTo(Fencing.HERE == Fencing.BRANCH);
    assertThat(source.contains(".length + 7) return")).isEqualTo(Fencing.HERE == Fencing.BRANCH);
  }
}
