package tests.fuzz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What carries become in scans of which the last values are read, and not all of them. */
final class LeanTally {
  static final Set<String> WANTED = Set.of("lean scan", "lean scan in a scan", "lean: put together", "lean: put together of computed parts",
      "lean: swapped", "lean: moved", "lean: replaced", "lean: gates", "lean: gradient", "lean: until", "lean: emits", "lean: checkpoint",
      "lean: truncate", "lean: backwards");
  private static final Set<String> MOVES = Set.of("slice", "reverse", "transpose", "pad", "take", "sort", "repeat");

  private LeanTally() {}

  static List<String> of(Program program, Line scan, int depth) {
    var readers = program.all().stream().filter(l -> l.args().contains(scan.id())).map(Line::word).toList();
    if (!readers.contains("last") || readers.stream().anyMatch(Set.of("all", "aligned", "withInitial")::contains)) return List.of();
    var found = new ArrayList<>(List.of("lean scan"));
    if (depth > 0) found.add("lean scan in a scan");
    Map<Integer, Line> lines = new HashMap<>();
    scan.body().forEach(l -> lines.put(l.id(), l));
    for (Line l : scan.body()) {
      if (l.is("until") || l.is("checkpoint") || l.is("truncate") || l.is("backwards")) found.add("lean: " + l.word());
      if (l.is("emit")) found.add("lean: emits");
      if (!l.is("next")) continue;
      for (int i = 0; i < l.args().size(); i++) carry(program, lines, lines.get(l.arg(i)), i, found);
    }
    if (program.all().stream().anyMatch(l -> l.is("grad") && program.reads(l.arg(0), o -> o.id() == scan.id()))) found.add("lean: gradient");
    return found;
  }

  private static void carry(Program program, Map<Integer, Line> lines, Line next, int i, List<String> found) {
    if (next == null) return;
    if (next.is("prev") && next.number(0) != i) found.add("lean: swapped");
    if (next.is("set") || next.is("increment")) found.add("lean: replaced");
    if (MOVES.contains(next.word())) found.add("lean: moved");
    if (program.reads(next.id(), "sigmoid") && program.reads(next.id(), "dot") && program.reads(next.id(), "times")) found.add("lean: gates");
    if (!next.is("concat") && !next.is("stack")) return;
    found.add("lean: put together");
    if (next.args().stream().anyMatch(a -> lines.containsKey(a) && !lines.get(a).word().matches("slice|prev|row|reverse|squeeze")))
      found.add("lean: put together of computed parts");
  }
}
