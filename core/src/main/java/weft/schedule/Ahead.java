package weft.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.loop.Buffer;
import weft.loop.Kernel;
import weft.loop.LoopProgram;
import weft.loop.Sizes;
import weft.loop.Stmt;
import weft.loop.StmtRewriter;
import weft.loop.Uses;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Products in a loop over time that need nothing of the step before are computed for some steps at once, ahead of these: their rows meet each panel of
 * weights while a cache has it, and the steps find what they give in one, too. For all steps at once that would leave the caches before it is read, and
 * take memory that grows with time.
 */
public final class Ahead {
  /** More steps at once gain nothing more. */
  private static final int MOST = 16;

  private final LoopProgram program;
  private final Notes notes;
  private final Caches caches;
  private final BlockKernels blocks;

  /** Who wants to know what was done. */
  public interface Notes {
    /** What was done to a kernel, or to a scan, and why. */
    void say(String sentence);

    /** A new kernel does the same as another one. */
    void same(String kernel, String as);
  }

  /**
   * What caches keep, in bytes.
   *
   * @param weights that a second cache keeps from one step to the next
   * @param beside results of some steps that it keeps beside these
   * @param instead results that a third cache keeps, where weights come from there in each step
   */
  record Caches(long weights, long beside, long instead) {
    private static final Caches USUAL = Boolean.getBoolean("weft.tiny") ? new Caches(0, 1 << 10, 1 << 10) : new Caches(1 << 20, 512 << 10, 1 << 20);
  }

  private Ahead(LoopProgram program, Notes notes, Caches caches) {
    this.program = program;
    this.notes = notes;
    this.caches = caches;
    this.blocks = new BlockKernels(program, notes);
  }

  /** The same program, computing the same numbers. */
  public static LoopProgram of(LoopProgram program, Notes notes) {
    return of(program, notes, Caches.USUAL);
  }

  /** The same for a machine of such caches. */
  static LoopProgram of(LoopProgram program, Notes notes, Caches caches) {
    var ahead = new Ahead(program, notes, caches);
    return new DriverRewriter() {
      @Override
      public Stmt rewrite(Stmt stmt) {
        Stmt inner = children(stmt);
        return inner == stmt && stmt instanceof Stmt.For f ? ahead.loop(f) : inner;
      }
    }.rewrite(program);
  }

  private Stmt loop(Stmt.For steps) {
    if (!countsSteps(steps) || !(steps.body() instanceof Stmt.Block body)) return steps;
    var free = new FreeKernels(body.stmts(), usedOutside(steps));
    List<Kernel> kernels = free.products();
    if (kernels.isEmpty()) return steps;
    var results = new LinkedHashSet<Buffer>();
    long each = 0;
    for (Kernel k : kernels) {
      for (Buffer b : Uses.of(k.body()).written()) if (results.add(b)) each += b.size().constant() * b.dtype().bytes();
    }
    long most = steps.to().isConstant() ? Math.min(MOST, steps.to().constant()) : MOST;
    long bytes = free.weights(kernels) <= caches.weights() ? caches.beside() : caches.instead();
    int count = (int) Math.min(most, bytes / Math.max(1, each));
    if (count < 2) return steps;
    for (Kernel k : kernels) {
      notes.say("kernel " + k.name() + (k.origin().isEmpty() ? "" : " at " + k.origin()) + ": computes " + count
          + " steps at once, since it needs nothing of the step before, so that caches have what it reads and what they read of it");
    }
    return new Blocks(steps, body, kernels, free.places(results), count).loops();
  }

  /** Whether a loop takes one step after the other, as many as are known when the call begins, so that what is computed from that is, too. */
  static boolean countsSteps(Stmt.For f) {
    boolean counts = f.order() == Stmt.Order.SEQUENTIAL && f.from().is(0) && f.step() == 1 && f.along().isEmpty();
    return counts && Stretches.isOne(f.to()) && f.to().symbols().stream().noneMatch(Sizes::isMeasured);
  }

  private Set<Buffer> usedOutside(Stmt.For loop) {
    Kernel without = new StmtRewriter() {
      @Override
      public Stmt rewrite(Stmt stmt) {
        return stmt == loop ? new Stmt.Block(List.of()) : children(stmt);
      }
    }.rewrite(program.main());
    var used = new HashSet<>(Uses.of(without.body()).buffers());
    used.addAll(program.inputs());
    used.addAll(program.outputs());
    return used;
  }

  /** A loop over time in blocks of some steps. */
  private final class Blocks {
    private final Stmt.For steps;
    private final Stmt.Block body;
    private final List<Kernel> kernels;
    private final int count;
    private final Map<Buffer, Buffer> rooms = new LinkedHashMap<>();
    private final Map<Stmt, Stmt> moved = new IdentityHashMap<>();
    private final Symbol block = Symbol.loopVariable("block");
    /** The first step of a block. */
    private final Dim first;

