package weft.op;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/**
 * Words for looking into functions while they run. Each gives its first argument back, as it is, and lets gradients through; where nothing
 * needs that result, nobody looks. Inside a scan they look in every step, also where the value itself was computed for all steps at once
 * before; a scan of few steps stays a loop for them.
 */
public abstract class DebugWords extends FunctionWords {
  DebugWords() {}

  /**
   * {@code x}, whose value is printed with the message each time it is computed and, inside scans, with the rows that the steps are at,
   * outermost first. What gradients compute a second time is printed once.
   *
   * @see weft.runtime.Prints#to where it goes
   */
  public static Expr printed(Object x, String message) {
    return printed("printed", x, message, Printed.What.VALUE);
  }

  /** {@code x}, whose shape is printed as {@link #printed} prints values. */
  public static Expr printedShape(Object x, String message) {
    return printed("printedShape", x, message, Printed.What.SHAPE);
  }

  private static Expr printed(String word, Object x, String message, Printed.What what) {
    return Apply.one(new Printed(said(word, message), what), Operands.expr(word, x));
  }

  /**
   * {@code x}; a call in which an element of the condition is false fails with an error of kind ASSERTION, which says the message, the
   * name, value and line of {@code x}, the element and, inside scans, the step. Parameters stay as they were.
   *
   * @param condition a bool tensor of any shape
   * @throws WeftException of kind DTYPE if the condition is not of booleans
   */
  public static Expr require(Object x, Expr condition, String message) {
    return Apply.one(new Assertion(said("require", message)), Operands.expr("require", x), condition);
  }

  private static String said(String word, String message) {
    if (message != null) return message;
    throw new WeftException(Kind.ARGUMENT, Message.here(word + ": the message is null", "Give a text, for errors and output."));
  }
}
