package weft.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.loop.Barrier;
import weft.loop.Buffer;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.KernelCost;
import weft.loop.KernelCosts;
import weft.loop.LoopProgram;
import weft.loop.Sizes;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Uses;
import weft.loop.Value;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Shares the work of a program out to several threads. All of them run its drivers. A kernel that is worth it has a part of its parallel
 * loop in each thread; any other kernel, and every scan in which none is worth it, is the business of the first thread. They meet behind
 * each such part of a driver, so a step sees all of the step before it. Whole iterations are shared out, hence the bits are the same
 * whatever the number of threads.
 *
 * @param program the program for a team; alone, a thread does everything
 * @param team where they meet
 * @param kernels those that are shared out, by name, and the loop that is
 */
public record Split(LoopProgram program, Buffer team, Map<String, String> kernels) {
  /**
   * Float operations (and 4 for each byte moved) below which threads would wait for each other longer than they work: about 10 µs.
   * {@code -Dweft.threads.worth} says another number.
   */
  public static final long WORTH = Long.getLong("weft.threads.worth", 1_000_000);

  private static final long BYTE = 4;

  /** Null if nothing in the program is worth it. */
  public static Split of(LoopProgram program, int threads) {
    var splitter = new Splitter(program, threads);
    Stmt body = splitter.together(program.main().body());
    if (body == null) return null;
    LoopProgram split = LoopProgram.of(program.name(), program.lanes(), program.inputs(), program.outputs(), program.main().with(body));
    return splitter.names.isEmpty() ? null : new Split(split, splitter.team, splitter.names);
  }

  private static final class Splitter {
    private final int threads;
    private final Buffer team;
    private final Stmt meet;
    private final Value first;
    private final Map<Kernel, KernelCost> costs = new IdentityHashMap<>();
    private final Map<Kernel, Kernel> done = new IdentityHashMap<>();
    private final Set<Kernel> alone = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<String, String> names = new LinkedHashMap<>();
    /** Variables of loops of two rounds at most. */
    private final Set<Symbol> rounds = new HashSet<>();

    Splitter(LoopProgram program, int threads) {
      this.threads = threads;
      String name = "team";
      for (Buffer b : program.buffers()) if (b.name().startsWith(name)) name = b.name() + "_";
      this.team = new Buffer(name, DType.I64, Dim.of(Barrier.SIZE), Buffer.Role.KEPT, null);
      this.meet = new Stmt.Meet(team);
      Symbol member = Symbol.defined("thread", new Symbol.Member());
      this.first = new Value.Call(Fun.EQ, new Value.Position(Dim.of(member)), Value.number(DType.I32, 0));
      for (KernelCost cost : KernelCosts.of(program)) costs.put(cost.kernel(), cost);
    }

    /** The statement for all threads, who meet at its end; null if it is the business of the first one. */
    Stmt together(Stmt s) {
      if (s instanceof Stmt.Block b) return block(b);
      if (s instanceof Stmt.Run r) return run(r);
      if (s instanceof Stmt.For f) {
        Stmt body = together(f.body());
        return body == null ? null : new Stmt.For(f.var(), f.from(), f.to(), f.step(), f.order(), f.along(), body);
      }
      if (s instanceof Stmt.While w) {
        Stmt body = together(w.body());
        return body == null ? null : new Stmt.While(w.condition(), reads(w.condition()) ? behind(body) : body);
      }
      if (s instanceof Stmt.If i) return branch(i);
      boolean everybodys = s instanceof Stmt.Declare || s instanceof Stmt.Assign || s instanceof Stmt.Measure;
      if (!everybodys) return null;
      return Uses.of(s).buffers().isEmpty() ? s : new Stmt.Block(List.of(s, meet));
    }

    /** Whether what a condition reads may be overwritten by a thread that is ahead. */
    private static boolean reads(Value condition) {
      return !Uses.of(condition).buffers().isEmpty();
    }

    private Stmt behind(Stmt body) {
      return new Stmt.Block(List.of(meet, body));
    }

