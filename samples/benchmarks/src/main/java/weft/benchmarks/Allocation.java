package weft.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Bytes that a call allocates on the heap, by the calling thread's own counter. */
final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long ENOUGH_NANOS = 300_000_000;
  private static final int MOST_CALLS = 2_000;

  private Allocation() {}

  /** The mean over some warm calls. */
  static double perCall(Runnable call) {
    call.run();
    long ownCost = -allocated() + allocated();
    long start = System.nanoTime();
    long before = allocated();
    int calls = 0;
    do {
      call.run();
      calls++;
    } while (calls < MOST_CALLS && System.nanoTime() - start < ENOUGH_NANOS);
    return Math.max(0, allocated() - before - ownCost) / (double) calls;
  }

  private static long allocated() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }
}
