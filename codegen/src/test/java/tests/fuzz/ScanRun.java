package tests.fuzz;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * What some steps of a scan gave, in the order in which they were taken.
 *
 * @param carries for each carry what it was after each step
 * @param emitted for each emitted row what it was in each step
 * @param counts how many draws each line had made before each step
 */
record ScanRun(ScanInput input, List<List<Num>> carries, List<List<Num>> emitted, List<Num> carryShapes,
    List<Num> emittedShapes, List<Map<Integer, Integer>> counts) {

  int steps() {
    return counts.size();
  }

  /** What a step saw of its carries and of those before it, the oldest first. */
  List<List<Num>> histories(int step) {
    List<List<Num>> all = input.histories();
    for (int i = 0; i < all.size(); i++) all.get(i).addAll(carries.get(i).subList(0, step));
    return all;
  }

  /** The same run where steps from one on, and before another one, are those of a run that began at a third. */
  ScanRun with(ScanRun other, int began, int from, int to) {
    var result = new ScanRun(input, copy(carries), copy(emitted), carryShapes, emittedShapes, counts);
    for (int k = from; k < to; k++) {
      for (int i = 0; i < carries.size(); i++) result.carries.get(i).set(k, other.carries.get(i).get(k - began));
      for (int i = 0; i < emitted.size(); i++) result.emitted.get(i).set(k, other.emitted.get(i).get(k - began));
    }
    return result;
  }

  private static List<List<Num>> copy(List<List<Num>> rows) {
    var all = new ArrayList<List<Num>>();
    for (List<Num> r : rows) all.add(new ArrayList<>(r));
    return all;
  }

  /** What a word reads of it. */
  Num part(String word, int i) {
    if (word.startsWith("emitted")) return stacked(emitted.get(i), emittedShapes.get(i), !word.equals("emitted"));
    List<Num> rows = carries.get(i);
    Num initial = input.initial().get(i);
    Num like = carryShapes.get(i);
    int before = initial.rank() > like.rank() ? initial.dim(0) : 1;
    if (word.equals("last")) return rows.isEmpty() ? newest(initial, like) : rows.get(rows.size() - 1);
    Num all = stacked(rows, like, word.equals("aligned"));
    return word.equals("withInitial")
        ? Num.concat(0, before == 1 && initial.rank() < all.rank() ? Num.stack(0, initial) : initial, all)
            : all;
  }

  private static Num newest(Num initial, Num like) {
    return initial.rank() > like.rank() ? initial.row(-1) : initial;
  }

  private Num stacked(List<Num> rows, Num like, boolean aligned) {
    if (rows.isEmpty()) return Num.fill(Num.insert(like.shape(), 0, 0), at -> 0);
    var ordered = new ArrayList<>(rows);
    if (aligned && input.backwards()) Collections.reverse(ordered);
    return Num.stack(0, ordered.toArray(Num[]::new));
  }
}
