package weft.op;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.graph.Op;
import weft.type.Dim;
import weft.type.Symbol;
import weft.type.TensorType;

/** A graph in which other extents have taken the place of some. */
public final class Resized {
  private final Map<Symbol, Dim> by;
  /** What lengths are measured as whose bounds have changed. */
  private final Map<Symbol, Dim> measured = new HashMap<>();

  /** @param by what takes the place of symbols, all at once */
  public Resized(Map<Symbol, Dim> by) {
    this.by = Map.copyOf(by);
  }

  /** Whether no extent changes. */
  public boolean isNothing() {
    return by.isEmpty();
  }

  /**
   * A copy of {@code results} with some expressions replaced by others of the same types but for the extents, which change wherever else
   * they stand. Inputs stay as they are.
   */
  public List<Expr> results(List<Expr> results, Map<Expr, Expr> replacements) {
    var mapped = new HashMap<>(replacements);
    for (Apply a : Graphs.order(results, replacements.keySet())) Graphs.rebuild(a, op(a.op()), mapped);
    return results.stream().map(e -> mapped.getOrDefault(e, e)).toList();
  }

  private Op op(Op op) {
    if (op instanceof Leaf.Variable v) return dims(v.type().dims()).equals(v.type().dims()) ? v : new Leaf.Variable(type(v.type()), v.role());
    Op changed = op.getClass().isRecord() ? record(op) : op;
    if (changed.bodies().isEmpty()) return changed;
    List<Lambda> bodies = changed.bodies().stream().map(this::body).toList();
    return bodies.equals(changed.bodies()) ? changed : changed.withBodies(bodies);
  }

  private Lambda body(Lambda body) {
    var replaced = new HashMap<Expr, Expr>();
    for (Expr v : body.variables()) {
      if (op(v.op()) != v.op()) replaced.put(v, Graphs.variable(type(v.type()), Message.label(v), ((Leaf.Variable) v.op()).role()));
    }
    List<Expr> results = results(body.results(), replaced);
    if (replaced.isEmpty() && results.equals(body.results())) return body;
    return new Lambda(body.variables().stream().map(v -> replaced.getOrDefault(v, v)).toList(), results);
  }

  private Op record(Op op) {
    RecordComponent[] components = op.getClass().getRecordComponents();
    var types = new Class<?>[components.length];
    var values = new Object[components.length];
    boolean changes = false;
    try {
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        if (!components[i].getAccessor().trySetAccessible()) return op;
        Object value = components[i].getAccessor().invoke(op);
        values[i] = value(value);
        changes |= values[i] != value;
      }
      if (!changes) return op;
      Constructor<?> made = op.getClass().getDeclaredConstructor(types);
      made.setAccessible(true);
      return (Op) made.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object value(Object value) {
    if (value instanceof Dim d) return dim(d);
    if (value instanceof TensorType t) return dims(t.dims()).equals(t.dims()) ? t : type(t);
    if (!(value instanceof List<?> list)) return value;
    var all = new ArrayList<Object>();
    for (Object each : list) all.add(value(each));
    return all.equals(list) ? list : List.copyOf(all);
  }

  /** A type with the other extents. */
  public TensorType type(TensorType t) {
    return t.withDims(dims(t.dims()));
  }

  private List<Dim> dims(List<Dim> dims) {
    return dims.stream().map(this::dim).toList();
  }

  /** Extents that are computed from the one that changes are computed from the other. */
  private Dim dim(Dim d) {
    return d.substitute(this::symbol);
  }

  private Dim symbol(Symbol s) {
    if (by.containsKey(s)) return by.get(s);
    Symbol.Definition d = s.definition();
    if (d instanceof Symbol.Min m) return changed(s, Dim.min(dim(m.left()), dim(m.right())));
    if (d instanceof Symbol.Max m) return changed(s, Dim.max(dim(m.left()), dim(m.right())));
    if (d instanceof Symbol.CeilDiv c) return changed(s, dim(c.of()).ceilDiv(c.by()));
    if (d instanceof Symbol.FloorDiv f) return changed(s, dim(f.of()).floorDiv(f.by()));
    if (d instanceof Symbol.Measured m && m.most() != null) return measured(s, m.most());
    if (d instanceof Symbol.Root r) return changed(s, r.times() ? dim(r.of()).roots() : dim(r.of()).root());
    return null;
  }

  private Dim measured(Symbol s, Dim most) {
    Dim now = dim(most);
    return now.equals(most) ? null : measured.computeIfAbsent(s, k -> Dim.of(Symbol.measured(s.name(), now)));
  }

  private static Dim changed(Symbol s, Dim by) {
    return by.equals(Dim.of(s)) ? null : by;
  }
}
