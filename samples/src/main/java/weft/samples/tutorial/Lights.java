package weft.samples.tutorial;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Lights that blink one after another: which of them was the last but two, only a memory can tell. */
record Lights(int... blinks) {
  /** The names of the lights. */
  static final List<String> NAMES = List.of("red", "green", "blue");

  /** From 5 to 12 blinks. */
  static Lights random(RandomGenerator rng) {
    return new Lights(rng.ints(rng.nextInt(5, 13), 0, NAMES.size()).toArray());
  }

  /** What an eye sees, {@code [time][3]}: each time 1 for the light that blinks and 0 for the others. */
  float[][] seen() {
    return Arrays.stream(blinks).mapToObj(Lights::only).toArray(float[][]::new);
  }

  /** The light that blinked last but two. */
  int asked() {
    return blinks[blinks.length - 3];
  }

  /** The probability of each light to be that one. */
  float[] answer() {
    return only(asked());
  }

  private static float[] only(int light) {
    var each = new float[NAMES.size()];
    each[light] = 1;
    return each;
  }

  /** The names of the lights in the order in which they blinked. */
  @Override
  public String toString() {
    return Arrays.stream(blinks).mapToObj(NAMES::get).collect(Collectors.joining(" "));
  }
}
