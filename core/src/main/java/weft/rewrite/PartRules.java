package weft.rewrite;

import static weft.rewrite.CodeRule.rule;
import static weft.rewrite.Extents.covers;
import static weft.rewrite.Extents.isAtMost;
import static weft.rewrite.Extents.isSettled;
import static weft.rewrite.Extents.remove;
import static weft.rewrite.Variables.k46;
import static weft.rewrite.Variables.m46;
import static weft.rewrite.Variables.t246;
import static weft.rewrite.Variables.v6;
import static weft.rewrite.Variables.w6;

import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.op.Broadcast;
import weft.op.Concat;
import weft.op.Embed;
import weft.op.Index;
import weft.op.Ops;
import weft.op.Reshape;
import weft.op.Reverse;
import weft.op.Slice;
import weft.op.Stack;
import weft.op.Transpose;
import weft.type.Dim;

/**
 * Rules about parts of tensors: a part of what was put together, moved or repeated is found where it came from.
 */
final class PartRules {
  private static final Expr JOINED = Ops.concat(0, m46, k46);

  private static final Expr PADDED = Ops.pad(m46, 0, 2, 1);
  private static final Expr ROWS = Ops.broadcastTo(v6, m46.type().dims());

  static final List<CodeRule> ALL = List.of(
      rule("slice(x) → x, all of it", Slice.class, CodeRule::unchanged)
          .on(Apply.one(new Slice(0, Dim.ZERO, Dim.of(6), 1), v6)),
      rule("slice(slice(x)) → slice(x)", Slice.class, PartRules::sliceTwice)
          .on(Ops.slice(Ops.slice(m46, 1, 1, 6), 1, 1, 4), Ops.slice(Ops.slice(m46, 1, 0, 6, 2), 1, 1, 3)),
      rule("slice(concat(x, y)) → slice(x)", Slice.class, PartRules::sliceOfConcat)
          .on(Ops.slice(JOINED, 0, 0, 4), Ops.slice(JOINED, 0, 5, 7)),
      rule("slice(embed(x)) → slice(x), or zeros", Slice.class, PartRules::sliceOfEmbed)
          .on(Ops.slice(PADDED, 0, 2, 6), Ops.slice(PADDED, 0, 3, 5), Ops.slice(PADDED, 0, 0, 2)),
      rule("slice(broadcast(x)) → broadcast(slice(x))", Slice.class, PartRules::sliceOfBroadcast)
          .on(Ops.slice(ROWS, 0, 1, 3), Ops.slice(ROWS, 1, 1, 3)),
      rule("slice(transpose(x)) → transpose(slice(x))", Slice.class, PartRules::sliceOfTranspose)
          .on(Ops.slice(Ops.transpose(m46), 0, 1, 3), Ops.slice(Ops.transpose(t246, 1, 2, 0), 1, 0, 6, 2)),
      rule("index(slice(x)) → index(x)", Index.class, PartRules::indexOfSlice)
          .on(Ops.index(Ops.slice(m46, 1, 1, 6, 2), 1, 2), Ops.index(Ops.slice(m46, 0, 1, 3), 1, 4)),
      rule("index(reshape(x)) → x, the axis of 1 it added", Index.class, PartRules::indexOfReshape)
          .on(Ops.index(Ops.expandDims(m46, 1), 1, 0)),
      rule("index(broadcast(x)) → broadcast(x)", Index.class, PartRules::indexOfBroadcast)
          .on(Ops.index(ROWS, 0, 2), Ops.index(ROWS, 1, 2), Ops.index(Ops.broadcastTo(v6, 2, 4, 6), 1, 2)),
      rule("index(concat(x, y)) → index(x)", Index.class, PartRules::indexOfConcat)
          .on(Ops.index(JOINED, 0, 2), Ops.index(JOINED, 0, 5)),
      rule("index(stack(x, y)) → x", Index.class, PartRules::indexOfStack)
          .on(Ops.index(Ops.stack(1, v6, w6), 1, 1)),
      rule("index(embed(x)) → index(x), or zeros", Index.class, PartRules::indexOfEmbed)
          .on(Ops.index(PADDED, 0, 3), Ops.index(PADDED, 0, 1), Ops.index(PADDED, 0, -1)),
      rule("index(reverse(x)) → index(x)", Index.class, PartRules::indexOfReverse)
          .on(Ops.index(Ops.reverse(m46, 1), 1, 1), Ops.index(Ops.reverse(m46, 1), 0, 1)),
      rule("index(transpose(x)) → transpose(index(x))", Index.class, PartRules::indexOfTranspose)
          .on(Ops.index(Ops.transpose(m46), 0, 1), Ops.index(Ops.transpose(t246, 1, 2, 0), 1, 2)));