    private Stmt block(Stmt.Block b) {
      List<Stmt> each = new ArrayList<>();
      boolean any = false;
      for (Stmt s : b.stmts()) {
        Stmt shared = together(s);
        each.add(shared);
        any |= shared != null && !(s instanceof Stmt.Declare) && !(s instanceof Stmt.Assign);
      }
      if (!any) return null;
      var all = new ArrayList<Stmt>();
      var own = new ArrayList<Stmt>();
      for (int i = 0; i < each.size(); i++) {
        if (each.get(i) == null) {
          own.add(b.stmts().get(i));
          continue;
        }
        close(own, all);
        if (each.get(i) instanceof Stmt.Block inner) all.addAll(inner.stmts());
        else all.add(each.get(i));
      }
      close(own, all);
      return new Stmt.Block(all);
    }

    /** What the first thread does while the others wait. */
    private void close(List<Stmt> own, List<Stmt> all) {
      if (own.isEmpty()) return;
      all.add(new Stmt.If(first, Stmt.of(List.copyOf(own)), new Stmt.Block(List.of())));
      all.add(meet);
      own.clear();
    }

    private Stmt whole(Stmt s) {
      Stmt shared = together(s);
      if (shared != null) return shared;
      if (s instanceof Stmt.Block b && b.stmts().isEmpty()) return s;
      var all = new ArrayList<Stmt>();
      close(new ArrayList<>(List.of(s)), all);
      return new Stmt.Block(all);
    }

    private Stmt branch(Stmt.If s) {
      if (together(s.then()) == null && together(s.otherwise()) == null) return null;
      Stmt then = whole(s.then());
      Stmt otherwise = whole(s.otherwise());
      if (!reads(s.condition())) return new Stmt.If(s.condition(), then, otherwise);
      return new Stmt.If(s.condition(), behind(then), behind(otherwise));
    }

    private Stmt run(Stmt.Run r) {
      Kernel kernel = r.kernel();
      if (alone.contains(kernel)) return null;
      Kernel known = done.get(kernel);
      if (known == null) {
        Stmt body = kernel.kind() == Kernel.Kind.DRIVER ? together(kernel.body()) : shared(kernel);
        if (body == null) {
          alone.add(kernel);
          return null;
        }
        known = kernel.with(body);
        done.put(kernel, known);
      }
      Stmt run = new Stmt.Run(known);
      return kernel.kind() == Kernel.Kind.DRIVER ? run : new Stmt.Block(List.of(run, meet));
    }

    /** The body of a kernel with its loops shared out; null if that is not worth it or not possible. */
    private Stmt shared(Kernel kernel) {
      KernelCost cost = costs.get(kernel);
      if (cost == null) return null;
      Dim work = cost.flops().plus(cost.bytes().times(BYTE));
      if (work.isConstant() && work.constant() < WORTH) return null;
      List<Stmt> loops = kernel.body() instanceof Stmt.Block b ? b.stmts() : List.of(kernel.body());
      if (!mayRunSideBySide(loops)) return null;
      var out = new ArrayList<Stmt>();
      for (Stmt s : loops) {
        Stmt.For loop = s instanceof Stmt.For f ? best(f) : null;
        if (loop == null) return null;
        out.add(replace(s, loop, part(loop, isAtDoor(work) ? work : Dim.of(WORTH))));
        names.merge(kernel.name(), loop.var().name(), (a, b) -> a.equals(b) ? a : a + ", " + b);
      }
      return Stmt.of(out);
    }

    /** Whether the door knows an extent before the call. */
    private static boolean isAtDoor(Dim d) {
      return d.symbols().stream().noneMatch(s -> s.isLoopVariable() || Sizes.isMeasured(s) || dependsOnLoops(s));
    }

    private static boolean dependsOnLoops(Symbol s) {
      for (Dim part : LoopProgram.parts(s)) if (!isAtDoor(part)) return true;
      return false;
    }

    /** Whether no loop reads what another one writes, and none speaks to people, who want to hear things in order. */
    private static boolean mayRunSideBySide(List<Stmt> loops) {
      for (int i = 0; i < loops.size(); i++) {
        if (speaks(loops.get(i))) return false;
        for (int k = 0; k < loops.size(); k++) {
          if (i == k) continue;
          Uses one = Uses.of(loops.get(i));
          Uses other = Uses.of(loops.get(k));
          if (!Collections.disjoint(one.written(), other.read())) return false;
          if (!Collections.disjoint(one.written(), other.written()) && !follows(loops.get(Math.min(i, k)), loops.get(Math.max(i, k)))) {
            return false;
          }
        }
      }
      return true;
    }

