package weft.runtime;

import java.util.Arrays;
import java.util.Comparator;
import weft.runtime.WeftException.Kind;

/**
 * Locks of several parameters, always taken in the order of their ids, so that functions cannot wait in a
 * circle.
 */
public final class Locks {
  /** So many are sorted without the JDK's help, for which a short program would load four classes more. */
  private static final int FEW = 64;

  /** A class, not a lambda: a program that is generated when it is built defines no classes while it runs. */
  private static final class ById implements Comparator<Parameter> {
    @Override
    public int compare(Parameter one, Parameter other) {
      return Long.compare(one.id(), other.id());
    }
  }

  private Locks() {}

  /** Brings parameters into the order that {@link #lock} wants; done once, when a function is built. */
  public static void sort(Parameter[] parameters) {
    if (parameters.length > FEW) {
      Arrays.sort(parameters, new ById());
      return;
    }
    for (var i = 1; i < parameters.length; i++) {
      var parameter = parameters[i];
      var at = i;
      for (; at > 0 && parameters[at - 1].id() > parameter.id(); at--) {
        parameters[at] = parameters[at - 1];
      }
      parameters[at] = parameter;
    }
  }

  /**
   * Locks every parameter, for writing where {@code writes} says so, and leaves the stamps in {@code stamps};
   * without contention nothing is allocated.
   *
   * @param parameters sorted by {@link #sort}, none twice
   * @param writes as long as {@code parameters}
   * @param stamps at least as long as {@code parameters}
   */
  public static void lock(Parameter[] parameters, boolean[] writes, long[] stamps) {
    if (writes.length < parameters.length || stamps.length < parameters.length) {
      throw new WeftException(Kind.INTERNAL, parameters.length + " parameters are to be locked, but there is room for "
          + Math.min(writes.length, stamps.length));
    }
    var previous = 0L;
    for (var parameter : parameters) {
      if (parameter.id() <= previous) {
        throw new WeftException(Kind.INTERNAL, "parameters are not in the order of their ids at " + parameter.name());
      }
      previous = parameter.id();
    }
    var taken = 0;
    try {
      for (; taken < parameters.length; taken++) {
        stamps[taken] = writes[taken] ? parameters[taken].writeLock() : parameters[taken].readLock();
      }
    } finally {
      if (taken < parameters.length) {
        release(parameters, stamps, taken);
      }
    }
  }

  /** Gives back what {@link #lock} took. */
  public static void unlock(Parameter[] parameters, long[] stamps) {
    release(parameters, stamps, parameters.length);
  }

  private static void release(Parameter[] parameters, long[] stamps, int count) {
    for (var i = count - 1; i >= 0; i--) {
      parameters[i].unlock(stamps[i]);
    }
  }
}
