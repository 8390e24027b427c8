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
import weft.loop.Local;
import weft.loop.LoopPrinter;
import weft.loop.LoopProgram;
import weft.loop.LoopVerifier;
import weft.loop.Stmt;
import weft.loop.Stmt.Order;
import weft.loop.Value;
import weft.runtime.DType;
import weft.schedule.Strips.Size;
import weft.type.Dim;
import weft.type.Symbol;

/** h = h + p[t] of rows p that kernels compute before: which of them are computed strip by strip, and that the numbers stay. */
class StripsTest {
  private static final int UNITS = 3;
  /** Two rows of sequences a step. */
  private static final int BATCH = 2;
  private static final int ROW = BATCH * UNITS;
  /** Room for the rows of four steps. */
  private static final Size FOUR = new Size(5 * ROW * 4, 2);

  private final Symbol time = Symbol.free("time");
  private final Symbol t = Symbol.loopVariable("t");
  private final Symbol i = Symbol.loopVariable("i");
  private final Symbol j = Symbol.loopVariable("j");
  private final Buffer x = rows("x", Role.INPUT);
  private final Buffer y = rows("y", Role.OUTPUT);
  private final Buffer p = Buffer.workspace("p", DType.F32, Dim.of(time).times(ROW));
  private final Buffer q = Buffer.workspace("q", DType.F32, Dim.of(time).times(ROW));
  private final Buffer h = Buffer.workspace("h", DType.F32, Dim.of(ROW));
  private final Said notes = new Said();

  private Buffer rows(String name, Role role) {
    return new Buffer(name, DType.F32, Dim.of(time).times(ROW), role, null);
  }

  private static Value number(double number) {
    return Value.number(DType.F32, number);
  }

  private static Value load(Buffer from, Dim at) {
    return new Value.Load(from, at, 1);
  }

  private static Stmt run(String name, Stmt body) {
    return new Stmt.Run(new Kernel(name, name, "Here.java:1", Kernel.Kind.LOOPS, body));
  }

  private static Stmt loop(Symbol var, Dim to, Stmt body) {
    return new Stmt.For(var, Dim.ZERO, to, 1, Order.PARALLEL, body);
  }

  private Dim element() {
    return Dim.of(i).times(UNITS).plus(Dim.of(j));
  }

  /** to[i, j] = value for all rows of all steps. */
  private Stmt produce(String name, Buffer to, Value value) {
    return run(name, loop(i, Dim.of(time).times(BATCH), loop(j, Dim.of(UNITS), new Stmt.Store(to, element(), value))));
  }

  private Stmt twice() {
    return produce("twice", p, new Value.Call(Fun.MUL, load(x, element()), number(2)));
  }

  /** h = 0. */
  private Stmt zero() {
    return run("zero", loop(j, Dim.of(ROW), new Stmt.Store(h, Dim.of(j), number(0))));
  }

  private Dim current() {
    return Dim.of(t).times(ROW).plus(Dim.of(j));
  }

  /** y[t] = h = h + something for every step. */
  private Stmt steps(Value added) {
    var next = new Local("next", DType.F32, 1);
    Stmt body = new Stmt.Block(List.of(new Stmt.Declare(next, new Value.Call(Fun.ADD, load(h, Dim.of(j)), added)),
        new Stmt.Store(h, Dim.of(j), new Value.Get(next)), new Stmt.Store(y, current(), new Value.Get(next))));
    return steps(run("add", loop(j, Dim.of(ROW), body)));
  }

  private Stmt steps(Stmt body) {
    return new Stmt.Run(new Kernel("steps", "", "", Kernel.Kind.DRIVER, new Stmt.For(t, Dim.ZERO, Dim.of(time), 1, Order.SEQUENTIAL, body)));
  }

