package weft.benchmarks;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Cases of every task and cell with sizes that a test can afford. */
final class Small {
  private Small() {}

  static Case of(Cell cell, Task task, int layers) {
    int in = task == Task.CHARACTERS ? 7 : 5;
    var modes = switch (task) {
      case STREAM -> EnumSet.of(Mode.INFERENCE);
      case CHARACTERS -> EnumSet.of(Mode.TRAINING);
      default -> EnumSet.allOf(Mode.class);
    };
    return new Case("small " + task, cell, task, task == Task.LAST_CLASS ? 1 : 3, 6, in, 8, layers,
        task.head() ? 7 : 0, modes);
  }

  static List<Case> all() {
    var all = new ArrayList<Case>();
    for (var cell : Cell.values()) {
      for (var task : Task.values()) {
        for (int layers = 1; layers <= (task == Task.STREAM ? 1 : 2); layers++) {
          all.add(of(cell, task, layers));
        }
      }
    }
    return all;
  }
}
