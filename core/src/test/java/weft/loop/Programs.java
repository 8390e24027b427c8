package weft.loop;

import java.util.Arrays;
import java.util.List;
import weft.loop.Buffer.Role;
import weft.loop.Stmt.Order;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/** Loop programs written by hand, and short words to write them with. */
final class Programs {
  private Programs() {}

  static Buffer buffer(String name, DType dtype, Dim size, Role role) {
    return new Buffer(name, dtype, size, role, null);
  }

  static Buffer buffer(String name, DType dtype, long size, Role role) {
    return buffer(name, dtype, Dim.of(size), role);
  }

  static Symbol var(String name) {
    return Symbol.loopVariable(name);
  }

  static Value at(Buffer buffer, Dim index) {
    return new Value.Load(buffer, index, 1);
  }

  static Value at(Buffer buffer, Symbol index) {
    return at(buffer, Dim.of(index));
  }

  static Value at(Buffer buffer, long index) {
    return at(buffer, Dim.of(index));
  }

  static Value get(Local local) {
    return new Value.Get(local);
  }

  static Value call(Fun fun, Value... arguments) {
    return new Value.Call(fun, arguments);
  }

  static Value f32(double value) {
    return Value.number(DType.F32, value);
  }

  static Value i32(int value) {
    return Value.number(DType.I32, value);
  }

  static Stmt block(Stmt... stmts) {
    return new Stmt.Block(Arrays.asList(stmts));
  }

  static Stmt loop(Symbol var, Dim to, Order order, Stmt... body) {
    return new Stmt.For(var, Dim.ZERO, to, 1, order, Stmt.of(Arrays.asList(body)));
  }

  static Stmt loop(Symbol var, long to, Order order, Stmt... body) {
    return loop(var, Dim.of(to), order, body);
  }

  static Stmt store(Buffer buffer, Dim index, Value value) {
    return new Stmt.Store(buffer, index, value);
  }

  static Stmt store(Buffer buffer, Symbol index, Value value) {
    return store(buffer, Dim.of(index), value);
  }

  static Stmt store(Buffer buffer, long index, Value value) {
    return store(buffer, Dim.of(index), value);
  }

  static Kernel kernel(String name, Stmt... body) {
    return new Kernel(name, "", "", Kernel.Kind.LOOPS, Stmt.of(Arrays.asList(body)));
  }

  static Kernel driver(Stmt... body) {
    return new Kernel("main", "", "", Kernel.Kind.DRIVER, Stmt.of(Arrays.asList(body)));
  }

  static Stmt run(Kernel kernel) {
    return new Stmt.Run(kernel);
  }

  /** A program of one kernel. */
  static LoopProgram program(String name, List<Buffer> inputs, List<Buffer> outputs, Stmt... body) {
    return LoopProgram.of(name, 1, inputs, outputs, driver(run(kernel(name, body))));
  }

  /** {@code h_t+1 = tanh(x_t·Wx + h_t·Wh + b)} over time with 3 inputs and 4 units, and the sum of the last h. */
  static final class Elman {
    final Dim time = Dim.named("time");
    final Buffer x = buffer("x", DType.F32, time.times(3), Role.INPUT);
    final Buffer wx = buffer("Wx", DType.F32, 12, Role.PARAMETER);
    final Buffer wh = buffer("Wh", DType.F32, 16, Role.PARAMETER);
    final Buffer b = buffer("b", DType.F32, 4, Role.PARAMETER);
    final Buffer h = buffer("h", DType.F32, time.times(4).plus(4), Role.WORKSPACE);
    final Buffer loss = buffer("loss", DType.F32, 1, Role.OUTPUT);
    final LoopProgram program;

    Elman() {
      Dim t = Dim.of(var("t"));
      program = LoopProgram.of("train", 1, List.of(x), List.of(loss), driver(
          run(start()),
          new Stmt.For(t.symbols().iterator().next(), Dim.ZERO, time, 1, Order.SEQUENTIAL, run(step(t))),
          run(sum())));
    }

    private Kernel start() {
      Symbol j = var("j");
      return new Kernel("start", "h = zeros(4)", "", Kernel.Kind.LOOPS, loop(j, 4, Order.PARALLEL, store(h, j, f32(0))));
    }

    private Kernel step(Dim t) {
      Symbol j = var("j");
      Symbol k = var("k");
      Symbol k2 = var("k");
      Dim unit = Dim.of(j);
      var sum = new Local("sum", DType.F32, 1);
      return new Kernel("step", "h = tanh(x·Wx + h·Wh + b)", "ElmanRnn.java:24", Kernel.Kind.LOOPS,
          loop(j, 4, Order.PARALLEL,
              new Stmt.Declare(sum, at(b, j)),
              loop(k, 3, Order.SEQUENTIAL, new Stmt.Assign(sum, call(Fun.ADD, get(sum), call(Fun.MUL,
                  at(x, t.times(3).plus(Dim.of(k))), at(wx, Dim.of(k).times(4).plus(unit)))))),
              loop(k2, 4, Order.SEQUENTIAL, new Stmt.Assign(sum, call(Fun.ADD, get(sum), call(Fun.MUL,
                  at(h, t.times(4).plus(Dim.of(k2))), at(wh, Dim.of(k2).times(4).plus(unit)))))),
              store(h, t.times(4).plus(unit).plus(4), call(Fun.TANH, get(sum)))));
    }

    private Kernel sum() {
      Symbol j = var("j");
      var total = new Local("total", DType.F32, 1);
      return new Kernel("sum", "loss = sum(h.last())", "", Kernel.Kind.LOOPS, block(
          new Stmt.Declare(total, f32(0)),
          loop(j, 4, Order.SEQUENTIAL,
              new Stmt.Assign(total, call(Fun.ADD, get(total), at(h, time.times(4).plus(Dim.of(j)))))),
          store(loss, 0, get(total))));
    }
  }
}
