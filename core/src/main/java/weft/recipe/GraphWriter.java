package weft.recipe;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Leaf;
import weft.graph.Op;
import weft.graph.Origin;
import weft.op.Scalar;
import weft.runtime.Parameter;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;
import weft.type.Dim;
import weft.type.Symbol;
import weft.type.TensorType;

/**
 * Writes graphs. Applies stand in the order in which they were made, expressions are numbered from what the graph is given
 * (inputs or variables) on, and what several ops hold, such as the body of a scan, stands once. Bodies of the same variables, such as
 * those of a scan and of its copy with residuals, share what they have in common.
 */
final class GraphWriter {
  private final Output out;
  private final Map<Op, Integer> ops = new IdentityHashMap<>();
  private final Map<Lambda, Integer> lambdas = new IdentityHashMap<>();
  /** What was written of the bodies of some variables, in the order of their numbers. */
  private final Map<List<Expr>, Body> bodies = new HashMap<>();
  private final Map<Origin, Integer> origins = new HashMap<>();
  private final Map<Symbol, Integer> symbols = new LinkedHashMap<>();
  private final Set<Parameter> parameters = new LinkedHashSet<>();
  private final Map<Parameter, Integer> numbers = new HashMap<>();

  private record Body(int number, Map<Expr, Integer> ids) {}

  GraphWriter(Output out) {
    this.out = out;
  }

  /** The symbols that were written so far, and their numbers. */
  Map<Symbol, Integer> symbols() {
    return symbols;
  }

  /** The parameters that were written so far, in the order of their numbers. */
  Set<Parameter> parameters() {
    return parameters;
  }

  /** Applies that {@code results} need and {@code given} does not give, then the numbers of the results. */
  void graph(List<Expr> given, List<Expr> results) {
    graph(numbered(given), results);
  }

  private static Map<Expr, Integer> numbered(List<Expr> given) {
    var ids = new IdentityHashMap<Expr, Integer>();
    for (Expr e : given) ids.put(e, ids.size());
    return ids;
  }

  private void graph(Map<Expr, Integer> ids, List<Expr> results) {
    List<Apply> order = new ArrayList<>(Graphs.order(results));
    order.removeIf(a -> ids.containsKey(a.output(0)));
    order.sort(Comparator.comparingLong(a -> a.outputs().isEmpty() ? 0 : a.output(0).id()));
    out.count(order.size());
    for (Apply a : order) {
      op(a.op());
      out.count(a.inputs().size());
      for (Expr in : a.inputs()) out.count(ids.get(in));
      origin(a.origin());
      out.count(a.outputs().size());
      for (Expr e : a.outputs()) {
        out.text(e.name());
        ids.put(e, ids.size());
      }
    }
    out.count(results.size());
    for (Expr e : results) out.count(ids.get(e));
  }

  void origin(Origin origin) {
    Integer known = origins.putIfAbsent(origin, origins.size());
    out.count(known == null ? 0 : known + 1);
    if (known != null) return;
    out.text(origin.at());
    out.count(origin.steps().size());
    origin.steps().forEach(out::text);
  }

  void type(TensorType type) {
    out.count(type.dtype().ordinal());
    out.count(type.rank());
    type.dims().forEach(this::dim);
  }

  void dim(Dim dim) {
    dim(dim, out);
  }

  /** Writes a dimension elsewhere, by the same numbers of symbols. */
  void dim(Dim dim, Output to) {
    to.count(dim.terms().size());
    for (Dim.Term t : dim.terms()) {
      to.number(t.coefficient());
      to.count(t.symbols().size());
      for (Symbol s : t.symbols()) to.count(number(s));
    }
  }

  int number(Symbol s) {
    return symbols.computeIfAbsent(s, k -> symbols.size());
  }

  int number(Parameter p) {
    if (parameters.add(p)) numbers.put(p, numbers.size());
    return numbers.get(p);
  }

