package weft.rewrite;

import static weft.rewrite.CodeRule.rule;
import static weft.rewrite.Extents.differByUnits;
import static weft.rewrite.Extents.isIdentity;
import static weft.rewrite.Extents.isIncreasing;
import static weft.rewrite.Extents.isSettled;
import static weft.rewrite.Extents.select;
import static weft.rewrite.Extents.wide;
import static weft.rewrite.Variables.a;
import static weft.rewrite.Variables.below4;
import static weft.rewrite.Variables.k46;
import static weft.rewrite.Variables.m16;
import static weft.rewrite.Variables.m46;
import static weft.rewrite.Variables.t246;
import static weft.rewrite.Variables.v4;
import static weft.rewrite.Variables.v6;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Op;
import weft.op.Broadcast;
import weft.op.Cast;
import weft.op.Index;
import weft.op.Ops;
import weft.op.Reshape;
import weft.op.Reverse;
import weft.op.Scalar;
import weft.op.Slice;
import weft.op.Transpose;
import weft.runtime.DType;
import weft.type.Dim;

/**
 * Rules about ops that only move elements. They bring graphs to one form: constants are constants whatever
 * their shape, what is repeated has no axis of extent 1, and functions are computed before their operands are
 * repeated or turned about.
 */
final class ViewRules {
  private static final List<Dim> SHAPE = m46.type().dims();
  private static final List<Dim> LARGER = t246.type().dims();
  private static final Expr ROWS = Ops.broadcastTo(v6, SHAPE);
  private static final Expr EQUAL = Ops.constantLike(v6, 3.5);

  static final List<CodeRule> ALL = List.of(
      rule("moved(1) → 1", List.of(Broadcast.class, Reshape.class, Transpose.class, Reverse.class, Slice.class,
          Index.class), (e, uses) -> constant(e))
          .on(Apply.one(new Reverse(0), EQUAL), Apply.one(new Slice(0, Dim.ONE, Dim.of(3), 2), EQUAL)),
      rule("cast(1) → 1", Cast.class, ViewRules::castConstant)
          .on(Apply.one(new Cast(DType.I32), EQUAL)),
      rule("cast(x) → x", Cast.class, CodeRule::unchanged)
          .on(Apply.one(new Cast(DType.F64), v6)),
      rule("cast(cast(x)) → cast(x)", Cast.class, ViewRules::castTwice)
          .on(Ops.cast(Ops.cast(below4, DType.F64), DType.F32), Ops.cast(Ops.cast(below4, DType.I64), DType.I32)),
      rule("transpose(x) → x, in order", Transpose.class, ViewRules::transposeInOrder)
          .on(Apply.one(new Transpose(List.of(0, 1)), m46)),
      rule("transpose(transpose(x)) → transpose(x)", Transpose.class, ViewRules::transposeTwice)
          .on(Ops.transpose(Ops.transpose(m46)), Ops.transpose(Ops.transpose(t246, 1, 2, 0), 2, 1, 0)),
      rule("transpose(x) → reshape(x), axes of 1 moved", Transpose.class, ViewRules::transposeOfUnits)
          .on(Ops.transpose(m16)),
      rule("transpose(broadcast(x)) → broadcast(x)", Transpose.class, ViewRules::transposedBroadcast)
          .on(Ops.transpose(ROWS)),
      rule("reshape(x) → x, same shape", Reshape.class, CodeRule::unchanged)
          .on(Apply.one(new Reshape(SHAPE, SHAPE), m46)),
      rule("reshape(reshape(x)) → reshape(x)", Reshape.class, ViewRules::reshapeTwice)
          .on(Ops.reshape(Ops.flatten(m46), 6, 4)),
      rule("reshape(broadcast(x)) → broadcast(x), axes of 1", Reshape.class, ViewRules::reshapedBroadcast)
          .on(Ops.expandDims(ROWS, 1), Ops.squeeze(Ops.broadcastTo(v6, 4, 1, 6), 1)),
      rule("broadcast(x) → x, same shape", Broadcast.class, ViewRules::broadcastToSame)
          .on(Apply.one(new Broadcast(SHAPE, List.of(0, 1)), m46)),
      rule("broadcast(broadcast(x)) → broadcast(x)", Broadcast.class, ViewRules::broadcastTwice)
          .on(Ops.broadcastTo(ROWS, LARGER),
              Ops.broadcast(Ops.broadcast(v4, SHAPE, List.of(0)), LARGER, List.of(1, 2))),
      rule("broadcast(x) → broadcast(reshape(x)), axes of 1", Broadcast.class, ViewRules::broadcastUnits)
          .on(Ops.broadcastTo(m16, SHAPE), Ops.broadcastTo(Ops.expandDims(v6, 0), SHAPE),
              Ops.broadcastTo(m16, 4, 1, 6)),
      rule("reverse(reverse(x)) → x", Reverse.class, ViewRules::reverseTwice)
          .on(Ops.reverse(Ops.reverse(m46, 1), 1)),
      rule("reverse(x) → x, one element or all equal", Reverse.class, ViewRules::reverseOfEqual)
          .on(Apply.one(new Reverse(0), m16), Apply.one(new Reverse(0), ROWS)),
      rule("f(broadcast(x), …) → broadcast(f(x, …))", functions(), (e, uses) -> functionOfBroadcasts(e))
          .on(Ops.exp(ROWS),
              Ops.times(ROWS, Ops.broadcastTo(a, SHAPE)),
              Ops.where(Ops.broadcastTo(Ops.gt(v6, 0), SHAPE), 1.0, Ops.broadcastTo(a, SHAPE)),
              Ops.plus(Ops.broadcast(v4, LARGER, List.of(1)), Ops.broadcastTo(v6, LARGER))),
      rule("f(moved(x), …) → moved(f(x, …))", functions(), (e, uses) -> functionOfMoved(e))
          .on(Ops.plus(Ops.transpose(m46), Ops.transpose(k46)),
              Ops.times(Ops.expandDims(v6, 0), 2.0),
              Ops.neg(Ops.reverse(m46, 1)),
              Ops.cast(Ops.transpose(m46), DType.F32)));

