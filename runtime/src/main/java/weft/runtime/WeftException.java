package weft.runtime;

/** The one exception that Weft throws for a mistake, a refused file or a broken promise of its own. */
public final class WeftException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What was wrong, for programs; the message says it for people. */
  public enum Kind {
    /** Ranks or dimensions do not fit. */
    SHAPE,
    /** Element types do not fit. */
    DTYPE,
    /** An argument is outside what its method accepts. */
    ARGUMENT,
    /** A function needs an input that it was not given. */
    MISSING_INPUT,
    /** A function was given an input that nothing uses. */
    UNUSED_INPUT,
    /** Two things claim one name or one place. */
    DUPLICATE,
    /** A gradient was asked for something that the cost does not depend on. */
    DISCONNECTED,
    /** An op on the way has no gradient. */
    NO_GRADIENT,
    /** The number of steps of a scan is impossible. */
    STEPS,
    /** Something is larger than a Java array or a file may be. */
    SIZE,
    /** A file is missing, damaged or not what it claims. */
    FILE,
    /** A NaN, an infinity or a number too large appeared where the user asked to be told. */
    NAN,
    /** An index is outside the dimension it points into. */
    INDEX,
    /** A condition that the user stated is false. */
    ASSERTION,
    /** What was asked for is outside what Weft does. */
    UNSUPPORTED,
    /** Weft broke a promise to itself; always a bug in Weft. */
    INTERNAL
  }

  private final Kind kind;

  /** An error of this kind with this message. */
  public WeftException(Kind kind, String message) {
    this(kind, message, null);
  }

  /** An error of this kind with this message and what led to it. */
  public WeftException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What was wrong. */
  public Kind kind() {
    return kind;
  }
}