    /** Whether a loop takes up where another one ends: the rest behind whole vectors. */
    private static boolean follows(Stmt one, Stmt other) {
      return one instanceof Stmt.For a && other instanceof Stmt.For b && b.from().equals(a.to());
    }

    private static boolean speaks(Stmt s) {
      var found = new boolean[1];
      new StmtRewriter() {
        @Override
        public Stmt rewrite(Stmt stmt) {
          found[0] |= stmt instanceof Stmt.Print || stmt instanceof Stmt.Measure || stmt instanceof Stmt.Run;
          return children(stmt);
        }
      }.rewrite(s);
      return found[0];
    }

    /** The loop of a nest whose iterations are shared out most evenly, the outermost of such; null if there is none. */
    private Stmt.For best(Stmt.For nest) {
      Stmt.For best = null;
      double evenness = 0;
      Stmt at = nest;
      while (at instanceof Stmt.For f && f.order() == Stmt.Order.PARALLEL) {
        if (mayBeTwo(f)) {
          rounds.add(f.var());
        } else if (isAtDoor(inFirstRound(f.from())) && isAtDoor(inFirstRound(f.to()))) {
          double even = evenness(f);
          if (even > evenness) {
            best = f;
            evenness = even;
          }
        }
        at = f.body();
        while (at instanceof Stmt.Block b && b.stmts().size() == 1) at = b.stmts().get(0);
      }
      return best;
    }

    /** The work of one thread if all had the same, over that of the busiest one; 0 where most have nothing to do. */
    private double evenness(Stmt.For f) {
      Dim count = count(f);
      if (!count.isConstant()) return 0.99;
      long n = count.constant();
      if (n < 2) return 0;
      return (double) n / threads / ((n + threads - 1) / threads);
    }

    private Dim count(Stmt.For f) {
      Dim length = inFirstRound(f.to().minus(f.from()));
      return f.step() == 1 ? length : length.ceilDiv(f.step());
    }

    /** Whether a loop has one round or, for what whole parts of a number leave over, two. */
    private static boolean mayBeTwo(Stmt.For f) {
      Dim second = f.to().minus(f.from()).minus(1);
      for (Symbol s : second.symbols()) {
        if (s.definition() instanceof Symbol.CeilDiv up && second.equals(Dim.of(s).minus(up.of().floorDiv(up.by())))) return true;
      }
      return false;
    }

    private Dim inFirstRound(Dim d) {
      return d.substitute(s -> rounds.contains(s) ? Dim.ZERO : null);
    }

    /** A number in the first round, 0 in the second one: it computes little, and the same whoever does it, so each thread does all of it. */
    private Dim first(Stmt.For f, Dim d) {
      Set<Symbol> used = f.to().symbols();
      for (Symbol round : rounds) if (used.contains(round)) return d.minus(Dim.of(round).times(d));
      return d;
    }

    private Stmt.For part(Stmt.For f, Dim work) {
      Dim count = count(f);
      Dim start = Dim.of(Symbol.defined("part", new Symbol.Part(count, work, false)));
      Dim end = Dim.of(Symbol.defined("part_end", new Symbol.Part(count, work, true)));
      var along = new ArrayList<Stmt.Along>();
      for (Stmt.Along a : f.along()) along.add(new Stmt.Along(a.var(), a.from().plus(start.times(a.step())), a.step()));
      Dim to = inFirstRound(f.from()).plus(end.times(f.step()));
      return new Stmt.For(f.var(), f.from().plus(first(f, start.times(f.step()))), f.to().plus(first(f, to.minus(inFirstRound(f.to())))),
          f.step(), f.order(), along, f.body());
    }

    private static Stmt replace(Stmt in, Stmt.For old, Stmt.For by) {
      return new StmtRewriter() {
        @Override
        public Stmt rewrite(Stmt stmt) {
          return stmt == old ? by : children(stmt);
        }
      }.rewrite(in);
    }
  }
}
