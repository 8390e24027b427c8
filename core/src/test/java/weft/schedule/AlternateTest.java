package weft.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
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

/** Which kernels of a step loop go through their memory in turns, and that the numbers stay. */
class AlternateTest {
  private static final int STEPS = 5;
  private static final int ROWS = 3;
  private static final int COLUMNS = 4;
  private static final int MANY = 1 << 18;

  private final Symbol step = Symbol.loopVariable("t");
  private final Symbol row = Symbol.loopVariable("row");
  private final Symbol column = Symbol.loopVariable("column");
  private final List<String> said = new ArrayList<>();

  /** y[t] = x + t, over rows in the given order: 96 bytes a step. */
  private LoopProgram program(Order order) {
    return program(order, COLUMNS);
  }

  private LoopProgram program(Order order, int columns) {
    return program(order, ROWS, columns);
  }

  private LoopProgram program(Order order, int rows, int columns) {
    var x = new Buffer("x", DType.F32, Dim.of(rows * columns), Role.INPUT, null);
    var y = new Buffer("y", DType.F32, Dim.of(STEPS * rows * columns), Role.OUTPUT, null);
    Dim at = Dim.of(row).times(columns).plus(Dim.of(column));
    Value sum = new Value.Call(Fun.ADD, new Value.Load(x, at, 1), new Value.Cast(DType.F32, new Value.Position(Dim.of(step))));
    Stmt nest = new Stmt.Store(y, Dim.of(step).times(rows * columns).plus(at), sum);
    nest = new Stmt.For(column, Dim.ZERO, Dim.of(columns), 1, Order.PARALLEL, nest);
    nest = new Stmt.For(row, Dim.ZERO, Dim.of(rows), 1, order, nest);
    var kernel = new Kernel("plus", "y = x + t", "Net.java:7", Kernel.Kind.LOOPS, nest);
    Stmt steps = new Stmt.For(step, Dim.ZERO, Dim.of(STEPS), 1, Order.SEQUENTIAL, new Stmt.Run(kernel));
    return LoopProgram.of("main", 1, List.of(x), List.of(y), new Kernel("main", "", "", Kernel.Kind.DRIVER, steps));
  }

  @Test
  void largeKernelsOfStepsGoToAndFro() {
    LoopProgram turned = Alternate.of(program(Order.PARALLEL), said::add, 96);
    LoopVerifier.check(turned);
    assertThat(LoopPrinter.text(turned.main().body()).replaceAll("\\s+", " ").strip())
        .isEqualTo("for t in 0 .. 5 measure turn = mod(t, 2) run plus");
    assertThat(said).singleElement().asString().startsWith("kernel plus at Net.java:7: ").contains("backwards");
    float[] in = new float[ROWS * COLUMNS];
    for (int i = 0; i < in.length; i++) in[i] = i;
    float[] out = new float[STEPS * in.length];
    new Interpreter().compile(turned).run(new Object[] {in, out}, new int[turned.symbols().size()]);
    for (int i = 0; i < out.length; i++) assertThat(out[i]).isEqualTo(i % in.length + i / in.length);
  }

  @Test
  void theLastRowComesFirstInEverySecondStep() {
    LoopProgram turned = Alternate.of(program(Order.PARALLEL), said::add, 0);
    assertThat(rows(turned, COLUMNS, 0)).containsExactly(0L, 1L, 2L);
    assertThat(rows(turned, COLUMNS, 1)).containsExactly(2L, 1L, 0L);
  }

  /** 6 MB a step, x and y together. */
  @Test
  void ofMuchMemoryThePartsAreTurnedAndTheirRowsAreNot() {
    LoopProgram turned = Alternate.of(program(Order.PARALLEL, 48, MANY / 16), said::add);
    LoopVerifier.check(turned);
    List<Long> forwards = LongStream.range(0, 48).boxed().toList();
    assertThat(rows(turned, MANY / 16, 0)).isEqualTo(forwards);
    List<Long> backwards = new ArrayList<>();
    for (int part = 48 - 4; part >= 0; part -= 4) backwards.addAll(forwards.subList(part, part + 4));
    assertThat(rows(turned, MANY / 16, 1)).isEqualTo(backwards);
  }

  @Test
  void rowsThatMakeNoEqualPartsAreTurnedOneByOne() {
    LoopProgram turned = Alternate.of(program(Order.PARALLEL, 47, MANY / 16), said::add);
    assertThat(rows(turned, MANY / 16, 1)).isEqualTo(LongStream.range(0, 47).map(r -> 46 - r).boxed().toList());
  }

  /** The rows of x that a step goes through, in its order. */
  private static List<Long> rows(LoopProgram turned, int columns, long parity) {
    Symbol turn = turned.symbols().stream().filter(s -> s.name().equals("turn")).findFirst().orElseThrow();
    var found = new ArrayList<Long>();
    rows(turned.kernels().get(0).body(), columns, Map.of(turn, parity), found);
    return found;
  }

  private static void rows(Stmt s, int columns, Map<Symbol, Long> known, List<Long> found) {
    if (s instanceof Stmt.Store store) found.add(store.index().substitute(d -> Dim.of(known.getOrDefault(d, 0L))).constant() / columns);
    if (!(s instanceof Stmt.For f)) return;
    long count = f.body() instanceof Stmt.For ? f.to().constant() : 1;
    for (long i = 0; i < count; i++) {
      var inside = new HashMap<>(known);
      inside.put(f.var(), i);
      rows(f.body(), columns, inside, found);
    }
  }

  @Test
  void smallKernelsAndThoseWithAnOrderStay() {
    LoopProgram small = program(Order.PARALLEL);
    assertThat(Alternate.of(small, said::add)).isSameAs(small);
    assertThat(Alternate.of(small, said::add, 97)).isSameAs(small);
    LoopProgram ordered = program(Order.SEQUENTIAL);
    assertThat(Alternate.of(ordered, said::add, 0)).isSameAs(ordered);
    assertThat(said).isEmpty();
  }
}
