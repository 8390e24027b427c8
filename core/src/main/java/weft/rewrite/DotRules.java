package weft.rewrite;

import static weft.rewrite.CodeRule.rule;
import static weft.rewrite.Variables.k46;
import static weft.rewrite.Variables.m46;
import static weft.rewrite.Variables.m64;
import static weft.rewrite.Variables.t246;
import static weft.rewrite.Variables.v4;
import static weft.rewrite.Variables.v6;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.op.Broadcast;
import weft.op.Einsum;
import weft.op.Ops;
import weft.op.Reshape;
import weft.op.Scalar;
import weft.op.Transpose;
import weft.type.Dim;

/**
 * Rules about contractions: labels take over what transposing, repeating and axes of extent 1 said, and signs
 * go outside.
 */
final class DotRules {
  private static final Expr ROWS = Ops.broadcastTo(v6, m46.type().dims());

  static final List<CodeRule> ALL = List.of(
      rule("dot(transpose(x), y) → dot(x, y)", Einsum.class, DotRules::ofTransposed).reordering()
          .on(Ops.dot(Ops.transpose(m64), Ops.transpose(k46)), Ops.dot(Ops.transpose(t246, 1, 0, 2), m64),
              Ops.dot(m46, Ops.transpose(k46))),
      rule("transpose(dot(x, y)) → dot(x, y)", List.of(Transpose.class), DotRules::transposed).reordering()
          .on(Ops.transpose(Ops.dot(m46, m64)), Ops.transpose(Ops.dot(t246, m64), 2, 0, 1)),
      rule("dot(reshape(x), y) → reshape(dot(x, y)), axes of 1", Einsum.class, DotRules::ofUnits).reordering()
          .on(Ops.dot(Ops.expandDims(v6, 0), m64), Ops.dot(Ops.expandDims(v6, 1), Ops.expandDims(v4, 0)),
              Ops.dot(Ops.expandDims(m46, 1), Ops.expandDims(v6, 1))),
      rule("dot(broadcast(x), y) → dot(x, y)", Einsum.class, DotRules::ofBroadcast).reordering()
          .on(Einsum.of("tk", "tk", "t", ROWS, k46), Ops.dot(ROWS, m64),
              Einsum.of("ab", "bc", "ca", m46, Ops.broadcast(v6, List.of(Dim.of(6), Dim.of(3)), List.of(0)))),
      rule("dot(-x, y) → -dot(x, y)", Einsum.class, DotRules::ofNegative)
          .on(Ops.dot(Ops.neg(m46), m64), Ops.dot(m46, Ops.neg(m64)), Ops.dot(Ops.neg(v6), Ops.neg(m64))));

  private DotRules() {}

  private static String select(String labels, List<Integer> at) {
    var text = new StringBuilder();
    for (int i : at) text.append(labels.charAt(i));
    return text.toString();
  }

  private static String without(String labels, char label) {
    return labels.replace(String.valueOf(label), "");
  }

  private static Expr ofTransposed(Apply e) {
    var dot = (Einsum) e.op();
    boolean left = e.input(0).op() instanceof Transpose;
    boolean right = e.input(1).op() instanceof Transpose;
    if (!left && !right) return null;
    Expr a = left ? e.input(0).apply().input(0) : e.input(0);
    Expr b = right ? e.input(1).apply().input(0) : e.input(1);
    String leftLabels = left ? before(dot.left(), e.input(0)) : dot.left();
    String rightLabels = right ? before(dot.right(), e.input(1)) : dot.right();
    return Einsum.of(leftLabels, rightLabels, dot.out(), a, b);
  }

  /** The labels of what was transposed. */
  private static String before(String labels, Expr transposed) {
    return select(labels, ((Transpose) transposed.op()).inverse().permutation());
  }

  private static Expr transposed(Apply e, Uses uses) {
    if (!(e.input(0).op() instanceof Einsum dot) || !uses.once(e.input(0))) return null;
    Apply inner = e.input(0).apply();
    return Einsum.of(dot.left(), dot.right(), select(dot.out(), ((Transpose) e.op()).permutation()),
        inner.input(0), inner.input(1));
  }

