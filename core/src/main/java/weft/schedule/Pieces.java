package weft.schedule;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.loop.Kernel;
import weft.loop.KernelCosts;
import weft.loop.LoopProgram;
import weft.loop.Stmt;
import weft.type.Dim;

/**
 * Gives the outer loops of large kernels to the driver, so that what they repeat is a method that is called often. HotSpot compiles such
 * a method for good after some hundred calls. A nest that is entered once a call of the function would for as many calls of the function
 * have code that is entered in the middle of its loops, and there the sums in vector registers are objects.
 */
public final class Pieces {
  private static final Sizes ALL = new Sizes(0, 0, 0, 0, 0);
  /** What runs once a call of the function is taken apart sooner: it would have to wait for 600 calls to be compiled for good. */
  private static final Sizes ONCE = Boolean.getBoolean("weft.tiny") ? ALL : new Sizes(40_000, 80_000, 2_000_000, 10_000, 200_000);
  /** In a loop over time, where a call for less costs a hundredth and more. */
  private static final Sizes OFTEN = Boolean.getBoolean("weft.tiny") ? ALL : new Sizes(500_000, 2_000_000, 2_000_000, 1_000_000, 1_000_000);
  /** Up to so many vectors are quickly put into memory and fetched again. */
  private static final int FEW = 2;
  /** More stretches than this in a call would warm up no sooner. */
  private static final long ENOUGH = 64;
  /** What an extent is taken to be that is not known yet. */
  public static final long UNKNOWN = 16;

  private final Map<Kernel, Stmt> done = new IdentityHashMap<>();
  private final Set<String> names = new HashSet<>();
  private final boolean mayWait;
  private Sizes sizes;

  private Pieces(boolean mayWait) {
    this.mayWait = mayWait;
  }

  /**
   * How large pieces are, in float operations and bytes.
   *
   * @param least below this a piece is not worth a call of its own
   * @param whole below this a kernel is left as it is
   * @param most above this a piece is taken apart further, if what is in it is not too small
   * @param stretch what several iterations of a loop of vectors do at a time, where few or none wait in memory for the next stretch
   * @param sums the same where many wait
   */
  record Sizes(long least, long whole, long most, long stretch, long sums) {
    /** The same for tiles of products, which are faster alone (see {@link Offsets}). */
    Sizes ofTiles() {
      return atMost(100_000);
    }

    /** For those that fill 16 registers: one loop more around them, and HotSpot 25 puts a sum of six rows by two vectors into memory in each step of k. */
    Sizes ofFullTiles() {
      return atMost(18_000);
    }

    private Sizes atMost(long piece) {
      return new Sizes(Math.min(least, piece), Math.min(whole, 2 * piece), Math.min(most, piece + piece / 2), stretch, sums);
    }
  }

  /**
   * The same program, doing the same in the same order.
   *
   * @param mayWait whether sums may wait in memory from one piece to the next, which they may not where threads share the memory
   */
  public static LoopProgram of(LoopProgram program, boolean mayWait) {
    return of(program, ONCE, OFTEN, mayWait);
  }

  /** The same with all that can be taken apart taken apart. */
  public static LoopProgram smallest(LoopProgram program) {
    return of(program, ALL, ALL, true);
  }

  /** The same with other sizes, for kernels that run once a call and for those in loops of their drivers. */
  static LoopProgram of(LoopProgram program, Sizes once, Sizes often, boolean mayWait) {
    var pieces = new Pieces(mayWait);
    for (Kernel k : program.kernels()) pieces.names.add(k.name());
    pieces.sizes = once;
    return new DriverRewriter() {
      @Override
      public Stmt rewrite(Stmt stmt) {
        if (stmt instanceof Stmt.Run r && r.kernel().kind() == Kernel.Kind.LOOPS) return pieces.run(r);
        Sizes before = pieces.sizes;
        if (stmt instanceof Stmt.For) pieces.sizes = often;
        Stmt changed = children(stmt);
        pieces.sizes = before;
        return changed;
      }
    }.rewrite(program);
  }

  private Stmt run(Stmt.Run run) {
    Stmt known = done.get(run.kernel());
    if (known != null) return known;
    Sizes before = sizes;
    Stmt body = run.kernel().body();
    if (Offsets.hasFullTiles(body)) sizes = sizes.ofFullTiles();
    else if (Offsets.hasTiles(body)) sizes = sizes.ofTiles();
    Stmt pieces = pieces(run);
    sizes = before;
    done.put(run.kernel(), pieces);
    return pieces;
  }

