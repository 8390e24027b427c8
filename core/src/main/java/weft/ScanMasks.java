package weft;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.graph.Origin;
import weft.op.CheckedLengths;
import weft.op.Ops;
import weft.runtime.DType;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/**
 * Carries that stay as they were where a mask, or the length of their sequence, says so.
 *
 * @param lengths those that were given, checked; null if none were, as are the positions
 * @param positions which row of the sequences each step comes to
 */
record ScanMasks(ScanBuilder given, Origin origin, Expr lengths, Expr positions) {
  /**
   * What was said of a scan.
   *
   * @param length how many steps it takes
   * @param rows how many it could take
   */
  static ScanMasks of(ScanBuilder given, Origin origin, Dim length, Dim rows) {
    if (given.lengths == null) return new ScanMasks(given, origin, null, null);
    DType dtype = given.lengths.dtype();
    Expr positions = Ops.arange(length, dtype);
    if (given.backwards && !rows.equals(length)) positions = positions.plus(Ops.extent(rows.minus(length), dtype));
    return new ScanMasks(given, origin, Apply.one(new CheckedLengths(rows, where(given)), given.lengths), positions);
  }

  private static String where(ScanBuilder given) {
    if (given.sequences.isEmpty()) return "there are %d steps";
    if (given.sequences.size() > 1) return "the sequences have %d rows";
    ScanBuilder.Sequence only = given.sequences.get(0);
    return Message.label(only.input()) + " has %d rows" + (only.taps().first() == only.taps().last() ? "" : " for the taps " + only.taps());
  }

  /**
   * What a carry becomes.
   *
   * @param rows what the step sees of each sequence, those of the mask and of the lengths last
   */
  Expr masked(Expr next, Expr previous, List<List<Expr>> rows) {
    int at = given.sequences.size();
    Expr result = next;
    if (given.mask != null) {
      Expr row = rows.get(at++).get(0);
      result = Ops.where(leading("mask does", row.dtype() == DType.BOOL ? row : Ops.ne(row, 0), given.mask, result), result,
          previous);
    }
    if (given.lengths != null) {
      Expr runs = Ops.lt(rows.get(at).get(0), lengths);
      result = Ops.where(leading("lengths do", runs, given.lengths, result), result, previous);
    }
    return result;
  }

  /** A condition with the leading axes of a carry, repeated along the others. */
  private Expr leading(String what, Expr condition, Expr from, Expr carry) {
    List<Dim> dims = condition.type().dims();
    if (dims.size() > carry.rank() || !dims.equals(carry.type().dims().subList(0, dims.size()))) {
      throw new WeftException(Kind.SHAPE, Message.of("scan: the " + what + " not fit a carry", List.of(from, carry), origin,
          "Its axes at one step must be the leading axes of every carry, such as the batch."));
    }
    var axes = new ArrayList<Integer>();
    for (int i = 0; i < condition.rank(); i++) axes.add(i);
    return Ops.broadcast(condition, carry.type().dims(), axes);
  }
}
