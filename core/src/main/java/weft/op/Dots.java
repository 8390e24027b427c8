package weft.op;

import java.util.List;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;

/** Products of vectors, matrices and stacks of them, each said as an {@link Einsum}. */
final class Dots {
  private static final String AXES = "abcdefghij";

  private Dots() {}

  /**
   * The last axis of a with the only axis of a vector b or the first of a matrix b: {@code [k]·[k]},
   * {@code [m,k]·[k]}, {@code [k]·[k,n]}, {@code [m,k]·[k,n]}, {@code [t,m,k]·[k,n]} and so on.
   */
  static Expr dot(Expr a, Expr b) {
    if (Message.needed("dot: a", a).rank() == 0 || Message.needed("dot: b", b).rank() == 0) {
      throw Operands.fail(Kind.SHAPE, "dot: a scalar has no axis to sum over", Message.operands("dot", a, b),
          "Multiply with times.");
    }
    if (b.rank() > 2) {
      throw Operands.fail(Kind.SHAPE, "dot: the right side has rank " + b.rank(), List.of(a, b),
          "The right side is a vector or a matrix; for one product an index of axis 0 use batchedDot.");
    }
    String left = labels(a.rank() - 1) + "k";
    String right = b.rank() == 1 ? "k" : "kn";
    return einsum(left, right, labels(a.rank() - 1) + right.substring(1), a, b);
  }

  static Expr outer(Expr a, Expr b) {
    String left = labels(Message.needed("outer: a", a).rank());
    String right = AXES.substring(a.rank(), a.rank() + Message.needed("outer: b", b).rank());
    return einsum(left, right, left + right, a, b);
  }

  /** {@code [b,m,k]·[b,k,n]}, {@code [b,m,k]·[b,k]}, {@code [b,k]·[b,k,n]} or {@code [b,k]·[b,k]}. */
  static Expr batchedDot(Expr a, Expr b) {
    if (Message.needed("batchedDot: a", a).rank() < 2 || a.rank() > 3 || Message.needed("batchedDot: b", b).rank() < 2 || b.rank() > 3) {
      throw Operands.fail(Kind.SHAPE, "batchedDot: ranks are " + a.rank() + " and " + Message.needed("batchedDot: b", b).rank(), List.of(a, b),
          "Each side is a stack of vectors or of matrices along axis 0: rank 2 or 3.");
    }
    String left = a.rank() == 3 ? "bmk" : "bk";
    String right = b.rank() == 3 ? "bkn" : "bk";
    return einsum(left, right, "b" + (a.rank() == 3 ? "m" : "") + (b.rank() == 3 ? "n" : ""), a, b);
  }

  static Expr tensordot(Expr a, Expr b, int axes) {
    if (axes < 0 || axes > Message.needed("tensordot: a", a).rank() || axes > Message.needed("tensordot: b", b).rank()) {
      throw Operands.fail(Kind.SHAPE, "tensordot: there are no " + axes + " axes to sum over in both sides",
          Message.operands("tensordot", a, b),
          "Give at most as many as the side of lower rank has.");
    }
    String left = labels(a.rank());
    String right = AXES.substring(a.rank() - axes, a.rank() - axes + b.rank());
    return einsum(left, right, left.substring(0, a.rank() - axes) + right.substring(axes), a, b);
  }

  private static String labels(int rank) {
    return AXES.substring(0, rank);
  }

  private static Expr einsum(String left, String right, String out, Expr a, Expr b) {
    if (a.dtype() == b.dtype()) return Einsum.of(left, right, out, a, b);
    if (a.op() instanceof Leaf.Constant && b.dtype().isFloat()) {
      return Einsum.of(left, right, out, Ops.cast(a, b.dtype()), b);
    }
    if (b.op() instanceof Leaf.Constant && a.dtype().isFloat()) {
      return Einsum.of(left, right, out, a, Ops.cast(b, a.dtype()));
    }
    DType joint = Operands.join(a.dtype(), b.dtype());
    if (joint == null) return Einsum.of(left, right, out, a, b);
    return Einsum.of(left, right, out, Ops.cast(a, joint), Ops.cast(b, joint));
  }
}
