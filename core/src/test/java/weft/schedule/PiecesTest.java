package weft.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import weft.loop.Local;
import weft.loop.LoopPrinter;
import weft.loop.LoopProgram;
import weft.loop.LoopVerifier;
import weft.loop.Sizes;
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
  static Map<String, String> methods(LoopProgram program) {
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

  private static LoopProgram pieces(LoopProgram program, long least, long most) {
    return Pieces.of(program, new Pieces.Sizes(least, most, most, Math.max(1, most / 2), Math.max(1, most / 2)), null, true);
  }

  @Test
  void aPieceIsWorthACallAndNoLarger() {
    LoopProgram whole = program(Order.PARALLEL);
    assertThat(pieces(whole, 500, 13_500)).as("not large").isSameAs(whole);
    assertThat(pieces(whole, 5_000, 10_000)).as("planes are too small").isSameAs(whole);
    assertThat(methods(pieces(whole, 1_000, 10_000))).containsEntry("main", "for plane in 0 .. 3 parallel run twice")
        .hasEntrySatisfying("twice", text -> assertThat(text).startsWith("for row in 0 .. 5").doesNotContain("run"));
    assertThat(methods(pieces(whole, 500, 4_000))).containsEntry("main", "for plane in 0 .. 3 parallel run twice")
        .containsEntry("twice", "for row in 0 .. 5 parallel run twice_piece")
        .hasEntrySatisfying("twice_piece", text -> assertThat(text).startsWith("for column in 0 .. 100").doesNotContain("run"));
  }

  @Test
  void scalarSumsStayInOneMethod() {
    LoopProgram sums = program(Order.REDUCTION);
    assertThat(methods(pieces(sums, 500, 4_000)).keySet()).isEqualTo(methods(sums).keySet());
  }

  /** 3 + Σ x² of all but the last eight elements, eight a step, read by an offset that goes along. */
  private LoopProgram sum(Dim elements, Buffer in, Buffer out) {
    var start = new Local("start", DType.F32, 1);
    var sums = new Local("sums", DType.F32, 8);
    var v = new Local("v", DType.F32, 8);
    var offset = Symbol.loopVariable("offset");
    Value square = new Value.Call(Fun.MUL, new Value.Get(v), new Value.Get(v));
    Stmt loop = new Stmt.For(column, Dim.of(8), elements, 8, Order.SEQUENTIAL, List.of(new Stmt.Along(offset, Dim.ZERO, 8)),
        new Stmt.Block(List.of(new Stmt.Declare(v, new Value.Load(in, Dim.of(offset), 8)),
            new Stmt.Assign(sums, new Value.Call(Fun.ADD, new Value.Get(sums), square)))));
    var total = new Local("total", DType.F32, 1);
    Stmt body = new Stmt.Block(List.of(new Stmt.Declare(start, Value.number(DType.F32, 3)),
        new Stmt.Declare(sums, new Value.Splat(Value.number(DType.F32, 0), 8)), loop,
        new Stmt.Declare(total, new Value.Call(Fun.ADD, new Value.Get(start), new Value.Reduce(Fun.ADD, new Value.Get(sums)))),
        new Stmt.Store(out, Dim.ZERO, new Value.Get(total))));
    var kernel = new Kernel("sum", "", "", Kernel.Kind.LOOPS, body);
    return LoopProgram.of("main", 8, List.of(in), List.of(out), new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Run(kernel)));
  }

  private static float[] sum(LoopProgram program, float[] input, int[] sizes) {
    LoopVerifier.check(program);
    float[] out = new float[1];
    Object[] arrays = program.buffers().stream()
        .map(b -> b.role() == Role.INPUT ? input : b.role() == Role.OUTPUT ? out : new float[(int) b.size().constant()]).toArray();
    new Interpreter().compile(program).run(arrays, sizes);
    return out;
  }

  /** The sums wait in memory: {@code first} puts them there, {@code stretch} goes on, {@code rest} is what is left, and the kernel has its name at last. */
  @Test
  void sumsInVectorsAreAddedStretchByStretch() {
    var random = new Random(4);
    for (int extent : new int[] {80, 88, 104, 808}) {
      float[] input = new float[extent];
      for (int i = 0; i < extent; i++) input[i] = random.nextFloat() - .5f;
      float[] lanes = new float[8];
      for (int i = 0; i + 8 < extent; i++) lanes[i % 8] += input[i] * input[i];
      float want = 3 + ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
      var n = Symbol.free("n");
      for (Dim elements : List.of(Dim.of(extent), Dim.of(n))) {
        var in = new Buffer("in", DType.F32, elements, Role.INPUT, null);
        var out = new Buffer("out", DType.F32, Dim.ONE, Role.OUTPUT, null);
        LoopProgram whole = sum(elements, in, out);
        LoopProgram pieces = Pieces.of(whole, new Pieces.Sizes(200, 400, 4_000, 200, 200), null, true);
        boolean isSmall = work(elements) < 400;
        if (isSmall) assertThat(pieces).isSameAs(whole);
        else assertThat(methods(pieces)).containsKeys("sum_first", "sum_stretch", "sum");
        assertThat(Pieces.of(whole, new Pieces.Sizes(200, 400, 4_000, 200, 200), null, false)).as("threads share the memory").isSameAs(whole);
        LoopVerifier.check(pieces);
        float[] got = sum(pieces, input, sizes(pieces, n, extent));
        assertThat(got).containsExactly(sum(whole, input, sizes(whole, n, extent)));
        assertThat(got[0]).isCloseTo(want, within(1e-4f));
      }
    }
  }

  /** Six operations and bytes an element: its square, its sum, and four bytes; an extent that is not known is taken to be 16. */
  private static long work(Dim elements) {
    return elements.isConstant() ? 6 * (elements.constant() - 8) : 6 * 8;
  }

  private static int[] sizes(LoopProgram program, Symbol n, int extent) {
    return program.symbols().stream().mapToInt(s -> s == n ? extent : (int) Sizes.evaluate(s.definition(), x -> extent)).toArray();
  }

  /** In a loop of the driver other sizes count. */
  /** What an unknown extent is taken to be leaves the inner loop nothing to do, so that an iteration seems to cost nothing. */
  @Test
  void aStretchIsNoLongerThanItsLoop() {
    var n = Symbol.free("n");
    Dim size = Dim.of(n).times(800);
    var in = new Buffer("in", DType.F32, size, Role.INPUT, null);
    var out = new Buffer("out", DType.F32, size, Role.OUTPUT, null);
    Dim at = Dim.of(row).times(800).plus(Dim.of(column));
    Value element = new Value.Load(in, at, 8);
    Stmt twice = new Stmt.Store(out, at, new Value.Call(Fun.ADD, element, element));
    Stmt rows = new Stmt.For(row, Dim.ZERO, Dim.of(n).minus(Pieces.UNKNOWN), 1, Order.PARALLEL, twice);
    Stmt columns = new Stmt.For(column, Dim.ZERO, Dim.of(800), 8, Order.PARALLEL, rows);
    Stmt run = new Stmt.Run(new Kernel("twice", "", "", Kernel.Kind.LOOPS, columns));
    LoopProgram program = LoopProgram.of("main", 8, List.of(in), List.of(out), new Kernel("main", "", "", Kernel.Kind.DRIVER, run));
    var sizes = new Pieces.Sizes(1_000_000, 1_000_000, 1_000_000, 10_000, 10_000);
    assertThat(Pieces.of(program, sizes, sizes, true)).isSameAs(program);
  }

  @Test
  void whatRunsOftenIsCompiledAnyway() {
    LoopProgram once = program(Order.PARALLEL);
    var time = Symbol.loopVariable("time");
    Stmt loop = new Stmt.For(time, Dim.ZERO, Dim.of(7), 1, Order.SEQUENTIAL, once.main().body());
    LoopProgram often = LoopProgram.of("main", 1, List.of(x), List.of(y), once.main().with(loop));
    var small = new Pieces.Sizes(500, 1_000, 4_000, 500, 500);
    var large = new Pieces.Sizes(100_000, 100_000, 100_000, 100_000, 100_000);
    assertThat(methods(Pieces.of(often, large, small, true))).containsEntry("main", "for time in 0 .. 7 for plane in 0 .. 3 parallel run twice");
    assertThat(Pieces.of(often, small, large, true)).isSameAs(often);
    assertThat(Pieces.of(once, large, small, true)).isSameAs(once);
  }

  @Test
  void piecesComputeTheSame() {
    float[] input = new float[PLANES * ROWS * COLUMNS];
    float[] twice = new float[input.length];
    var random = new Random(3);
    for (int i = 0; i < input.length; i++) twice[i] = 2 * (input[i] = random.nextFloat());
    for (long least : new long[] {0, 500, 1_000}) {
      assertThat(run(pieces(program(Order.SEQUENTIAL), least, 4_000), input)).containsExactly(twice);
    }
  }

  /** Vectors without sums: y = 2x but for a first row of 8, which is 1; nothing waits in memory, and what stands before the loop runs once. */
  @Test
  void loopsOfVectorsRunInStretches() {
    Dim at = Dim.of(column);
    Value two = new Value.Splat(Value.number(DType.F32, 2), 8);
    Stmt first = new Stmt.Store(y, Dim.ZERO, new Value.Splat(Value.number(DType.F32, 1), 8));
    for (int extent : new int[] {808, 1000}) {
      Stmt loop = new Stmt.For(column, Dim.of(8), Dim.of(extent), 8, Order.PARALLEL,
          new Stmt.Store(y, at, new Value.Call(Fun.MUL, new Value.Load(x, at, 8), two)));
      var kernel = new Kernel("twice", "", "", Kernel.Kind.LOOPS, new Stmt.Block(List.of(first, loop)));
      LoopProgram whole = LoopProgram.of("main", 8, List.of(x), List.of(y), new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Run(kernel)));
      LoopProgram pieces = pieces(whole, 500, 2_000);
      assertThat(methods(pieces)).containsKeys("twice_first", "twice_stretch");
      float[] input = new float[PLANES * ROWS * COLUMNS];
      for (int i = 0; i < input.length; i++) input[i] = i;
      float[] got = run(pieces, input);
      for (int i = 0; i < input.length; i++) assertThat(got[i]).isEqualTo(i < 8 ? 1 : i < extent ? 2 * i : 0);
    }
  }
}
