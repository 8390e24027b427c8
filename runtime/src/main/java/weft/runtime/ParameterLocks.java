package weft.runtime;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** The locks of all parameters that one function reads or updates, taken together for the length of a call. */
public final class ParameterLocks {
  private final Parameter[] parameters;
  private final boolean[] writes;

  /** @param updated those that calls change, which may be among the others or not */
  public ParameterLocks(Parameter[] read, Parameter... updated) {
    Set<Parameter> changed = new HashSet<>(Arrays.asList(updated));
    Set<Parameter> all = new HashSet<>(Arrays.asList(read));
    all.addAll(changed);
    parameters = all.toArray(new Parameter[0]);
    Locks.sort(parameters);
    writes = new boolean[parameters.length];
    for (var i = 0; i < writes.length; i++) {
      writes[i] = changed.contains(parameters[i]);
    }
  }

  /** How many stamps {@link #lock} leaves. */
  public int count() {
    return parameters.length;
  }

  /** Waits until every parameter is free, and holds them until {@link #unlock} is given the same stamps. */
  public void lock(long[] stamps) {
    Locks.lock(parameters, writes, stamps);
  }

  /** Gives back what {@link #lock} took. */
  public void unlock(long[] stamps) {
    Locks.unlock(parameters, stamps);
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
