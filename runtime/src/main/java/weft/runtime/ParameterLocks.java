package weft.runtime;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The locks of all parameters that one function reads or updates, taken together for the length of a call, and always in the order of
 * their ids, so that functions cannot wait in a circle.
 */
public final class ParameterLocks {
  private final Parameter[] parameters;
  private final boolean[] writes;

  /** @param updated those that calls change, which may be among the others or not */
  public ParameterLocks(Parameter[] read, Parameter... updated) {
    Set<Parameter> changed = new HashSet<>(Arrays.asList(updated));
    Set<Parameter> all = new HashSet<>(Arrays.asList(read));
    all.addAll(changed);
    parameters = new Parameter[all.size()];
    // Sorted by hand: for the JDK's help a short program would load four classes more.
    var count = 0;
    for (var parameter : all) {
      var at = place(parameter.id(), count);
      System.arraycopy(parameters, at, parameters, at + 1, count++ - at);
      parameters[at] = parameter;
    }
    writes = new boolean[count];
    for (var i = 0; i < count; i++) {
      writes[i] = changed.contains(parameters[i]);
    }
  }

  /** How many of the first {@code count} parameters have smaller ids. */
  private int place(long id, int count) {
    var low = 0;
    for (var high = count; low < high; ) {
      var middle = (low + high) / 2;
      if (parameters[middle].id() < id) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** How many stamps {@link #lock} leaves. */
  public int count() {
    return parameters.length;
  }

  /**
   * Waits until every parameter is free, and holds them until {@link #unlock} is given the same stamps; without contention nothing is
   * allocated.
   */
  public void lock(long[] stamps) {
    var taken = 0;
    try {
      for (; taken < parameters.length; taken++) {
        stamps[taken] = writes[taken] ? parameters[taken].writeLock() : parameters[taken].readLock();
      }
    } finally {
      if (taken < parameters.length) {
        release(stamps, taken);
      }
    }
  }

  /** Gives back what {@link #lock} took. */
  public void unlock(long[] stamps) {
    release(stamps, parameters.length);
  }

  private void release(long[] stamps, int count) {
    for (var i = count - 1; i >= 0; i--) {
      parameters[i].unlock(stamps[i]);
    }
  }

  /** Says that the call has changed what it updates; the locks are held. */
  public void updated() {
    for (var i = 0; i < parameters.length; i++) {
      if (writes[i]) {
        parameters[i].updated();
      }
    }
  }
}
