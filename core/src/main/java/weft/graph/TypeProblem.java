package weft.graph;

import weft.runtime.WeftException;

/** What an op finds wrong with its inputs; {@link Apply} adds names, types and source lines. */
public final class TypeProblem extends RuntimeException {
  private final WeftException.Kind kind;
  private final String advice;

  public TypeProblem(WeftException.Kind kind, String what, String advice) {
    super(what);
    this.kind = kind;
    this.advice = advice;
  }

  public static TypeProblem shape(String what, String advice) {
    return new TypeProblem(WeftException.Kind.SHAPE, what, advice);
  }

  public static TypeProblem dtype(String what, String advice) {
    return new TypeProblem(WeftException.Kind.DTYPE, what, advice);
  }

  public WeftException.Kind kind() {
    return kind;
  }

  public String advice() {
    return advice;
  }
}