  private PartRules() {}

  /** What was found in the place of a part of a part, if it raises every error that either would. */
  private static Expr covering(Expr found, Apply part) {
    return covers(found.apply(), part) && covers(found.apply(), part.input(0).apply()) ? found : null;
  }

  private static Expr sliceTwice(Apply e) {
    var s = (Slice) e.op();
    if (!(e.input(0).op() instanceof Slice inner) || inner.axis() != s.axis()) return null;
    // A part without elements may begin one step behind the last element, which is farther than the end of the axis.
    if (inner.step() > 1 && !s.from().is(0) && !s.extent().minus(1).isNonNegative()) return null;
    Dim from = inner.from().plus(s.from().times(inner.step()));
    Expr x = e.input(0).apply().input(0);
    return covering(Apply.one(new Slice(s.axis(), from, s.extent(), s.step() * inner.step()), x), e);
  }

  private static Expr sliceOfConcat(Apply e) {
    var s = (Slice) e.op();
    if (s.step() != 1 || !(e.input(0).op() instanceof Concat c) || c.axis() != s.axis()) return null;
    Dim end = s.from().plus(s.extent());
    Dim start = Dim.ZERO;
    for (Expr part : e.input(0).apply().inputs()) {
      Dim next = start.plus(part.dim(c.axis()));
      if (isAtMost(start, s.from()) && isAtMost(end, next)) return Ops.slice(part, c.axis(),
          s.from().minus(start), s.extent());
      start = next;
    }
    return null;
  }

  private static Expr sliceOfEmbed(Apply e) {
    var s = (Slice) e.op();
    if (!(e.input(0).op() instanceof Embed m) || m.axis() != s.axis()) return null;
    Expr x = e.input(0).apply().input(0);
    Dim extent = x.dim(m.axis());
    if (s.from().equals(m.from()) && s.step() == m.step() && s.extent().equals(extent)) return x;
    if (s.step() != 1 || m.step() != 1 || !isSettled(e)) return null;
    Dim end = s.from().plus(s.extent());
    Dim stop = m.from().plus(extent);
    if (isAtMost(m.from(), s.from()) && isAtMost(end, stop)) return Ops.slice(x, m.axis(),
        s.from().minus(m.from()), s.extent());
    return isAtMost(end, m.from()) || isAtMost(stop, s.from()) ? Ops.zeros(e.output(0).type()) : null;
  }

  private static Expr sliceOfBroadcast(Apply e) {
    var s = (Slice) e.op();
    if (!(e.input(0).op() instanceof Broadcast b)) return null;
    Expr x = e.input(0).apply().input(0);
    List<Dim> to = e.output(0).type().dims();
    int axis = b.axes().indexOf(s.axis());
    if (axis >= 0 && !x.dim(axis).is(1)) {
      return Ops.broadcast(Apply.one(new Slice(axis, s.from(), s.extent(), s.step()), x), to, b.axes());
    }
    return isSettled(e) ? Ops.broadcast(x, to, b.axes()) : null;
  }

  private static Expr sliceOfTranspose(Apply e) {
    var s = (Slice) e.op();
    if (!(e.input(0).op() instanceof Transpose t)) return null;
    Expr part = Apply.one(new Slice(t.permutation().get(s.axis()), s.from(), s.extent(), s.step()),
        e.input(0).apply().input(0));
    return Apply.one(t, part);
  }