  private void op(Op op) {
    Integer known = ops.get(op);
    if (known != null) {
      out.tag(Tag.KNOWN_OP);
      out.count(known);
      return;
    }
    if (op instanceof Scalar s) {
      out.tag(Tag.SCALAR_OP);
      out.text(s.name());
    } else if (op instanceof Leaf.Parametric p) {
      out.tag(Tag.PARAMETER_OP);
      out.count(number(p.parameter()));
    } else if (op instanceof Leaf.Constant c) {
      out.tag(Tag.CONSTANT_OP);
      value(c.value());
      type(c.type());
    } else if (op instanceof Leaf.Literal l) {
      out.tag(Tag.LITERAL_OP);
      tensor(l.value());
    } else if (op instanceof Record r) {
      out.tag(Tag.RECORD_OP);
      record(r);
    } else {
      throw new WeftException(Kind.UNSUPPORTED, "recipe: op " + op.name() + " cannot be written: it is no record");
    }
    // Behind what it holds, so that the reader, who makes ops from the inside out, counts alike.
    ops.put(op, ops.size());
  }

  private void record(Record r) {
    out.text(Classes.name(r.getClass()));
    RecordComponent[] components = r.getClass().getRecordComponents();
    out.count(components.length);
    for (RecordComponent c : components) value(Classes.component(c, r));
  }

  private void tensor(Tensor t) {
    out.count(t.dtype().ordinal());
    out.shape(t.shape());
    out.elements(t);
  }

  private void value(Object v) {
    if (v == null) {
      out.tag(Tag.NULL);
    } else if (v instanceof Boolean b) {
      out.tag(b ? Tag.TRUE : Tag.FALSE);
    } else if (v instanceof Integer i) {
      out.tag(Tag.INT);
      out.number(i);
    } else if (v instanceof Long l) {
      out.tag(Tag.LONG);
      out.number(l);
    } else if (v instanceof Float f) {
      out.tag(Tag.FLOAT);
      out.bits(Float.floatToRawIntBits(f), 4);
    } else if (v instanceof Double d) {
      out.tag(Tag.DOUBLE);
      out.bits(Double.doubleToRawLongBits(d), 8);
    } else if (v instanceof String s) {
      out.tag(Tag.TEXT);
      out.text(s);
    } else if (v instanceof Enum<?> e) {
      out.tag(Tag.ENUM);
      out.text(Classes.name(e.getDeclaringClass()));
      out.text(e.name());
    } else {
      compound(v);
    }
  }

  private void compound(Object v) {
    if (v instanceof Dim d) {
      out.tag(Tag.DIM);
      dim(d);
    } else if (v instanceof List<?> list) {
      out.tag(Tag.LIST);
      out.count(list.size());
      for (Object each : list) value(each);
    } else if (v instanceof Lambda l) {
      out.tag(Tag.LAMBDA);
      lambda(l);
    } else if (v instanceof TensorType t) {
      out.tag(Tag.TYPE);
      type(t);
    } else if (v instanceof Symbol s) {
      out.tag(Tag.SYMBOL);
      out.count(number(s));
    } else if (v instanceof Parameter p) {
      out.tag(Tag.PARAMETER);
      out.count(number(p));
    } else if (v instanceof Tensor t) {
      out.tag(Tag.TENSOR);
      tensor(t);
    } else if (v instanceof Op op) {
      out.tag(Tag.OP);
      op(op);
    } else if (v instanceof Record r) {
      out.tag(Tag.RECORD);
      record(r);
    } else if (v instanceof int[] ints) {
      out.tag(Tag.INTS);
      out.count(ints.length);
      for (int i : ints) out.number(i);
    } else {
      throw new WeftException(Kind.UNSUPPORTED, "recipe: a " + v.getClass().getSimpleName() + " cannot be written");
    }
  }

  private void lambda(Lambda l) {
    Integer known = lambdas.get(l);
    out.count(known == null ? 0 : known + 1);
    if (known != null) return;
    Body body = bodies.get(l.variables());
    out.count(body == null ? 0 : body.number + 1);
    if (body == null) {
      body = new Body(bodies.size(), numbered(l.variables()));
      bodies.put(l.variables(), body);
      variables(l.variables());
    }
    graph(body.ids, l.results());
    lambdas.put(l, lambdas.size());
  }

  private void variables(List<Expr> variables) {
    out.count(variables.size());
    for (Expr v : variables) {
      type(v.type());
      out.text(v.name());
      out.text(v.op() instanceof Leaf.Variable variable ? variable.role() : "");
      origin(v.apply().origin());
    }
  }
}