  private Stmt pieces(Stmt.Run run) {
    Kernel kernel = run.kernel();
    List<Stmt> stmts = kernel.body() instanceof Stmt.Block b ? flat(b) : List.of(kernel.body());
    if (work(kernel) <= sizes.whole() || !stmts.stream().allMatch(Stmt.For.class::isInstance)) return stretches(run, stmts);
    var all = new ArrayList<Stmt>();
    boolean apart = false;
    for (Stmt each : stmts) {
      Kernel part = kernel;
      if (each != kernel.body()) {
        part = new Kernel(all.isEmpty() ? kernel.name() : unique(kernel.name()), kernel.formula(), kernel.origin(), kernel.kind(), each);
      }
      Stmt pieces = pieces(part, (Stmt.For) each);
      apart |= !(pieces instanceof Stmt.Run);
      all.add(pieces);
    }
    return apart ? Stmt.of(all) : run;
  }

  private Stmt pieces(Kernel kernel, Stmt.For loop) {
    Kernel inside = kernel.with(only(loop.body()));
    long work = work(inside);
    if (work < sizes.least()) return stretches(new Stmt.Run(kernel), List.of(loop));
    if (loop.order() == Stmt.Order.REDUCTION) return new Stmt.Run(kernel);
    Stmt body = work > sizes.most() && inside.body() instanceof Stmt.For deeper ? method(kernel, deeper) : new Stmt.Run(inside);
    return Offsets.of(new Stmt.For(loop.var(), loop.from(), loop.to(), loop.step(), loop.order(), loop.along(), body));
  }

  /** Several iterations at a time of the longest loop of a kernel, if there are vectors in it. */
  private Stmt stretches(Stmt.Run run, List<Stmt> stmts) {
    Kernel kernel = run.kernel();
    int longest = -1;
    long work = 0;
    for (int i = 0; i < stmts.size(); i++) {
      if (!(stmts.get(i) instanceof Stmt.For f) || !Vectorise.hasVectors(f)) continue;
      long each = work(kernel.with(f));
      if (each > work) longest = i;
      work = Math.max(work, each);
    }
    if (longest < 0) return run;
    var loop = (Stmt.For) stmts.get(longest);
    long size = Stretches.carriedVectors(loop) <= FEW ? sizes.stretch() : sizes.sums();
    if (work < 2 * size) return run;
    long least = Math.max(size, work / ENOUGH);
    long each = Math.max(1, work(kernel.with(only(loop.body()))));
    int iterations = whole(loop, (int) Math.max(1, Math.min(1 << 20, (least + each - 1) / each)));
    if (isShorter(loop, iterations)) return run;
    Stmt apart = Stretches.of(kernel, stmts, longest, iterations, this::unique, mayWait);
    return apart == null ? run : apart;
  }

  /** Whether a loop has fewer iterations than this: where what unknown extents are taken to be leaves an inner loop without any, nothing costs anything. */
  private static boolean isShorter(Stmt.For loop, long iterations) {
    Dim length = loop.to().minus(loop.from());
    return length.isConstant() && length.constant() < iterations * loop.step();
  }

  /** About so many iterations, of which the loop has a multiple if one is near: what is left over would be a kernel that runs once. */
  private static int whole(Stmt.For loop, int wish) {
    Dim length = loop.to().minus(loop.from());
    if (!length.isConstant()) return wish;
    for (int each = wish; each <= 2 * wish; each++) if (length.constant() % ((long) each * loop.step()) == 0) return each;
    for (int each = wish; each > wish / 4; each--) if (length.constant() % ((long) each * loop.step()) == 0) return each;
    return wish;
  }

  /** Blocks in a block, which only keep names apart, dissolved. */
  private static List<Stmt> flat(Stmt.Block block) {
    var all = new ArrayList<Stmt>();
    for (Stmt s : block.stmts()) {
      if (s instanceof Stmt.Block b) all.addAll(flat(b));
      else all.add(s);
    }
    return all;
  }

  /** An inner loop in pieces, as a method: what only passes calls on must not be interpreted for long either. */
  private Stmt method(Kernel kernel, Stmt.For loop) {
    Kernel piece = new Kernel(unique(kernel.name() + "_piece"), kernel.formula(), kernel.origin(), kernel.kind(), loop);
    Stmt body = pieces(piece, loop);
    if (body instanceof Stmt.Run) return new Stmt.Run(kernel.with(loop));
    return new Stmt.Run(new Kernel(kernel.name(), kernel.formula(), kernel.origin(), Kernel.Kind.DRIVER, body));
  }

  /** A block of one statement is that statement. */
  private static Stmt only(Stmt s) {
    return s instanceof Stmt.Block b && b.stmts().size() == 1 ? only(b.stmts().get(0)) : s;
  }

  /** Of a loop variable outside the first iteration counts, too: where it is 0 a block of steps has all of them ({@link Ahead}). */
  private static long work(Kernel kernel) {
    return Math.max(KernelCosts.work(kernel, s -> UNKNOWN), KernelCosts.work(kernel, s -> s.isLoopVariable() ? 0 : UNKNOWN));
  }

  private String unique(String name) {
    String free = name;
    for (int i = 2; !names.add(free); i++) free = name + "_" + i;
    return free;
  }
}
