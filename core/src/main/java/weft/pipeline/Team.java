package weft.pipeline;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import weft.loop.Barrier;
import weft.loop.Compiled;
import weft.schedule.Split;
import weft.type.Symbol;

/** The threads of one call: each runs the whole program with sizes of its own, which say what part of every loop is its. */
final class Team {
  private final Compiled compiled;
  private final List<Symbol> symbols;
  private final long[] state = new long[Barrier.SIZE];
  private final Workers.Worker[] workers;
  /** The sizes of each member but the first, who has the call's own. */
  private final int[][] sizes;
  /** Which symbols differ from member to member, and what they are for each when all of them work. */
  private final int[] own;
  private final int[][] shares;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private Object[] arrays;
  private boolean isWorth;

  Team(Compiled compiled, List<Symbol> symbols, int threads) {
    this.compiled = compiled;
    this.symbols = symbols;
    this.workers = new Workers.Worker[threads - 1];
    this.sizes = new int[threads - 1][symbols.size()];
    this.own = IntStream.range(0, symbols.size()).filter(i -> symbols.get(i).definition() instanceof Symbol.Part
        || symbols.get(i).definition() instanceof Symbol.Member).toArray();
    this.shares = new int[threads][own.length];
    Workers.allow(threads - 1);
  }

  /** Where the members meet. */
  long[] state() {
    return state;
  }

  /** Shares the work out anew, for other extents. */
  void extents(Extents extents) {
    int threads = shares.length;
    isWorth = false;
    for (int i = 0; i < own.length; i++) {
      if (symbols.get(own[i]).definition() instanceof Symbol.Part p) {
        long count = extents.of(p.count());
        boolean worth = extents.of(p.work()) >= Split.WORTH && count > 1;
        isWorth |= worth;
        for (int k = 0; k < threads; k++) {
          long parts = worth ? threads : 1;
          long upTo = Math.min(k + (p.end() ? 1 : 0), parts);
          shares[k][i] = (int) (count * upTo / parts);
        }
      } else {
        for (int k = 0; k < threads; k++) shares[k][i] = k;
      }
    }
  }

  /** Runs the program; what a member throws, the caller gets. */
  void run(Object[] arrays, int[] mine) {
    boolean together = isWorth && Workers.take(workers);
    Barrier.reset(state, together ? shares.length : 1);
    if (!together) {
      alone(mine);
      compiled.run(arrays, mine);
      return;
    }
    this.arrays = arrays;
    failure.set(null);
    for (int k = 1; k < shares.length; k++) {
      System.arraycopy(mine, 0, sizes[k - 1], 0, mine.length);
      give(k, sizes[k - 1]);
      workers[k - 1].help(this, k);
    }
    give(0, mine);
    try {
      compiled.run(arrays, mine);
    } catch (Throwable t) {
      fail(t);
    } finally {
      Workers.release(workers);
      this.arrays = null;
    }
    Throwable failed = failure.get();
    if (failed instanceof RuntimeException e) throw e;
    if (failed instanceof Error e) throw e;
  }

  private void give(int member, int[] to) {
    for (int i = 0; i < own.length; i++) to[own[i]] = shares[member][i];
  }

  /** All of the work for one. */
  private void alone(int[] to) {
    int last = shares.length - 1;
    for (int i = 0; i < own.length; i++) {
      boolean isEnd = symbols.get(own[i]).definition() instanceof Symbol.Part p && p.end();
      to[own[i]] = isEnd ? shares[last][i] : 0;
    }
  }

  /** What a worker does of a call. */
  void share(int member) {
    try {
      compiled.run(arrays, sizes[member - 1]);
    } catch (Throwable t) {
      fail(t);
    }
  }

  private void fail(Throwable t) {
    if (!(t instanceof Barrier.Broken)) failure.compareAndSet(null, t);
    Barrier.breakOff(state);
  }
}
