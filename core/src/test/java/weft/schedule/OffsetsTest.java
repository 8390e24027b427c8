package weft.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.schedule.PiecesTest.methods;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import weft.loop.Buffer;
import weft.loop.Buffer.Role;
import weft.loop.Fun;
import weft.loop.Interpreter;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.LoopProgram;
import weft.loop.LoopVerifier;
import weft.loop.Stmt;
import weft.loop.Stmt.Order;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/** What a tile that is a method of its own is told, and that it computes the same. */
class OffsetsTest {
  private static final int PANELS = 3;
  private static final int ROWS = 5;
  private static final int DEPTH = 40;

  private final Symbol panel = Symbol.loopVariable("panel");
  private final Symbol row = Symbol.loopVariable("row");
  private final Buffer a = new Buffer("a", DType.F32, Dim.of(ROWS * DEPTH), Role.INPUT, null);
  private final Buffer b = new Buffer("b", DType.F32, Dim.of(PANELS * DEPTH), Role.INPUT, null);
  private final Buffer c = new Buffer("c", DType.F32, Dim.of(2 * ROWS * PANELS), Role.OUTPUT, null);

  /** Sums of 40 products, one a tile, each stored twice. */
  private Stmt tile() {
    var at = Symbol.loopVariable("b");
    var k = Symbol.loopVariable("a");
    var sum = new Local("sum", DType.F32, 1);
    Value product = new Value.Call(Fun.FMA, new Value.Load(a, Dim.of(k), 1), new Value.Load(b, Dim.of(at), 1), new Value.Get(sum));
    Dim start = Dim.of(panel).times(DEPTH);
    Dim to = Dim.of(row).times(2 * PANELS).plus(Dim.of(panel).times(2));
    return new Stmt.Block(List.of(new Stmt.Declare(sum, Value.number(DType.F32, 0)),
        new Stmt.For(at, start, start.plus(DEPTH), 1, Order.SEQUENTIAL, List.of(new Stmt.Along(k, Dim.of(row).times(DEPTH), 1)), new Stmt.Assign(sum, product)),
        new Stmt.Store(c, to, new Value.Get(sum)), new Stmt.Store(c, to.plus(1), new Value.Get(sum))));
  }

