package weft.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Op;
import weft.graph.TypeProblem;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * The contraction that every product of vectors, matrices and stacks of them is: {@code out[…] = Σ left[…] · right[…]}, the sum
 * over the labels that {@code out} lacks. One letter an axis, as in Einstein's notation: {@code "tk,kn->tn"}.
 *
 * <p>Each label stands at most once in each operand; a label of the result stands in an operand, and a label of only one operand
 * stands in the result.
 */
public record Einsum(String left, String right, String out) implements Op, Liftable {
  public Einsum {
    for (char c : out.toCharArray()) {
      if (left.indexOf(c) < 0 && right.indexOf(c) < 0) throw new IllegalArgumentException(left + "," + right + "->" + out);
    }
    for (char c : left.toCharArray()) {
      if (right.indexOf(c) < 0 && out.indexOf(c) < 0) throw new IllegalArgumentException(left + "," + right + "->" + out);
    }
    for (char c : right.toCharArray()) {
      if (left.indexOf(c) < 0 && out.indexOf(c) < 0) throw new IllegalArgumentException(left + "," + right + "->" + out);
    }
  }

  /** The contraction of two tensors. */
  public static Expr of(String left, String right, String out, Expr a, Expr b) {
    return Apply.one(new Einsum(left, right, out), a, b);
  }

  @Override
  public String name() {
    return "dot";
  }

  @Override
  public String attributes() {
    return left + "," + right + "->" + out;
  }

  /** The extent of a label. */
  public Dim extent(char label, TensorType a, TensorType b) {
    int i = left.indexOf(label);
    return i >= 0 ? a.dim(i) : b.dim(right.indexOf(label));
  }

  @Override
  public List<TensorType> types(List<TensorType> inputs) {
    TensorType a = inputs.get(0);
    TensorType b = inputs.get(1);
    if (a.dtype() != b.dtype() || !a.dtype().isFloat() && !a.dtype().isInteger()) {
      throw TypeProblem.dtype("dtypes differ, " + a.dtype().text() + " and " + b.dtype().text(), "Cast one of them.");
    }
    for (char c : left.toCharArray()) {
      int j = right.indexOf(c);
      if (j < 0) continue;
      Dim x = a.dim(left.indexOf(c));
      Dim y = b.dim(j);
      if (!x.equals(y)) throw mismatch(c, x, y);
    }
    var dims = new ArrayList<Dim>();
    for (char c : out.toCharArray()) dims.add(extent(c, a, b));
    return List.of(new TensorType(a.dtype(), dims));
  }

  private TypeProblem mismatch(char label, Dim x, Dim y) {
    if (out.indexOf(label) >= 0) return TypeProblem.shape("stacked dimensions differ, " + x + " and " + y,
        "One product is made for each index of both: the dimensions must be equal.");
    boolean vector = right.length() == 1;
    return TypeProblem.shape("inner dimensions differ, " + x + " and " + y,
        "The last dimension of the left side must equal the " + (vector ? "only one" : "first") + " of the right side.");
  }

  /** The product rule: the cotangent contracted with the other operand. */
  @Override
  public List<Expr> vjp(Apply apply, List<Expr> cotangents) {
    Expr g = cotangents.get(0);
    if (g.dtype() == DType.I32 || g.dtype() == DType.I64) return Arrays.asList(null, null);
    return List.of(of(out, right, left, g, apply.input(1)), of(left, out, right, apply.input(0), g));
  }

  /** One more label, in front. */
  @Override
  public List<Expr> lift(Apply apply, List<Expr> inputs, boolean[] stacked, Dim length) {
    char t = freshLabel();
    return List.of(of(stacked[0] ? t + left : left, stacked[1] ? t + right : right, t + out, inputs.get(0), inputs.get(1)));
  }

  /** A letter that this contraction does not use yet. */
  public char freshLabel() {
    char c = 't';
    while (left.indexOf(c) >= 0 || right.indexOf(c) >= 0) c = c == 'z' ? 'a' : (char) (c + 1);
    return c;
  }
}
