package weft.op;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Message;
import weft.runtime.DType;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;

/** Writes to parts of tensors: a part is what slices, indices and moved axes make of a tensor. */
final class Parts {
  private Parts() {}

  /** x where {@code part}, which was made of it, is {@code value}. */
  static Expr set(String what, Expr x, Expr part, Object value) {
    check(what, x, part);
    return put(x, part, fitting(what, x, part, value));
  }

  /** x where {@code value} was added to {@code part}, which was made of it, as often as an element is there. */
  static Expr increment(String what, Expr x, Expr part, Object value) {
    check(what, x, part);
    Expr added = fitting(what, x, part, value);
    Expr lookup = firstLookup(x, part);
    if (lookup == null) return put(x, part, Ops.plus(part, added));
    Expr table = lookup.apply().input(0);
    for (Expr p = part; p != table; p = p.apply().input(0)) added = within(p, added);
    return put(x, table, Ops.plus(table, added));
  }

  /** The part next to x that indices chose, which may have chosen an element twice. */
  private static Expr firstLookup(Expr x, Expr part) {
    Expr found = null;
    for (Expr p = part; p != x; p = p.apply().input(0)) if (p.op() instanceof Take) found = p;
    return found;
  }

  private static void check(String what, Expr x, Expr part) {
    Expr p = part;
    while (p != x && isPart(p)) p = p.apply().input(0);
    if (p == x) return;
    throw Operands.fail(Kind.ARGUMENT, what + ": this is no part of that", Message.operands(what + "", x, part),
        "The part is made of the tensor itself by at, slice, index, row, take, pick, reverse or by moving axes, as in "
            + what + "(x, x.row(0), value).");
  }

  private static boolean isPart(Expr e) {
    return Message.needed("increment: e", e).op() instanceof Slice || e.op() instanceof Index || e.op() instanceof Take
        || e.op() instanceof Reverse || e.op() instanceof Transpose || e.op() instanceof Reshape;
  }

  private static Expr fitting(String what, Expr x, Expr part, Object value) {
    Expr given = value instanceof Number || value instanceof Boolean ? Operands.numberLike(what, value, x)
        : Operands.expr(what, value);
    if (given.dtype() != x.dtype() && Operands.join(given.dtype(), x.dtype()) != x.dtype()) {
      throw Operands.fail(Kind.DTYPE, what + ": " + given.dtype().text() + " does not go into " + x.dtype().text(),
          List.of(x, given), "Cast the value, for instance with .cast(DType." + x.dtype().name() + ").");
    }
    Expr cast = Ops.cast(given, x.dtype());
    List<Dim> dims = part.type().dims();
    if (!dims.equals(Operands.broadcast(cast.type().dims(), dims))) {
      throw Operands.fail(Kind.SHAPE, what + ": the value does not fit into the part", List.of(part, given),
          "The value has the shape of the part, or broadcasts to it.");
    }
    return After.like(Ops.broadcastTo(cast, dims), part);
  }

  private static Expr put(Expr x, Expr part, Expr value) {
    Expr p = part;
    Expr v = value;
    while (p != x) {
      Expr source = p.apply().input(0);
      if (p.op() instanceof Slice s) v = slice(source, s.axis(), s.from(), s.extent(), s.step(), v);
      else if (p.op() instanceof Index i) {
        v = slice(source, i.axis(), i.at(), Dim.ONE, 1, Ops.expandDims(v, i.axis()));
      } else if (p.op() instanceof Take t) {
        v = Apply.one(new ScatterSet(t.axis(), t.batch()), source, p.apply().input(1), v);
      } else {
        v = within(p, v);
      }
      p = source;
    }
    return v;
  }

  private static Expr slice(Expr x, int axis, Dim from, Dim extent, int step, Expr value) {
    Dim total = x.dim(axis);
    if (step > 1) {
      Expr offset = Ops.minus(Ops.arange(total), Ops.extent(from, DType.I32));
      Expr inside = Ops.and(Ops.ge(offset, 0), Ops.lt(offset, Ops.extent(extent.times(step), DType.I32)));
      Expr hit = Ops.and(inside, Ops.eq(Ops.mod(offset, step), 0));
      Expr spread = Apply.one(new Embed(axis, from, total, step), value);
      return Ops.where(Ops.broadcast(hit, x.type().dims(), List.of(axis)), spread, x);
    }
    var pieces = new ArrayList<Expr>();
    Dim end = from.plus(extent);
    if (!from.is(0)) pieces.add(Ops.slice(x, axis, Dim.ZERO, from));
    pieces.add(value);
    if (!end.equals(total)) pieces.add(Ops.slice(x, axis, end, total.minus(end)));
    return Ops.concat(axis, pieces);
  }

  /** The value of a part in zeros of the shape of what the part is made of. */
  private static Expr within(Expr part, Expr value) {
    Expr source = part.apply().input(0);
    if (part.op() instanceof Slice s) {
      return Apply.one(new Embed(s.axis(), s.from(), source.dim(s.axis()), s.step()), value);
    }
    if (part.op() instanceof Index i) {
      Expr row = Ops.expandDims(value, i.axis());
      return Apply.one(new Embed(i.axis(), i.at(), source.dim(i.axis()), 1), row);
    }
    if (part.op() instanceof Take t) {
      return Apply.one(new ScatterAdd(t.axis(), t.batch(), source.type().dims()), part.apply().input(1), value);
    }
    if (part.op() instanceof Transpose t) return Apply.one(t.inverse(), value);
    if (part.op() instanceof Reshape r) return Ops.reshape(value, r.from());
    return Apply.one(part.op(), value);
  }
}
