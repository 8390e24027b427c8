package weft.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Where the threads of one call meet: nobody goes on before all have come. Its state is an array, so that emitted code takes it like
 * any other memory of the call. Who waits spins first, since kernels end within microseconds of each other, then parks for short times.
 */
public final class Barrier {
  /** How many longs a barrier takes; each that is written stands in cache lines of its own. */
  public static final int SIZE = 64;

  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int ARRIVED = 0;
  private static final int ROUND = 16;
  private static final int PARTIES = 32;
  private static final int BROKEN = 48;
  private static final int SPINS = 4000;
  private static final int YIELDS = 40;
  private static final long PARK_NANOS = 20_000;

  /** Ends the work of a thread whose call has failed in another one. */
  public static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;
    static final Broken INSTANCE = new Broken();

    private Broken() {
      super("another thread of this call has failed", null, false, false);
    }
  }

  private Barrier() {}

  /** Makes it ready for so many threads; nobody may be waiting. */
  public static void reset(long[] state, int parties) {
    state[ARRIVED] = 0;
    state[PARTIES] = parties;
    CELL.setRelease(state, BROKEN, 0L);
  }

  /** Lets nobody wait any more. */
  public static void breakOff(long[] state) {
    CELL.setRelease(state, BROKEN, 1L);
  }

  /** @throws Broken if another thread has failed */
  public static void await(long[] state) {
    long parties = state[PARTIES];
    if (parties <= 1) return;
    long round = (long) CELL.getAcquire(state, ROUND);
    if ((long) CELL.getAndAdd(state, ARRIVED, 1L) == parties - 1) {
      state[ARRIVED] = 0;
      CELL.setRelease(state, ROUND, round + 1);
    } else {
      waitFor(state, round);
    }
    if ((long) CELL.getAcquire(state, BROKEN) != 0) throw Broken.INSTANCE;
  }

  private static void waitFor(long[] state, long round) {
    for (int i = 0; (long) CELL.getAcquire(state, ROUND) == round; i++) {
      if ((long) CELL.getAcquire(state, BROKEN) != 0) throw Broken.INSTANCE;
      pause(i);
    }
  }

  /** What to do in the i-th round of waiting. */
  public static void pause(int i) {
    if (i < SPINS) Thread.onSpinWait();
    else if (i < SPINS + YIELDS) Thread.yield();
    else LockSupport.parkNanos(PARK_NANOS);
  }
}