    Blocks(Stmt.For steps, Stmt.Block body, List<Kernel> kernels, Map<Buffer, Buffer> places, int count) {
      this.steps = steps;
      this.body = body;
      this.kernels = kernels;
      this.count = count;
      this.first = steps.to().ceilDiv(count).is(1) ? Dim.ZERO : Dim.of(block).times(count);
      var memory = new HashMap<Buffer, Buffer>();
      places.forEach((b, in) -> rooms.put(b, memory.computeIfAbsent(in, k -> Buffer.workspace(k.name(), k.dtype(), k.size().times(count)))));
    }

    /** Blocks of as many steps, and one for what they leave over; what each step does besides is the same in both. */
    Stmt loops() {
      Dim all = steps.to();
      if (first.is(0)) return inside(all, "");
      Dim full = all.floorDiv(count);
      Stmt blocks = sequential(Dim.ZERO, full, inside(first.plus(count), ""));
      if (all.minus(full.times(count)).is(0)) return blocks;
      return new Stmt.Block(List.of(blocks, sequential(full, full.plus(1), inside(all, "_rest"))));
    }

    private Stmt sequential(Dim from, Dim to, Stmt body) {
      return new Stmt.For(block, from, to, 1, Stmt.Order.SEQUENTIAL, body);
    }

    /** One block, whose products a name tells apart from those of other blocks. */
    private Stmt inside(Dim end, String name) {
      var stmts = new ArrayList<Stmt>();
      var rest = new ArrayList<Stmt>();
      for (Stmt s : body.stmts()) {
        if (s instanceof Stmt.Run r && kernels.contains(r.kernel())) stmts.add(new Stmt.Run(overSteps(r.kernel(), end, name)));
        else rest.add(moved.computeIfAbsent(s, this::inRooms));
      }
      stmts.add(new Stmt.For(steps.var(), first, end, 1, steps.order(), Stmt.of(rest)));
      return new Stmt.Block(stmts);
    }

    private Stmt inRooms(Stmt stmt) {
      return new StmtRewriter() {
        @Override
        public Stmt rewrite(Stmt s) {
          Stmt inner = children(s);
          if (inner instanceof Stmt.Store store && rooms.containsKey(store.buffer())) {
            return new Stmt.Store(rooms.get(store.buffer()), room(store.buffer(), store.index()), store.value());
          }
          if (inner instanceof Stmt.Print p && rooms.containsKey(p.buffer())) {
            return new Stmt.Print(p.message(), rooms.get(p.buffer()), room(p.buffer(), p.from()), p.shape(), p.steps());
          }
          return inner;
        }

        @Override
        public Value rewrite(Value v) {
          Value inner = children(v);
          if (inner instanceof Value.Load l && rooms.containsKey(l.buffer())) {
            return new Value.Load(rooms.get(l.buffer()), room(l.buffer(), l.index()), l.lanes());
          }
          if (inner instanceof Value.Gather g && rooms.containsKey(g.buffer())) {
            return new Value.Gather(rooms.get(g.buffer()), room(g.buffer(), g.base()), g.stride(), g.at(), g.lanes());
          }
          return inner;
        }
      }.rewrite(stmt);
    }

    private Dim room(Buffer buffer, Dim index) {
      return index.plus(buffer.size().times(Dim.of(steps.var()).minus(first)));
    }

    private Kernel overSteps(Kernel kernel, Dim end, String name) {
      Stmt loops = overSteps(((Stmt.Run) inRooms(new Stmt.Run(kernel))).kernel().body(), end);
      return blocks.kernel(kernel, loops, count, name);
    }

    /** The loop over steps stands inside those that count in what is the same in every step, panels of weights. */
    private Stmt overSteps(Stmt s, Dim end) {
      if (s instanceof Stmt.For f && f.order() == Stmt.Order.PARALLEL && f.along().isEmpty() && Reads.same(f, steps.var())) {
        return new Stmt.For(f.var(), f.from(), f.to(), f.step(), f.order(), f.along(), overSteps(f.body(), end));
      }
      return new Stmt.For(steps.var(), first, end, 1, Stmt.Order.PARALLEL, s);
    }
  }

  /** Whether a loop reads by what it counts, or by what follows from that, something that is the same in each step. */
  private static final class Reads extends StmtRewriter {
    private final Set<Symbol> counted = new HashSet<>();
    private final Set<Symbol> stepped = new HashSet<>();
    private boolean found;

    static boolean same(Stmt.For loop, Symbol step) {
      var reads = new Reads();
      reads.counted.add(loop.var());
      reads.stepped.add(step);
      reads.rewrite(loop.body());
      return reads.found;
    }

    @Override
    public Stmt rewrite(Stmt stmt) {
      if (stmt instanceof Stmt.For f) {
        follow(f.var(), f.from());
        for (Stmt.Along a : f.along()) follow(a.var(), a.from());
      }
      return children(stmt);
    }

    private void follow(Symbol var, Dim from) {
      if (from.symbols().stream().anyMatch(counted::contains)) counted.add(var);
      if (from.symbols().stream().anyMatch(stepped::contains)) stepped.add(var);
    }

    @Override
    public Value rewrite(Value value) {
      if (value instanceof Value.Load l) {
        Set<Symbol> symbols = l.index().symbols();
        found |= symbols.stream().anyMatch(counted::contains) && symbols.stream().noneMatch(stepped::contains);
      }
      return children(value);
    }
  }
}
