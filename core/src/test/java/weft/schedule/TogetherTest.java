package weft.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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

/** Which neighbouring kernels take turns with what both read, and that the numbers stay. */
class TogetherTest {
  private static final int PANELS = 4;
  private static final int WIDTH = 2;
  private static final int COLUMNS = PANELS * WIDTH;
  private static final int FIRST = 3;
  private static final int ROWS = 5;

  private final Buffer x = new Buffer("x", DType.F32, Dim.of(COLUMNS), Role.INPUT, null);
  private final Buffer w = new Buffer("w", DType.F32, Dim.of(COLUMNS), Role.KEPT, null);
  private final Buffer y = new Buffer("y", DType.F32, Dim.of(ROWS * COLUMNS), Role.OUTPUT, null);
  private final Buffer z = new Buffer("z", DType.F32, Dim.of(ROWS * COLUMNS), Role.OUTPUT, null);
  private final List<String> said = new ArrayList<>();

  /** to[i, j] = w[j] + i + 1 for some rows, panel by panel. */
  private Kernel rows(String name, Buffer to, int from, int rows, Buffer also) {
    var p = Symbol.loopVariable("p");
    var i = Symbol.loopVariable("i");
    var j = Symbol.loopVariable("j");
    Dim column = Dim.of(p).times(WIDTH).plus(Dim.of(j));
    Dim row = Dim.of(i).plus(from);
    Value sum = new Value.Call(Fun.ADD, new Value.Load(w, column, 1), new Value.Cast(DType.F32, new Value.Position(row.plus(1))));
    if (also != null) sum = new Value.Call(Fun.ADD, sum, new Value.Load(also, column, 1));
    Stmt nest = new Stmt.Store(to, row.times(COLUMNS).plus(column), sum);
    nest = new Stmt.For(j, Dim.ZERO, Dim.of(WIDTH), 1, Order.PARALLEL, nest);
    nest = new Stmt.For(i, Dim.ZERO, Dim.of(rows), 1, Order.PARALLEL, nest);
    return new Kernel(name, name, "", Kernel.Kind.LOOPS, new Stmt.For(p, Dim.ZERO, Dim.of(PANELS), 1, Order.PARALLEL, nest));
  }

  /** y[t, i, j] = y[t, i + shift, j] + w[j] for some of {@code all} rows in two steps, panel by panel. */
  private Kernel inPlace(String name, int from, int rows, int shift, int all) {
    var p = Symbol.loopVariable("p");
    var t = Symbol.loopVariable("t");
    var i = Symbol.loopVariable("i");
    var j = Symbol.loopVariable("j");
    Dim column = Dim.of(p).times(WIDTH).plus(Dim.of(j));
    Dim at = Dim.of(t).times((long) all * COLUMNS).plus(Dim.of(i).plus(from).times(COLUMNS)).plus(column);
    Value sum = new Value.Call(Fun.ADD, new Value.Load(y, at.plus((long) shift * COLUMNS), 1), new Value.Load(w, column, 1));
    Stmt nest = new Stmt.For(j, Dim.ZERO, Dim.of(WIDTH), 1, Order.PARALLEL, new Stmt.Store(y, at, sum));
    nest = new Stmt.For(i, Dim.ZERO, Dim.of(rows), 1, Order.PARALLEL, nest);
    nest = new Stmt.For(t, Dim.ZERO, Dim.of(2), 1, Order.PARALLEL, nest);
    return new Kernel(name, name, "", Kernel.Kind.LOOPS, new Stmt.For(p, Dim.ZERO, Dim.of(PANELS), 1, Order.PARALLEL, nest));
  }

  private LoopProgram program(Kernel... kernels) {
    var j = Symbol.loopVariable("j");
    Stmt pack = new Stmt.For(j, Dim.ZERO, Dim.of(COLUMNS), 1, Order.PARALLEL, new Stmt.Store(w, Dim.of(j), new Value.Load(x, Dim.of(j), 1)));
    var body = new ArrayList<Stmt>();
    for (Kernel k : kernels) body.add(new Stmt.Run(k));
    Stmt steps = new Stmt.For(Symbol.loopVariable("t"), Dim.ZERO, Dim.of(2), 1, Order.SEQUENTIAL, new Stmt.Block(body));
    return program(List.of(new Stmt.Run(new Kernel("pack", "w = x", "", Kernel.Kind.LOOPS, pack)), steps));
  }