  private static Expr indexOfSlice(Apply e) {
    var at = (Index) e.op();
    if (!(e.input(0).op() instanceof Slice s)) return null;
    Expr x = e.input(0).apply().input(0);
    if (s.axis() == at.axis()) {
      return covering(Ops.index(x, s.axis(), s.from().plus(at.at().times(s.step()))), e);
    }
    int axis = s.axis() < at.axis() ? s.axis() : s.axis() - 1;
    return Apply.one(new Slice(axis, s.from(), s.extent(), s.step()), Ops.index(x, at.axis(), at.at()));
  }

  private static Expr indexOfReshape(Apply e) {
    if (!(e.input(0).op() instanceof Reshape) || !e.input(0).dim(((Index) e.op()).axis()).is(1)) return null;
    return isSettled(e.input(0).apply()) ? Ops.reshape(e.input(0).apply().input(0), e.output(0).type().dims())
        : null;
  }

  private static Expr indexOfBroadcast(Apply e) {
    var at = (Index) e.op();
    if (!(e.input(0).op() instanceof Broadcast b)) return null;
    Expr x = e.input(0).apply().input(0);
    List<Dim> to = e.output(0).type().dims();
    int axis = b.axes().indexOf(at.axis());
    List<Integer> axes = b.axes().stream().filter(i -> i != at.axis()).map(i -> i < at.axis() ? i
        : i - 1).toList();
    if (axis >= 0) return x.dim(axis).is(1) ? null : Ops.broadcast(Ops.index(x, axis, at.at()), to, axes);
    return isSettled(e) ? Ops.broadcast(x, to, axes) : null;
  }

  private static Expr indexOfConcat(Apply e) {
    var at = (Index) e.op();
    if (!(e.input(0).op() instanceof Concat c) || c.axis() != at.axis()) return null;
    Dim start = Dim.ZERO;
    for (Expr part : e.input(0).apply().inputs()) {
      Dim next = start.plus(part.dim(c.axis()));
      if (isAtMost(start, at.at()) && isAtMost(at.at().plus(1), next)) return Ops.index(part, c.axis(),
          at.at().minus(start));
      start = next;
    }
    return null;
  }

  private static Expr indexOfStack(Apply e) {
    var at = (Index) e.op();
    boolean fits = e.input(0).op() instanceof Stack s && s.axis() == at.axis() && at.at().isConstant();
    return fits ? e.input(0).apply().input((int) at.at().constant()) : null;
  }

  private static Expr indexOfEmbed(Apply e) {
    var at = (Index) e.op();
    if (!(e.input(0).op() instanceof Embed m) || m.axis() != at.axis() || m.step() != 1) return null;
    Expr x = e.input(0).apply().input(0);
    Dim stop = m.from().plus(x.dim(m.axis()));
    if (isAtMost(m.from(), at.at()) && isAtMost(at.at().plus(1), stop)) return Ops.index(x, m.axis(),
        at.at().minus(m.from()));
    if (!isSettled(e)) return null;
    return isAtMost(at.at().plus(1), m.from()) || isAtMost(stop, at.at()) ? Ops.zeros(e.output(0).type()) : null;
  }

  private static Expr indexOfReverse(Apply e) {
    var at = (Index) e.op();
    if (!(e.input(0).op() instanceof Reverse r)) return null;
    Expr x = e.input(0).apply().input(0);
    if (r.axis() == at.axis()) return Ops.index(x, r.axis(), x.dim(r.axis()).minus(1).minus(at.at()));
    return Ops.reverse(Ops.index(x, at.axis(), at.at()), r.axis() < at.axis() ? r.axis() : r.axis() - 1);
  }

  private static Expr indexOfTranspose(Apply e) {
    var at = (Index) e.op();
    if (!(e.input(0).op() instanceof Transpose t)) return null;
    int dropped = t.permutation().get(at.axis());
    List<Integer> rest = remove(t.permutation(), at.axis()).stream().map(i -> i < dropped ? i : i - 1).toList();
    return ViewRules.transpose(Ops.index(e.input(0).apply().input(0), dropped, at.at()), rest);
  }
}
