package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static weft.codegen.Loops.*;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.LoopPrinter;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/** What people see of emitted code: stack traces in debug mode, listings, reports. */
class DebugTest {
  private final Buffer z = out("z", DType.I32, 3);
  private final Symbol i = var("i");
  private final LoopProgram program = LoopProgram.of("train", 1, List.of(), List.of(z), driver("main",
      new Stmt.Run(kernel("fill", loop(i, Dim.of(4), store(z, i, call(Fun.ADD, num(DType.I32, 70000),
          new weft.loop.Value.Position(d(i)))))))));

  @Test
  void stackTracesPointIntoThePrintedLoops() {
    System.setProperty("weft.debug", "true");
    Throwable error;
    try {
      error = catchThrowable(() -> run(program, Map.of(z, new int[3])));
    } finally {
      System.clearProperty("weft.debug");
    }
    assertThat(error).isInstanceOf(ArrayIndexOutOfBoundsException.class);
    StackTraceElement top = error.getStackTrace()[0];
    assertThat(top.getFileName()).isEqualTo("train.loops");
    assertThat(top.getMethodName()).isEqualTo("fill");
    assertThat(LoopPrinter.lines(program).get(top.getLineNumber() - 1)).contains("z[i] = 70000 + i");
    StackTraceElement caller = error.getStackTrace()[1];
    assertThat(caller.getMethodName()).isEqualTo("main");
    assertThat(LoopPrinter.lines(program).get(caller.getLineNumber() - 1)).contains("run fill");
  }

  @Test
  void listing() {
    assertThat(compile(program).listing()).startsWith("class weft.codegen.train\n").contains("""

      fill([I)V  21 bytes
        iconst_0
        istore 1
      L0:
        iload 1
        iconst_4
        if_icmpge L1
        aload 0
        iload 1
        ldc 70000
        iload 1
        iadd
        iastore
        iinc 1 1
        goto L0
      L1:
        return
    """).contains("invokestatic weft/codegen/train.fill([I)V");
  }

  @Test
  void report() {
    assertThat(compile(program).report())
        .matches("2 kernels, 2 methods, 3[0-9] bytes of code, largest 2[0-9] \\(fill\\), \\d+ ms");
  }
}