  private LoopProgram program(List<Stmt> body) {
    return LoopProgram.of("main", 1, List.of(x), List.of(y, z), new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Block(body)));
  }

  private String joined(LoopProgram program, long worth) {
    LoopProgram together = Together.of(program, said::add, worth);
    LoopVerifier.check(together);
    return LoopPrinter.text(together.main().body()).replaceAll("\\s+", " ").strip();
  }

  @Test
  void rowsOfOneProductTakeTurnsWithEachPanel() {
    LoopProgram program = program(rows("many", y, 0, FIRST, null), rows("few", y, FIRST, ROWS - FIRST, null));
    assertThat(joined(program, 0)).isEqualTo("run pack for t in 0 .. 2 for p in 0 .. 4 parallel run many run few");
    assertThat(said).singleElement().asString().startsWith("kernels many, few: ");
    float[] in = new float[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) in[i] = 10 * i;
    float[][] out = new float[2][ROWS * COLUMNS];
    LoopProgram together = Together.of(program, s -> {}, 0);
    var arrays = together.buffers().stream().map(b -> b == x ? in : b == y ? out[0] : b == z ? out[1] : new float[COLUMNS]).toArray();
    new Interpreter().compile(together).run(arrays, new int[together.symbols().size()]);
    for (int i = 0; i < out[0].length; i++) assertThat(out[0][i]).isEqualTo(in[i % COLUMNS] + i / COLUMNS + 1);
  }

  @Test
  void whatIsSmallStaysApart() {
    LoopProgram program = program(rows("many", y, 0, FIRST, null), rows("few", y, FIRST, ROWS - FIRST, null));
    assertThat(joined(program, 4 * COLUMNS + 1)).isEqualTo("run pack for t in 0 .. 2 run many run few");
    assertThat(said).isEmpty();
  }

  @Test
  void outsideOfLoopsTheOrderStays() {
    var kernels = List.of(rows("many", y, 0, FIRST, null), rows("few", y, FIRST, ROWS - FIRST, null));
    LoopProgram program = program(kernels.stream().<Stmt>map(Stmt.Run::new).toList());
    assertThat(Together.of(program, said::add, 0)).isSameAs(program);
  }

  @Test
  void whatOneWritesTheOtherMayNotRead() {
    assertThat(joined(program(rows("one", y, 0, ROWS, null), rows("other", z, 0, ROWS, y)), 0)).isEqualTo("run pack for t in 0 .. 2 run one run other");
    assertThat(joined(program(rows("one", y, 0, ROWS, z), rows("other", z, 0, ROWS, null)), 0)).isEqualTo("run pack for t in 0 .. 2 run one run other");
  }

  @Test
  void bothMayNotWriteTheSame() {
    assertThat(joined(program(rows("one", y, 0, FIRST, null), rows("other", y, FIRST - 1, 1, null)), 0)).isEqualTo("run pack for t in 0 .. 2 run one run other");
  }

  @Test
  void sumsInPlaceTakeTurnsIfTheirRowsLieApartInEachStep() {
    assertThat(joined(program(inPlace("one", 0, 1, 0, 2), inPlace("other", 1, 1, 0, 2)), 0))
        .isEqualTo("run pack for t in 0 .. 2 for p in 0 .. 4 parallel run one run other");
    String apart = "run pack for t in 0 .. 2 run one run other";
    assertThat(joined(program(inPlace("one", 0, 1, 0, 2), inPlace("other", 1, 1, -1, 2)), 0)).isEqualTo(apart);
    assertThat(joined(program(inPlace("one", 0, 1, 1, 2), inPlace("other", 1, 1, 0, 2)), 0)).isEqualTo(apart);
    assertThat(joined(program(inPlace("one", 0, 1, 0, 1), inPlace("other", 1, 1, 0, 1)), 0)).as("row 1 of step 0 is row 0 of step 1").isEqualTo(apart);
  }

  @Test
  void aThirdOneJoinsOnlyIfItMayWithAll() {
    assertThat(joined(program(rows("one", y, 0, FIRST, null), rows("two", z, 0, ROWS, null), rows("three", y, FIRST - 1, 1, null)), 0))
        .isEqualTo("run pack for t in 0 .. 2 for p in 0 .. 4 parallel run one run two run three");
  }
}