  private static Expr ofUnits(Apply e) {
    Expr by = withoutUnits((Einsum) e.op(), e.input(0), e.input(1), false);
    return by != null ? by : withoutUnits(mirrored((Einsum) e.op()), e.input(1), e.input(0), true);
  }

  private static Einsum mirrored(Einsum dot) {
    return new Einsum(dot.right(), dot.left(), dot.out());
  }

  private static Expr of(Einsum dot, Expr a, Expr b, boolean mirrored) {
    return mirrored ? Apply.one(mirrored(dot), b, a) : Apply.one(dot, a, b);
  }

  /**
   * Axes of 1 that a reshape added to the left operand are added to the result instead; summing over one is no
   * sum at all.
   */
  private static Expr withoutUnits(Einsum dot, Expr a, Expr b, boolean mirrored) {
    if (!(a.op() instanceof Reshape r) || !Extents.differByUnits(r.from(), r.to())) return null;
    if (Extents.wide(r.from()).size() != r.from().size()) return null;
    String left = dot.left();
    String right = dot.right();
    String out = dot.out();
    List<Dim> dims = dot.types(List.of(a.type(), b.type())).get(0).dims();
    Expr other = b;
    for (int axis = 0; axis < r.to().size(); axis++) {
      if (!r.to().get(axis).is(1)) continue;
      char label = dot.left().charAt(axis);
      left = without(left, label);
      int also = right.indexOf(label);
      if (also >= 0) {
        if (out.indexOf(label) >= 0) continue;
        right = without(right, label);
        other = Ops.reshape(other, Extents.remove(other.type().dims(), also));
      }
      out = without(out, label);
    }
    if (left.isEmpty() || right.isEmpty()) return null;
    return Ops.reshape(of(new Einsum(left, right, out), a.apply().input(0), other, mirrored), dims);
  }

  private static Expr ofBroadcast(Apply e) {
    Expr by = withoutRepeats((Einsum) e.op(), e.input(0), e.input(1), false);
    return by != null ? by : withoutRepeats(mirrored((Einsum) e.op()), e.input(1), e.input(0), true);
  }

  /** Axes along which the left operand repeats are left to the other operand, or to the result. */
  private static Expr withoutRepeats(Einsum dot, Expr a, Expr b, boolean mirrored) {
    if (!(a.op() instanceof Broadcast r)) return null;
    var kept = new ArrayList<Integer>();
    String out = dot.out();
    for (int axis = 0; axis < r.to().size(); axis++) {
      char label = dot.left().charAt(axis);
      boolean summed = dot.out().indexOf(label) < 0;
      if (r.axes().contains(axis) || summed) kept.add(axis);
      else if (dot.right().indexOf(label) < 0) out = without(out, label);
    }
    if (kept.size() == r.to().size() || kept.isEmpty()) return null;
    Expr x = Ops.broadcast(a.apply().input(0), Extents.select(r.to(), kept),
        r.axes().stream().map(kept::indexOf).toList());
    Expr smaller = of(new Einsum(select(dot.left(), kept), dot.right(), out), x, b, mirrored);
    List<Integer> axes = out.chars().mapToObj(label -> dot.out().indexOf(label)).toList();
    return Ops.broadcast(smaller, dot.types(List.of(a.type(), b.type())).get(0).dims(), axes);
  }

  private static Expr ofNegative(Apply e) {
    boolean left = e.input(0).op() == Scalar.NEG;
    boolean right = e.input(1).op() == Scalar.NEG;
    if (!left && !right) return null;
    Expr a = left ? e.input(0).apply().input(0) : e.input(0);
    Expr b = right ? e.input(1).apply().input(0) : e.input(1);
    Expr dot = Apply.one(e.op(), a, b);
    return left == right ? dot : Ops.neg(dot);
  }
}
