package weft.rewrite;

import static weft.rewrite.CodeRule.rule;
import static weft.rewrite.Variables.k46;
import static weft.rewrite.Variables.m46;
import static weft.rewrite.Variables.v4;
import static weft.rewrite.Variables.v6;
import static weft.rewrite.Variables.w6;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.op.Concat;
import weft.op.Embed;
import weft.op.Index;
import weft.op.Ops;
import weft.op.Scalar;
import weft.op.Slice;
import weft.op.Stack;
import weft.type.Dim;

/**
 * Rules about tensors put together from parts. The sum of parts within zeros matters most: it is what the
 * gradient of the gates of an LSTM looks like, which share one product and slice it.
 */
final class JoinRules {
  private static final Expr BEHIND = Ops.embed(m46, 1, Dim.of(6), Dim.of(12));
  private static final Expr PAIR = Ops.slice(m46, 1, 0, 2);
  private static final Expr BEFORE = Ops.embed(k46, 1, Dim.ZERO, Dim.of(12));

  static final List<CodeRule> ALL = List.of(
      rule("concat(x) → x", Concat.class, CodeRule::unchanged)
          .on(Apply.one(new Concat(0), v6)),
      rule("concat(x, concat(y, z)) → concat(x, y, z)", Concat.class, JoinRules::flat)
          .on(Ops.concat(0, v6, Ops.concat(0, w6, v4))),
      rule("concat(x, nothing) → x", Concat.class, JoinRules::withoutEmpty)
          .on(Ops.concat(0, v6, Ops.slice(v4, 0, 2, 2))),
      rule("concat(x[..a], x[a..]) → x", Concat.class, JoinRules::neighbours)
          .on(Ops.concat(0, Ops.slice(v6, 0, 0, 2), Ops.slice(v6, 0, 2, 6)),
              Ops.concat(0, v4, Ops.slice(v6, 0, 1, 2), Ops.slice(v6, 0, 2, 5))),
      rule("concat(1, 1) → 1", Concat.class, JoinRules::neighbouringConstants)
          .on(Ops.concat(0, Ops.constantLike(v6, 2), Ops.constantLike(v4, 2)),
              Ops.concat(0, v6, Ops.constantLike(v6, 2), Ops.constantLike(v4, 2))),
      rule("stack(x[0], x[1], …) → x", Stack.class, JoinRules::stackOfAll)
          .on(Ops.stack(1, Ops.index(PAIR, 1, 0), Ops.index(PAIR, 1, 1))),
      rule("embed(x) → x, all of it", Embed.class, CodeRule::unchanged)
          .on(Apply.one(new Embed(0, Dim.ZERO, Dim.of(6), 1), v6)),
      rule("embed(0) → 0", Embed.class, e -> isZero(e.input(0)) ? Ops.zeros(e.output(0).type()) : null)
          .on(Apply.one(new Embed(0, Dim.ONE, Dim.of(9), 1), Ops.zerosLike(v6))),
      rule("embed(embed(x)) → embed(x)", Embed.class, JoinRules::embedTwice)
          .on(Ops.pad(Ops.pad(m46, 1, 2, 1), 1, 1, 3)),
      rule("embed(x) + embed(y) → concat(x, y)", Scalar.ADD, JoinRules::sumOfParts)
          .on(Ops.plus(BEHIND, BEFORE),
              Ops.plus(Ops.pad(v6, 0, 1, 9), Ops.pad(v4, 0, 10, 2)),
              Ops.plus(Ops.concat(0, Ops.zerosLike(v4), v6), Ops.pad(v4, 0, 0, 6))),
      rule("embed(x) + embed(y) → embed(x + y), same place", Scalar.ADD, JoinRules::sumInOnePlace)
          .on(Ops.plus(Ops.pad(m46, 0, 1, 2), Ops.pad(k46, 0, 1, 2))));

  private JoinRules() {}

  static boolean isZero(Expr e) {
    return e.op() instanceof Leaf.Constant c && c.value().doubleValue() == 0;
  }

  private static Expr concat(int axis, List<Expr> parts) {
    return parts.size() == 1 ? parts.get(0) : Apply.of(new Concat(axis), parts).output(0);
  }

  private static Expr flat(Apply e) {
    var parts = new ArrayList<Expr>();
    for (Expr in : e.inputs()) {
      if (in.op().equals(e.op())) parts.addAll(in.apply().inputs());
      else parts.add(in);
    }
    return parts.size() == e.inputs().size() ? null : concat(((Concat) e.op()).axis(), parts);
  }

  private static Expr withoutEmpty(Apply e) {
    int axis = ((Concat) e.op()).axis();
    var parts = new ArrayList<>(e.inputs());
    parts.removeIf(in -> in.dim(axis).is(0) && Extents.isSettled(in.apply()));
    if (parts.size() == e.inputs().size()) return null;
    return parts.isEmpty() ? e.input(0) : concat(axis, parts);
  }

  /** The neighbour slices of one tensor made one slice. */
  private static Expr neighbours(Apply e) {
    int axis = ((Concat) e.op()).axis();
    var parts = new ArrayList<Expr>();
    for (Expr in : e.inputs()) {
      Expr both = parts.isEmpty() ? null : joined(parts.get(parts.size() - 1), in, axis);
      if (both == null) parts.add(in);
      else parts.set(parts.size() - 1, both);
    }
    return parts.size() == e.inputs().size() ? null : concat(axis, parts);
  }

