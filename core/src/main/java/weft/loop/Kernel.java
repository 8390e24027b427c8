package weft.loop;

import weft.type.Symbol;

/**
 * One emitted method. A {@link Kind#LOOPS} kernel is one hot loop nest over arrays; a {@link Kind#DRIVER} runs other kernels, in loops
 * over time where it must.
 *
 * <p>Arguments are not listed: they are the buffers and free symbols of the body ({@link Uses}). Compared by identity.
 */
public final class Kernel {
  public enum Kind {
    /** One loop nest. */
    LOOPS,
    /** Runs others. */
    DRIVER
  }

  private final String name;
  private final String formula;
  private final String origin;
  private final Kind kind;
  private final Stmt body;
  /** Kept for drivers, each of which would otherwise be looked through again for every driver around it. */
  private Uses uses;

  /**
   * @param formula what it computes in the user's words, for people
   * @param origin the user's source line, or ""
   */
  public Kernel(String name, String formula, String origin, Kind kind, Stmt body) {
    this.name = name;
    this.formula = formula;
    this.origin = origin;
    this.kind = kind;
    this.body = body;
  }

  /** What listings and generated code call it. */
  public String name() {
    return name;
  }

  /** What it computes, in the words of the graph. */
  public String formula() {
    return formula;
  }

  /** Which line of the user's source it comes from. */
  public String origin() {
    return origin;
  }

  /** Which of the two it is. */
  public Kind kind() {
    return kind;
  }

  /** What it does. */
  public Stmt body() {
    return body;
  }

  /** What the body uses; sets that are not for changing. */
  Uses uses() {
    if (kind == Kind.LOOPS) return Uses.of(body);
    if (uses == null) uses = Uses.of(body);
    return uses;
  }

  /** The same kernel doing something else. */
  public Kernel with(Stmt other) {
    return new Kernel(name, formula, origin, kind, other);
  }

  @Override
  public String toString() {
    return name;
  }
}
