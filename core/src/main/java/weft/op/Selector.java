package weft.op;

import weft.graph.Expr;
import weft.type.Dim;

/** What stands for one axis between the brackets of {@code x[…]}, apart from integers and integer tensors. */
public sealed interface Selector {
  /** Elements {@code from} (inclusive) to {@code to} (exclusive) by {@code step}; see {@link ShapeWords#END}. */
  record Range(int from, int to, int step) implements Selector {}

  /** The same where a bound, or both, is an extent: each an Integer as above or a {@link Dim}. */
  record Bounds(Object from, Object to) implements Selector {}

  /** {@code length} elements from an integer scalar on, which only the call knows. */
  record Window(Expr from, Dim length) implements Selector {}

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
