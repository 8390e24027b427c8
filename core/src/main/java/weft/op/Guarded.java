package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Op;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** An op whose result exists only for some extents: what the lowering has to check before anything is read. */
public interface Guarded extends Op {
  /** The conditions that are not known to hold, in the order in which they are to be checked. */
  List<Guard> guards(Apply apply);

  /**
   * One condition.
   *
   * @param atLeastZero holds where this is 0 or more
   * @param message what the user reads otherwise; {@code %d} stands for {@code subject}
   */
  record Guard(Dim atLeastZero, Kind kind, String message, Dim subject) {
    /** Whether it holds whatever the extents are, or depends on a loop variable, whose loop answers for it. */
    public boolean isSettled() {
      return atLeastZero.usesLoops() || atLeastZero.isNonNegative();
    }
  }

  /** The guards that are not settled, with the user's source line between what is wrong and what to change. */
  static List<Guard> open(Apply apply, Guard... guards) {
    var open = new ArrayList<Guard>();
    String at = apply.origin().at();
    for (Guard g : guards) {
      if (g.isSettled()) continue;
      open.add(new Guard(g.atLeastZero(), g.kind(), located(g.message(), at), g.subject()));
    }
    return open;
  }

  private static String located(String message, String at) {
    if (at.isEmpty() || message.contains("\n  at ")) return message;
    int advice = message.indexOf('\n') < 0 ? message.length() : message.indexOf('\n');
    return message.substring(0, advice) + "\n  at " + at + message.substring(advice);
  }
}
