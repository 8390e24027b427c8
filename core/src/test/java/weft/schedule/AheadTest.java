package weft.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.schedule.PiecesTest.methods;

import java.util.ArrayList;
import java.util.LinkedHashMap;
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
import weft.loop.Sizes;
import weft.loop.Stmt;
import weft.loop.Stmt.Order;
import weft.loop.Value;
import weft.runtime.DType;
import weft.schedule.Ahead.Caches;
import weft.type.Dim;
import weft.type.Symbol;

/** h = (x[t]·w + h·u) / 2, y[t] = h: which products are computed for some steps at once, where their results lie, and that the numbers stay. */
class AheadTest {
  private static final int LANES = 4;
  private static final int ROWS = 10;
  private static final int TILE = 5;
  private static final int PANELS = 3;
  private static final int UNITS = PANELS * LANES;
  private static final int SLOT = ROWS * UNITS;
  /** Room for the results of three steps. */
  private static final Caches THREE = new Caches(0, 3 * SLOT * 4, 3 * SLOT * 4);

  private final Dim time = Dim.named("time");
  private final Symbol t = Symbol.loopVariable("t");
  private final Said notes = new Said();

  private final Buffer x = new Buffer("x", DType.F32, time.times(SLOT), Role.INPUT, null);
  private final Buffer w = new Buffer("w", DType.F32, Dim.of(UNITS * UNITS), Role.KEPT, null);
  private final Buffer u = new Buffer("u", DType.F32, Dim.of(UNITS * UNITS), Role.KEPT, null);
  private final Buffer matrices = new Buffer("matrices", DType.F32, Dim.of(2 * UNITS * UNITS), Role.INPUT, null);
  private final Buffer y = new Buffer("y", DType.F32, time.times(SLOT), Role.OUTPUT, null);
  private final Buffer h = workspace("h", SLOT);
  private final Buffer xw = workspace("xw", SLOT);
  private final Buffer sums = workspace("sums", SLOT);

  private static Buffer workspace(String name, int size) {
    return Buffer.workspace(name, DType.F32, Dim.of(size));
  }

  /** to = a·panels + added, five rows and four columns a tile. */
  private static Kernel product(String name, Buffer a, Dim from, Buffer panels, Buffer added, Buffer to, Dim at) {
    var p = Symbol.loopVariable("p");
    var i = Symbol.loopVariable("i");
    var b = Symbol.loopVariable("b");
    var k = Symbol.loopVariable("a");
    var declared = new ArrayList<Stmt>();
    var inner = new ArrayList<Stmt>();
    var stored = new ArrayList<Stmt>();
    for (int r = 0; r < TILE; r++) {
      var sum = new Local("c" + r, DType.F32, LANES);
      declared.add(new Stmt.Declare(sum, new Value.Splat(Value.number(DType.F32, 0), LANES)));
      inner.add(new Stmt.Assign(sum, new Value.Call(Fun.FMA, new Value.Splat(new Value.Load(a, Dim.of(k).plus(r * UNITS), 1), LANES),
          new Value.Load(panels, Dim.of(b), LANES), new Value.Get(sum))));
      Dim index = at.plus(Dim.of(i).times(TILE).plus(r).times(UNITS)).plus(Dim.of(p).times(LANES));
      Value value = new Value.Get(sum);
      if (added != null) value = new Value.Call(Fun.ADD, new Value.Load(added, index, LANES), value);
      stored.add(new Stmt.Store(to, index, value));
    }
    Dim first = Dim.of(p).times(UNITS * LANES);
    var all = new ArrayList<>(declared);
    all.add(new Stmt.For(b, first, first.plus(UNITS * LANES), LANES, Order.SEQUENTIAL,
        List.of(new Stmt.Along(k, from.plus(Dim.of(i).times(TILE * UNITS)), 1)), new Stmt.Block(inner)));
    all.addAll(stored);
    Stmt nest = new Stmt.For(i, Dim.ZERO, Dim.of(ROWS / TILE), 1, Order.PARALLEL, new Stmt.Block(all));
    return new Kernel(name, name, "Here.java:1", Kernel.Kind.LOOPS, new Stmt.For(p, Dim.ZERO, Dim.of(PANELS), 1, Order.PARALLEL, nest));
  }

  private Kernel inputs() {
    return product("inputs", x, Dim.of(t).times(SLOT), w, null, xw, Dim.ZERO);
  }

  private Kernel recurrent() {
    return product("recurrent", h, Dim.ZERO, u, xw, sums, Dim.ZERO);
  }

  /** h = y[t] = half of something. */
  private Kernel next(Buffer of) {
    var j = Symbol.loopVariable("j");
    var half = new Local("half", DType.F32, 1);
    Value value = new Value.Call(Fun.MUL, new Value.Load(of, Dim.of(j), 1), Value.number(DType.F32, 0.5));
    Stmt body = new Stmt.Block(List.of(new Stmt.Declare(half, value), new Stmt.Store(h, Dim.of(j), new Value.Get(half)),
        new Stmt.Store(y, Dim.of(t).times(SLOT).plus(Dim.of(j)), new Value.Get(half))));
    return new Kernel("next", "next", "", Kernel.Kind.LOOPS, new Stmt.For(j, Dim.ZERO, Dim.of(SLOT), 1, Order.PARALLEL, body));
  }

