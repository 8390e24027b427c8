package weft.runtime;

import weft.runtime.WeftException.Kind;

/**
 * One declared input of a compiled function, as its door checks what is given for it. A check that passes allocates nothing.
 */
public final class Argument {
  private final String function;
  private final String name;
  private final DType dtype;
  private final int rank;
  private final String declared;
  private final String where;

  /**
   * An input.
   *
   * @param declared the declared type as text, such as {@code f32[time, 4]}
   * @param where the source line of the declaration, such as {@code Tutorial.java:12}, or empty
   */
  public Argument(String function, String name, DType dtype, int rank, String declared, String where) {
    this.function = function;
    this.name = name;
    this.dtype = dtype;
    this.rank = rank;
    this.declared = declared;
    this.where = where;
  }

  /** The name that messages use. */
  public String name() {
    return name;
  }

  /** Refuses {@code null}, another dtype and another rank. */
  public void check(Tensor given) {
    // What passes does not even load the class that says what is wrong.
    if (given == null || given.dtype() != dtype || given.rank() != rank) {
      Checks.dtype(function, name, declared, where, dtype, given);
      Checks.rank(function, name, declared, where, rank, given);
    }
  }

  /** Refuses a dimension that is not what it was declared to be; the rank is right. */
  public void extent(Tensor given, int axis, int want) {
    extent(given, axis, want, null, null);
  }

  /**
   * Refuses a dimension that is not what others say it must be; the rank is right.
   *
   * @param dimName the dimension as declared, or null if that is a number
   * @param wantFrom what gave the dimension this extent, such as {@code dimension 0 of y}, or null
   */
  public void extent(Tensor given, int axis, int want, String dimName, String wantFrom) {
    if (given.dimAt(axis) != want) {
      Checks.extent(function, name, declared, where, axis, dimName, want, wantFrom, given);
    }
  }

  /** An argument that counts steps, refused unless it is from 0 to what an int holds. */
  public int steps(long given) {
    if (given < 0 || given > Integer.MAX_VALUE) {
      throw new WeftException(Kind.STEPS, function + ": " + name + " is " + given + ", but it counts steps"
          + "\n    declared  " + declared + (where.isEmpty() ? "" : "   at " + where)
          + (given < 0 ? "\n  It must be 0 or more." : "\n  It must be at most " + Integer.MAX_VALUE + "."));
    }
    return (int) given;
  }
}
