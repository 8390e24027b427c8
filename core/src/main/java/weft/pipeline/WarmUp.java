package weft.pipeline;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import weft.runtime.Parameter;
import weft.runtime.Tensor;

/**
 * How a function came up to speed: HotSpot compiles what is called often, and until then a kernel of vectors runs a thousand times slower.
 *
 * @param calls how many were made
 * @param firstNanos what the first one took, in ns
 * @param bestNanos what the fastest one took, in ns
 * @param settled whether calls had stopped getting faster when it ended, and not only the time was up
 */
public record WarmUp(int calls, long firstNanos, long bestNanos, boolean settled) {
  /** Compilations come in steps, with pauses of some hundred milliseconds between them. */
  private static final long QUIET_NANOS = 1_000_000_000L;
  private static final int QUIET_CALLS = 5;
  /** Less than this much faster than the best before is noise. */
  private static final double FASTER = 0.95;

  /**
   * Calls a program over and over until it gets no faster. What it would update are copies, so nothing changes that anybody sees.
   *
   * @param limitNanos it stops then in any case, after the call that runs
   */
  public static WarmUp of(Door door, Tensor[] arguments, long limitNanos) {
    Map<Parameter, Parameter> copies = new HashMap<>();
    for (Parameter p : door.prepared().updated()) {
      copies.put(p, new Parameter(door.current(p).name(), door.current(p).get()));
    }
    for (Parameter p : door.prepared().parameters()) copies.putIfAbsent(p, door.current(p));
    Door rehearsal = door.fastest(arguments).with(copies);
    var results = new Tensor[door.spec().outputs().size()];
    long start = System.nanoTime();
    long first = 0;
    long best = Long.MAX_VALUE;
    long mark = Long.MAX_VALUE;
    long since = start;
    int quiet = 0;
    for (int calls = 1;; calls++) {
      long before = System.nanoTime();
      rehearsal.call(arguments, results);
      long now = System.nanoTime();
      long took = now - before;
      if (calls == 1) first = took;
      best = Math.min(best, took);
      quiet++;
      if (took < FASTER * mark) {
        mark = took;
        since = now;
        quiet = 0;
      }
      boolean settled = now - since >= QUIET_NANOS && quiet >= QUIET_CALLS;
      if (settled || now - start >= limitNanos) return new WarmUp(calls, first, best, settled);
    }
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%,d calls, the first in %,.1f us, the fastest in %,.1f us%s", calls, firstNanos / 1e3,
        bestNanos / 1e3, settled ? "" : ", not settled yet");
  }
}
