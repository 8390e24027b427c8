package weft;

import java.util.Arrays;
import weft.graph.Message;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Which neighbours in time a step sees: 0 is now, -1 the step before, +1 the next. */
public final class Taps {
  static final Taps NOW = new Taps(0);

  private static final int FARTHEST = 1 << 30;

  private final int[] offsets;

  Taps(int... offsets) {
    if (Message.needed("taps: the offsets", offsets).length == 0 || Arrays.stream(offsets).distinct().count() < offsets.length) {
      throw new WeftException(Kind.ARGUMENT, Message.here("taps: " + Arrays.toString(offsets) + " will not do",
          "Give each offset once, and at least one."));
    }
    if (Arrays.stream(offsets).anyMatch(o -> o < -FARTHEST || o > FARTHEST)) {
      throw new WeftException(Kind.ARGUMENT, Message.here("taps: " + Arrays.toString(offsets) + " reach farther than any sequence",
          "Give offsets from " + -FARTHEST + " to " + FARTHEST + "."));
    }
    this.offsets = offsets.clone();
  }

  int[] offsets() {
    return offsets;
  }

  /** How far they reach back, as a number that is at most 0. */
  int first() {
    return Math.min(0, Arrays.stream(offsets).min().getAsInt());
  }

  /** How far they reach ahead. */
  int last() {
    return Math.max(0, Arrays.stream(offsets).max().getAsInt());
  }

  boolean has(int offset) {
    return Arrays.stream(offsets).anyMatch(o -> o == offset);
  }

  @Override
  public String toString() {
    return Arrays.toString(offsets);
  }
}
