package weft.loop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Counts what kernels do. A loop whose bounds depend on an outer loop counts as in the middle of that, if it does not run just twice, as
 * that over whole vectors and what is behind them does; of two branches the dearer one counts; the body of a {@code while} counts as
 * often as a symbol of its own says.
 */
public final class KernelCosts implements Stmt.Visitor, Value.Visitor<Void> {
  /** What extents are taken to be where one has to know which of two expressions is smaller. */
  private static final long LONG = 1000;

  private final Map<Symbol, Dim> middles = new HashMap<>();
  private final Map<Buffer, Dim> loads = new LinkedHashMap<>();
  private final Map<Buffer, Dim> stores = new LinkedHashMap<>();
  private final Map<Kernel, Dim> calls = new LinkedHashMap<>();
  private Dim times = Dim.ONE;
  private Dim flops = Dim.ZERO;

  private KernelCosts() {}

  /** The costs of all kernels that compute, in the order in which they run first. */
  public static List<KernelCost> of(LoopProgram program) {
    var drivers = new KernelCosts();
    program.main().body().accept(drivers);
    var costs = new ArrayList<KernelCost>();
    drivers.calls.forEach((kernel, n) -> costs.add(of(kernel, n, drivers.middles)));
    return costs;
  }

  private static KernelCost of(Kernel kernel, Dim calls, Map<Symbol, Dim> outer) {
    var inside = new KernelCosts();
    inside.middles.putAll(outer);
    kernel.body().accept(inside);
    Dim workspace = Dim.ZERO;
    for (Buffer b : Uses.of(kernel.body()).buffers()) {
      boolean own = b.role() == Buffer.Role.WORKSPACE || b.role() == Buffer.Role.KEPT;
      if (own) workspace = workspace.plus(b.own().times(b.dtype().bytes()));
    }
    return new KernelCost(kernel, calls, inside.flops, touched(inside.loads).plus(touched(inside.stores)), workspace);
  }

  private static Dim touched(Map<Buffer, Dim> elements) {
    Dim sum = Dim.ZERO;
    for (var e : elements.entrySet()) {
      Dim size = e.getKey().own();
      Dim moved = e.getValue();
      Dim most = atMost(size, s -> LONG) < atMost(moved, s -> LONG) ? size : moved;
      sum = sum.plus(most.times(e.getKey().dtype().bytes()));
    }
    return sum;
  }

  /** The value of an expression over extents, those computed from others included. */
  static long value(Dim dim, ToLongFunction<Symbol> values) {
    return Sizes.evaluate(dim, new ToLongFunction<>() {
      @Override
      public long applyAsLong(Symbol s) {
        return Sizes.isComputed(s) ? Sizes.evaluate(s.definition(), this) : values.applyAsLong(s);
      }
    });
  }

  /** The value, or the largest long where it is larger: thirty loops in each other run more often than can be counted. */
  private static long atMost(Dim dim, ToLongFunction<Symbol> values) {
    try {
      return value(dim, values);
    } catch (WeftException tooLarge) {
      return Long.MAX_VALUE;
    }
  }

  /**
   * Float operations and bytes of one run of a kernel, where that is less than a quarter of the largest long.
   *
   * @param values of the extents and of the variables of loops around it
   */
  public static long work(Kernel kernel, ToLongFunction<Symbol> values) {
    KernelCost cost = of(kernel, Dim.ONE, Map.of());
    return Math.min(atMost(cost.flops(), values), Long.MAX_VALUE / 8) + Math.min(atMost(cost.bytes(), values), Long.MAX_VALUE / 8);
  }

  /** Float operations and bytes of all runs of a kernel in a call, as far as numbers reach. */
  public static double allCalls(KernelCost cost, ToLongFunction<Symbol> values) {
    return (double) atMost(cost.calls(), values) * ((double) atMost(cost.flops(), values) + atMost(cost.bytes(), values));
  }

  /** Memory that one run of a kernel touches, in bytes. */
  public static Dim bytes(Kernel kernel) {
    return of(kernel, Dim.ONE, Map.of()).bytes();
  }

  /** Without loop variables, each of which is taken to be halfway. */
  private Dim settled(Dim d) {
    return d.substitute(middles::get);
  }

  private void count(Map<Buffer, Dim> where, Buffer buffer, int elements) {
    where.merge(buffer, times.times(elements), Dim::plus);
  }

  private void repeat(Dim count, Stmt body) {
    Dim before = times;
    times = times.times(count);
    body.accept(this);
    times = before;
  }

  @Override
  public void block(Stmt.Block s) {
    for (Stmt each : s.stmts()) each.accept(this);
  }

  @Override
  public void loop(Stmt.For s) {
    Dim from = settled(s.from());
    Dim to = settled(s.to());
    Dim rounds = to.minus(from);
    if (s.step() == 1 && (rounds.is(2) || rounds.is(3) && countsFrom(s.body(), s.var()))) {
      for (int i = 0; i < rounds.constant(); i++) {
        middles.put(s.var(), from.plus(i));
        s.body().accept(this);
      }
      return;
    }
    for (Stmt.Along a : s.along()) middles.put(a.var(), settled(a.from()));
    if (s.step() == 1 && !rounds.isConstant() && countsFrom(s.body(), s.var())) {
      // How often a loop inside runs is linear in the variable: halfway between its first value and its last one, of which there may be one or two.
      middles.put(s.var(), from);
      repeat(rounds.ceilDiv(2), s.body());
      middles.put(s.var(), to.minus(1));
      repeat(rounds.floorDiv(2), s.body());
      return;
    }
    middles.put(s.var(), rounds.is(1) ? from : from.plus(to).floorDiv(2));
    repeat(s.step() == 1 ? rounds : rounds.ceilDiv(s.step()), s.body());
  }

