package weft.rewrite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Op;
import weft.op.Broadcast;
import weft.op.Cast;
import weft.op.Einsum;
import weft.op.Index;
import weft.op.LogSoftmax;
import weft.op.LogSumExp;
import weft.op.Reduce;
import weft.op.Reshape;
import weft.op.Scalar;
import weft.op.Slice;
import weft.op.Softmax;
import weft.op.Take;
import weft.op.Transpose;
import weft.type.Dim;

/** Applies that make row i of their result of row i of some inputs, and of all of the others. */
final class RowWise {
  private RowWise() {}

  /** Which inputs have those rows, along axis 0 as the result has; null if the apply is none of these. */
  static boolean[] inputs(Apply a) {
    if (a.outputs().size() != 1 || a.output(0).rank() == 0) return null;
    Op op = a.op();
    if (op instanceof Scalar || op instanceof Cast) return all(a, true);
    if (op instanceof Softmax || op instanceof LogSoftmax) return all(a, a.output(0).rank() > 1);
    if (op instanceof LogSumExp) return all(a, true);
    if (op instanceof Reduce r) return all(a, !r.axes().contains(0));
    if (op instanceof Transpose t) return all(a, t.permutation().get(0) == 0);
    if (op instanceof Index i) return all(a, i.axis() > 0);
    if (op instanceof Slice s) return all(a, s.axis() > 0);
    if (op instanceof Reshape r) return all(a, !r.from().isEmpty() && r.from().get(0).equals(r.to().get(0)));
    if (op instanceof Broadcast b) {
      return all(a, !b.axes().isEmpty() && b.axes().get(0) == 0 && a.input(0).dim(0).equals(b.to().get(0)));
    }
    if (op instanceof Take t && t.batch() > 0) return all(a, true);
    if (op instanceof Take t) return t.axis() == 0 && a.input(1).rank() == 0 ? null : new boolean[] {t.axis() > 0, t.axis() == 0};
    return op instanceof Einsum e ? inputs(e) : null;
  }

  private static boolean[] all(Apply a, boolean rows) {
    if (!rows) return null;
    var all = new boolean[a.inputs().size()];
    Arrays.fill(all, true);
    return all;
  }

  private static boolean[] inputs(Einsum e) {
    char row = e.out().charAt(0);
    int left = e.left().indexOf(row);
    int right = e.right().indexOf(row);
    return left > 0 || right > 0 ? null : new boolean[] {left == 0, right == 0};
  }

  /** The op that makes of a part of those inputs that part of the result. */
  static Op of(Apply a, Op part) {
    boolean one = part instanceof Index;
    Op op = a.op();
    if (op instanceof Reshape r) return new Reshape(rows(r.from(), part), rows(r.to(), part));
    if (op instanceof Broadcast b) return new Broadcast(rows(b.to(), part), one ? less(b.axes().subList(1, b.axes().size())) : b.axes());
    if (!one) return op;
    if (op instanceof Reduce r) return new Reduce(r.fun(), less(r.axes()));
    if (op instanceof Transpose t) return new Transpose(less(t.permutation().subList(1, t.permutation().size())));
    if (op instanceof Index i) return new Index(i.axis() - 1, i.at());
    if (op instanceof Slice s) return new Slice(s.axis() - 1, s.from(), s.extent(), s.step());
    if (op instanceof Take t) return t.axis() == 0 ? t : new Take(t.axis() - 1, Math.max(0, t.batch() - 1));
    if (op instanceof Einsum e) return new Einsum(without(e.left(), e.out()), without(e.right(), e.out()), e.out().substring(1));
    return op;
  }

  private static String without(String letters, String out) {
    return letters.indexOf(out.charAt(0)) == 0 ? letters.substring(1) : letters;
  }

  private static List<Integer> less(List<Integer> axes) {
    return axes.stream().map(axis -> axis - 1).toList();
  }

  private static List<Dim> rows(List<Dim> dims, Op part) {
    var now = new ArrayList<>(dims);
    if (part instanceof Slice s) now.set(0, s.extent());
    else now.remove(0);
    return now;
  }
}
