package weft.op;

/** What stands for one axis between the brackets of {@code x[…]}, apart from integers and integer tensors. */
public sealed interface Selector {
  /** Elements {@code from} (inclusive) to {@code to} (exclusive) by {@code step}; see {@link ShapeWords#END}. */
  record Range(int from, int to, int step) implements Selector {}

  /** What needs no numbers. */
  enum Mark implements Selector {
    /** The whole axis. */
    ALL,
    /** Whole axes, as many as are left over; at most once. */
    REST,
    /** No axis of the tensor, but a new one of extent 1. */
    NEW_AXIS
  }
}
