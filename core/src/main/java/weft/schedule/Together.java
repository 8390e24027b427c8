package weft.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.loop.Uses;
import weft.type.Dim;

/**
 * Neighbouring kernels of a step that go through the same memory with the same outer loop go through it once: the driver counts that loop and runs all of
 * them for each part. So the tile of eight rows and the six of seven that 50 rows are meet each panel of weights in the second cache, where
 * the two would have fetched it again from farther away (LSTM B64 T35 H512 on a Cascade Lake, whose third cache gives 24 GB/s, when 64 rows were tiles of
 * six and of five: 0.95 of the time).
 */
public final class Together extends DriverRewriter {
  /** Bytes of packed weights that are worth it: less stays in a second cache from one kernel to the next, and a method of one panel is slower. */
  private static final long WORTH = Boolean.getBoolean("weft.tiny") ? 0 : 1 << 20;

  private final Consumer<String> explain;
  private final long worth;
  /** Only in loops: what a call does once fetches its weights once. */
  private boolean isInLoop;

  private Together(Consumer<String> explain, long worth) {
    this.explain = explain;
    this.worth = worth;
  }

  /** The same program, computing the same numbers. */
  public static LoopProgram of(LoopProgram program, Consumer<String> explain) {
    return of(program, explain, WORTH);
  }

  /**
   * The same with another limit.
   *
   * @param worth the bytes of a kept buffer for which kernels that read it take turns
   */
  static LoopProgram of(LoopProgram program, Consumer<String> explain, long worth) {
    return new Together(explain, worth).rewrite(program);
  }

  @Override
  public Stmt rewrite(Stmt stmt) {
    boolean outside = isInLoop;
    isInLoop |= stmt instanceof Stmt.For;
    Stmt inner = children(stmt);
    isInLoop = outside;
    if (!isInLoop || !(inner instanceof Stmt.Block block)) return inner;
    var all = new ArrayList<Stmt>();
    var run = new ArrayList<Pass>();
    for (Stmt s : block.stmts()) {
      Pass next = Pass.of(s);
      if (next == null || !run.stream().allMatch(p -> next.mayJoin(p, worth))) {
        join(run, all);
        run.clear();
      }
      if (next == null) all.add(s);
      else run.add(next);
    }
    join(run, all);
    return all.size() == block.stmts().size() ? inner : new Stmt.Block(all);
  }

  private void join(List<Pass> run, List<Stmt> to) {
    if (run.size() < 2) {
      for (Pass p : run) to.add(p.stmt);
      return;
    }
    Stmt.For first = run.get(0).loop;
    var parts = new ArrayList<Stmt>();
    for (Pass p : run) {
      Stmt part = Loops.bodyAt(p.loop, Dim.of(first.var()));
      parts.add(new Stmt.Run(p.kernel.with(part)));
    }
    explain.accept("kernels " + String.join(", ", run.stream().map(p -> p.kernel.name()).toList())
        + ": take turns with each panel, so that the second cache still has it for all but the first");
    to.add(new Stmt.For(first.var(), first.from(), first.to(), 1, first.order(), List.of(), new Stmt.Block(parts)));
  }

  /** A kernel that is one nest of loops. */
  private record Pass(Stmt stmt, Kernel kernel, Stmt.For loop, Uses uses, List<Stores.Store> stores, List<Stores.Store> loads) {
    static Pass of(Stmt s) {
      if (!(s instanceof Stmt.Run r) || r.kernel().kind() != Kernel.Kind.LOOPS || !(r.kernel().body() instanceof Stmt.For f)) return null;
      if (f.order() != Stmt.Order.PARALLEL || f.step() != 1 || !f.along().isEmpty() || Loops.isInnermost(f)) return null;
      var stores = Stores.of(f);
      return stores == null ? null : new Pass(s, r.kernel(), f, Uses.of(f), stores, Stores.loads(f));
    }

    /** Whether this and another one may take turns: what one writes the other neither reads nor writes. */
    boolean mayJoin(Pass before, long worth) {
      if (!loop.from().equals(before.loop.from()) || !loop.to().equals(before.loop.to())) return false;
      if (uses.read().stream().noneMatch(b -> isWorth(b, worth) && before.uses.read().contains(b))) return false;
      return isApart(stores, before.stores) && isApart(stores, before.loads) && isApart(loads, before.stores);
    }

    private static boolean isWorth(Buffer b, long worth) {
      return b.role() == Buffer.Role.KEPT && b.own().isConstant() && b.own().constant() * b.dtype().bytes() >= worth;
    }

    private static boolean isApart(List<Stores.Store> some, List<Stores.Store> others) {
      return some.stream().allMatch(s -> others.stream().allMatch(s::isApart));
    }
  }
}
