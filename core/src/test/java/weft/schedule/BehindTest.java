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
import weft.schedule.Behind.Size;
import weft.type.Dim;
import weft.type.Symbol;

/** h = h + x[t], p[t] = h, and what copies the rows of p into panels, or adds them up, behind that: where it is done, and that the numbers stay. */
class BehindTest {
  private static final int UNITS = 3;
  /** Two rows of sequences a step. */
  private static final int BATCH = 2;
  private static final int ROW = BATCH * UNITS;
  private static final Size ANY = new Size(0, 1 << 20);

  private final Symbol time = Symbol.free("time");
  private final Symbol t = Symbol.loopVariable("t");
  private final Symbol k = Symbol.loopVariable("k");
  private final Symbol i = Symbol.loopVariable("i");
  private final Symbol j = Symbol.loopVariable("j");
  private final Buffer x = new Buffer("x", DType.F32, rows(0), Role.INPUT, null);
  private final Buffer y = new Buffer("y", DType.F32, rows(1), Role.OUTPUT, null);
  private final Buffer p = Buffer.workspace("p", DType.F32, rows(1));
  private final Buffer q = Buffer.workspace("q", DType.F32, rows(1));
  private final Buffer sums = Buffer.workspace("sums", DType.F32, Dim.of(UNITS));
  private final Buffer h = Buffer.workspace("h", DType.F32, Dim.of(ROW));
  private final Said notes = new Said();

  private Dim rows(int more) {
    return Dim.of(time).plus(more).times(ROW);
  }

  private static Value number(double number) {
    return Value.number(DType.F32, number);
  }

  private static Value load(Buffer from, Dim at) {
    return new Value.Load(from, at, 1);
  }

  private static Value add(Value a, Value b) {
    return new Value.Call(Fun.ADD, a, b);
  }

  private static Stmt run(String name, Stmt body) {
    return new Stmt.Run(new Kernel(name, name, "Here.java:1", Kernel.Kind.LOOPS, body));
  }

  private static Stmt loop(Symbol var, int to, Stmt body) {
    return new Stmt.For(var, Dim.ZERO, Dim.of(to), 1, Order.PARALLEL, body);
  }

  private Stmt overTime(Symbol var, Order order, Stmt body) {
    return new Stmt.For(var, Dim.ZERO, Dim.of(time), 1, order, body);
  }

  private Dim row(Dim number) {
    return number.times(ROW).plus(Dim.of(i).times(UNITS)).plus(Dim.of(j));
  }

  private Dim element() {
    return row(Dim.ZERO);
  }

  private Stmt eachElement(Stmt body) {
    return loop(i, BATCH, loop(j, UNITS, body));
  }

  private Stmt zero(Buffer b) {
    return run("zero_" + b.name(), eachElement(new Stmt.Store(b, element(), number(0))));
  }

  /** h = h + x[t], and what else each step does. */
  private Stmt steps(Stmt... more) {
    var body = new ArrayList<Stmt>();
    body.add(run("next", eachElement(new Stmt.Store(h, element(), add(load(h, element()), load(x, row(Dim.of(t))))))));
    body.addAll(List.of(more));
    return new Stmt.Run(new Kernel("steps", "", "", Kernel.Kind.DRIVER, overTime(t, Order.SEQUENTIAL, new Stmt.Block(body))));
  }

  /** A row of p is what h is. */
  private Stmt keep(Dim number) {
    return run("keep", eachElement(new Stmt.Store(p, row(number), load(h, element()))));
  }

  private Dim backwards(Symbol step) {
    return Dim.of(time).minus(1).minus(Dim.of(step));
  }

  /** q = p, column by column: q[j][k][i]. */
  private Stmt panels(Buffer from, Dim number) {
    return panels("panels", from, number, 0, UNITS);
  }

  private Stmt panels(String name, Buffer from, Dim number, int first, int end) {
    Dim to = Dim.of(j).times(BATCH).times(Dim.of(time)).plus(Dim.of(k).times(BATCH)).plus(Dim.of(i));
    Stmt columns = new Stmt.For(j, Dim.of(first), Dim.of(end), 1, Order.PARALLEL, new Stmt.Store(q, to, load(from, row(number))));
    return run(name, overTime(k, Order.PARALLEL, loop(i, BATCH, columns)));
  }

