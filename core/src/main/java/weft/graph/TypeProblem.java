package weft.graph;

import weft.runtime.WeftException;

/** What an op finds wrong with its inputs; {@link Apply} adds names, types and source lines. */
public final class TypeProblem extends RuntimeException {
  private final WeftException.Kind kind;
  private final String advice;

  /** What is wrong, and what to change. */
  public TypeProblem(WeftException.Kind kind, String what, String advice) {
    super(what);
    this.kind = kind;
    this.advice = advice;
  }

  /** Dims that do not fit. */
  public static TypeProblem shape(String what, String advice) {
    return new TypeProblem(WeftException.Kind.SHAPE, what, advice);
  }

  /** A dtype that an op does not take. */
  public static TypeProblem dtype(String what, String advice) {
    return new TypeProblem(WeftException.Kind.DTYPE, what, advice);
  }

  /** The kind of the error that users see. */
  public WeftException.Kind kind() {
    return kind;
  }

  /** What to change. */
  public String advice() {
    return advice;
  }
}
