package tests.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import weft.runtime.DType;

/** In how many programs each thing occurs that the fuzzer is there to try; one program counts once for each. */
final class Tally {
  /** What must come up, or the generator has lost it. */
  static final Set<String> WANTED = new TreeSet<>(List.of("taps into the past", "taps into the future", "taps of carries", "until",
      "truncate(k)", "truncate(k1, k2)", "scan in a scan", "three scans deep", "mask", "mask of a batch", "lengths", "lengths of a batch",
      "random numbers", "random numbers in a scan", "ifElse", "ifElse in a scan", "scan in an ifElse", "gradient", "gradient in a scan",
      "second derivative", "second derivative of a scan", "hessianVector", "jvp", "vjp", "a product of a scan", "checkpoint",
      "checkpoint and until", "checkpoint and truncate", "backwards", "bidirectional", "record", "part", "part set",
      "part incremented", "compress", "mask of bools", "sort", "topK", "update", "stepUpdate", "steps from an input", "no steps", "f32", "f64"));

  private final Map<String, Integer> counts = new TreeMap<>();
  private int programs;

  Tally() {
    WANTED.forEach(w -> counts.put(w, 0));
    LeanTally.WANTED.forEach(w -> counts.put(w, 0));
  }

  void add(Program program) {
    programs++;
    in(program).forEach(what -> counts.merge(what, 1, Integer::sum));
  }

  /** How many programs have it. */
  int count(String what) {
    return counts.getOrDefault(what, 0);
  }

  private static Set<String> in(Program program) {
    var found = new TreeSet<String>();
    walk(program, program.lines(), 0, false, found);
    boolean none = program.calls().stream().anyMatch(c -> java.util.Arrays.stream(c).anyMatch(n -> n == 0));
    if (none) found.add("an extent of 0");
    return found;
  }

  private static void walk(Program program, List<Line> lines, int depth, boolean branch, Set<String> found) {
    for (Line l : lines) {
      found.addAll(of(program, l, depth, branch));
      walk(program, l.body(), l.is("scan") ? depth + 1 : depth, branch || l.is("ifElse"), found);
    }
  }

  private static List<String> of(Program program, Line l, int depth, boolean branch) {
    var found = new ArrayList<String>();
    switch (l.word()) {
      case "scan" -> {
        found.add("scan");
        if (depth > 0) found.add("scan in a scan");
        if (depth > 1) found.add("three scans deep");
        if (branch) found.add("scan in an ifElse");
        found.addAll(LeanTally.of(program, l, depth));
        if (says(l, "checkpoint") && says(l, "until")) found.add("checkpoint and until");
        if (says(l, "checkpoint") && says(l, "truncate")) found.add("checkpoint and truncate");
      }
      case "over" -> {
        if (l.numbers().stream().anyMatch(t -> t < 0)) found.add("taps into the past");
        if (l.numbers().stream().anyMatch(t -> t > 0)) found.add("taps into the future");
      }
      case "carry" -> {
        if (!l.numbers().isEmpty()) found.add("taps of carries");
      }
      case "truncate" -> found.add(l.numbers().size() == 1 ? "truncate(k)" : "truncate(k1, k2)");
      case "mask", "lengths" -> found.add(isOfABatch(program, l) ? l.word() + " of a batch" : l.word());
      case "stepsOf" -> found.add("steps from an input");
      case "steps" -> {
        if (l.number(0) == 0) found.add("no steps");
      }
      case "uniform", "normal", "bernoulli" -> {
        found.add("random numbers");
        if (depth > 0) found.add("random numbers in a scan");
      }
      case "ifElse" -> {
        found.add("ifElse");
        if (depth > 0) found.add("ifElse in a scan");
      }
      case "grad" -> {
        found.add("gradient");
        if (depth > 0) found.add("gradient in a scan");
        if (!program.needsSlopes(l.arg(0))) break;
        found.add("second derivative");
        if (program.reads(l.arg(0), "scan")) found.add("second derivative of a scan");
      }
      case "hessianVector", "jvp", "vjp" -> {
        found.add(l.word());
        if (program.reads(l.arg(0), "scan")) found.add("a product of a scan");
      }
      case "at" -> found.add("part");
      case "set" -> found.add("part set");
      case "increment" -> found.add("part incremented");
      case "where" -> found.add("mask of bools");
      case "kept", "keptRows" -> found.add("compress");
      case "sort", "argsort", "median" -> found.add("sort");
      case "topValues", "topIndices" -> found.add("topK");
      case "concat" -> {
        if (turns(program, l)) found.add("bidirectional");
      }
      case "until", "checkpoint", "backwards", "record", "update", "stepUpdate" -> found.add(l.word());
      case "bind", "input", "param" -> {
        if (l.number(0) == DType.F32.ordinal()) found.add("f32");
        if (l.number(0) == DType.F64.ordinal()) found.add("f64");
      }
      default -> { }
    }
    return found;
  }

  /** Whether a line puts together what one scan gave forwards and another one backwards. */
  private static boolean turns(Program program, Line concat) {
    var ways = new TreeSet<Boolean>();
    for (Line read : program.all()) {
      if (!concat.args().contains(read.id()) || !List.of("all", "aligned").contains(read.word())) continue;
      for (Line scan : program.all()) {
        if (scan.id() == read.arg(0)) ways.add(scan.body().stream().anyMatch(o -> o.is("backwards")));
      }
    }
    return ways.size() == 2;
  }

  private static boolean says(Line scan, String option) {
    return scan.body().stream().anyMatch(o -> o.is(option));
  }

  private static boolean isOfABatch(Program program, Line l) {
    int axes = l.is("mask") ? 1 : 0;
    return program.all().stream().anyMatch(o -> o.id() == l.arg(0) && o.numbers().size() - 2 > axes);
  }

  /** One line for each thing, those that never came up first. */
  @Override
  public String toString() {
    var text = new StringBuilder("in how many of ").append(programs).append(" programs:\n");
    counts.entrySet().stream().sorted(Map.Entry.comparingByValue())
        .forEach(e -> text.append("%8d  %5.1f %%  %s%n".formatted(e.getValue(), 100.0 * e.getValue() / Math.max(1, programs), e.getKey())));
    return text.toString();
  }
}
