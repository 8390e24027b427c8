package tests.fuzz;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A random program: how to build a function, and how long its dimensions are in each call.
 *
 * @param seed what the data is drawn with
 * @param lanes f32 lanes of vectors
 * @param calls for each call the extents of the named dimensions
 */
record Program(long seed, int lanes, List<int[]> calls, List<Line> lines) {
  Program withLines(List<Line> other) {
    return new Program(seed, lanes, calls, other);
  }

  Program withCalls(List<int[]> other) {
    return new Program(seed, lanes, other, lines);
  }

  /** Without lines that no output and no update needs; what binds dimensions stays. */
  Program live() {
    var needed = new HashSet<Integer>();
    return withLines(live(lines, needed));
  }

  private static List<Line> live(List<Line> lines, Set<Integer> needed) {
    var kept = new ArrayList<Line>();
    for (int i = lines.size() - 1; i >= 0; i--) {
      Line l = lines.get(i);
      if (l.id() != 0 && !l.is("bind") && !needed.contains(l.id())) continue;
      Line now = l.body().isEmpty() ? l : l.withBody(live(l.body(), needed));
      needed.addAll(now.args());
      kept.add(0, now);
    }
    return kept;
  }

  /** With every line, those in the bodies of scans too, replaced by what the function says, null for none. */
  static List<Line> mapped(List<Line> lines, UnaryOperator<Line> each) {
    var result = new ArrayList<Line>();
    for (Line l : lines) {
      Line now = each.apply(l);
      if (now != null) result.add(now.body().isEmpty() ? now : now.withBody(mapped(now.body(), each)));
    }
    return result;
  }

  /** All lines, those in the bodies of scans too. */
  List<Line> all() {
    var all = new ArrayList<Line>();
    collect(lines, all);
    return all;
  }

  private static void collect(List<Line> lines, List<Line> all) {
    for (Line l : lines) {
      all.add(l);
      collect(l.body(), all);
    }
  }

  /**
   * Whether a line reads elements chosen by their size, of which several may be equal by nature: all of them
   * get the whole gradient, or the one that was chosen, so that it is no slope.
   */
  boolean mayTie(int id) {
    return reads(id, "max(|Keep|imum|Itself)|min(|Keep|imum)|sort|median|topValues");
  }

  /** Whether a line reads what jumps from one value to another where its argument hardly moves. */
  boolean mayJump(int id) {
    return reads(id, "argm(ax|in)|argsort|kept|keptRows|places|kinds|topIndices|gt|l[te]|sign|floorOf");
  }

  /** Whether a line reads a gradient. */
  boolean needsSlopes(int id) {
    return reads(id, "grad|hessianVector|jvp|vjp");
  }

  /** Whether a line reads what a scan with truncated gradients gave. */
  boolean truncates(int id) {
    return reads(id, Line::isTruncated);
  }

  /** Whether a line, or one that it depends on, says one of these words. */
  boolean reads(int id, String words) {
    return reads(id, l -> l.word().matches(words));
  }

  /** Whether it is so of a line, or of one that it depends on. */
  boolean reads(int id, Predicate<Line> what) {
    Map<Integer, Line> lines = new HashMap<>();
    for (Line l : all()) lines.put(l.id(), l);
    var seen = new HashSet<Integer>();
    var open = new ArrayDeque<>(List.of(id));
    while (!open.isEmpty()) {
      Line l = lines.get(open.pop());
      if (l == null || l.id() == 0 || !seen.add(l.id())) continue;
      if (what.test(l)) return true;
      open.addAll(l.reads());
      for (Line o : l.body()) open.add(o.id());
    }
    return false;
  }

  @Override
  public String toString() {
    var text = new StringBuilder("program " + seed + " " + lanes + "\n");
    for (int[] c : calls) {
      text.append("call");
      for (int n : c) text.append(' ').append(n);
      text.append('\n');
    }
    for (Line l : lines) text.append(l.text("")).append('\n');
    return text.toString();
  }

  static Program parse(String text) {
    Iterator<String> lines = Arrays.asList(text.strip().split("\n")).iterator();
    String[] head = lines.next().strip().split(" ");
    var calls = new ArrayList<int[]>();
    var body = new ArrayList<Line>();
    while (lines.hasNext()) {
      String line = lines.next().strip();
      if (!line.startsWith("call")) body.add(line(line, lines));
      else calls.add(Arrays.stream(line.substring(4).strip().split(" ")).filter(s -> !s.isEmpty())
          .mapToInt(Integer::parseInt).toArray());
    }
    return new Program(Long.parseLong(head[1]), Integer.parseInt(head[2]), calls, body);
  }

  private static Line line(String text, Iterator<String> more) {
    var words = new ArrayList<>(List.of(text.split(" +")));
    int id = 0;
    if (words.size() > 1 && words.get(1).equals("=")) {
      id = Integer.parseInt(words.get(0));
      words.subList(0, 2).clear();
    }
    var body = new ArrayList<Line>();
    if (words.get(words.size() - 1).equals("{")) {
      words.remove(words.size() - 1);
      for (String next = more.next().strip(); !next.equals("}"); next = more.next().strip())
          body.add(line(next, more));
    }
    int colon = words.indexOf(":");
    int end = colon < 0 ? words.size() : colon;
    var args = words.subList(1, end).stream().map(Integer::valueOf).toList();
    var numbers = colon < 0 ? List.<Integer>of() : words.subList(colon + 1, words.size()).stream()
        .map(Integer::valueOf).toList();
    return new Line(id, words.get(0), args, numbers, body);
  }
}
