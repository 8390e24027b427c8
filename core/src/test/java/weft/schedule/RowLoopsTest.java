package weft.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import weft.loop.Buffer;
import weft.loop.Buffer.Role;
import weft.loop.Fun;
import weft.loop.Interpreter;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.LoopPrinter;
import weft.loop.LoopProgram;
import weft.loop.LoopVerifier;
import weft.loop.Stmt;
import weft.loop.Stmt.Order;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Loops along rows after {@link Hoist} and {@link Rebase}: what they print, and that they still compute the
 * same.
 */
class RowLoopsTest {
  private final Symbol rows = Symbol.free("rows");
  private final Symbol columns = Symbol.free("columns");
  private final Dim size = Dim.of(rows).times(Dim.of(columns));
  private final Buffer x = new Buffer("x", DType.F32, size, Role.INPUT, null);
  private final Buffer b = new Buffer("b", DType.F32, Dim.of(rows), Role.INPUT, null);
  private final Buffer z = new Buffer("z", DType.F32, size, Role.OUTPUT, null);
  private final Symbol r = Symbol.loopVariable("r");
  private final Symbol i = Symbol.loopVariable("i");
  private final Dim at = Dim.of(r).times(Dim.of(columns)).plus(Dim.of(i));

  private static Value load(Buffer buffer, Dim index) {
    return new Value.Load(buffer, index, 1);
  }