  /** sums[j] = the sum over k and i of p[k][i][j]. */
  private Stmt sums(Dim number) {
    Stmt first = loop(j, UNITS, new Stmt.Store(sums, Dim.of(j), number(0)));
    Stmt each = loop(j, UNITS, new Stmt.Store(sums, Dim.of(j), add(load(sums, Dim.of(j)), load(p, row(number)))));
    return run("sums", new Stmt.Block(List.of(first, overTime(k, Order.SEQUENTIAL, new Stmt.For(i, Dim.ZERO, Dim.of(BATCH), 1, Order.SEQUENTIAL, each)))));
  }

  private Stmt show(Buffer from) {
    return run("show_" + from.name(), overTime(k, Order.PARALLEL, eachElement(new Stmt.Store(y, row(Dim.of(k)), load(from, row(Dim.of(k)))))));
  }

  private Stmt showSums() {
    return run("show_sums", loop(j, UNITS, new Stmt.Store(y, Dim.of(time).times(ROW).plus(Dim.of(j)), load(sums, Dim.of(j)))));
  }

  private LoopProgram program(Stmt... stmts) {
    return LoopProgram.of("main", 1, List.of(x), List.of(y), new Kernel("main", "", "", Kernel.Kind.DRIVER, new Stmt.Block(List.of(stmts))));
  }

  private static float[] run(LoopProgram program, int steps) {
    float[] from = new float[steps * ROW];
    for (int n = 0; n < from.length; n++) from[n] = 1 / (n % 7 - 3.3f);
    float[] to = new float[(steps + 1) * ROW];
    var arrays = new ArrayList<Object>(List.of(from, to));
    for (Buffer b : program.buffers().subList(2, program.buffers().size())) arrays.add(new float[(steps + 2) * ROW]);
    new Interpreter().compile(program).run(arrays.toArray(), program.symbols().stream().mapToInt(s -> steps).toArray());
    return to;
  }

  /** What the steps do then, with the same numbers. */
  private String moved(Stmt... stmts) {
    LoopProgram all = program(stmts);
    LoopProgram changed = Behind.of(all, notes, ANY);
    LoopVerifier.check(changed);
    for (int steps : new int[] {0, 1, 2, 5}) assertThat(run(changed, steps)).as(steps + " steps").isEqualTo(run(all, steps));
    String text = LoopPrinter.text(changed);
    return text.substring(text.indexOf("driver steps"), text.indexOf("driver main")) + text.substring(0, text.indexOf("kernel"));
  }

  private void left(Stmt... stmts) {
    LoopProgram all = program(stmts);
    assertThat(Behind.of(all, notes, ANY)).isSameAs(all);
    assertThat(notes.sentences).isEmpty();
  }

  @Test
  void rowsThatAreCopied() {
    String text = moved(zero(h), steps(keep(Dim.of(t))), panels(p, Dim.of(k)), show(q));
    assertThat(text).contains("run keep\n    run panels").contains("p f32[6] workspace");
    assertThat(notes.sentences).containsExactly("kernel steps: each step runs its part of panels, while caches have its rows; no more than one row is kept of p");
  }

  @Test
  void rowsThatAreMadeBackwards() {
    assertThat(moved(zero(h), steps(keep(backwards(t))), panels(p, Dim.of(k)), show(q))).contains("run panels").contains("p f32[6] workspace");
  }

  /** Floats are added in one order only. */
  @Test
  void sumsInTheOrderInWhichRowsCome() {
    assertThat(moved(zero(h), steps(keep(Dim.of(t))), sums(Dim.of(k)), showSums())).contains("run sums").contains("p f32[6] workspace");
    assertThat(moved(zero(h), steps(keep(backwards(t))), sums(backwards(k)), showSums())).contains("run sums").contains("p f32[6] workspace");
    assertThat(notes.same).containsEntry("sums_init", "sums");
    notes.sentences.clear();
    left(zero(h), steps(keep(backwards(t))), sums(Dim.of(k)), showSums());
  }

  @Test
  void rowsThatOthersReadStay() {
    String text = moved(zero(h), steps(keep(Dim.of(t))), panels(p, Dim.of(k)), sums(Dim.of(k)), showSums(), show(p));
    assertThat(text).contains("run panels\n    run sums").contains("p f32[6*time + 6] workspace");
  }

