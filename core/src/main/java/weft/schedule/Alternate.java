package weft.schedule;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Consumer;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.KernelCosts;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Uses;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Lets the kernels that every step of a loop runs go through their memory forwards in one step and backwards in the next. Caches give up what was
 * used longest ago: weights a little larger than the cache, read in one direction again and again, are never found in it, and in turns most of
 * them are (an LSTM of 256 units at a batch of one, 1 MB of weights and of L2: 0.93 of the time). Of more some part is found (512 units on a Cascade Lake,
 * 4 MB: 0.85; 32 rows 0.97); it is gone through in parts, each forwards, since what reads ahead works best like that (512 units on a Zen 4, panel by panel
 * backwards: 1.08).
 */
public final class Alternate extends DriverRewriter {
  /** Bytes that a step's kernels move below which they stay in the cache either way: the L2 of small machines; none for tests. */
  private static final long LEAST = Boolean.getBoolean("weft.tiny") ? 0 : 256 << 10;
  /** Above this memory is gone through in parts. */
  private static final long WHOLE = Boolean.getBoolean("weft.tiny") ? 256 : 2 << 20;
  /** Bytes of a part at most: half of the L2 that there usually is. */
  private static final long PART = Boolean.getBoolean("weft.tiny") ? 128 : 512 << 10;

  private final Symbol turn = Symbol.measured("turn", Dim.ONE);
  private final Consumer<String> explain;
  private final long least;

  private Alternate(Consumer<String> explain, long least) {
    this.explain = explain;
    this.least = least;
  }

  /** The same program, computing the same numbers. */
  public static LoopProgram of(LoopProgram program, Consumer<String> explain) {
    return of(program, explain, LEAST);
  }

  /**
   * The same with another limit.
   *
   * @param least the bytes that a step's kernels move for which their direction matters
   */
  public static LoopProgram of(LoopProgram program, Consumer<String> explain, long least) {
    return new Alternate(explain, least).rewrite(program);
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    Stmt inner = children(stmt);
    // A parallel loop of a driver goes through the panels of one step (Together), and has its turn with the steps around it.
    if (!(inner instanceof Stmt.For steps) || steps.order() == Stmt.Order.PARALLEL || hasSteps(steps.body())) return inner;
    var runs = new ArrayList<Kernel>();
    var shared = new ArrayList<Stmt.For>();
    eachRun(steps.body(), runs::add, shared::add);
    runs.removeIf(k -> !mayTurn(k));
    long bytes = runs.stream().mapToLong(Alternate::bytes).sum() + bytes(shared);
    if (runs.isEmpty() && shared.isEmpty() || bytes < least) return inner;
    var turned = new IdentityHashMap<Kernel, Kernel>();
    for (Kernel k : runs) turned.computeIfAbsent(k, this::inTurns);
    Stmt body = new StmtRewriter() {
      @Override
      public Stmt rewrite(Stmt stmt) {
        return stmt instanceof Stmt.For f && shared.contains(f) ? inTurns(f, bytes(List.of(f)), "kernels that take turns") : children(stmt);
      }

      @Override
      public Kernel rewrite(Kernel kernel) {
        return turned.getOrDefault(kernel, kernel);
      }
    }.rewrite(steps.body());
    Value odd = new Value.Call(Fun.MOD, new Value.Position(Dim.of(steps.var())), Value.number(DType.I32, 2));
    Stmt step = new Stmt.Block(List.of(new Stmt.Measure(turn, odd), body));
    return new Stmt.For(steps.var(), steps.from(), steps.to(), steps.step(), steps.order(), steps.along(), step);
  }

  /** Whether it is a block of steps, between whose products caches lose everything ({@link Ahead}). */
  private static boolean hasSteps(Stmt s) {
    return s instanceof Stmt.For f ? f.order() == Stmt.Order.SEQUENTIAL : s instanceof Stmt.Block b && b.stmts().stream().anyMatch(Alternate::hasSteps);
  }

  /**
   * The kernels that a loop's body runs itself, and the loops in it by which kernels take turns ({@link Together}); other loops inside have
   * had their turn.
   */
  private static void eachRun(Stmt s, Consumer<Kernel> found, Consumer<Stmt.For> shared) {
    if (s instanceof Stmt.Run r) found.accept(r.kernel());
    if (s instanceof Stmt.For f && f.order() == Stmt.Order.PARALLEL && f.step() == 1 && f.along().isEmpty()) shared.accept(f);
    if (s instanceof Stmt.Block b) for (Stmt each : b.stmts()) eachRun(each, found, shared);
  }

  private static boolean mayTurn(Kernel k) {
    return k.kind() == Kernel.Kind.LOOPS && k.body() instanceof Stmt.For f && f.order() == Stmt.Order.PARALLEL && f.step() == 1
        && f.along().isEmpty() && !Loops.isInnermost(f);
  }

  private Kernel inTurns(Kernel kernel) {
    String name = "kernel " + kernel.name() + (kernel.origin().isEmpty() ? "" : " at " + kernel.origin());
    return kernel.with(inTurns((Stmt.For) kernel.body(), bytes(kernel), name));
  }

  /**
   * A loop whose last iterations come first in every second step.
   *
   * @param bytes what it goes through
   * @param who whose loop it is
   */
  private Stmt.For inTurns(Stmt.For f, long bytes, String who) {
    long together = together(f, bytes);
    explain.accept(who + ": memory is gone through forwards in one step and backwards in the next"
        + (together == 1 ? "" : ", in parts that are read forwards") + ", since caches keep what was used last");
    if (together == 1) return new Stmt.For(f.var(), f.from(), f.to(), 1, f.order(), Loops.bodyAt(f, mirrored(f.from(), f.to(), f.var())));
    var parts = Symbol.loopVariable("part");
    var inside = Symbol.loopVariable(f.var().name());
    Dim count = Dim.of(f.to().constant() / together);
    Stmt body = Loops.bodyAt(f, mirrored(Dim.ZERO, count, parts).times(together).plus(Dim.of(inside)));
    body = new Stmt.For(inside, Dim.ZERO, Dim.of(together), 1, f.order(), body);
    return new Stmt.For(parts, Dim.ZERO, count, 1, f.order(), body);
  }

  /** How many iterations stay in their order: a number of which all are a multiple. */
  private static long together(Stmt.For f, long bytes) {
    if (bytes <= WHOLE || !f.from().is(0) || !f.to().isConstant()) return 1;
    long count = f.to().constant();
    long most = Math.min(count - 1, PART * count / bytes);
    while (most > 1 && count % most != 0) most--;
    return Math.max(1, most);
  }

  private Dim mirrored(Dim from, Dim to, Symbol var) {
    return Dim.of(var).plus(Dim.of(turn).times(from.plus(to).minus(1).minus(Dim.of(var).times(2))));
  }

  /** What these loops go through, each buffer once. */
  private static long bytes(List<Stmt.For> loops) {
    var buffers = new LinkedHashSet<Buffer>();
    for (Stmt.For f : loops) buffers.addAll(Uses.of(f).buffers());
    return buffers.stream().filter(b -> b.own().isConstant()).mapToLong(b -> b.own().constant() * b.dtype().bytes()).sum();
  }

  private static long bytes(Kernel kernel) {
    Dim bytes = KernelCosts.bytes(kernel);
    return bytes.isConstant() ? bytes.constant() : 0;
  }
}
