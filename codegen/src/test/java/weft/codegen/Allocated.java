package weft.codegen;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** What calls allocate once they are warm: compilers take their time, and do not say when they are done. */
public final class Allocated {
  private Allocated() {}

  /**
   * Counts again and again until nothing is allocated, or the time is over.
   *
   * @param calls how many calls are counted
   * @param between how many more run before each count
   * @return the bytes that the last calls counted have allocated
   */
  public static long inTheEnd(int calls, int between, int seconds, Runnable call) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long bytes;
    do {
      for (int i = 0; i < between; i++) call.run();
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < calls; i++) call.run();
      bytes = threads.getThreadAllocatedBytes(thread) - before;
    } while (bytes > 0 && System.nanoTime() < end);
    return bytes;
  }
}
