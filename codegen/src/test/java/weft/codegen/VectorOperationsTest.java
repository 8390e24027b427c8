package weft.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.LoopPrinter;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;

/** Which operations of a program are found and shown. */
class VectorOperationsTest {
  private final Buffer x = new Buffer("a", DType.F32, Dim.of(8), Buffer.Role.INPUT, null);
  private final Buffer y = new Buffer("b", DType.F32, Dim.of(8), Buffer.Role.OUTPUT, null);

  private VectorOperations of(Value stored) {
    Kernel kernel = new Kernel("kernel", "", "", Kernel.Kind.LOOPS, new Stmt.Store(y, Dim.of(0), stored));
    Kernel main = new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Run(kernel));
    return VectorOperations.of(List.of(LoopProgram.of("program", 8, List.of(x), List.of(y), main)), 8);
  }

  private Value load() {
    return new Value.Load(x, Dim.of(0), 8);
  }

  @Test
  void showsWhatIsDoneAndNothingElse() {
    Value product = new Value.Call(Fun.MUL, load(), load());
    Value smaller = new Value.Call(Fun.LT, product, load());
    VectorOperations found = of(new Value.Call(Fun.SELECT, smaller, product, load()));
    assertThat(found.dtypes()).containsExactly(DType.F32);
    String text = LoopPrinter.text(found.program(DType.F32)).lines().map(String::strip)
        .dropWhile(line -> !line.startsWith("kernel everyOperation")).takeWhile(line -> !line.isEmpty()).skip(1)
        .collect(Collectors.joining("\n"));
    assertThat(text).isEqualTo("""
        f32x8 first = x[0 : 8]
        f32x8 two = f32x8(2)
        f32x8 v = first
        v = v * two
        v = v < first ? v : two
        store y[0 : 8] = v""");
  }

  @Test
  void oneOperationSharesItsProfileWithNoOther() {
    assertThat(of(new Value.Call(Fun.ADD, load(), load())).dtypes()).isEmpty();
    assertThat(of(load()).dtypes()).isEmpty();
  }

  /** Numbers are no vectors. */
  @Test
  void scalarsAreNotShown() {
    Value number = new Value.Load(x, Dim.of(0), 1);
    Value sum = new Value.Call(Fun.ADD, new Value.Call(Fun.MUL, number, number), new Value.Call(Fun.DIV, number, number));
    assertThat(of(sum).dtypes()).isEmpty();
  }
}
