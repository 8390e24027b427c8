package weft.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Op;
import weft.op.Broadcast;
import weft.op.Ops;
import weft.op.Reshape;
import weft.op.Scalar;
import weft.runtime.DType;
import weft.type.Dim;
import weft.type.Symbol;
import weft.type.TensorType;

/**
 * What the variables of a pattern stand for in an expression that fits it. Constants fit by value, sums and
 * products either way round, everything else by equal ops; extents are variables too.
 */
final class Match {
  private final Map<Expr, Expr> bound;
  private final Map<Symbol, Dim> dims;
  private DType dtype;

  private Match(Map<Expr, Expr> bound, Map<Symbol, Dim> dims, DType dtype) {
    this.bound = bound;
    this.dims = dims;
    this.dtype = dtype;
  }

  /** How {@code e} fits the pattern, or null. */
  static Match of(Expr pattern, Expr e) {
    return new Match(new HashMap<>(), new HashMap<>(), null).and(pattern, e);
  }

  boolean isBound(Expr e) {
    return bound.containsValue(e);
  }

  /** This match and what one more pattern adds, or null; this stays as it is where that takes a choice. */
  private Match and(Expr pattern, Expr e) {
    if (pattern.op() instanceof Leaf.Input) return bind(pattern, e) ? this : null;
    if (pattern.op() instanceof Leaf.Constant want) {
      boolean equal = e.op() instanceof Leaf.Constant c && c.value().doubleValue() == want.value().doubleValue();
      return equal ? this : null;
    }
    if (pattern.index() != e.index() || !isSame(pattern.op(), e.op())) return null;
    List<Expr> wanted = pattern.apply().inputs();
    List<Expr> given = e.apply().inputs();
    if (pattern.op() != Scalar.ADD && pattern.op() != Scalar.MUL) return all(wanted, given);
    Match straight = new Match(new HashMap<>(bound), new HashMap<>(dims), dtype).all(wanted, given);
    return straight != null ? straight : all(wanted, List.of(given.get(1), given.get(0)));
  }

  private Match all(List<Expr> patterns, List<Expr> given) {
    Match match = this;
    for (int i = 0; i < patterns.size() && match != null; i++) match = match.and(patterns.get(i), given.get(i));
    return match;
  }

  private boolean isSame(Op want, Op op) {
    if (!(want instanceof Broadcast w)) return want.equals(op);
    return op instanceof Broadcast b && w.axes().equals(b.axes()) && fit(w.to(), b.to());
  }

  private boolean bind(Expr variable, Expr e) {
    Expr known = bound.get(variable);
    if (known != null) return known == e || known.op() instanceof Leaf && known.op().equals(e.op());
    DType want = variable.dtype();
    if (want == DType.F64) {
      if (e.dtype() == DType.BOOL || dtype != null && e.dtype() != dtype) return false;
      dtype = e.dtype();
    } else if (want != e.dtype()) {
      return false;
    }
    bound.put(variable, e);
    return fit(variable.type().dims(), e.type().dims());
  }

  private boolean fit(List<Dim> wanted, List<Dim> given) {
    if (wanted.size() != given.size()) return false;
    for (int i = 0; i < wanted.size(); i++) {
      Dim known = wanted.get(i).isConstant() ? wanted.get(i)
          : dims.putIfAbsent(symbol(wanted.get(i)), given.get(i));
      if (known != null && !known.equals(given.get(i))) return false;
    }
    return true;
  }

  private static Symbol symbol(Dim dim) {
    return dim.symbols().iterator().next();
  }

  /** The pattern with everything bound put in. */
  Expr instantiate(Expr pattern) {
    var made = new HashMap<>(bound);
    for (Apply a : Graphs.order(List.of(pattern), bound.keySet())) {
      var inputs = new ArrayList<Expr>();
      for (Expr in : a.inputs()) inputs.add(made.get(in));
      made.put(a.output(0), Apply.of(filled(a.op()), inputs).output(0));
    }
    return made.get(pattern);
  }

  private Op filled(Op op) {
    if (op instanceof Leaf.Constant c) {
      DType wanted = c.type().dtype() == DType.F64 ? dtype : c.type().dtype();
      return Ops.constant(c.value(), new TensorType(wanted, filled(c.type().dims()))).op();
    }
    if (op instanceof Broadcast b) return new Broadcast(filled(b.to()), b.axes());
    if (op instanceof Reshape r) return new Reshape(filled(r.from()), filled(r.to()));
    return op;
  }

  private List<Dim> filled(List<Dim> pattern) {
    return pattern.stream().map(d -> d.substitute(dims::get)).toList();
  }
}