  /** The rules as a pass of their own: what patterns are brought to. */
  static final RuleSet SET = new RuleSet(ALL);

  private ViewRules() {}

  static List<Object> functions() {
    var all = new ArrayList<Object>(Scalar.rows());
    all.add(Cast.class);
    return all;
  }

  /** A constant whose elements were moved about, repeated or left out. */
  private static Expr constant(Apply e) {
    if (!(e.input(0).op() instanceof Leaf.Constant c) || !isSettled(e)) return null;
    return Ops.constant(c.value(), e.output(0).type());
  }

  private static Expr castConstant(Apply e) {
    return e.input(0).op() instanceof Leaf.Constant c ? Ops.constant(c.value(), e.output(0).type()) : null;
  }

  private static Expr castTwice(Apply e) {
    if (!(e.input(0).op() instanceof Cast)) return null;
    Expr x = e.input(0).apply().input(0);
    return holds(e.input(0).dtype(), x.dtype()) ? Ops.cast(x, e.output(0).dtype()) : null;
  }

  /** Whether one dtype has all values of the other. */
  private static boolean holds(DType large, DType small) {
    return switch (small) {
      case BOOL -> true;
      case I32 -> large == DType.I64 || large == DType.F64;
      case F32 -> large == DType.F64;
      case I64, F64 -> false;
    };
  }

  private static Expr transposeInOrder(Apply e) {
    return isIdentity(((Transpose) e.op()).permutation(), e.input(0).rank()) ? e.input(0) : null;
  }

  private static Expr transposeTwice(Apply e) {
    if (!(e.input(0).op() instanceof Transpose inner)) return null;
    List<Integer> outer = ((Transpose) e.op()).permutation();
    return transpose(e.input(0).apply().input(0), select(inner.permutation(), outer));
  }

  static Expr transpose(Expr x, List<Integer> permutation) {
    return isIdentity(permutation, x.rank()) ? x : Apply.one(new Transpose(permutation), x);
  }

  private static Expr transposeOfUnits(Apply e) {
    var wide = new ArrayList<>(((Transpose) e.op()).permutation());
    wide.removeIf(axis -> e.input(0).dim(axis).is(1));
    return isIncreasing(wide) ? Ops.reshape(e.input(0), e.output(0).type().dims()) : null;
  }

  private static Expr transposedBroadcast(Apply e) {
    if (!(e.input(0).op() instanceof Broadcast b)) return null;
    List<Integer> permutation = ((Transpose) e.op()).permutation();
    List<Integer> axes = b.axes().stream().map(permutation::indexOf).toList();
    if (!isIncreasing(axes)) return null;
    return Ops.broadcast(e.input(0).apply().input(0), e.output(0).type().dims(), axes);
  }

