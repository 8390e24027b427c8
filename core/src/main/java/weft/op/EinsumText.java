package weft.op;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Einstein's notation as users write it, brought to sums, moved axes and {@link Einsum}. */
final class EinsumText {
  private final String text;
  private final List<Expr> operands;
  private final List<String> labels;
  private final String result;

  private EinsumText(String text, List<Expr> operands) {
    this.text = text;
    this.operands = operands;
    String[] sides = text.replace(" ", "").split("->", -1);
    this.labels = List.of(sides[0].split(",", -1));
    if (sides.length > 2 || labels.size() != operands.size()) throw refused("there are " + operands.size() + " operands");
    for (int i = 0; i < labels.size(); i++) check(labels.get(i), operands.get(i));
    this.result = sides.length == 2 ? sides[1] : once();
    for (char c : result.toCharArray()) if (sides[0].indexOf(c) < 0) throw refused("no operand has the letter " + c);
    if (result.chars().distinct().count() < result.length()) throw refused("the result has a letter twice");
  }

  static Expr of(String text, List<Expr> operands) {
    return new EinsumText(text, operands).product();
  }

  private WeftException refused(String why) {
    return Operands.fail(Kind.ARGUMENT, "einsum: \"" + text + "\" will not do, " + why, operands,
        "Give one letter an axis and one word an operand, as in \"ik,kj->ij\".");
  }

  private void check(String word, Expr x) {
    if (!word.chars().allMatch(Character::isLetter)) throw refused(word + " is not made of letters");
    if (word.length() != x.rank()) throw refused(word + " has " + word.length() + " letters for " + x.rank() + " axes");
    if (word.chars().distinct().count() < word.length()) throw refused(word + " has a letter twice; take the diagonal first");
  }

  /** The letters that stand in one operand only. */
  private String once() {
    var letters = new TreeSet<Character>();
    String all = String.join("", labels);
    for (char c : all.toCharArray()) if (all.indexOf(c) == all.lastIndexOf(c)) letters.add(c);
    var text = new StringBuilder();
    letters.forEach(text::append);
    return text.toString();
  }

  private Expr product() {
    String word = labels.get(0);
    Expr now = operands.get(0);
    for (int i = 1; i < operands.size(); i++) {
      Expr other = operands.get(i);
      DType dtype = Operands.join(now.dtype(), other.dtype());
      String wanted = result + String.join("", labels.subList(i + 1, labels.size()));
      String left = kept(word, labels.get(i) + wanted);
      String right = kept(labels.get(i), word + wanted);
      String out = kept(left, wanted) + kept(without(right, left), wanted);
      Expr one = summed(now, word, left);
      Expr two = summed(other, labels.get(i), right);
      now = Einsum.of(left, right, out, dtype == null ? one : Ops.cast(one, dtype), dtype == null ? two : Ops.cast(two, dtype));
      word = out;
    }
    String left = kept(word, result);
    Expr sum = summed(now, word, left);
    int[] order = result.chars().map(left::indexOf).toArray();
    return sum.rank() == 0 ? sum : Ops.transpose(sum, order);
  }

  /** The letters of a word that another one has. */
  private static String kept(String word, String other) {
    return word.chars().filter(c -> other.indexOf(c) >= 0).collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static String without(String word, String other) {
    return word.chars().filter(c -> other.indexOf(c) < 0).collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static Expr summed(Expr x, String word, String kept) {
    var axes = new ArrayList<Integer>();
    for (int i = 0; i < word.length(); i++) if (kept.indexOf(word.charAt(i)) < 0) axes.add(i);
    return axes.isEmpty() ? x : Ops.sum(x, Axes.array(axes));
  }
}
