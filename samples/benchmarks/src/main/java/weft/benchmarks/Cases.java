package weft.benchmarks;

import static weft.benchmarks.Mode.INFERENCE;
import static weft.benchmarks.Mode.TRAINING;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;

/** The table of all cases, in the order in which they run. */
public final class Cases {
  private static final Set<Mode> BOTH = EnumSet.allOf(Mode.class);
  private static final Set<Mode> INFER = EnumSet.of(INFERENCE);
  private static final Set<Mode> TRAIN = EnumSet.of(TRAINING);

  public static final List<Case> ALL = List.copyOf(all());

  private Cases() {}

  /** The case of that {@link Case#id()}. */
  public static Case of(String id) {
    return ALL.stream().filter(c -> c.id().equals(id)).findFirst()
        .orElseThrow(() -> new NoSuchElementException("no case " + id));
  }

  private static List<Case> all() {
    var cases = new ArrayList<Case>();
    int[][] shapes = {{1, 32, 16, 32}, {1, 100, 64, 128}, {16, 50, 64, 128},
        {64, 50, 200, 200}, {64, 35, 256, 512}, {32, 100, 512, 512}};
    for (int[] s : shapes) {
      for (var cell : Cell.values()) {
        cases.add(new Case("B%d T%d I%d H%d".formatted(s[0], s[1], s[2], s[3]), cell, Task.STATES,
            s[0], s[1], s[2], s[3], 1, 0, BOTH));
      }
    }
    for (var cell : Cell.values()) {
      cases.add(new Case("streaming I16 H16", cell, Task.STREAM, 1, 64, 16, 16, 1, 0, INFER));
    }
    int[][] tutorial = {{4, 8, 3, 10}, {16, 32, 10, 32}, {64, 128, 10, 100}, {200, 200, 50, 50}};
    for (int[] s : tutorial) {
      cases.add(new Case("tutorial I%d H%d O%d T%d".formatted(s[0], s[1], s[2], s[3]), Cell.ELMAN,
          Task.LAST_CLASS, 1, s[3], s[0], s[1], 1, s[2], BOTH));
    }
    cases.add(new Case("char-rnn", Cell.LSTM, Task.CHARACTERS, 50, 50, 65, 128, 2, 65, TRAIN));
    cases.add(new Case("PTB small", Cell.LSTM, Task.WORDS, 20, 20, 200, 200, 2, 10_000, BOTH));
    cases.add(new Case("fastrnns", Cell.LSTM, Task.COTANGENT, 64, 100, 512, 512, 1, 0, BOTH));
    cases.add(new Case("DeepBench 512 T25", Cell.LSTM, Task.STATES, 1, 25, 512, 512, 1, 0, INFER));
    cases.add(new Case("DeepBench 256 T150", Cell.LSTM, Task.STATES, 1, 150, 256, 256, 1, 0, INFER));
    cases.add(new Case("DL4J 4010", Cell.LSTM, Task.STATES, 1, 120, 33, 256, 2, 0, INFER));
    return cases;
  }
}