  private static Expr reshapeTwice(Apply e) {
    if (!(e.input(0).op() instanceof Reshape) || !isSettled(e.input(0).apply())) return null;
    return Ops.reshape(e.input(0).apply().input(0), e.output(0).type().dims());
  }

  private static Expr reshapedBroadcast(Apply e) {
    if (!(e.input(0).op() instanceof Broadcast b)) return null;
    List<Dim> to = e.output(0).type().dims();
    if (!differByUnits(b.to(), to) || b.axes().stream().anyMatch(axis -> b.to().get(axis).is(1))) return null;
    List<Integer> before = wide(b.to());
    List<Integer> after = wide(to);
    return Ops.broadcast(e.input(0).apply().input(0), to,
        b.axes().stream().map(axis -> after.get(before.indexOf(axis))).toList());
  }

  private static Expr broadcastToSame(Apply e) {
    boolean same = e.input(0).type().equals(e.output(0).type())
        && isIdentity(((Broadcast) e.op()).axes(), e.input(0).rank());
    return same ? e.input(0) : null;
  }

  private static Expr broadcastTwice(Apply e) {
    if (!(e.input(0).op() instanceof Broadcast inner)) return null;
    var outer = (Broadcast) e.op();
    return Ops.broadcast(e.input(0).apply().input(0), outer.to(), select(outer.axes(), inner.axes()));
  }

  private static Expr broadcastUnits(Apply e) {
    Expr x = e.input(0);
    List<Integer> wide = wide(x.type().dims());
    if (wide.size() == x.rank()) return null;
    var b = (Broadcast) e.op();
    return Ops.broadcast(Ops.reshape(x, select(x.type().dims(), wide)), b.to(), select(b.axes(), wide));
  }

  private static Expr reverseTwice(Apply e) {
    return e.input(0).op().equals(e.op()) ? e.input(0).apply().input(0) : null;
  }

  private static Expr reverseOfEqual(Apply e) {
    int axis = ((Reverse) e.op()).axis();
    boolean equal = e.input(0).dim(axis).is(1)
        || e.input(0).op() instanceof Broadcast b && !b.axes().contains(axis);
    return equal ? e.input(0) : null;
  }

  /** The function at the shape of the axes that any operand really has. */
  private static Expr functionOfBroadcasts(Apply e) {
    var axes = new TreeSet<Integer>();
    boolean some = false;
    for (Expr in : e.inputs()) {
      if (in.op() instanceof Leaf.Constant) continue;
      if (!(in.op() instanceof Broadcast b)) return null;
      axes.addAll(b.axes());
      some = true;
    }
    List<Dim> to = e.output(0).type().dims();
    if (!some || axes.size() == to.size()) return null;
    List<Integer> kept = List.copyOf(axes);
    List<Dim> small = select(to, kept);
    var inputs = new ArrayList<Expr>();
    for (Expr in : e.inputs()) {
      if (in.op() instanceof Leaf.Constant c) {
        inputs.add(Ops.constant(c.value(), in.type().withDims(small)));
      } else {
        var b = (Broadcast) in.op();
        inputs.add(Ops.broadcast(in.apply().input(0), small, b.axes().stream().map(kept::indexOf).toList()));
      }
    }
    return Ops.broadcast(Apply.of(e.op(), inputs).output(0), to, kept);
  }

  /** The function before its operands are all moved in the same way. */
  private static Expr functionOfMoved(Apply e) {
    Expr first = null;
    for (Expr in : e.inputs()) {
      if (in.op() instanceof Leaf.Constant) continue;
      if (first == null) first = in;
      if (!isMove(in.op()) || !in.op().equals(first.op()) || !isSettled(in.apply())) return null;
    }
    if (first == null) return null;
    List<Dim> dims = first.apply().input(0).type().dims();
    var inputs = new ArrayList<Expr>();
    for (Expr in : e.inputs()) {
      if (in.op() instanceof Leaf.Constant c) inputs.add(Ops.constant(c.value(), in.type().withDims(dims)));
      else inputs.add(in.apply().input(0));
    }
    return Apply.one(first.op(), Apply.of(e.op(), inputs).output(0));
  }

  private static boolean isMove(Op op) {
    return op instanceof Transpose || op instanceof Reshape || op instanceof Reverse;
  }
}
