package weft.schedule;

import java.util.Collections;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import weft.loop.Fun;
import weft.loop.Kernel;
import weft.loop.KernelCost;
import weft.loop.KernelCosts;
import weft.loop.LoopProgram;
import weft.loop.StmtRewriter;
import weft.loop.Value;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Small kernels of large programs that run once a call, such as the update of a bias. HotSpot compiles a method for good after 600 runs;
 * until then each vector in it is an object. As numbers they cost nothing until then, and no more afterwards, when HotSpot makes vectors of
 * them: so there is nothing in them that it makes no vectors of, an exponential, say. Sums are an exception, a few microseconds.
 */
public final class Seldom {
  /** Programs with less to do than these operations and bytes have soon been called 600 times. */
  private static final long LARGE = 20_000_000;
  /** A kernel is small that does less; {@link Pieces} takes larger ones apart often enough. */
  private static final long SMALL = 1_000_000;
  /** So many times as much as such a kernel does a call does at least. */
  private static final long PART = 1000;
  /** What an extent is taken to be that is not known yet. */
  private static final ToLongFunction<Symbol> EXTENTS = s -> s.definition() instanceof Symbol.Changed ? 1 : 16;

  /** What HotSpot makes vectors of, from Java 17 on. */
  private static final Set<Fun> PLAIN = EnumSet.of(Fun.ADD, Fun.SUB, Fun.MUL, Fun.DIV, Fun.FMA, Fun.MIN, Fun.MAX, Fun.NEG, Fun.ABS, Fun.SQRT);

  private Seldom() {}

  /** Those of a program. */
  public static Set<Kernel> of(LoopProgram program) {
    Set<Kernel> found = Collections.newSetFromMap(new IdentityHashMap<>());
    List<KernelCost> costs = KernelCosts.of(program);
    double all = costs.stream().mapToDouble(c -> KernelCosts.allCalls(c, EXTENTS)).sum();
    if (all < LARGE) return found;
    for (KernelCost c : costs) {
      double work = KernelCosts.allCalls(c, EXTENTS);
      if (isOnce(c.calls()) && work < SMALL && work * PART < all && isPlain(c.kernel())) found.add(c.kernel());
    }
    return found;
  }

  private static boolean isPlain(Kernel kernel) {
    boolean[] plain = {true};
    new StmtRewriter() {
      @Override
      public Value rewrite(Value value) {
        plain[0] &= !(value instanceof Value.Call c) || PLAIN.contains(c.fun());
        return children(value);
      }
    }.rewrite(kernel.body());
    return plain[0];
  }

  /** Whether a call runs something once, or once if parameters have changed. */
  private static boolean isOnce(Dim calls) {
    return calls.is(1) || calls.symbols().stream().anyMatch(s -> s.definition() instanceof Symbol.Changed && calls.equals(Dim.of(s)));
  }
}
