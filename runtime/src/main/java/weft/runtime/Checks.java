package weft.runtime;

import weft.runtime.WeftException.Kind;

/**
 * The checks at the door of a compiled function; inside, nothing is checked again except indices that are
 * data.
 *
 * <p>Texts are constants of the compiled function, and a check that passes allocates nothing. {@code
 * declared} is the declared type as text, such as {@code f32[time, 4]}; {@code where} is the source line of
 * the declaration, such as {@code Tutorial.java:12}, or empty.
 */
public final class Checks {
  private Checks() {}

  /** Refuses {@code null} and another dtype than declared. */
  public static void dtype(String function, String input, String declared, String where, DType want, Tensor given) {
    if (given == null) {
      throw new WeftException(Kind.MISSING_INPUT, function + ": input " + input + " is null"
          + declaredLine(declared, where) + "\n  Give a tensor of the declared type.");
    }
    if (given.dtype() != want) {
      throw refused(Kind.DTYPE, function, input, "dtype", declared, where, given,
          "Convert it with to(DType." + want.name() + "), or declare " + input + " as " + given.dtype() + ".");
    }
  }

  /** Refuses another rank than declared; the tensor is not null. */
  public static void rank(String function, String input, String declared, String where, int want, Tensor given) {
    if (given.rank() != want) {
      throw refused(Kind.SHAPE, function, input, "rank", declared, where, given,
          "The rank must be " + want + ", not " + given.rank() + ".");
    }
  }

  /**
   * Refuses a dimension that is not what it must be; the rank is right.
   *
   * @param dimName the name of the dimension, or null or empty if it was declared as a number
   * @param want the extent it must have
   * @param wantFrom what gave the dimension this extent earlier, such as {@code dimension 0 of y}, or null or
   *     empty
   */
  public static void extent(String function, String input, String declared, String where, int axis, String dimName,
      int want, String wantFrom, Tensor given) {
    if (given.dimAt(axis) != want) {
      throw refused(Kind.SHAPE, function, input, "shape", declared, where, given, "Dimension " + axis
          + (isEmpty(dimName) ? "" : " (" + dimName + ")") + " must be " + want
          + (isEmpty(wantFrom) ? "" : ", as in " + wantFrom) + "."
          + (isEmpty(dimName) || want != 1 && given.dimAt(axis) != 1 ? "" : " Only what is declared as 1 broadcasts."));
    }
  }

  /**
   * An index that is data, refused unless it is from 0 to {@code limit - 1}.
   *
   * @param name what is indexed by what, for the message, such as {@code words into rows of E}
   * @param position where in the tensor of indices this one stands
   * @return the index
   */
  public static int index(String function, String name, long value, int limit, int position) {
    if (value < 0 || value >= limit) {
      throw new WeftException(Kind.INDEX, function + ": index " + value + " is out of range"
          + "\n    index      " + name + ", number " + position
          + "\n    dimension  " + limit
          + (limit == 0 ? "\n  Nothing can be picked from an empty dimension."
              : "\n  Indices go from 0 to " + (limit - 1) + "."));
    }
    return (int) value;
  }

  /**
   * The number of steps of a scan, refused when negative or when a sequence ends earlier.
   *
   * @param scan the name of the scan, for the message
   * @param where the source line of the scan
   * @param sequence the name of the shortest sequence, or null or empty if nothing limits the steps
   * @param available the steps that this sequence can feed
   * @return the number of steps
   */
  public static int steps(String function, String scan, String where, long wanted, String sequence, long available) {
    if (wanted < 0 || wanted > Shapes.MAX_SIZE) {
      throw new WeftException(Kind.STEPS, function + ": " + scan + " cannot take " + wanted + " steps" + at("  ", where)
          + "\n  The number of steps must be from 0 to " + Shapes.MAX_SIZE + ".");
    }
    if (!isEmpty(sequence) && wanted > available) {
      throw new WeftException(Kind.STEPS, function + ": " + scan + " wants more steps than a sequence has"
          + "\n    steps     " + wanted + at("   ", where)
          + "\n    sequence  " + sequence + " has " + available
          + "\n  Ask for at most " + available + " steps, or give a longer sequence.");
    }
    return (int) wanted;
  }

  /** An extent that follows from others, refused if no int holds it. */
  public static int size(String function, String extent, long value) {
    if (value == (int) value) {
      return (int) value;
    }
    throw new WeftException(Kind.SIZE, function + ": extent " + extent + " would be " + value
        + ", and extents end at " + Integer.MAX_VALUE + "; make the inputs smaller");
  }

  /** A dimension of a result, refused if it is negative or if no int holds it. */
  public static int resultDim(String function, int axis, long value) {
    if (value < 0) {
      throw new WeftException(Kind.SHAPE, function + ": dimension " + axis + " of the result would be " + value);
    }
    return size(function, "of dimension " + axis + " of the result", value);
  }

  /** The product of two extents, refused if no long holds it. */
  public static long times(long x, long y) {
    try {
      return Math.multiplyExact(x, y);
    } catch (ArithmeticException overflow) {
      throw new WeftException(Kind.SIZE, "an extent of " + x + " times " + y
          + " is too large to compute; make the inputs smaller", overflow);
    }
  }

  private static WeftException refused(Kind kind, String function, String input, String aspect, String declared,
      String where, Tensor given, String advice) {
    return new WeftException(kind, function + ": input " + input + " has the wrong " + aspect
        + declaredLine(declared, where) + "\n    given     " + given.typeText() + "\n  " + advice);
  }

  private static String declaredLine(String declared, String where) {
    return "\n    declared  " + declared + at("   ", where);
  }

  private static String at(String gap, String where) {
    return isEmpty(where) ? "" : gap + "at " + where;
  }

  private static boolean isEmpty(String text) {
    return text == null || text.isEmpty();
  }
}
