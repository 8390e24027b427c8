package weft.pipeline;

import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which passes a function goes through besides those of its mode, and which it does not, by their names.
 *
 * @param on run although the mode does without
 * @param off not run
 */
public record PassChoice(SortedSet<String> on, SortedSet<String> off) {
  /** What the mode says. */
  public static final PassChoice NONE = new PassChoice(new TreeSet<>(), new TreeSet<>());

  /** The same with one more on; what is said last holds. */
  public PassChoice with(String pass) {
    return new PassChoice(plus(on, pass), less(off, pass));
  }

  /** The same with one more off; what is said last holds. */
  public PassChoice without(String pass) {
    return new PassChoice(less(on, pass), plus(off, pass));
  }

  private static SortedSet<String> plus(SortedSet<String> names, String name) {
    var more = new TreeSet<>(names);
    more.add(name);
    return more;
  }

  private static SortedSet<String> less(SortedSet<String> names, String name) {
    var fewer = new TreeSet<>(names);
    fewer.remove(name);
    return fewer;
  }
}
