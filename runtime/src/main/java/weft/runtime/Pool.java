package weft.runtime;

/**
 * Things that calls use one at a time and that are worth keeping, such as the memory of a call, so that many
 * threads may call at once and each finds it warm. Taking and giving allocates nothing.
 */
public final class Pool<T> {
  private final Object[] free;
  private int count;

  /** A pool that keeps one thing a processor; when more are given back at once, the others are dropped. */
  public Pool() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /** A pool that keeps so many. */
  public Pool(int keep) {
    free = new Object[keep];
  }

  /** The one given back last, for this caller alone until {@link #give}, or null if none is free. */
  @SuppressWarnings("unchecked")
  public synchronized T take() {
    if (count == 0) {
      return null;
    }
    var one = (T) free[--count];
    free[count] = null;
    return one;
  }

  /** Gives something to whoever takes next; the caller must not touch it any more. */
  public synchronized void give(T one) {
    if (count < free.length) {
      free[count++] = one;
    }
  }
}
