package weft.runtime;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.StampedLock;
import weft.runtime.WeftException.Kind;

/**
 * A named tensor that functions share and update: a weight, a bias, an optimiser's moment.
 *
 * <p>Name, dtype and shape never change. Readers and updaters are kept apart by one lock per parameter, which
 * running functions hold from the first read to the last store.
 */
public final class Parameter {
  private static final AtomicLong IDS = new AtomicLong();

  private final long id = IDS.incrementAndGet();
  private final StampedLock lock = new StampedLock();
  private final String name;
  private final Tensor value;
  private volatile long version;
  private volatile Object attachment;

  /** A parameter that starts with a copy of this value. */
  public Parameter(String name, Tensor initial) {
    if (name == null || name.isBlank()) {
      throw new WeftException(Kind.ARGUMENT, "a parameter needs a name, for messages and for files");
    }
    if (initial == null) {
      throw new WeftException(Kind.ARGUMENT, "parameter " + name + " needs an initial value, not null");
    }
    this.name = name;
    this.value = initial.copy();
  }

  /** The name that messages and files use. */
  public String name() {
    return name;
  }

  /** A number that no other parameter of this JVM has; later parameters have larger ones. */
  public long id() {
    return id;
  }

  /** The type of every element. */
  public DType dtype() {
    return value.dtype();
  }

  /** A copy of the dimensions. */
  public int[] shape() {
    return value.shape();
  }

  /** The number of dimensions. */
  public int rank() {
    return value.rank();
  }

  /** One dimension, axis from 0, for compiled code. */
  public int dimAt(int axis) {
    return value.dimAt(axis);
  }

  /** The number of elements. */
  public int size() {
    return value.size();
  }

  /** The type as messages say it, such as {@code f32[3, 4]}. */
  public String typeText() {
    return value.typeText();
  }

  /** A copy of the value, never one that an update is half through with. */
  public Tensor get() {
    var stamp = lock.readLock();
    try {
      return copyLocked();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** A copy of the value; the caller holds a lock. */
  Tensor copyLocked() {
    return value.copy();
  }

  /**
   * Replaces the value, at once for every running function.
   *
   * @throws WeftException if dtype or shape are not the parameter's
   */
  public void set(Tensor replacement) {
    check(replacement);
    var stamp = lock.writeLock();
    try {
      store(replacement);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** Refuses a value of another type. */
  void check(Tensor replacement) {
    if (replacement == null) {
      throw new WeftException(Kind.ARGUMENT, "parameter " + name + " cannot be set to null");
    }
    if (replacement.dtype() != dtype() || !Arrays.equals(replacement.shape(), value.shape())) {
      throw new WeftException(replacement.dtype() != dtype() ? Kind.DTYPE : Kind.SHAPE, "parameter " + name
          + " has another type than the value it was to be set to"
          + "\n    parameter  " + typeText()
          + "\n    value      " + replacement.typeText()
          + "\n  The type of a parameter is fixed when it is made.");
    }
  }

  /** Takes over a checked value; the caller holds the write lock. */
  void store(Tensor replacement) {
    value.copyFrom(replacement);
    updated();
  }

  /** Grows with every {@link #set} and every update, so that packed copies know when they are stale. */
  public long version() {
    return version;
  }

  /** Says that compiled code has changed {@link #array()}; the caller holds the write lock. */
  public void updated() {
    version++;
  }

  /** What a compiler keeps with the parameter, null if nothing; nothing that runs reads it. */
  public Object attachment() {
    return attachment;
  }

  /** Keeps something with the parameter for {@link #attachment}, as long as the parameter lives. */
  public void attach(Object thing) {
    attachment = thing;
  }

  /** The live storage, with {@link Tensor#SLACK}, for compiled code that holds the lock. */
  public Object array() {
    return value.array();
  }

  /** Waits for updaters to leave; the stamp goes to {@link #unlock}. */
  public long readLock() {
    return lock.readLock();
  }

  /** Waits for everybody to leave; the stamp goes to {@link #unlock}. Not reentrant. */
  public long writeLock() {
    return lock.writeLock();
  }

  /** Gives back a lock of either kind. */
  public void unlock(long stamp) {
    lock.unlock(stamp);
  }

  @Override
  public String toString() {
    return name + " " + typeText();
  }
}