  private LoopProgram program(Stmt tile) {
    Stmt nest = new Stmt.For(row, Dim.ZERO, Dim.of(ROWS), 1, Order.PARALLEL, tile);
    nest = new Stmt.For(panel, Dim.ZERO, Dim.of(PANELS), 1, Order.PARALLEL, nest);
    var kernel = new Kernel("dot", "c = a·b", "", Kernel.Kind.LOOPS, nest);
    return LoopProgram.of("main", 1, List.of(a, b), List.of(c), new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Run(kernel)));
  }

  private static LoopProgram pieces(LoopProgram program, long most) {
    return Pieces.of(program, new Pieces.Sizes(100, 1_000, most, 1_000_000, 1_000_000), null, true);
  }

  private static float[] run(LoopProgram program, boolean backwards) {
    LoopVerifier.check(program);
    var random = new Random(1);
    float[] left = new float[ROWS * DEPTH];
    float[] right = new float[PANELS * DEPTH];
    float[] out = new float[2 * ROWS * PANELS];
    for (int i = 0; i < left.length; i++) left[i] = random.nextFloat();
    for (int i = 0; i < right.length; i++) right[i] = random.nextFloat();
    new Interpreter(backwards).compile(program).run(new Object[] {left, right, out}, new int[0]);
    return out;
  }

  @Test
  void aTileIsToldOffsets() {
    LoopProgram whole = program(tile());
    LoopProgram pieces = pieces(whole, 1_000);
    assertThat(methods(pieces)).containsEntry("main", "for panel in 0 .. 3 parallel run dot")
        .containsEntry("dot", "for row in 0 .. 5, at from 0 step 40, at_2 from 40*panel step 0, at_3 from 40*panel + 40 step 0, "
            + "at_4 from 2*panel step 6 parallel run dot_piece")
        .hasEntrySatisfying("dot_piece", text -> assertThat(text).contains("in at .. at_2, a from at_3").contains("c[at_4] =", "c[at_4 + 1] =")
            .doesNotContain("panel", "row"));
    assertThat(run(pieces, false)).containsExactly(run(whole, false));
    assertThat(run(pieces, true)).as("tiles in the other order").containsExactly(run(whole, false));
  }

  @Test
  void rowsThatStayTogetherCountThemselves() {
    LoopProgram pieces = pieces(program(tile()), 1_000_000);
    assertThat(methods(pieces)).containsEntry("main", "for panel in 0 .. 3 parallel run dot")
        .hasEntrySatisfying("dot", text -> assertThat(text).startsWith("for row in 0 .. 5 parallel").contains("40*panel .. 40*panel + 40"));
  }

  @Test
  void whatTheLoopAlreadyStepsAlongIsAnOffsetToo() {
    var along = Symbol.loopVariable("along");
    Stmt there = new Stmt.Store(c, Dim.of(along).plus(1), new Value.Load(a, Dim.of(row), 1));
    var loop = new Stmt.For(row, Dim.ZERO, Dim.of(ROWS), 1, Order.PARALLEL, List.of(new Stmt.Along(along, Dim.of(4), 2)),
        new Stmt.Block(List.of(tile(), there)));
    var whole = program(tile());
    Stmt nest = new Stmt.For(panel, Dim.ZERO, Dim.of(PANELS), 1, Order.SEQUENTIAL, loop);
    var kernel = new Kernel("dot", "c = a·b", "", Kernel.Kind.LOOPS, nest);
    var program = LoopProgram.of("main", 1, List.of(a, b), List.of(c), whole.main().with(new Stmt.Run(kernel)));
    LoopProgram pieces = pieces(program, 1_000);
    assertThat(methods(pieces)).hasEntrySatisfying("dot", text -> assertThat(text).contains("from 4 step 2"))
        .hasEntrySatisfying("dot_piece", text -> assertThat(text).doesNotContain("row", "panel", "along"));
    assertThat(run(pieces, false)).containsExactly(run(program, false));
  }

  @Test
  void whatIsNoMultipleOfTheLoopStaysANumber() {
    Dim squared = Dim.of(row).times(Dim.of(row));
    Stmt odd = new Stmt.Store(c, squared, new Value.Load(a, squared, 1));
    LoopProgram pieces = pieces(program(new Stmt.Block(List.of(tile(), odd))), 1_000);
    assertThat(methods(pieces)).hasEntrySatisfying("dot_piece", text -> assertThat(text).contains("row*row").doesNotContain("panel"));
  }

  /** Twelve sums, the tiles of one panel; 16 registers hold them if nothing else is in the method. */
  @Test
  void tilesThatFill16RegistersAreMethodsSooner() {
    assertThat(methods(full(8, 128)).get("dot")).startsWith("f32x8 sum0");
    assertThat(methods(full(8, 64)).get("dot")).as("a call is too dear for so few products").startsWith("for row");
    assertThat(methods(full(16, 64)).get("dot")).as("32 registers, the same work as in the first").startsWith("for row");
  }

  private LoopProgram full(int lanes, int depth) {
    var at = Symbol.loopVariable("b");
    var k = Symbol.loopVariable("a");
    var tile = new ArrayList<Stmt>();
    var products = new ArrayList<Stmt>();
    var stores = new ArrayList<Stmt>();
    for (int i = 0; i < 12; i++) {
      var sum = new Local("sum" + i, DType.F32, lanes);
      tile.add(new Stmt.Declare(sum, new Value.Splat(Value.number(DType.F32, 0), lanes)));
      Value left = new Value.Splat(new Value.Load(a, Dim.of(k).plus(i), 1), lanes);
      products.add(new Stmt.Assign(sum, new Value.Call(Fun.FMA, left, new Value.Load(b, Dim.of(at), lanes), new Value.Get(sum))));
      stores.add(new Stmt.Store(c, Dim.of(row).times(12 * lanes).plus(i * lanes), new Value.Get(sum)));
    }
    tile.add(new Stmt.For(at, Dim.ZERO, Dim.of(depth), 1, Order.SEQUENTIAL, List.of(new Stmt.Along(k, Dim.of(row).times(depth), 1)), Stmt.of(products)));
    tile.addAll(stores);
    Stmt rows = new Stmt.For(row, Dim.ZERO, Dim.of(ROWS), 1, Order.PARALLEL, new Stmt.Block(tile));
    var kernel = new Kernel("dot", "c = a·b", "", Kernel.Kind.LOOPS, rows);
    return Pieces.of(LoopProgram.of("main", 1, List.of(a, b), List.of(c), new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Run(kernel))), true);
  }
}