  private static Expr joined(Expr left, Expr right, int axis) {
    if (!(left.op() instanceof Slice l) || !(right.op() instanceof Slice r) || l.axis() != axis
        || r.axis() != axis) return null;
    Expr x = left.apply().input(0);
    if (l.step() != 1 || r.step() != 1 || x != right.apply().input(0)
        || !l.from().plus(l.extent()).equals(r.from())) return null;
    Expr both = Ops.slice(x, axis, l.from(), l.extent().plus(r.extent()));
    return Extents.isSettled(left.apply()) && Extents.isSettled(right.apply()) ? both : null;
  }

  private static Expr neighbouringConstants(Apply e) {
    int axis = ((Concat) e.op()).axis();
    var parts = new ArrayList<Expr>();
    for (Expr in : e.inputs()) {
      Expr last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
      if (last == null || !(in.op() instanceof Leaf.Constant c) || !(last.op() instanceof Leaf.Constant d)
          || !c.value().equals(d.value())) {
        parts.add(in);
        continue;
      }
      List<Dim> dims = Extents.replace(in.type().dims(), axis, last.dim(axis).plus(in.dim(axis)));
      parts.set(parts.size() - 1, Ops.constant(c.value(), in.type().withDims(dims)));
    }
    return parts.size() == e.inputs().size() ? null : concat(axis, parts);
  }

  private static Expr stackOfAll(Apply e) {
    int axis = ((Stack) e.op()).axis();
    Expr x = null;
    for (int i = 0; i < e.inputs().size(); i++) {
      Expr in = e.input(i);
      if (!(in.op() instanceof Index at) || at.axis() != axis || !at.at().is(i)) return null;
      if (x != null && in.apply().input(0) != x) return null;
      x = in.apply().input(0);
    }
    return x.type().equals(e.output(0).type()) ? x : null;
  }

  private static Expr embedTwice(Apply e) {
    var outer = (Embed) e.op();
    boolean fits = e.input(0).op() instanceof Embed in && in.axis() == outer.axis() && in.step() == 1
        && outer.step() == 1;
    if (!fits) return null;
    Dim from = outer.from().plus(((Embed) e.input(0).op()).from());
    return Apply.one(new Embed(outer.axis(), from, outer.total(), 1), e.input(0).apply().input(0));
  }

  private static Expr sumInOnePlace(Apply e) {
    Expr x = e.input(0);
    Expr y = e.input(1);
    if (!(x.op() instanceof Embed) || !x.op().equals(y.op())) return null;
    Expr inner = x.apply().input(0);
    Expr other = y.apply().input(0);
    return inner.type().equals(other.type()) ? Apply.one(x.op(), Ops.plus(inner, other)) : null;
  }

  /** One part along an axis; a null expression stands for zeros. */
  private record Part(Dim from, Dim end, Expr expr) {}

  /** Two sums of parts within zeros that do not overlap, as what stands behind each other. */
  private static Expr sumOfParts(Apply e) {
    int axis = axis(e.input(0));
    if (axis < 0 || axis != axis(e.input(1))) return null;
    var all = new ArrayList<>(parts(e.input(0)));
    for (Part p : parts(e.input(1))) if (!insert(all, p)) return null;
    Dim end = Dim.ZERO;
    var joined = new ArrayList<Expr>();
    for (Part p : all) {
      if (!p.from.equals(end)) joined.add(zeros(e, axis, p.from.minus(end)));
      joined.add(p.expr);
      end = p.end;
    }
    Dim total = e.output(0).dim(axis);
    if (!end.equals(total)) joined.add(zeros(e, axis, total.minus(end)));
    return concat(axis, joined);
  }

  private static Expr zeros(Apply e, int axis, Dim extent) {
    return Ops.zeros(e.output(0).type().withDims(Extents.replace(e.output(0).type().dims(), axis, extent)));
  }

  private static int axis(Expr e) {
    if (e.op() instanceof Embed m) return m.step() == 1 ? m.axis() : -1;
    return e.op() instanceof Concat c && e.apply().inputs().stream().anyMatch(JoinRules::isZero) ? c.axis() : -1;
  }

  /** What is not zero, in order. */
  private static List<Part> parts(Expr e) {
    if (e.op() instanceof Embed m) {
      Expr x = e.apply().input(0);
      return List.of(new Part(m.from(), m.from().plus(x.dim(m.axis())), x));
    }
    var parts = new ArrayList<Part>();
    Dim from = Dim.ZERO;
    for (Expr in : e.apply().inputs()) {
      Dim end = from.plus(in.dim(((Concat) e.op()).axis()));
      if (!isZero(in)) parts.add(new Part(from, end, in));
      from = end;
    }
    return parts;
  }

  /** Puts a part where it belongs; false if it overlaps another or nothing tells which of two comes first. */
  private static boolean insert(List<Part> sorted, Part part) {
    int i = 0;
    while (i < sorted.size() && Extents.isAtMost(sorted.get(i).end, part.from)) i++;
    if (i < sorted.size() && !Extents.isAtMost(part.end, sorted.get(i).from)) return false;
    sorted.add(i, part);
    return true;
  }
}