  /** Whether how often a loop inside runs depends on a variable. */
  private static boolean countsFrom(Stmt s, Symbol var) {
    if (s instanceof Stmt.Block b) return b.stmts().stream().anyMatch(each -> countsFrom(each, var));
    return s instanceof Stmt.For f && (f.to().minus(f.from()).uses(var) || countsFrom(f.body(), var));
  }

  @Override
  public void loop(Stmt.While s) {
    repeat(Dim.of(Symbol.measured("rounds")), new Stmt.Block(List.of(s.body())));
    s.condition().accept(this);
  }

  @Override
  public void branch(Stmt.If s) {
    s.condition().accept(this);
    Symbol changed = changed(s.condition());
    if (changed != null) {
      repeat(Dim.of(changed), s.then());
      return;
    }
    Dim holds = holds(s.condition());
    if (holds != null) {
      repeat(holds, s.then());
      repeat(Dim.ONE.minus(holds), s.otherwise());
      return;
    }
    Dim before = flops;
    s.then().accept(this);
    Dim one = flops;
    flops = before;
    s.otherwise().accept(this);
    if (one.minus(flops).isNonNegative() || !flops.minus(one).isNonNegative()) flops = one;
  }

  /** 1 where a comparison of extents holds, else 0; null for any other condition. */
  private Dim holds(Value condition) {
    if (!(condition instanceof Value.Call c) || c.arguments().size() != 2) return null;
    Dim left = extent(c.argument(0));
    Dim right = extent(c.argument(1));
    if (left == null || right == null) return null;
    return switch (c.fun()) {
      case GE -> positive(left.minus(right).plus(1));
      case GT -> positive(left.minus(right));
      case LE -> positive(right.minus(left).plus(1));
      case LT -> positive(right.minus(left));
      default -> null;
    };
  }

  private static Dim positive(Dim d) {
    return Dim.min(Dim.max(d, Dim.ZERO), Dim.ONE);
  }

  private Dim extent(Value v) {
    if (v instanceof Value.Num n && n.dtype().isInteger()) return Dim.of(n.value().longValue());
    return v instanceof Value.Position p ? settled(p.index()) : null;
  }

  /** The symbol that says whether parameters have changed, if that is what is asked. */
  private static Symbol changed(Value condition) {
    for (Symbol s : Uses.of(condition).symbols()) if (s.definition() instanceof Symbol.Changed) return s;
    return null;
  }

  @Override
  public void declare(Stmt.Declare s) {
    s.value().accept(this);
  }

  @Override
  public void assign(Stmt.Assign s) {
    s.value().accept(this);
  }

  @Override
  public void store(Stmt.Store s) {
    count(stores, s.buffer(), s.value().lanes());
    s.value().accept(this);
  }

  @Override
  public void scatter(Stmt.Scatter s) {
    count(stores, s.buffer(), s.value().lanes());
    s.at().accept(this);
    s.value().accept(this);
  }

  @Override
  public void measure(Stmt.Measure s) {
    s.value().accept(this);
  }

  @Override
  public void require(Stmt.Require s) {
    s.condition().accept(this);
  }

  @Override
  public void print(Stmt.Print s) {
    Dim elements = Dim.ONE;
    for (Dim d : s.shape()) elements = elements.times(settled(d));
    loads.merge(s.buffer(), times.times(elements), Dim::plus);
  }

  @Override
  public void clock(Stmt.Clock s) {}

  @Override
  public void meet(Stmt.Meet s) {}

  @Override
  public void fence(Stmt.Fence s) {}

  @Override
  public void run(Stmt.Run s) {
    if (s.kernel().kind() == Kernel.Kind.DRIVER) s.kernel().body().accept(this);
    else calls.merge(s.kernel(), times, Dim::plus);
  }

  @Override
  public Void num(Value.Num v) {
    return null;
  }

  @Override
  public Void get(Value.Get v) {
    return null;
  }

  @Override
  public Void position(Value.Position v) {
    return null;
  }

  @Override
  public Void load(Value.Load v) {
    count(loads, v.buffer(), v.lanes());
    return null;
  }

  @Override
  public Void gather(Value.Gather v) {
    count(loads, v.buffer(), v.lanes());
    return v.at().accept(this);
  }

  @Override
  public Void splat(Value.Splat v) {
    return v.value().accept(this);
  }

  @Override
  public Void call(Value.Call v) {
    if (v.argument(0).dtype().isFloat()) flops = flops.plus(times.times((long) operations(v.fun()) * v.lanes()));
    for (Value a : v.arguments()) a.accept(this);
    return null;
  }

  private static int operations(Fun fun) {
    return switch (fun) {
      case FMA -> 2;
      case EQ, NE, LT, LE, GT, GE, AND, OR, XOR, NOT, SELECT, BITS, FROM_BITS, SHIFT_LEFT, SHIFT_RIGHT -> 0;
      default -> 1;
    };
  }

  @Override
  public Void cast(Value.Cast v) {
    return v.value().accept(this);
  }

  @Override
  public Void reduce(Value.Reduce v) {
    if (v.dtype().isFloat()) flops = flops.plus(times.times(v.vector().lanes() - 1L));
    return v.vector().accept(this);
  }
}
