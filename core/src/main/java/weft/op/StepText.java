package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.loop.Stmt;
import weft.loop.Value;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** Conditions of the call, whose errors say where in a tensor and in which steps of which scans they failed. */
public final class StepText {
  private StepText() {}

  /**
   * Fails unless the condition holds.
   *
   * @param what the message, to which element, value and steps are added; what it says stands for itself
   * @param index of the element at hand, empty for a scalar
   * @param value of that element, null where there is none to show
   * @param steps the steps of the scans around, outermost first
   * @param advice the last line, empty for none
   */
  public static Stmt require(Value condition, Kind kind, String what, List<Dim> index, Value value, List<Structured.Site.Step> steps,
      String advice) {
    if (index.isEmpty() && value == null && steps.isEmpty()) {
      return new Stmt.Require(condition, kind, advice.isEmpty() ? what : what + "\n  " + advice, List.of());
    }
    var text = new StringBuilder(plain(what));
    var subjects = new ArrayList<Value>();
    if (!index.isEmpty()) text.append("\n  element ").append(element(index, subjects));
    if (value != null) {
      text.append(index.isEmpty() ? "\n  the value is %d" : " is %d");
      subjects.add(value);
    }
    text.append(steps(steps, subjects));
    if (!advice.isEmpty()) text.append("\n  ").append(plain(advice));
    return new Stmt.Require(condition, kind, text.toString(), subjects);
  }

  /** An index in brackets, whose numbers become subjects; nothing for a scalar's. */
  static String element(List<Dim> index, List<Value> subjects) {
    if (index.isEmpty()) return "";
    index.forEach(d -> subjects.add(position(d)));
    return "[%d" + ", %d".repeat(index.size() - 1) + "]";
  }

  /** One line a scan around, the innermost first, whose numbers become subjects. */
  static String steps(List<Structured.Site.Step> steps, List<Value> subjects) {
    var text = new StringBuilder();
    for (int i = steps.size() - 1; i >= 0; i--) {
      text.append("\n  in step %d of ").append(plain(steps.get(i).scan()));
      subjects.add(position(steps.get(i).at()));
    }
    return text.toString();
  }

  /** A user's text in which nothing stands for a number. */
  static String plain(String text) {
    return text.replace("%d", "% d");
  }

  /** An extent or index as a value. */
  static Value position(Dim d) {
    return d.isConstant() ? Value.number(DType.I32, d.constant()) : new Value.Position(d);
  }
}
