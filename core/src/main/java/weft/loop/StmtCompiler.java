package weft.loop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import weft.runtime.Prints;
import weft.runtime.WeftException;
import weft.type.Symbol;

/** Makes statements ready to run, each kernel once. */
final class StmtCompiler implements Stmt.Visitor {
  private final LoopProgram program;
  private final Slots slots;
  private final boolean backwards;
  private final Map<Kernel, Code.Action> done = new IdentityHashMap<>();
  private ValueCompiler values;
  private Code.Action result;

  /** @param backwards whether loops that promise to be parallel start with their last iteration */
  StmtCompiler(LoopProgram program, Slots slots, boolean backwards) {
    this.program = program;
    this.slots = slots;
    this.backwards = backwards;
  }

  Code.Action compile(Kernel kernel) {
    Code.Action known = done.get(kernel);
    if (known != null) return known;
    ValueCompiler outer = values;
    values = new ValueCompiler(slots, kernel);
    Code.Action action = compile(kernel.body());
    values = outer;
    done.put(kernel, action);
    return action;
  }

  /** How many kernels were made ready. */
  int kernels() {
    return done.size();
  }

  private Code.Action compile(Stmt stmt) {
    stmt.accept(this);
    return result;
  }

  @Override
  public void block(Stmt.Block s) {
    var actions = new ArrayList<Code.Action>();
    for (Stmt each : s.stmts()) actions.add(compile(each));
    Code.Action[] all = actions.toArray(Code.Action[]::new);
    result = f -> {
      for (Code.Action action : all) action.run(f);
    };
  }

  @Override
  public void loop(Stmt.For s) {
    var counted = new ArrayList<Stmt.Along>();
    counted.add(new Stmt.Along(s.var(), s.from(), s.step()));
    counted.addAll(s.along());
    int[] vars = counted.stream().mapToInt(c -> slots.of(c.var())).toArray();
    long[] steps = counted.stream().mapToLong(Stmt.Along::step).toArray();
    Code.Index[] from = counted.stream().map(c -> slots.index(c.from())).toArray(Code.Index[]::new);
    Code.Index to = slots.index(s.to());
    Code.Action body = compile(s.body());
    boolean turned = backwards && s.order() == Stmt.Order.PARALLEL;
    result = f -> {
      var outer = new long[vars.length];
      var first = new long[vars.length];
      for (int v = 0; v < vars.length; v++) {
        outer[v] = f.symbols[vars[v]];
        first[v] = from[v].at(f);
      }
      long length = to.at(f) - first[0];
      long count = length <= 0 ? 0 : (length - 1) / steps[0] + 1;
      for (long i = 0; i < count; i++) {
        long iteration = turned ? count - 1 - i : i;
        for (int v = 0; v < vars.length; v++) f.symbols[vars[v]] = first[v] + iteration * steps[v];
        body.run(f);
      }
      for (int v = 0; v < vars.length; v++) f.symbols[vars[v]] = outer[v];
    };
  }

  @Override
  public void loop(Stmt.While s) {
    Code.Bool condition = values.condition(s.condition());
    Code.Action body = compile(s.body());
    result = f -> {
      while (condition.at(f, 0)) body.run(f);
    };
  }

  @Override
  public void branch(Stmt.If s) {
    Code.Bool condition = values.condition(s.condition());
    Code.Action then = compile(s.then());
    Code.Action otherwise = compile(s.otherwise());
    result = f -> {
      if (condition.at(f, 0)) then.run(f);
      else otherwise.run(f);
    };
  }

  @Override
  public void declare(Stmt.Declare s) {
    assign(s.local(), s.value());
  }

  @Override
  public void assign(Stmt.Assign s) {
    assign(s.local(), s.value());
  }

  private void assign(Local local, Value value) {
    result = Evaluator.of(local.dtype()).assign(slots.of(local), local.lanes(), values.compile(value).code());
  }

  @Override
  public void store(Stmt.Store s) {
    store(s.buffer(), slots.index(s.index()), s.value());
  }

  @Override
  public void scatter(Stmt.Scatter s) {
    store(s.buffer(), values.computed(s.base(), s.stride(), s.at()), s.value());
  }

  private void store(Buffer buffer, Code.Index index, Value value) {
    ValueCompiler.Typed typed = values.compile(value);
    Place place = Place.ofStore(values.kernel(), buffer, slots.of(buffer), index, typed.lanes());
    result = Evaluator.of(buffer.dtype()).store(place, typed.code());
  }

  @Override
  public void measure(Stmt.Measure s) {
    Code.I64 value = values.integer(s.value());
    Symbol symbol = s.symbol();
    int slot = slots.of(symbol);
    result = f -> {
      f.sizes[slot] = Sizes.toInt(program, symbol, value.at(f, 0));
      Sizes.complete(program, f.sizes, slot + 1);
      f.readSizes();
    };
  }

  @Override
  public void require(Stmt.Require s) {
    Code.Bool condition = values.condition(s.condition());
    List<Function<Frame, String>> subjects = s.subjects().stream().map(v -> text(values.compile(v).code())).toList();
    result = f -> {
      if (condition.at(f, 0)) return;
      throw new WeftException(s.kind(), s.message(subjects.stream().map(v -> v.apply(f)).toList()));
    };
  }

  private static Function<Frame, String> text(Code code) {
    if (code instanceof Code.F32 c) return f -> Float.toString(c.at(f, 0));
    if (code instanceof Code.F64 c) return f -> Double.toString(c.at(f, 0));
    if (code instanceof Code.I32 c) return f -> Integer.toString(c.at(f, 0));
    if (code instanceof Code.I64 c) return f -> Long.toString(c.at(f, 0));
    return f -> Boolean.toString(((Code.Bool) code).at(f, 0));
  }

  @Override
  public void print(Stmt.Print s) {
    int slot = slots.of(s.buffer());
    Code.Index from = slots.index(s.from());
    Code.Index[] shape = s.shape().stream().map(slots::index).toArray(Code.Index[]::new);
    Code.Index[] steps = s.steps().stream().map(slots::index).toArray(Code.Index[]::new);
    result = f -> Prints.print(s.message(), f.arrays[slot], (int) from.at(f), at(shape, f), at(steps, f));
  }

  @Override
  public void clock(Stmt.Clock s) {
    int slot = slots.of(s.buffer());
    result = f -> {
      long now = System.nanoTime();
      var clocks = (long[]) f.arrays[slot];
      clocks[s.at()] += s.stops() ? now : -now;
      if (s.stops()) clocks[s.at() + 1]++;
    };
  }

  private static int[] at(Code.Index[] all, Frame f) {
    return Arrays.stream(all).mapToInt(i -> (int) i.at(f)).toArray();
  }

  /** An interpreter is alone. */
  @Override
  public void meet(Stmt.Meet s) {
    result = f -> {};
  }

  /** An interpreter has registers for all. */
  @Override
  public void fence(Stmt.Fence s) {
    result = f -> {};
  }

  @Override
  public void run(Stmt.Run s) {
    result = compile(s.kernel());
  }
}