  private LoopProgram program(Stmt... stmts) {
    return LoopProgram.of("main", 1, List.of(x), List.of(y), new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Block(List.of(stmts))));
  }

  private static int size(Symbol s, int steps) {
    if (s.definition() instanceof Symbol.FloorDiv d) return steps / d.by();
    return s.definition() instanceof Symbol.Min ? Math.min(steps, 4) : steps;
  }

  private static float[] run(LoopProgram program, int steps) {
    float[] from = new float[steps * ROW];
    for (int k = 0; k < from.length; k++) from[k] = k % 7 - 3;
    float[] to = new float[steps * ROW];
    var arrays = new ArrayList<Object>(List.of(from, to));
    for (Buffer b : program.buffers().subList(2, program.buffers().size())) arrays.add(new float[steps * ROW + ROW * 8]);
    int[] sizes = program.symbols().stream().mapToInt(s -> size(s, steps)).toArray();
    new Interpreter().compile(program).run(arrays.toArray(), sizes);
    return to;
  }

  /** In strips, with the same numbers however many steps there are. */
  private LoopProgram cut(Stmt... stmts) {
    LoopProgram all = program(stmts);
    LoopProgram strips = Strips.of(all, notes, FOUR);
    LoopVerifier.check(strips);
    assertThat(LoopPrinter.text(strips)).contains("for strip in 0 .. floor(time / 4)");
    for (int steps : new int[] {0, 1, 3, 4, 5, 8, 14}) assertThat(run(strips, steps)).as(steps + " steps").isEqualTo(run(all, steps));
    return strips;
  }

  private void left(Stmt... stmts) {
    LoopProgram all = program(stmts);
    assertThat(Strips.of(all, notes, FOUR)).isSameAs(all);
    assertThat(notes.sentences).isEmpty();
  }

  private static List<String> sizes(LoopProgram program) {
    return program.buffers().stream().filter(b -> b.role() == Role.WORKSPACE).map(b -> b.name() + " " + b.size()).toList();
  }

  @Test
  void rowsThatOnlyTheStepsRead() {
    LoopProgram strips = cut(twice(), zero(), steps(load(p, current())));
    assertThat(sizes(strips)).containsExactlyInAnyOrder("p 6*min(time, 4)", "h 6");
    assertThat(notes.same).containsEntry("twice_rest", "twice");
    assertThat(notes.sentences).singleElement().asString().startsWith("kernel steps: its rows of p are computed for 4 steps at a time");
    float[] y = run(strips, 5);
    assertThat(y).startsWith(-6, -4, -2).endsWith(run(program(twice(), zero(), steps(load(p, current()))), 5)[5 * ROW - 1]);
  }

  @Test
  void rowsOfRows() {
    Stmt more = produce("more", q, new Value.Call(Fun.ADD, load(p, element()), number(1)));
    LoopProgram all = program(twice(), more, zero(), steps(load(q, current())));
    LoopProgram strips = Strips.of(all, notes, new Size(2 * FOUR.bytes(), 2));
    LoopVerifier.check(strips);
    assertThat(sizes(strips)).containsExactlyInAnyOrder("p 6*min(time, 4)", "q 6*min(time, 4)", "h 6");
    for (int steps : new int[] {0, 3, 4, 9}) assertThat(run(strips, steps)).isEqualTo(run(all, steps));
    Stmt before = produce("before", q, load(p, element().plus(UNITS)));
    assertThat(Strips.of(program(twice(), before, zero(), steps(load(q, current()))), notes, FOUR).main().body().toString())
        .as("a row of the next strip").doesNotContain("strip");
  }

  /** Where there are rows enough for a tile, and where not. */
  @Test
  void oneOfTwoKernels() {
    Value enough = new Value.Call(Fun.GE, new Value.Position(Dim.of(time)), Value.number(DType.I32, 2));
    Stmt other = produce("other", p, new Value.Call(Fun.ADD, load(x, element()), load(x, element())));
    Stmt both = new Stmt.If(enough, new Stmt.Block(List.of(twice())), new Stmt.Block(List.of(other)));
    String text = LoopPrinter.text(cut(both, zero(), steps(load(p, current()))));
    assertThat(text).contains("if time - 4*floor(time / 4) >= 2").containsOnlyOnce("run twice\n").doesNotContain("run other\n");
  }

  /** Rows in pairs, and the last one alone: extents that are computed from the number of steps. */
  @Test
  void loopsUpToHalfTheSteps() {
    var one = Symbol.loopVariable("one");
    Dim pair = Dim.of(i).times(2).times(ROW).plus(Dim.of(one).times(ROW)).plus(Dim.of(j));
    Stmt pairs = run("pairs", loop(i, Dim.of(time).floorDiv(2), loop(one, Dim.of(2), loop(j, Dim.of(ROW),
        new Stmt.Store(p, pair, new Value.Call(Fun.MUL, load(x, pair), number(2)))))));
    left(pairs, zero(), steps(load(p, current())));
  }

  @Test
  void theNumberOfARow() {
    Value position = new Value.Cast(DType.F32, new Value.Position(Dim.of(i)));
    cut(produce("numbers", p, new Value.Call(Fun.ADD, position, load(x, element()))), zero(), steps(load(p, current())));
  }

  @Test
  void whatIsLeft() {
    left(twice(), zero(), steps(new Value.Call(Fun.ADD, load(p, current()), load(p, Dim.of(time).minus(1).minus(Dim.of(t)).times(ROW).plus(Dim.of(j))))));
    left(twice(), zero(), steps(load(p, Dim.of(t).times(ROW).plus(1).plus(Dim.of(j)))));
    left(twice(), zero(), steps(load(p, current())), produce("copy", y, load(p, element())));
    Dim backwards = Dim.of(time).times(ROW).minus(1).minus(element());
    left(produce("backwards", p, load(x, backwards)), zero(), steps(load(p, current())));
    Stmt first = run("first", loop(j, Dim.of(ROW), new Stmt.Store(p, Dim.of(j), number(1))));
    left(twice(), first, zero(), steps(load(p, current())));
    assertThat(Strips.of(program(twice(), zero(), steps(load(p, current()))), notes, new Size(ROW, 2)).main().body().toString()).doesNotContain("strip");
  }

  /** What a producer reads must be as it was. */
  @Test
  void whatIsOverwrittenMeanwhile() {
    Buffer w = Buffer.workspace("w", DType.F32, Dim.of(UNITS));
    Stmt weights = run("weights", loop(j, Dim.of(UNITS), new Stmt.Store(w, Dim.of(j), number(3))));
    Stmt others = run("others", loop(j, Dim.of(UNITS), new Stmt.Store(w, Dim.of(j), number(5))));
    Stmt weighted = produce("weighted", p, new Value.Call(Fun.MUL, load(x, element()), load(w, Dim.of(j))));
    cut(weights, weighted, zero(), steps(load(p, current())));
    notes.sentences.clear();
    left(weights, weighted, others, zero(), steps(load(p, current())));
    left(weights, weighted, zero(), steps(run("changes", loop(j, Dim.of(UNITS), new Stmt.Store(w, Dim.of(j),
        new Value.Call(Fun.ADD, load(w, Dim.of(j)), load(p, current())))))));
  }

  /** A sum over all steps needs them all. */
  @Test
  void sumsOverTime() {
    var k = Symbol.loopVariable("k");
    var sum = new Local("sum", DType.F32, 1);
    Stmt add = new Stmt.Assign(sum, new Value.Call(Fun.ADD, new Value.Get(sum), load(x, Dim.of(k).times(ROW))));
    Stmt sums = run("sums", loop(i, Dim.of(time).times(BATCH), loop(j, Dim.of(UNITS), new Stmt.Block(List.of(new Stmt.Declare(sum, number(0)),
        new Stmt.For(k, Dim.ZERO, Dim.of(time), 1, Order.REDUCTION, add), new Stmt.Store(p, element(), new Value.Get(sum)))))));
    left(sums, zero(), steps(load(p, current())));
  }

  /** The gradient of an embedding takes rows in order, too, but in a kernel of its own, which cannot run others. */
  @Test
  void rowsThatAKernelOfLoopsTakes() {
    Stmt add = new Stmt.Store(h, Dim.of(j), new Value.Call(Fun.ADD, load(h, Dim.of(j)), load(p, current())));
    Stmt store = new Stmt.Store(y, current(), load(h, Dim.of(j)));
    Stmt nest = run("nest", new Stmt.For(t, Dim.ZERO, Dim.of(time), 1, Order.SEQUENTIAL, loop(j, Dim.of(ROW), new Stmt.Block(List.of(add, store)))));
    LoopProgram strips = cut(twice(), zero(), nest);
    assertThat(sizes(strips)).containsExactlyInAnyOrder("p 6*min(time, 4)", "h 6");
    assertThat(notes.same).containsEntry("twice_rest", "twice").containsEntry("nest_rest", "nest");
  }

  /** Fewer steps than products want, where there are none. */
  @Test
  void fewStepsOfLargeRows() {
    LoopProgram all = program(twice(), zero(), steps(load(p, current())));
    LoopProgram strips = Strips.of(all, notes, new Size(5 * ROW * 4, 16));
    LoopVerifier.check(strips);
    assertThat(LoopPrinter.text(strips)).contains("for strip in 0 .. floor(time / 5)");
    assertThat(Strips.of(all, notes, new Size(2 * ROW * 4 - 1, 16))).as("one step is no strip").isSameAs(all);
  }
}
