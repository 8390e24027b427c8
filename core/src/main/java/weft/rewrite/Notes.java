package weft.rewrite;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import weft.type.Dim;
import weft.type.Symbol;

/** What passes have to tell about one compilation: how often they did what, and sentences for the user. */
public final class Notes {
  /** An extent for which everything is done that large extents are worth. */
  private static final int LARGE = 1 << 16;

  private final Map<String, Map<String, Integer>> counts = new LinkedHashMap<>();
  private final List<String> sentences = new ArrayList<>();
  private final Map<Symbol, Integer> awaited = new HashMap<>();
  private Map<String, Integer> whole = new LinkedHashMap<>();
  private Map<String, Integer> lately = new LinkedHashMap<>();

  /** What follows is done by this pass. */
  public void begin(String pass) {
    whole = counts.computeIfAbsent(pass, p -> new LinkedHashMap<>());
    lately = new LinkedHashMap<>();
  }

  /** Something was done once more, such as the use of a rule. */
  public void count(String what) {
    whole.merge(what, 1, Integer::sum);
    lately.merge(what, 1, Integer::sum);
  }

  /** A sentence for the user: what was found, what was made of it, or what kept it from being done. */
  public void say(String sentence) {
    sentences.add(sentence);
  }

  /**
   * Notes that something would be done in another way if extents were known.
   *
   * @param extents all extents of what it is about
   * @param known those that are known
   * @param other whether it would, with these
   */
  void await(Collection<Dim> extents, Map<Symbol, Integer> known, Predicate<Map<Symbol, Integer>> other) {
    var unknown = new HashSet<Symbol>();
    for (Dim d : extents) for (Symbol s : d.symbols()) if (!known.containsKey(s)) unknown.add(s);
    if (unknown.isEmpty()) return;
    IntPredicate otherAt = size -> {
      var supposed = new HashMap<>(known);
      for (Symbol s : unknown) supposed.put(s, size);
      return other.test(supposed);
    };
    int most = 1;
    while (most <= LARGE && !otherAt.test(most)) most *= 2;
    if (most > LARGE) return;
    int least = most / 2 + 1;
    while (least < most) {
      int middle = (least + most) / 2;
      if (otherAt.test(middle)) most = middle;
      else least = middle + 1;
    }
    for (Symbol s : unknown) awaited.merge(s, least, Math::min);
  }

  /** Whether a program that knows that an extent has this value goes another way. */
  public boolean awaits(Symbol extent, int value) {
    return value >= awaited.getOrDefault(extent, Integer.MAX_VALUE);
  }

  /** How often each thing was done, by pass, in the order in which they happened first. */
  public Map<String, Map<String, Integer>> counts() {
    return counts;
  }

  /** What was noted, in order. */
  public List<String> sentences() {
    return sentences;
  }

  /** What was counted since the last pass began, as comments above a printed graph. */
  public String lately() {
    return lines(lately, "# ");
  }

  /** How often each pass did what, for people. */
  public String text() {
    var text = new StringBuilder();
    counts.forEach((pass, what) -> {
      if (!what.isEmpty()) text.append(pass).append('\n').append(lines(what, "  "));
    });
    return text.toString();
  }

  private static String lines(Map<String, Integer> counts, String indent) {
    var text = new StringBuilder();
    counts.forEach((what, n) -> text.append(indent).append(String.format("%5d  ", n)).append(what).append('\n'));
    return text.toString();
  }
}
