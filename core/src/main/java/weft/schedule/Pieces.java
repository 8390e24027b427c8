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
import weft.loop.StmtRewriter;

/**
 * Gives the outer loops of large kernels to the driver, so that what they repeat is a method that is called often. HotSpot compiles such
 * a method for good after some hundred calls. A nest that is entered once a call of the function would for as many calls of the function
 * have code that is entered in the middle of its loops, and there the sums in vector registers are objects.
 */
public final class Pieces {
  /** Float operations and bytes below which a piece is too small to be worth a call of its own: some microseconds. */
  private static final long LEAST = 500_000;
  /** Above this a piece is taken apart further, if what is in it is not too small. */
  private static final long MOST = 2_000_000;
  /** What an extent is taken to be that is not known yet. */
  private static final long UNKNOWN = 16;

  private final Map<Kernel, Stmt> done = new IdentityHashMap<>();
  private final Set<String> names = new HashSet<>();
  private final long least;
  private final long most;

  private Pieces(long least, long most) {
    this.least = least;
    this.most = most;
  }

  /** The same program, doing the same in the same order. */
  public static LoopProgram of(LoopProgram program) {
    return of(program, LEAST, MOST);
  }

  /**
   * The same with other limits.
   *
   * @param least the work of a piece that is worth a call, in float operations and bytes
   * @param most the work above which a kernel is taken apart
   */
  public static LoopProgram of(LoopProgram program, long least, long most) {
    var pieces = new Pieces(least, most);
    for (Kernel k : program.kernels()) pieces.names.add(k.name());
    var rewriter = new StmtRewriter() {
      @Override
      public Stmt rewrite(Stmt stmt) {
        boolean computes = stmt instanceof Stmt.Run r && r.kernel().kind() == Kernel.Kind.LOOPS;
        return computes ? pieces.run((Stmt.Run) stmt) : children(stmt);
      }
    };
    Kernel main = rewriter.rewrite(program.main());
    if (main == program.main()) return program;
    return LoopProgram.of(program.name(), program.lanes(), program.inputs(), program.outputs(), main);
  }

  private Stmt run(Stmt.Run run) {
    Stmt known = done.get(run.kernel());
    if (known != null) return known;
    Stmt pieces = pieces(run);
    done.put(run.kernel(), pieces);
    return pieces;
  }

  private Stmt pieces(Stmt.Run run) {
    Kernel kernel = run.kernel();
    if (work(kernel) <= most) return run;
    if (kernel.body() instanceof Stmt.For f) return pieces(kernel, f) instanceof Stmt.For apart ? apart : run;
    if (!(kernel.body() instanceof Stmt.Block b) || !b.stmts().stream().allMatch(Stmt.For.class::isInstance)) return run;
    var all = new ArrayList<Stmt>();
    boolean apart = false;
    for (Stmt each : b.stmts()) {
      Kernel part = new Kernel(all.isEmpty() ? kernel.name() : unique(kernel.name()), kernel.formula(), kernel.origin(), kernel.kind(), each);
      Stmt pieces = pieces(part, (Stmt.For) each);
      apart |= !(pieces instanceof Stmt.Run);
      all.add(pieces);
    }
    return apart ? new Stmt.Block(all) : run;
  }

  private Stmt pieces(Kernel kernel, Stmt.For loop) {
    Kernel inside = kernel.with(only(loop.body()));
    long work = work(inside);
    if (loop.order() == Stmt.Order.REDUCTION || work < least) return new Stmt.Run(kernel);
    Stmt body = work > most && inside.body() instanceof Stmt.For deeper ? method(kernel, deeper) : new Stmt.Run(inside);
    return new Stmt.For(loop.var(), loop.from(), loop.to(), loop.step(), loop.order(), loop.along(), body);
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

  private static long work(Kernel kernel) {
    return KernelCosts.work(kernel, s -> UNKNOWN);
  }

  private String unique(String name) {
    String free = name;
    for (int i = 2; !names.add(free); i++) free = name + "_" + i;
    return free;
  }
}
