package weft.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import weft.loop.Buffer;
import weft.loop.Buffer.Role;
import weft.loop.Fun;
import weft.loop.Interpreter;
import weft.loop.Kernel;
import weft.loop.LoopPrinter;
import weft.loop.LoopProgram;
import weft.loop.LoopVerifier;
import weft.loop.Stmt;
import weft.loop.Stmt.Order;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/** Which loops go from a kernel to its driver, how deep, and that nothing else changes. */
class PiecesTest {
  private static final int PLANES = 3;
  private static final int ROWS = 5;
  private static final int COLUMNS = 100;

  private final Symbol plane = Symbol.loopVariable("plane");
  private final Symbol row = Symbol.loopVariable("row");
  private final Symbol column = Symbol.loopVariable("column");
  private final Buffer x = new Buffer("x", DType.F32, Dim.of(PLANES * ROWS * COLUMNS), Role.INPUT, null);
  private final Buffer y = new Buffer("y", DType.F32, Dim.of(PLANES * ROWS * COLUMNS), Role.OUTPUT, null);

  /** y = 2x over three loops: 900 float operations and bytes a row (1 + 4 + 4 for each of 100 columns), 4,500 a plane, 13,500 in all. */
  private LoopProgram program(Order order) {
    Dim at = Dim.of(plane).times(ROWS).plus(Dim.of(row)).times(COLUMNS).plus(Dim.of(column));
    Value twice = new Value.Call(Fun.MUL, new Value.Load(x, at, 1), Value.number(DType.F32, 2));
    Stmt nest = new Stmt.Store(y, at, twice);
    nest = new Stmt.For(column, Dim.ZERO, Dim.of(COLUMNS), 1, order, nest);
    nest = new Stmt.For(row, Dim.ZERO, Dim.of(ROWS), 1, order, nest);
    nest = new Stmt.For(plane, Dim.ZERO, Dim.of(PLANES), 1, order, nest);
    var kernel = new Kernel("twice", "y = 2x", "", Kernel.Kind.LOOPS, nest);
    return LoopProgram.of("main", 1, List.of(x), List.of(y), new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Run(kernel)));
  }

  /** The statements that are left in each method, without those of the methods that it calls. */
  private static Map<String, String> methods(LoopProgram program) {
    var texts = new LinkedHashMap<String, String>();
    for (Kernel k : program.kernels()) texts.put(k.name(), LoopPrinter.text(k.body()).replaceAll("\\s+", " ").strip());
    return texts;
  }

  private float[] run(LoopProgram program, float[] input) {
    LoopVerifier.check(program);
    float[] out = new float[input.length];
    new Interpreter().compile(program).run(new Object[] {input, out}, new int[0]);
    return out;
  }

  @Test
  void aPieceIsWorthACallAndNoLarger() {
    LoopProgram whole = program(Order.PARALLEL);
    assertThat(Pieces.of(whole, 500, 13_500)).isSameAs(whole);
    assertThat(Pieces.of(whole, 5_000, 10_000)).as("planes are too small").isSameAs(whole);
    assertThat(methods(Pieces.of(whole, 1_000, 10_000))).containsEntry("main", "for plane in 0 .. 3 parallel run twice")
        .hasEntrySatisfying("twice", text -> assertThat(text).startsWith("for row in 0 .. 5").doesNotContain("run"));
    assertThat(methods(Pieces.of(whole, 500, 4_000))).containsEntry("main", "for plane in 0 .. 3 parallel run twice")
        .containsEntry("twice", "for row in 0 .. 5 parallel run twice_piece")
        .hasEntrySatisfying("twice_piece", text -> assertThat(text).startsWith("for column in 0 .. 100").doesNotContain("run"));
  }

  @Test
  void sumsStayInOneMethod() {
    LoopProgram sums = program(Order.REDUCTION);
    assertThat(methods(Pieces.of(sums, 500, 4_000)).keySet()).isEqualTo(methods(sums).keySet());
  }

  @Test
  void piecesComputeTheSame() {
    float[] input = new float[PLANES * ROWS * COLUMNS];
    float[] twice = new float[input.length];
    var random = new Random(3);
    for (int i = 0; i < input.length; i++) twice[i] = 2 * (input[i] = random.nextFloat());
    for (long least : new long[] {0, 500, 1_000}) {
      assertThat(run(Pieces.of(program(Order.SEQUENTIAL), least, 4_000), input)).containsExactly(twice);
    }
  }
}
