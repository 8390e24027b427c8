package weft;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import weft.graph.Expr;
import weft.graph.Message;
import weft.op.MoreWords;
import weft.type.Dim;

/**
 * The loop over time, in the words that users import: whatever goes step by step through sequences and hands
 * something on.
 *
 * <pre>
 *   var h = scan(x, zeros(hidden), (xt, prev) -> tanh(xt.dot(wx).plus(prev.dot(wh)).plus(b)));
 *   h.last(); h.all();
 *
 *   var lstm = scan("lstm").over(x).mask(valid).carry(h0, c0).run(step -> { … step.next(h, c).emit(p); });
 *   lstm.last(0); lstm.all(1); lstm.emitted(0);
 * </pre>
 */
public abstract class ScanWords extends MoreWords {
  ScanWords() {}

  /** A step with two rows. */
  @FunctionalInterface
  public interface TwoRows {
    /** What the carry becomes, from the rows of both sequences and what it was. */
    Expr next(Expr first, Expr second, Expr prev);
  }

  /** A scan of any number of sequences, carries and results. */
  public static ScanBuilder scan() {
    return new ScanBuilder();
  }

  /** The same with a name for errors, reports and generated code. */
  public static ScanBuilder scan(String name) {
    return scan().name(name);
  }

  /** Goes through the rows of x with one carry: {@code (row, previous) -> next}. */
  public static Trajectory scan(Expr x, Object initial, BinaryOperator<Expr> step) {
    return scan().over(x).carry(initial).run(s -> s.next(Message.needed("scan: step", step).apply(s.row(), s.prev()))).carry(0);
  }

  /** Goes through the rows of two sequences with one carry: {@code (row, row, previous) -> next}. */
  public static Trajectory scan(Expr x, Expr y, Object initial, TwoRows step) {
    return scan().over(x, y).carry(initial).run(s -> s.next(Message.needed("scan: step", step).next(s.row(0), s.row(1), s.prev()))).carry(0);
  }

  /**
   * Goes through the rows of x in both directions, each with a step and a carry of its own: {@code (row, previous) -> next}; as
   * {@link ScanBuilder#bidirectional}.
   */
  public static BothWays bidirectional(Expr x, Object initial, BinaryOperator<Expr> forwards, BinaryOperator<Expr> backwards) {
    return scan().over(x).carry(initial).bidirectional(s -> s.next(Message.needed("bidirectional: forwards", forwards).apply(s.row(), s.prev())),
        s -> s.next(Message.needed("bidirectional: backwards", backwards).apply(s.row(), s.prev())));
  }

  /** {@code step} applied again and again, {@code steps} times. */
  public static Trajectory iterate(int steps, Object initial, UnaryOperator<Expr> step) {
    return iterate(scan().steps(steps), initial, step);
  }

  /** {@code step} applied again and again, {@code steps} times. */
  public static Trajectory iterate(Dim steps, Object initial, UnaryOperator<Expr> step) {
    return iterate(scan().steps(steps), initial, step);
  }

  /** {@code step} applied again and again, as often as an int scalar input says. */
  public static Trajectory iterate(Expr steps, Object initial, UnaryOperator<Expr> step) {
    return iterate(scan().steps(steps), initial, step);
  }

  private static Trajectory iterate(ScanBuilder scan, Object initial, UnaryOperator<Expr> step) {
    return scan.carry(initial).run(s -> s.next(Message.needed("iterate: step", step).apply(s.prev()))).carry(0);
  }

  /** Each row of x turned into a row of the result. */
  public static Expr map(Expr x, UnaryOperator<Expr> row) {
    return scan().over(x).run(s -> s.emit(Message.needed("map: row", row).apply(s.row()))).emitted();
  }

  /** Each pair of rows of x and y turned into a row of the result. */
  public static Expr map(Expr x, Expr y, BinaryOperator<Expr> row) {
    return scan().over(x, y).run(s -> s.emit(Message.needed("map: row", row).apply(s.row(0), s.row(1)))).emitted();
  }

  /** All rows of x combined into one value, from the first to the last: {@code (row, so far) -> new value}. */
  public static Expr reduce(Expr x, Object initial, BinaryOperator<Expr> step) {
    return scan(x, initial, step).last();
  }

  /** All rows of x combined into one value, from the first to the last: {@code (row, so far) -> new value}. */
  public static Expr foldLeft(Expr x, Object initial, BinaryOperator<Expr> step) {
    return reduce(x, initial, step);
  }

  /** All rows of x combined into one value, from the last to the first: {@code (row, so far) -> new value}. */
  public static Expr foldRight(Expr x, Object initial, BinaryOperator<Expr> step) {
    return scan().over(x).backwards().carry(initial).run(s -> s.next(Message.needed("foldRight: step", step).apply(s.row(), s.prev()))).last();
  }

  /** Which neighbours in time a step sees: 0 is now, -1 the step before, +1 the next. */
  public static Taps taps(int... offsets) {
    return new Taps(offsets);
  }
}
