package weft.rewrite;

import static weft.rewrite.CodeRule.rule;
import static weft.rewrite.Extents.range;
import static weft.rewrite.Extents.select;
import static weft.rewrite.Variables.below4;
import static weft.rewrite.Variables.k46;
import static weft.rewrite.Variables.m16;
import static weft.rewrite.Variables.m46;
import static weft.rewrite.Variables.m64;
import static weft.rewrite.Variables.t246;
import static weft.rewrite.Variables.v4;
import static weft.rewrite.Variables.v6;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.loop.Fun;
import weft.op.Broadcast;
import weft.op.Einsum;
import weft.op.Ops;
import weft.op.Reduce;
import weft.op.Reshape;
import weft.op.Scalar;
import weft.op.ScatterAdd;
import weft.op.Transpose;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * Rules about reductions. A sum of products that is one matrix with another becomes the contraction that it is.
 */
final class SumRules {
  private static final List<Dim> CUBE = List.of(Dim.of(4), Dim.of(6), Dim.of(4));
  private static final Expr PRODUCT =
      Ops.times(Ops.broadcast(m46, CUBE, List.of(0, 1)), Ops.broadcast(m64, CUBE, List.of(1, 2)));

  private static final Expr ROWS = Ops.broadcastTo(v6, m46.type().dims());

  static final List<CodeRule> ALL = List.of(
      rule("reduce(x) → x, over no axis", Reduce.class, e -> axes(e).isEmpty() ? e.input(0) : null)
          .on(Apply.one(new Reduce(Fun.ADD, List.of()), v6)),
      rule("reduce(x) → reshape(x), over axes of 1", Reduce.class, SumRules::overUnits)
          .on(Apply.one(new Reduce(Fun.ADD, List.of(0)), m16),
          Apply.one(new Reduce(Fun.MAX, List.of(0, 1)), m16)),
      rule("reduce(reduce(x)) → reduce(x)", Reduce.class, SumRules::twice).reordering()
          .on(Ops.sum(Ops.sum(t246, 1), 1), Ops.max(Ops.max(m46, 1), 0)),
      rule("reduce(transpose(x)) → reduce(x)", Reduce.class, SumRules::ofTranspose).reordering()
          .on(Ops.sum(Ops.transpose(m46), 0), Ops.max(Ops.transpose(t246, 1, 2, 0), 1)),
      rule("reduce(reshape(x)) → reduce(x), axes of 1", Reduce.class, SumRules::ofUnits)
          .on(Ops.sum(Ops.expandDims(m46, 1), 2), Ops.max(Ops.expandDims(m46, 0), 1)),
      rule("sum(-x) → -sum(x)", Reduce.class, SumRules::ofNegative)
          .on(Ops.sum(Ops.neg(m46), 1)),
      rule("sum(1) → n", Reduce.class, SumRules::ofConstant).reordering()
          .on(Ops.sum(Ops.constantLike(m46, 2.5), 1), Ops.max(Ops.constantLike(v6, 3))),
      rule("sum(broadcast(x)) → n · x", Reduce.class, SumRules::ofBroadcast).reordering()
          .on(Ops.sum(ROWS, 0), Ops.max(ROWS, 0), Ops.sum(Ops.broadcast(v4, t246.type().dims(), List.of(1)), 1,
          2)),
      rule("sum(scatterAdd(i, x)) → x, one element a row", Reduce.class, SumRules::ofScatter)
          .on(Ops.sum(Apply.one(new ScatterAdd(1, 1, List.of(Dim.of(6), Dim.of(4))), below4, v6), 1)),
      rule("sum(x · y) → dot(x, y), matrices", Reduce.class, SumRules::contraction).reordering()
          .on(Ops.sum(PRODUCT, 1)),
      rule("sum(dot(x, y)) → dot(x, y), a shared axis", List.of(Reduce.class), SumRules::ofDot).reordering()
          .on(Ops.sum(Einsum.of("ak", "ak", "ak", m46, k46), 0),
              Ops.sum(Einsum.of("akb", "kb", "akb", Ops.transpose(t246, 0, 2, 1), m64), 1, 2)));

  private SumRules() {}

  private static List<Integer> axes(Apply e) {
    return ((Reduce) e.op()).axes();
  }

  private static Fun fun(Apply e) {
    return ((Reduce) e.op()).fun();
  }

  private static Expr overUnits(Apply e) {
    Expr x = e.input(0);
    List<Integer> wide = axes(e).stream().filter(axis -> !x.dim(axis).is(1)).toList();
    if (wide.size() == axes(e).size()) return null;
    return Ops.reshape(Ops.reduce(fun(e), x, wide), e.output(0).type().dims());
  }

  private static Expr twice(Apply e) {
    if (!(e.input(0).op() instanceof Reduce inner) || inner.fun() != fun(e) || fun(e) == Fun.MUL) return null;
    Expr x = e.input(0).apply().input(0);
    List<Integer> kept = inner.kept(x.rank());
    var all = new ArrayList<>(inner.axes());
    for (int axis : axes(e)) all.add(kept.get(axis));
    return Ops.reduce(fun(e), x, all.stream().sorted().toList());
  }

  private static Expr ofTranspose(Apply e) {
    if (!(e.input(0).op() instanceof Transpose t)) return null;
    List<Integer> gone = select(t.permutation(), axes(e)).stream().sorted().toList();
    List<Integer> kept = select(t.permutation(), ((Reduce) e.op()).kept(e.input(0).rank()));
    List<Integer> left = kept.stream().sorted().toList();
    List<Integer> order = kept.stream().map(left::indexOf).toList();
    return ViewRules.transpose(Ops.reduce(fun(e), e.input(0).apply().input(0), gone), order);
  }

