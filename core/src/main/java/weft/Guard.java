package weft;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import weft.graph.Message;
import weft.lower.Watch;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** A kind of number that is an error of a call where a function is given or computes it. */
public enum Guard {
  /** Not a number. */
  NAN,
  /** ∞ and -∞. */
  INFINITE,
  /** Above 1e10 in size, infinities included. */
  BIG;

  /** What {@code -Dweft.guard=nan,infinite,big} says. */
  static Watch fromProperty() {
    String words = System.getProperty("weft.guard", "").strip();
    var found = EnumSet.noneOf(Guard.class);
    for (String word : words.isEmpty() ? new String[0] : words.split(",")) {
      found.add(Arrays.stream(values()).filter(g -> g.name().toLowerCase(Locale.ROOT).equals(word.strip())).findFirst().orElseThrow(() ->
          new WeftException(Kind.ARGUMENT, Message.here("-Dweft.guard: there is no guard " + word.strip(),
              "Name nan, infinite and big, with commas between, or those of them that you want."))));
    }
    return watch(found);
  }

  static Watch watch(Set<Guard> guards) {
    return new Watch(guards.contains(NAN), guards.contains(INFINITE), guards.contains(BIG));
  }
}
