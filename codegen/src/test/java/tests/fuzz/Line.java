package tests.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * One line of a random program: {@code 12 = plus 3 4}, {@code 13 = slice 12 : 0 1 5}, {@code 14 = scan { … }}.
 *
 * @param id what later lines call the result, 0 where there is none
 * @param args the ids of earlier results
 * @param numbers whatever else the word wants to know
 * @param body the lines of a scan
 */
record Line(int id, String word, List<Integer> args, List<Integer> numbers, List<Line> body) {
  /** @param body kept as it is, since a generator fills it while the scan is built */
  Line {
    args = List.copyOf(args);
    numbers = List.copyOf(numbers);
  }

  static Line of(int id, String word, List<Integer> args, Integer... numbers) {
    return new Line(id, word, args, List.of(numbers), List.of());
  }

  int arg(int i) {
    return args.get(i);
  }

  int number(int i) {
    return numbers.get(i);
  }

  boolean is(String other) {
    return word.equals(other);
  }

  /** Whether it is a scan whose gradients are truncated. */
  boolean isTruncated() {
    return is("scan") && body.stream().anyMatch(o -> o.is("truncate"));
  }

  Line withBody(List<Line> other) {
    return new Line(id, word, args, numbers, other);
  }

  /** All ids that this line and its body read. */
  List<Integer> reads() {
    var all = new ArrayList<>(args);
    for (Line l : body) all.addAll(l.reads());
    return all;
  }

  String text(String indent) {
    var text = new StringJoiner(" ", indent, "");
    if (id != 0) text.add(id + " =");
    text.add(word);
    args.forEach(a -> text.add(a.toString()));
    if (!numbers.isEmpty()) text.add(":");
    numbers.forEach(n -> text.add(n.toString()));
    if (body.isEmpty()) return text.toString();
    var lines = new StringBuilder(text + " {\n");
    for (Line l : body) lines.append(l.text(indent + "  ")).append('\n');
    return lines.append(indent).append('}').toString();
  }
}