  /** The axes of 1 that a reshape added or dropped are put right behind the reduction. */
  private static Expr ofUnits(Apply e) {
    if (!(e.input(0).op() instanceof Reshape r) || !Extents.differByUnits(r.from(), r.to())) return null;
    List<Integer> before = Extents.wide(r.from());
    List<Integer> after = Extents.wide(r.to());
    if (!after.containsAll(axes(e))) return null;
    List<Integer> along = axes(e).stream().map(axis -> before.get(after.indexOf(axis))).toList();
    return Ops.reshape(Ops.reduce(fun(e), e.input(0).apply().input(0), along), e.output(0).type().dims());
  }

  private static Expr ofNegative(Apply e) {
    if (fun(e) != Fun.ADD || e.input(0).op() != Scalar.NEG) return null;
    return Ops.neg(Apply.one(e.op(), e.input(0).apply().input(0)));
  }

  private static long count(Expr x, List<Integer> axes) {
    Dim n = Dim.ONE;
    for (int axis : axes) n = n.times(x.dim(axis));
    return n.isConstant() ? n.constant() : -1;
  }

  private static Expr ofConstant(Apply e) {
    if (!(e.input(0).op() instanceof Leaf.Constant c)) return null;
    long n = count(e.input(0), axes(e));
    TensorType type = e.output(0).type();
    boolean adds = fun(e) == Fun.ADD;
    if (!adds && fun(e) != Fun.MUL) return n > 0 ? Ops.constant(c.value(), type) : null;
    double value = c.value().doubleValue();
    if (adds && value == 0 || !adds && value == 1) return Ops.constant(c.value(), type);
    if (n == 0) return Ops.constant(adds ? 0 : 1, type);
    if (!adds || n < 0) return null;
    return type.dtype().isFloat() ? Ops.constant(n * value, type)
        : Ops.constant(integer(n * c.value().longValue(), type.dtype()), type);
  }

  private static Number integer(long value, DType dtype) {
    return dtype == DType.I32 ? (Number) (int) value : (Number) value;
  }

  private static Expr ofBroadcast(Apply e) {
    if (!(e.input(0).op() instanceof Broadcast b)) return null;
    List<Integer> repeated = axes(e).stream().filter(axis -> !b.axes().contains(axis)).toList();
    long n = count(e.input(0), repeated);
    if (repeated.isEmpty() || n < 1 || fun(e) == Fun.MUL) return null;
    List<Integer> left = range(e.input(0).rank()).stream().filter(axis -> !repeated.contains(axis)).toList();
    Expr smaller = Ops.broadcast(e.input(0).apply().input(0), select(b.to(), left),
        b.axes().stream().map(left::indexOf).toList());
    List<Integer> along = axes(e).stream().filter(left::contains).map(left::indexOf).toList();
    Expr rest = Ops.reduce(fun(e), smaller, along);
    return fun(e) == Fun.ADD ? Ops.times(rest, Ops.constantLike(rest, n)) : rest;
  }

  private static Expr ofScatter(Apply e) {
    if (!(e.input(0).op() instanceof ScatterAdd s) || fun(e) != Fun.ADD) return null;
    boolean oneEach = e.input(0).apply().input(0).rank() == s.batch() && axes(e).equals(List.of(s.axis()));
    return oneEach ? e.input(0).apply().input(1) : null;
  }

  /**
   * Products of what has an axis of its own on either side: anything less is as quick as it stands, and fuses
   * with its neighbours.
   */
  private static Expr contraction(Apply e) {
    Expr product = e.input(0);
    if (fun(e) != Fun.ADD || product.op() != Scalar.MUL) return null;
    if (!(product.apply().input(0).op() instanceof Broadcast l)) return null;
    if (!(product.apply().input(1).op() instanceof Broadcast r)) return null;
    var left = new ArrayList<>(l.axes());
    var right = new ArrayList<>(r.axes());
    boolean matrices = axes(e).stream().allMatch(axis -> left.contains(axis) && right.contains(axis))
        && left.stream().anyMatch(axis -> !right.contains(axis))
        && right.stream().anyMatch(axis -> !left.contains(axis));
    if (!matrices || left.size() + right.size() < product.rank()) return null;
    List<Integer> kept = ((Reduce) e.op()).kept(product.rank());
    if (!kept.stream().allMatch(axis -> left.contains(axis) || right.contains(axis))) return null;
    return Einsum.of(labels(left), labels(right), labels(kept), product.apply().input(0).apply().input(0),
        product.apply().input(1).apply().input(0));
  }

  private static String labels(List<Integer> axes) {
    var text = new StringBuilder();
    for (int axis : axes) text.append((char) ('a' + axis));
    return text.toString();
  }

  /** Axes that both operands have are summed in the contraction itself. */
  private static Expr ofDot(Apply e, Uses uses) {
    if (fun(e) != Fun.ADD || !(e.input(0).op() instanceof Einsum dot) || !uses.once(e.input(0))) return null;
    var out = new StringBuilder();
    for (int axis = 0; axis < dot.out().length(); axis++) {
      char label = dot.out().charAt(axis);
      if (!axes(e).contains(axis)) out.append(label);
      else if (dot.left().indexOf(label) < 0 || dot.right().indexOf(label) < 0) return null;
    }
    Apply inner = e.input(0).apply();
    return Einsum.of(dot.left(), dot.right(), out.toString(), inner.input(0), inner.input(1));
  }
}
