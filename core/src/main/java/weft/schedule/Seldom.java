package weft.schedule;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import weft.loop.Kernel;
import weft.loop.KernelCost;
import weft.loop.KernelCosts;
import weft.loop.LoopProgram;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Small kernels of large programs that run once a call, such as the update of a bias. HotSpot compiles a method for good after 600 runs;
 * until then each vector in it is an object. As numbers they cost nothing until then, and no more afterwards, when HotSpot makes vectors of them.
 */
public final class Seldom {
  /** Programs with less to do than these operations and bytes have soon been called 600 times. */
  private static final long LARGE = 20_000_000;
  /** A kernel is small that does less; {@link Pieces} takes larger ones apart often enough. */
  private static final long SMALL = 1_000_000;
  /** The part of a call's work that such a kernel is at most. */
  private static final long PART = 1000;
  /** What an extent is taken to be that is not known yet. */
  private static final ToLongFunction<Symbol> EXTENTS = s -> s.definition() instanceof Symbol.Changed ? 1 : 16;

  private Seldom() {}

  /** Those of a program. */
  public static Set<Kernel> of(LoopProgram program) {
    Set<Kernel> found = Collections.newSetFromMap(new IdentityHashMap<>());
    List<KernelCost> costs = KernelCosts.of(program);
    double all = costs.stream().mapToDouble(c -> KernelCosts.allCalls(c, EXTENTS)).sum();
    if (all < LARGE) return found;
    for (KernelCost c : costs) {
      double work = KernelCosts.allCalls(c, EXTENTS);
      if (isOnce(c.calls()) && work < SMALL && work * PART < all) found.add(c.kernel());
    }
    return found;
  }

  /** Whether a call runs something once, or once if parameters have changed. */
  private static boolean isOnce(Dim calls) {
    return calls.is(1) || calls.symbols().stream().anyMatch(s -> s.definition() instanceof Symbol.Changed && calls.equals(Dim.of(s)));
  }
}