  /** The row that the step before has made, the input's row that the step reads, but no row of a later step. */
  @Test
  void rowsThatAStepReads() {
    assertThat(moved(zero(h), zero(p), steps(keep(Dim.of(t).plus(1))), panels(p, Dim.of(k)), show(q))).contains("run panels").contains("p f32[6*time + 6]");
    assertThat(moved(zero(h), zero(p), steps(keep(Dim.of(t).plus(1))), panels(p, Dim.of(k).plus(1)), show(q))).contains("run panels");
    assertThat(moved(zero(h), steps(), panels(x, Dim.of(k)), show(q))).contains("run panels");
    assertThat(moved(zero(h), steps(), panels(x, backwards(k)), show(q))).contains("run panels");
    notes.sentences.clear();
    left(zero(h), steps(keep(Dim.of(t))), panels(p, Dim.of(k).plus(1)), show(q));
    left(zero(h), zero(p), steps(keep(Dim.of(t).plus(1))), panels(p, Dim.of(k).plus(2)), show(q));
    left(zero(h), steps(), panels(x, Dim.of(k).minus(1)), show(q));
  }

  @Test
  void partsOfTheSameBuffer() {
    Stmt left = panels("left", p, Dim.of(k), 0, 2);
    assertThat(moved(zero(h), steps(keep(Dim.of(t))), left, panels("right", p, Dim.of(k), 2, UNITS), show(q))).contains("run left\n    run right");
    assertThat(moved(zero(h), steps(keep(Dim.of(t))), left, panels("again", p, Dim.of(k), 1, UNITS), show(q))).contains("run left").doesNotContain("run again");
  }

  /** What writes, or reads, something in between. */
  @Test
  void whatStandsInTheWay() {
    left(zero(h), steps(keep(Dim.of(t))), zero(p), panels(p, Dim.of(k)), show(q));
    left(zero(h), steps(keep(Dim.of(t))), zero(q), panels(p, Dim.of(k)), show(q));
    left(zero(h), zero(q), steps(keep(Dim.of(t)), run("reads", eachElement(new Stmt.Store(h, element(), load(q, element()))))), panels(p, Dim.of(k)), show(q));
    Buffer r = Buffer.workspace("r", DType.F32, rows(1));
    Stmt more = run("more", overTime(k, Order.PARALLEL, eachElement(new Stmt.Store(r, row(Dim.of(k)), add(load(p, row(Dim.of(k))), load(q, element()))))));
    assertThat(moved(zero(h), steps(keep(Dim.of(t))), panels(p, Dim.of(k)), more, show(r))).contains("run panels").doesNotContain("run more");
    notes.sentences.clear();
    left(zero(h), steps(keep(Dim.of(t))), show(p));
  }

  /** A kernel that takes rows in order runs no other one: what copies them goes to the steps that made them. */
  @Test
  void rowsThatAKernelTakesInOrder() {
    Stmt put = loop(j, UNITS, new Stmt.Scatter(sums, Dim.of(j), Dim.ONE, Value.number(DType.I32, 0), add(load(sums, Dim.of(j)), load(p, row(Dim.of(k))))));
    Stmt inOrder = run("inOrder", overTime(k, Order.SEQUENTIAL, new Stmt.For(i, Dim.ZERO, Dim.of(BATCH), 1, Order.SEQUENTIAL, put)));
    Stmt first = run("first", loop(j, UNITS, new Stmt.Store(sums, Dim.of(j), number(0))));
    Stmt[] kernels = {zero(h), steps(keep(Dim.of(t))), first, inOrder, panels(p, Dim.of(k)), showSums(), show(q)};
    assertThat(moved(kernels)).contains("run keep\n    run panels").contains("p f32[6*time + 6] workspace");
    assertThat(notes.sentences).hasSize(1);
  }

  @Test
  void rowsOfAnotherSize() {
    LoopProgram all = program(zero(h), steps(keep(Dim.of(t))), panels(p, Dim.of(k)), show(q));
    assertThat(Behind.of(all, notes, new Size(ROW * 4 + 1, 1 << 20))).isSameAs(all);
    assertThat(Behind.of(all, notes, new Size(0, ROW * 4 - 1))).isSameAs(all);
    assertThat(Behind.of(all, notes, new Size(ROW * 4, ROW * 4))).isNotSameAs(all);
  }
}
