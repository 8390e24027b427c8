package weft.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.schedule.PiecesTest.methods;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import weft.loop.Buffer;
import weft.loop.Buffer.Role;
import weft.loop.Fencing;
import weft.loop.Fun;
import weft.loop.Interpreter;
import weft.loop.Kernel;
import weft.loop.Local;
import weft.loop.LoopProgram;
import weft.loop.LoopVerifier;
import weft.loop.Sizes;
import weft.loop.Stmt;
import weft.loop.Stmt.Order;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/** c = a·b in tiles: how many products a round has, where its fences stand, and that the numbers stay. */
class UnrollTest {
  private static final int LANES = 8;
  private static final int PANELS = 3;

  private final Symbol p = Symbol.loopVariable("p");
  private int rows = 6;
  private int vectors = 2;
  private int depth;
  /** Products of a sum, if only a call knows how many. */
  private Dim unknown;
  private int lanes = LANES;

  private int width() {
    return vectors * lanes;
  }

  private Dim products() {
    return unknown == null ? Dim.of(depth) : unknown;
  }

  private static Buffer buffer(String name, Dim size, Role role) {
    return new Buffer(name, DType.F32, size, role, null);
  }

  /** One row of panels of b, each with its tile. */
  private LoopProgram program() {
    Buffer a = buffer("a", products().times(rows), Role.INPUT);
    Buffer b = buffer("b", products().times(PANELS * width()), Role.INPUT);
    Buffer c = buffer("c", Dim.of(PANELS * rows * width()), Role.OUTPUT);
    var at = Symbol.loopVariable("at");
    var k = Symbol.loopVariable("k");
    var declared = new ArrayList<Stmt>();
    var inner = new ArrayList<Stmt>();
    var stored = new ArrayList<Stmt>();
    var panel = new ArrayList<Local>();
    for (int v = 0; v < vectors; v++) {
      panel.add(new Local("b" + v, DType.F32, lanes));
      inner.add(new Stmt.Declare(panel.get(v), new Value.Load(b, Dim.of(at).plus(v * lanes), lanes)));
    }
    for (int r = 0; r < rows; r++) {
      var number = new Local("a" + r, DType.F32, lanes);
      inner.add(new Stmt.Declare(number, new Value.Splat(new Value.Load(a, Dim.of(k).plus(products().times(r)), 1), lanes)));
      for (int v = 0; v < vectors; v++) {
        var sum = new Local("c" + r + v, DType.F32, lanes);
        declared.add(new Stmt.Declare(sum, new Value.Splat(Value.number(DType.F32, 0), lanes)));
        inner.add(new Stmt.Assign(sum, new Value.Call(Fun.FMA, new Value.Get(number), new Value.Get(panel.get(v)), new Value.Get(sum))));
        stored.add(new Stmt.Store(c, Dim.of(p).times(rows * width()).plus(r * width() + v * lanes), new Value.Get(sum)));
      }
    }
    Dim first = products().times(width()).times(Dim.of(p));
    var all = new ArrayList<>(declared);
    all.add(new Stmt.For(at, first, first.plus(products().times(width())), width(), Order.SEQUENTIAL, List.of(new Stmt.Along(k, Dim.ZERO, 1)), new Stmt.Block(inner)));
    all.addAll(stored);
    var tiles = new Kernel("tiles", "", "", Kernel.Kind.LOOPS, new Stmt.For(p, Dim.ZERO, Dim.of(PANELS), 1, Order.PARALLEL, new Stmt.Block(all)));
    return LoopProgram.of("main", lanes, List.of(a, b), List.of(c), new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Run(tiles)));
  }

  private static LoopProgram unrolled(LoopProgram program) {
    LoopProgram changed = Unroll.of(program, Fencing.BARRIER);
    LoopVerifier.check(changed);
    return changed;
  }

  private float[] run(LoopProgram program) {
    var random = new Random(3);
    int[] sizes = new int[program.symbols().size()];
    for (int i = 0; i < sizes.length; i++) if (!Sizes.isComputed(program.symbols().get(i))) sizes[i] = depth;
    Sizes.complete(program, sizes, 0);
    Object[] arrays = program.buffers().stream().map(b -> {
      float[] array = new float[(int) Sizes.evaluate(b.size(), s -> sizes[program.symbols().indexOf(s)])];
      if (b.role() == Role.INPUT) for (int i = 0; i < array.length; i++) array[i] = random.nextFloat() - 0.5f;
      return array;
    }).toArray();
    new Interpreter(false).compile(program).run(arrays, sizes);
    for (int i = 0; i < arrays.length; i++) if (program.buffers().get(i).role() == Role.OUTPUT) return (float[]) arrays[i];
    throw new IllegalStateException("no output");
  }

  private static int count(String text, String what) {
    return (int) Pattern.compile(what).matcher(text).results().count();
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 18, 19, 20, 96})
  void fourProductsARoundAndTheRestBehindIt(int products) {
    depth = products;
    LoopProgram program = program();
    LoopProgram changed = unrolled(program);
    String text = methods(changed).get("tiles");
    assertThat(text).contains("step 64, k from 0 step 4 ");
    assertThat(count(text, "fma\\(")).isEqualTo(12 * (4 + products % 4));
    assertThat(run(changed)).as("bit for bit").containsExactly(run(program));
    assertThat(run(changed)[PANELS * rows * width() - 1]).as("something").isNotZero();
  }

  /** A batch of four and any time: no rest. Any batch: a loop for what rounds leave over. */
  @Test
  void aNumberOfProductsThatACallKnows() {
    var time = Dim.named("time");
    for (Dim each : List.of(time, time.times(4))) {
      unknown = each;
      LoopProgram program = program();
      LoopProgram changed = unrolled(program);
      String text = methods(changed).get("tiles");
      assertThat(text).contains("step 64, k from 0 step 4 ");
      assertThat(count(text, " step 16")).isEqualTo(each == time ? 1 : 0);
      for (depth = 0; depth < 10; depth++) assertThat(run(changed)).as("%s steps", depth).containsExactly(run(program));
    }
    assertThat(run(unrolled(program()))[PANELS * rows * width() - 1]).as("something").isNotZero();
  }

  /** Between two products always, behind the first row of a product where the loads of all rows would not fit. */
  @ParameterizedTest
  @CsvSource({"6, 2, 6", "5, 2, 6", "3, 3, 6", "10, 1, 6", "4, 2, 3", "2, 5, 3", "2, 4, 3", "1, 6, 3", "4, 1, 3"})
  void fences(int rows, int vectors, int fences) {
    this.rows = rows;
    this.vectors = vectors;
    depth = 32;
    LoopProgram program = program();
    LoopProgram changed = unrolled(program);
    assertThat(count(methods(changed).get("tiles"), "fence")).isEqualTo(fences);
    assertThat(run(changed)).containsExactly(run(program));
  }

  /** What stands in front of a fence has been read by then, what stands behind it has not. */
  @Test
  void aFenceStandsBeforeTheNextProduct() {
    depth = 16;
    String text = methods(unrolled(program())).get("tiles");
    assertThat(text).contains("c51 = fma(a5, b1, c51) fence f32x8 b0 = b[at + 16 : 8]")
        .contains("c01 = fma(a0, b1, c01) fence f32x8 a1 = f32x8(a[k + " + (depth + 1) + "])");
  }

  @Test
  void aTileThatIsToldOffsetsHasAsManyProductsAsItsDriverSays() {
    depth = 400;
    LoopProgram program = program();
    LoopProgram pieces = Pieces.smallest(program);
    assertThat(methods(pieces).get("main")).contains("at_2 from");
    LoopProgram changed = unrolled(pieces);
    assertThat(methods(changed).get("tiles")).contains(" step 64, ").contains("fence");
    assertThat(run(changed)).containsExactly(run(program));
  }

  @ParameterizedTest
  @CsvSource({"15, 8, 6, 2", "64, 16, 6, 2", "64, 4, 6, 2", "64, 8, 3, 1"})
  void shortLoopsOtherVectorsAndFewSumsStay(int depth, int lanes, int rows, int vectors) {
    this.depth = depth;
    this.lanes = lanes;
    this.rows = rows;
    this.vectors = vectors;
    assertThat(methods(unrolled(program())).get("tiles")).doesNotContain("fence");
  }

  /** C1 gives up on larger ones, and they would run interpreted until C2 is done. */
  @Test
  void largeKernelsHaveFewerProductsARound() {
    depth = 96;
    rows = 5;
    vectors = 5;
    LoopProgram program = program();
    LoopProgram changed = unrolled(program);
    assertThat(methods(changed).get("tiles")).contains("step 80, k from 0 step 2 ");
    assertThat(run(changed)).containsExactly(run(program));
    rows = 10;
    assertThat(methods(unrolled(program())).get("tiles")).doesNotContain("fence");
  }

  @ParameterizedTest
  @EnumSource(Fencing.class)
  void onlyWhereFencesAreUnderstood(Fencing fencing) {
    depth = 96;
    LoopProgram program = program();
    assertThat(Unroll.of(program, fencing) == program).isEqualTo(fencing == Fencing.NONE);
  }
}
