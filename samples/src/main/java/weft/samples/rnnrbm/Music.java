package weft.samples.rnnrbm;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Chords of three of twelve keys, each followed by one of two others. */
final class Music {
  /** How many keys there are. */
  static final int KEYS = 12;

  private static final List<String> NAMES = List.of("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B");
  /** C, A minor, F, G, D minor, E minor. */
  private static final int[][] CHORDS = {{0, 4, 7}, {9, 0, 4}, {5, 9, 0}, {7, 11, 2}, {2, 5, 9}, {4, 7, 11}};
  private static final int[][] NEXT = {{1, 2}, {2, 4}, {3, 0}, {0, 5}, {3, 5}, {1, 0}};

  private Music() {}

  /** So many chords, {@code [time][key]}: 1 for keys that are pressed. */
  static float[][] random(RandomGenerator random, int length) {
    var roll = new float[length][KEYS];
    int chord = random.nextInt(CHORDS.length);
    for (var keys : roll) {
      for (int key : CHORDS[chord]) keys[key] = 1;
      chord = NEXT[chord][random.nextInt(2)];
    }
    return roll;
  }

  /** Which chord these keys are, or -1. */
  static int chord(float[] keys) {
    for (int c = 0; c < CHORDS.length; c++) {
      var pressed = new float[KEYS];
      for (int key : CHORDS[c]) pressed[key] = 1;
      if (Arrays.equals(pressed, keys)) return c;
    }
    return -1;
  }

  /** The share of the keys' columns that are chords, and of those behind a chord that may follow it. */
  static double[] shares(float[][] roll) {
    int chords = 0;
    int pairs = 0;
    int follow = 0;
    for (int t = 0; t < roll.length; t++) {
      int now = chord(roll[t]);
      if (now < 0) continue;
      chords++;
      int before = t == 0 ? -1 : chord(roll[t - 1]);
      if (before < 0) continue;
      pairs++;
      if (NEXT[before][0] == now || NEXT[before][1] == now) follow++;
    }
    return new double[] {(double) chords / roll.length, pairs == 0 ? 0 : (double) follow / pairs};
  }

  /** A roll for a piano that plays itself, the highest key first, time from left to right. */
  static String text(float[][] roll) {
    var text = new StringBuilder();
    for (int key = KEYS - 1; key >= 0; key--) {
      text.append(String.format("%-2s ", NAMES.get(key)));
      for (var keys : roll) text.append(keys[key] > 0 ? '#' : '.');
      text.append('\n');
    }
    return text.toString();
  }
}
