package tests.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * What a scan starts with, on plain numbers.
 *
 * @param depths how many rows of an initial carry there are, 0 for one without an axis for time, -1 for a number
 * @param steps how many are taken if nothing stops them
 * @param truncate the numbers of that option, none without it
 */
record ScanInput(List<Window> windows, List<Num> initial, List<Integer> depths, int steps, boolean backwards,
    Num mask, Num lengths, List<Integer> truncate) {

  /** A sequence cut so that row t is what a tap sees at step t. */
  record Window(int sequence, Num input, int tap, int first, int last) {
    int usable() {
      return input.dim(0) - last + first;
    }

    Num row(int t, int steps, boolean backwards) {
      int at = (backwards ? usable() - steps : 0) + tap - first + t;
      return at < input.dim(0) ? input.row(at) : Num.fill(input.without(0), x -> 0);
    }
  }

  /** @param extents from how lines write a dimension to what it is */
  static ScanInput of(Line scan, IntFunction<Num> values, IntUnaryOperator extents) {
    var windows = new ArrayList<Window>();
    var initial = new ArrayList<Num>();
    var depths = new ArrayList<Integer>();
    List<Integer> truncate = List.of();
    int steps = -1;
    int sequences = 0;
    boolean backwards = false;
    Num mask = null;
    Num lengths = null;
    for (Line o : scan.body()) {
      switch (o.word()) {
        case "over" -> {
          int first = Math.min(0, o.numbers().stream().mapToInt(i -> i).min().getAsInt());
          int last = Math.max(0, o.numbers().stream().mapToInt(i -> i).max().getAsInt());
          for (int tap : o.numbers()) windows.add(new Window(sequences, values.apply(o.arg(0)), tap, first, last));
          sequences++;
        }
        case "carry" -> {
          initial.add(values.apply(o.arg(0)));
          depths.add(o.numbers().isEmpty() ? 0 : -o.numbers().stream().mapToInt(i -> i).min().getAsInt());
        }
        case "carryNumber" -> {
          initial.add(Num.scalar(o.number(0)));
          depths.add(-1);
        }
        case "steps" -> steps = extents.applyAsInt(o.number(0));
        case "stepsOf" -> steps = (int) values.apply(o.arg(0)).data()[0];
        case "backwards" -> backwards = true;
        case "mask" -> mask = values.apply(o.arg(0));
        case "lengths" -> lengths = values.apply(o.arg(0));
        case "truncate" -> truncate = o.numbers();
        default -> { }
      }
    }
    if (steps < 0) steps = rows(windows, mask);
    return new ScanInput(windows, initial, depths, steps, backwards, mask, lengths, truncate);
  }

  private static int rows(List<Window> windows, Num mask) {
    int rows = mask == null ? Integer.MAX_VALUE : mask.dim(0);
    for (Window w : windows) rows = Math.min(rows, w.usable());
    return rows;
  }

  ScanInput withInitial(List<Num> other) {
    return new ScanInput(windows, other, depths, steps, backwards, mask, lengths, truncate);
  }

  /** What the first step sees of each carry, the oldest first. */
  List<List<Num>> histories() {
    var all = new ArrayList<List<Num>>();
    for (int i = 0; i < initial.size(); i++) {
      var history = new ArrayList<Num>();
      if (depths.get(i) <= 0) history.add(initial.get(i));
      else for (int k = 0; k < depths.get(i); k++) history.add(initial.get(i).row(k));
      all.add(history);
    }
    return all;
  }

  /** What the taps of the sequences see, by sequence and tap. */
  Map<List<Integer>, Num> rows(Function<Window, Num> row) {
    var rows = new HashMap<List<Integer>, Num>();
    for (Window w : windows) rows.put(List.of(w.sequence, w.tap), row.apply(w));
    return rows;
  }

  /** What a carry is behind a step that would make it {@code next}: it stays where the mask or the lengths say so. */
  Num after(int t, Num before, Num next) {
    int offset = mask == null || !backwards ? 0 : mask.dim(0) - steps;
    Num result = mask == null ? next : where(mask.row(offset + t).map(m -> m == 0 ? 1 : 0), before, next);
    if (lengths == null) return result;
    int row = t + (backwards ? Math.max(0, rows(windows, mask) - steps) : 0);
    return where(lengths.map(n -> row >= n ? 1 : 0), before, result);
  }

  /** A choice by a condition that has the leading axes only. */
  private static Num where(Num stays, Num before, Num next) {
    int[] shape = Arrays.copyOf(stays.shape(), next.rank());
    Arrays.fill(shape, stays.rank(), shape.length, 1);
    return Num.where(stays.reshape(shape), before, next);
  }
}
