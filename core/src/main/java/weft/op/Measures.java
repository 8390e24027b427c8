package weft.op;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Op;
import weft.loop.Lengths;
import weft.type.Dim;
import weft.type.Symbol;
import weft.type.TensorType;

/** Which applies measure extents while a call runs, and which ones need to know them. */
public final class Measures {
  /** The components of a class of ops that may have extents in them. */
  private static final ClassValue<List<Method>> EXTENTS = new ClassValue<>() {
    @Override
    protected List<Method> computeValue(Class<?> type) {
      var found = new ArrayList<Method>();
      for (RecordComponent c : type.getRecordComponents()) {
        boolean some = c.getType() == Dim.class || c.getType() == TensorType.class || c.getType() == List.class;
        if (some && c.getAccessor().trySetAccessible()) found.add(c.getAccessor());
      }
      return found;
    }
  };

  private Measures() {}

  /** The measured extents that must be known before an apply, bodies and all, can be computed; not those that it measures itself. */
  public static Set<Symbol> needs(Apply a) {
    var found = new LinkedHashSet<Symbol>();
    for (Expr out : a.outputs()) found.addAll(Lengths.in(out.type()));
    for (Expr in : a.inputs()) found.addAll(Lengths.in(in.type()));
    if (a.op().getClass().isRecord()) components(a.op(), found);
    for (Lambda body : a.op().bodies()) {
      List<Apply> inside = Graphs.order(body.results());
      Set<Symbol> own = measurers(inside).keySet();
      for (Apply b : inside) for (Symbol s : needs(b)) if (!own.contains(s)) found.add(s);
    }
    if (measured(a.op()) != null) found.remove(measured(a.op()));
    return found;
  }

  /** The extent that an op measures, null for all but a scan that stops by itself. */
  public static Symbol measured(Op op) {
    return op instanceof Scan s && s.isUntil() ? s.length().symbols().iterator().next() : null;
  }

  /** The applies that measure an extent, the first where several measure the same one. */
  public static Map<Symbol, Apply> measurers(Collection<Apply> order) {
    var found = new HashMap<Symbol, Apply>();
    for (Apply a : order) if (measured(a.op()) != null) found.putIfAbsent(measured(a.op()), a);
    return found;
  }

  private static void components(Op op, Set<Symbol> found) {
    try {
      for (Method m : EXTENTS.get(op.getClass())) component(m.invoke(op), found);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void component(Object value, Set<Symbol> found) {
    if (value instanceof Dim d) found.addAll(Lengths.in(d));
    else if (value instanceof TensorType t) found.addAll(Lengths.in(t));
    else if (value instanceof List<?> list) for (Object each : list) component(each, found);
  }
}
