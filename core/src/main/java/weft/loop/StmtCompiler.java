package weft.loop;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Map;
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
    Code.Index from = slots.index(s.from());
    Code.Index to = slots.index(s.to());
    int slot = slots.of(s.var());
    int step = s.step();
    Code.Action body = compile(s.body());
    boolean turned = backwards && s.order() == Stmt.Order.PARALLEL;
    result = f -> {
      long outer = f.symbols[slot];
      long first = from.at(f);
      long end = to.at(f);
      if (turned) {
        for (long i = first + (end - 1 - first) / step * step; i >= first && first < end; i -= step) {
          f.symbols[slot] = i;
          body.run(f);
        }
      } else {
        for (long i = first; i < end; i += step) {
          f.symbols[slot] = i;
          body.run(f);
        }
      }
      f.symbols[slot] = outer;
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
    var value = (Code.I64) LongEvaluator.ONE.cast(values.compile(s.value()).code());
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
    Code.I64 subject = s.subject() == null ? null : (Code.I64) LongEvaluator.ONE.cast(values.compile(s.subject()).code());
    result = f -> {
      if (condition.at(f, 0)) return;
      String message = subject == null ? s.message() : s.message().replace("%d", Long.toString(subject.at(f, 0)));
      throw new WeftException(s.kind(), message);
    };
  }

  @Override
  public void run(Stmt.Run s) {
    result = compile(s.kernel());
  }
}
