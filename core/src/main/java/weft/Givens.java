package weft;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Origin;
import weft.op.Extent;
import weft.op.Ops;
import weft.runtime.DType;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;

/** What a function computes instead of some expressions, and the extents that follow from it. */
final class Givens {
  /** @param of what is given, and for what, with this extent */
  private record Bound(Dim dim, List<Expr> of) {}

  private final Map<Expr, Expr> all = new LinkedHashMap<>();
  private final Map<Symbol, Bound> extents = new LinkedHashMap<>();

  /** Gives a value of the same dtype and rank for an expression. */
  void add(Expr what, Object value) {
    Expr given = expression(what, value);
    if (given.dtype() != what.dtype() || given.rank() != what.rank()) {
      throw new WeftException(given.dtype() != what.dtype() ? Kind.DTYPE : Kind.SHAPE,
          Message.of("given: what is given for " + Message.label(what) + " has another type", List.of(what, given),
              Origin.here(), "Give an expression of the same dtype and rank."));
    }
    for (Expr other : all.keySet()) {
      if (other == what || what.op() instanceof Leaf.Parametric && what.op().equals(other.op())) {
        throw new WeftException(Kind.DUPLICATE, Message.of("given: " + Message.label(what) + " is given twice", List.of(what),
            Origin.here(), "Give one value for it."));
      }
    }
    boolean fills = value instanceof Number || value instanceof Boolean;
    for (int axis = 0; axis < what.rank() && !fills; axis++) extent(what, given, axis);
    steps(what, given);
    all.put(what, given);
  }

  /** What the extent of an axis says of the symbol in it, if it is made of one that inputs bind. */
  private void extent(Expr what, Expr given, int axis) {
    Dim before = what.dim(axis);
    Dim now = given.dim(axis);
    if (before.isConstant()) {
      if (!before.equals(now)) throw contradiction(what, given, axis);
      return;
    }
    if (before.symbols().size() != 1) return;
    Symbol s = before.symbols().iterator().next();
    Dim times = before.coefficient(s);
    if (!(s.definition() instanceof Symbol.Free) || times == null || !times.isConstant()) return;
    Dim rest = now.minus(before.minus(times.times(Dim.of(s))));
    if (rest.isConstant() && rest.constant() * times.constant() < 0) throw contradiction(what, given, axis);
    Dim quotient = Dim.ZERO;
    for (Dim.Term t : rest.terms()) {
      if (t.coefficient() % times.constant() != 0) throw contradiction(what, given, axis);
      Dim product = Dim.of(t.coefficient() / times.constant());
      for (Symbol each : t.symbols()) product = product.times(Dim.of(each));
      quotient = quotient.plus(product);
    }
    bind(s, quotient, what, given);
  }

  private static WeftException contradiction(Expr what, Expr given, int axis) {
    return new WeftException(Kind.SHAPE, Message.of("given: axis " + axis + " of " + Message.label(what) + " is " + what.dim(axis)
        + ", and of what is given for it " + given.dim(axis), List.of(what, given), Origin.here(),
        "Give as many, or declare " + Message.label(what) + " with a dim that is known only at the call."));
  }

  /** A number of steps that is given is an extent. */
  private void steps(Expr what, Expr given) {
    if (what.rank() != 0 || !(what.op() instanceof Leaf.Input)) return;
    Symbol s = Dim.given(Message.label(what), what.op()).symbols().iterator().next();
    if (given.op() instanceof Leaf.Constant c) bind(s, Dim.of(c.value().longValue()), what, given);
    else if (given.op() instanceof Leaf.Literal l) bind(s, Dim.of((long) l.value().item()), what, given);
    else if (given.op() instanceof Leaf.Input) bind(s, Dim.given(Message.label(given), given.op()), what, given);
    else if (given.op() instanceof Extent e) bind(s, e.of(), what, given);
  }

  private void bind(Symbol s, Dim now, Expr what, Expr given) {
    Bound before = extents.putIfAbsent(s, new Bound(now, List.of(what, given)));
    if (before == null || before.dim.equals(now)) return;
    var sides = new LinkedHashSet<>(before.of);
    sides.add(what);
    sides.add(given);
    throw new WeftException(Kind.SHAPE, Message.of("given: " + s + " would be " + before.dim + " and " + now, List.copyOf(sides),
        Origin.here(), "Give as many for each, or name the dims apart."));
  }

  /** The symbols that stand for another extent in the function. */
  Map<Symbol, Dim> extents() {
    var changed = new LinkedHashMap<Symbol, Dim>();
    extents.forEach((s, e) -> {
      if (!e.dim.equals(Dim.of(s))) changed.put(s, e.dim);
    });
    return changed;
  }

  private static Expr expression(Expr what, Object value) {
    if (value instanceof Expr e) return e;
    if (value instanceof Tensor t) return Tensors.constant(t);
    if (value instanceof Parameter p) return Tensors.param(p);
    if (value instanceof Boolean b && what.dtype() == DType.BOOL) return Ops.constant(b ? 1 : 0, what.type());
    if (value instanceof Number n && holds(what.dtype(), n.doubleValue())) return Ops.constant(n, what.type());
    throw new WeftException(value instanceof Number || value instanceof Boolean ? Kind.DTYPE : Kind.ARGUMENT,
        Message.of("given: " + Message.label(what) + " cannot be " + value, List.of(what), Origin.here(),
            "Give an expression, a tensor, a parameter or a number of its type."));
  }

  private static boolean holds(DType dtype, double value) {
    return dtype.isFloat() || value == Math.rint(value) && (dtype == DType.I64 || dtype == DType.I32 && value == (int) value);
  }

  /** By what they are given for. */
  Map<Expr, Expr> all() {
    return all;
  }
}