  private LoopProgram program(Order order, Stmt body) {
    Stmt inner = new Stmt.For(i, Dim.ZERO, Dim.of(columns), 1, order, body);
    var kernel = new Kernel("body", "", "", Kernel.Kind.LOOPS,
        new Stmt.For(r, Dim.ZERO, Dim.of(rows), 1, order, inner));
    return LoopProgram.of("test", 1, List.of(x, b), List.of(z),
        new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Run(kernel)));
  }

  private static LoopProgram scheduled(LoopProgram program) {
    LoopProgram hoisted = Schedule.eachKernel(program, Hoist::apply);
    LoopProgram result = Schedule.eachKernel(hoisted, Rebase::apply);
    LoopVerifier.check(result);
    return result;
  }

  private float[] run(LoopProgram program, int rowCount, int columnCount, float[] xs, float[] bs) {
    float[] zs = new float[rowCount * columnCount];
    Object[] arrays = program.buffers().stream().map(u -> u == x ? xs : u == b ? bs : zs).toArray();
    int[] sizes = program.symbols().stream().mapToInt(s -> s == rows ? rowCount : columnCount).toArray();
    new Interpreter().compile(program).run(arrays, sizes);
    return zs;
  }

  /** z[r, i] = x[r, i] + b[r]: the bias is loaded once a row, and the row's elements are counted. */
  @Test
  void aBiasForEachRow() {
    LoopProgram program = scheduled(program(Order.PARALLEL,
        new Stmt.Store(z, at, new Value.Call(Fun.ADD, load(x, at), load(b, Dim.of(r))))));
    assertThat(LoopPrinter.text(program)).contains("""
            if 0 < columns
              f32 b_2 = b[r]
              for i in columns*r .. columns*r + columns parallel
                store z[i] = x[i] + b_2
        """);
    assertThat(run(program, 2, 3, new float[] {1, 2, 3, 4, 5, 6}, new float[] {10, 20}))
        .containsExactly(11, 12, 13, 24, 25, 26);
  }

  /** With no columns there is nothing to load a bias for, and the array of biases may be empty, too. */
  @Test
  void anEmptyRowLoadsNothing() {
    LoopProgram program = scheduled(program(Order.PARALLEL,
        new Stmt.Store(z, at,
            new Value.Call(Fun.ADD, load(x, at), load(b, Dim.of(columns).minus(1).plus(Dim.of(r)))))));
    assertThat(LoopPrinter.text(program)).contains("f32 b_2 = b[");
    assertThat(run(program, 1, 0, new float[0], new float[1])).isEmpty();
  }

  /** What the loop itself may write is loaded in every iteration. */
  @Test
  void whatIsWrittenStays() {
    LoopProgram program = scheduled(program(Order.SEQUENTIAL, new Stmt.Block(List.of(
        new Stmt.Store(z, at, load(x, at)),
            new Stmt.Store(z, at, new Value.Call(Fun.ADD, load(z, at), load(z, Dim.ZERO)))))));
    assertThat(LoopPrinter.text(program)).doesNotContain("if ");
    assertThat(run(program, 1, 3, new float[] {1, 2, 3}, new float[1])).containsExactly(2, 4, 5);
  }

  /** A load under a condition might be outside its buffer whenever the condition fails. */
  @Test
  void conditionalLoadsStay() {
    Value first = load(b, Dim.of(r).minus(1));
    Value choice = new Value.Call(Fun.SELECT,
        new Value.Call(Fun.GT, new Value.Position(Dim.of(r)), new Value.Num(DType.I32, 0)), first, load(x, at));
    LoopProgram program = scheduled(program(Order.PARALLEL, new Stmt.Store(z, at, choice)));
    assertThat(LoopPrinter.text(program)).doesNotContain("if ").contains("store z[i] = r > 0 ? b[r - 1] : x[i]");
    assertThat(run(program, 2, 2, new float[] {1, 2, 3, 4}, new float[] {9, 8})).containsExactly(1, 2, 9, 9);
  }

  /** Rows of two strides, positions as values, and copies are left alone; positions move along with the rest. */
  @Test
  void whichLoopsCountElements() {
    Value position = new Value.Cast(DType.F32, new Value.Position(Dim.of(i)));
    LoopProgram positions = scheduled(program(Order.PARALLEL, new Stmt.Store(z, at, position)));
    assertThat(LoopPrinter.text(positions)).contains("for i in columns*r ..")
        .contains("z[i] = (f32) (-columns*r + i)");
    assertThat(run(positions, 2, 3, new float[6], new float[2])).containsExactly(0, 1, 2, 0, 1, 2);
    LoopProgram copy = program(Order.PARALLEL, new Stmt.Store(z, at, load(x, at)));
    assertThat(LoopPrinter.text(scheduled(copy))).isEqualTo(LoopPrinter.text(copy));
    Dim transposed = Dim.of(i).times(Dim.of(rows)).plus(Dim.of(r));
    LoopProgram turned = program(Order.PARALLEL,
        new Stmt.Store(z, at, new Value.Call(Fun.NEG, load(x, transposed))));
    assertThat(LoopPrinter.text(scheduled(turned))).isEqualTo(LoopPrinter.text(turned));
  }

  /** A reduction may hold no branch, so only loops that surely run are helped there. */
  @Test
  void reductions() {
    var sum = new Local("sum", DType.F32, 1);
    Stmt add = new Stmt.Assign(sum, new Value.Call(Fun.ADD, new Value.Get(sum),
        new Value.Call(Fun.MUL, load(x, at), load(b, Dim.of(r)))));
    for (Dim to : List.of(Dim.of(columns), Dim.of(2))) {
      Stmt inner = new Stmt.For(i, Dim.ZERO, to, 1, Order.REDUCTION, add);
      var kernel = new Kernel("body", "", "", Kernel.Kind.LOOPS, new Stmt.Block(List.of(
          new Stmt.Declare(sum, Value.number(DType.F32, 0)),
          new Stmt.For(r, Dim.ZERO, Dim.of(rows), 1, Order.REDUCTION, inner),
          new Stmt.Store(z, Dim.ZERO, new Value.Get(sum)))));
      LoopProgram program = scheduled(LoopProgram.of("test", 1, List.of(x, b), List.of(z),
          new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Run(kernel))));
      assertThat(LoopPrinter.text(program)).doesNotContain("if ");
      if (to.isConstant()) assertThat(LoopPrinter.text(program)).contains("f32 b_2 = b[r]");
      assertThat(run(program, 2, 2, new float[] {1, 2, 3, 4}, new float[] {10, 100})[0]).isEqualTo(730);
    }
  }
}