  /** h = 0, and the weights. */
  private Kernel begin() {
    var j = Symbol.loopVariable("j");
    Stmt zero = new Stmt.For(j, Dim.ZERO, Dim.of(SLOT), 1, Order.PARALLEL, new Stmt.Store(h, Dim.of(j), Value.number(DType.F32, 0)));
    Stmt pack = new Stmt.For(j, Dim.ZERO, Dim.of(UNITS * UNITS), 1, Order.PARALLEL, new Stmt.Block(List.of(
        new Stmt.Store(w, Dim.of(j), new Value.Load(matrices, Dim.of(j), 1)),
        new Stmt.Store(u, Dim.of(j), new Value.Load(matrices, Dim.of(j).plus(UNITS * UNITS), 1)))));
    return new Kernel("begin", "begin", "", Kernel.Kind.LOOPS, new Stmt.Block(List.of(zero, pack)));
  }

  private LoopProgram program(Dim steps, Kernel... kernels) {
    return program(steps, List.of(), kernels);
  }

  private LoopProgram program(Dim steps, List<Kernel> behind, Kernel... kernels) {
    var body = new ArrayList<Stmt>();
    for (Kernel k : kernels) body.add(new Stmt.Run(k));
    var main = new ArrayList<Stmt>(List.of(new Stmt.Run(begin()), new Stmt.For(t, Dim.ZERO, steps, 1, Order.SEQUENTIAL, new Stmt.Block(body))));
    for (Kernel k : behind) main.add(new Stmt.Run(k));
    return LoopProgram.of("main", LANES, List.of(x, matrices), List.of(y), new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Block(main)));
  }

  private LoopProgram ahead(LoopProgram program, Caches caches) {
    LoopProgram ahead = Ahead.of(program, notes, caches);
    LoopVerifier.check(ahead);
    return ahead;
  }

  private float[] run(LoopProgram program, int steps) {
    var random = new Random(1);
    var filled = new LinkedHashMap<String, float[]>();
    for (Buffer b : List.of(x, matrices)) {
      float[] array = new float[b == x ? steps * SLOT : 2 * UNITS * UNITS];
      for (int i = 0; i < array.length; i++) array[i] = random.nextFloat() - 0.5f;
      filled.put(b.name(), array);
    }
    int[] sizes = new int[program.symbols().size()];
    for (int i = 0; i < sizes.length; i++) if (!Sizes.isComputed(program.symbols().get(i))) sizes[i] = steps;
    Sizes.complete(program, sizes, 0);
    Object[] arrays = program.buffers().stream().map(b -> filled.computeIfAbsent(b.name(), n -> new float[
        (int) Sizes.evaluate(b.size(), s -> sizes[program.symbols().indexOf(s)])])).toArray();
    new Interpreter(false).compile(program).run(arrays, sizes);
    return filled.get("y");
  }

  @Test
  void someStepsAtOnceAndTheLastOnesAlone() {
    LoopProgram program = program(time, inputs(), recurrent(), next(sums));
    LoopProgram ahead = ahead(program, THREE);
    assertThat(methods(ahead)).containsEntry("main", "run begin "
            + "for block in 0 .. floor(time / 3) run inputs for t in 3*block .. 3*block + 3 run recurrent run next "
            + "for block in floor(time / 3) .. floor(time / 3) + 1 run inputs_rest for t in 3*block .. time run recurrent run next")
        .hasEntrySatisfying("inputs", text -> assertThat(text).startsWith("for p in 0 .. 3 parallel for t in 3*block .. 3*block + 3 parallel for i in 0 .. 2 "))
        .hasEntrySatisfying("inputs_rest", text -> assertThat(text).startsWith("for p in 0 .. 3 parallel for t in 3*block .. time parallel for i in 0 .. 2 "));
    assertThat(notes.same).containsEntry("inputs_rest", "inputs");
    assertThat(notes.sentences).singleElement().asString().startsWith("kernel inputs at Here.java:1: computes 3 steps at once, ");
    for (int steps = 0; steps <= 7; steps++) assertThat(run(ahead, steps)).as("%s steps", steps).containsExactly(run(program, steps));
    assertThat(run(ahead, 7)[7 * SLOT - 1]).as("something").isNotZero();
  }

  @Test
  void memoryDoesNotGrowWithTime() {
    LoopProgram ahead = ahead(program(time, inputs(), recurrent(), next(sums)), THREE);
    assertThat(ahead.buffers()).filteredOn(b -> b.role() == Role.WORKSPACE).extracting(b -> b.name() + " " + b.size())
        .as("the sums lie where the inputs' products were").containsExactly("h " + SLOT, "xw " + 3 * SLOT);
  }

  @Test
  void aKnownNumberOfStepsLeavesNothingOver() {
    LoopProgram program = program(Dim.of(6), inputs(), recurrent(), next(sums));
    LoopProgram ahead = ahead(program, THREE);
    assertThat(methods(ahead)).containsEntry("main", "run begin for block in 0 .. 2 run inputs for t in 3*block .. 3*block + 3 run recurrent run next");
    assertThat(run(ahead, 6)).containsExactly(run(program, 6));
    LoopProgram few = program(Dim.of(2), inputs(), recurrent(), next(sums));
    assertThat(methods(ahead(few, THREE))).containsEntry("main", "run begin run inputs for t in 0 .. 2 run recurrent run next");
    assertThat(run(ahead(few, THREE), 2)).containsExactly(run(few, 2));
  }

  @Test
  void whatAProductNeedsGoesWithIt() {
    Buffer row = workspace("row", SLOT);
    var j = Symbol.loopVariable("j");
    Value twice = new Value.Call(Fun.MUL, new Value.Load(x, Dim.of(t).times(SLOT).plus(Dim.of(j)), 1), Value.number(DType.F32, 2));
    var doubled = new Kernel("doubled", "", "", Kernel.Kind.LOOPS, new Stmt.For(j, Dim.ZERO, Dim.of(SLOT), 1, Order.PARALLEL, new Stmt.Store(row, Dim.of(j), twice)));
    LoopProgram program = program(time, doubled, product("inputs", row, Dim.ZERO, w, null, xw, Dim.ZERO), recurrent(), next(sums));
    LoopProgram ahead = ahead(program, new Caches(0, 6 * SLOT * 4, 6 * SLOT * 4));
    assertThat(methods(ahead).get("main")).contains("for block in 0 .. floor(time / 3) run doubled run inputs for t in").contains("run doubled_rest run inputs_rest for t in");
    for (int steps = 0; steps <= 7; steps++) assertThat(run(ahead, steps)).as("%s steps", steps).containsExactly(run(program, steps));
  }

  @Test
  void whatIsAlsoReadElsewhereKeepsItsPlace() {
    LoopProgram program = program(time, inputs(), recurrent(), next(sums), next(xw));
    LoopProgram ahead = ahead(program, THREE);
    assertThat(ahead.buffers()).filteredOn(b -> b.role() == Role.WORKSPACE).extracting(Buffer::name).contains("xw", "sums");
    for (int steps = 0; steps <= 7; steps++) assertThat(run(ahead, steps)).as("%s steps", steps).containsExactly(run(program, steps));
  }

  @Test
  void stepsThatNeedEachOtherStay() {
    assertThat(unchanged(product("recurrent", h, Dim.ZERO, u, null, sums, Dim.ZERO), next(sums))).as("a product of the carry").isTrue();
    assertThat(unchanged(recurrent(), next(sums), inputs())).as("the step before's product is read").isTrue();
    assertThat(unchanged(product("in place", xw, Dim.ZERO, w, null, xw, Dim.ZERO), next(xw))).as("it reads what it wrote in the step before").isTrue();
    assertThat(unchanged(product("rows", x, Dim.of(t).times(SLOT), w, null, y, Dim.of(t).times(SLOT)), next(y))).as("a result of the function").isTrue();
    var j = Symbol.loopVariable("j");
    Stmt copy = new Stmt.For(j, Dim.ZERO, Dim.of(SLOT), 1, Order.PARALLEL, new Stmt.Store(y, Dim.of(j), new Value.Load(xw, Dim.of(j), 1)));
    LoopProgram program = program(time, List.of(new Kernel("copy", "", "", Kernel.Kind.LOOPS, copy)), inputs(), recurrent(), next(sums));
    assertThat(ahead(program, THREE)).as("the last step's product is read behind the loop").isSameAs(program);
    assertThat(notes.sentences).isEmpty();
  }

  private boolean unchanged(Kernel... kernels) {
    LoopProgram program = program(time, kernels);
    return ahead(program, THREE) == program;
  }

  @Test
  void thereIsRoomBesideSmallWeightsAndMoreWhereTheyDoNotStay() {
    LoopProgram program = program(time, inputs(), recurrent(), next(sums));
    int weights = UNITS * UNITS * 4;
    assertThat(methods(ahead(program, new Caches(weights, 2 * SLOT * 4, 5 * SLOT * 4))).get("main")).contains("floor(time / 2)");
    assertThat(methods(ahead(program, new Caches(weights - 1, 2 * SLOT * 4, 5 * SLOT * 4))).get("main")).contains("floor(time / 5)");
    assertThat(methods(ahead(program, new Caches(0, 0, 1 << 30))).get("main")).as("more gain nothing").contains("floor(time / 16)");
    assertThat(ahead(program, new Caches(0, 2 * SLOT * 4, 2 * SLOT * 4 - 1))).as("one at a time").isSameAs(program);
  }
}
