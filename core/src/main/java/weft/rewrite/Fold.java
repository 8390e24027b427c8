package weft.rewrite;

import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Leaf;
import weft.graph.Op;
import weft.op.Cast;
import weft.op.Einsum;
import weft.op.Ops;
import weft.op.Scalar;
import weft.op.Scan;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.type.Dim;

/**
 * The pass that computes what depends on constants only. Functions of constants are computed on one element
 * whatever the shape; of the rest only what is small and quickly computed. A value whose elements are all
 * equal becomes a constant, another one a literal.
 */
public final class Fold {
  /** Tensors of more elements are left to be computed when the function is called. */
  private static final long LARGEST = 1 << 16;

  /** So many multiplications or steps times elements are worth doing at compile time. */
  private static final long WORK = 1 << 22;

  private final Function<List<Expr>, List<Tensor>> evaluate;
  private final Notes notes;
  private final Map<Lambda, Lambda> bodies = new HashMap<>();

  private Fold(Function<List<Expr>, List<Tensor>> evaluate, Notes notes) {
    this.evaluate = evaluate;
    this.notes = notes;
  }

  /** @param evaluate gives the values of expressions without inputs; what it refuses is left alone */
  public static List<Expr> apply(List<Expr> results, Notes notes, Function<List<Expr>, List<Tensor>> evaluate) {
    return new Fold(evaluate, notes).fold(results);
  }

  private List<Expr> fold(List<Expr> results) {
    List<Expr> inside = insideBodies(results);
    List<Apply> order = Graphs.order(inside);
    var known = new HashSet<Expr>();
    var element = new HashMap<Expr, Expr>();
    for (Apply a : order) {
      if (isWorthKnowing(a, known)) known.addAll(a.outputs());
      if (a.op() instanceof Leaf.Constant c) {
        element.put(a.output(0), Ops.constant(c.value(), a.output(0).type().withDims(List.of())));
      } else if (isFunction(a.op()) && element.keySet().containsAll(a.inputs())) {
        element.put(a.output(0), Apply.of(a.op(), a.inputs().stream().map(element::get).toList()).output(0));
      }
    }
    Set<Expr> wanted = frontier(order, inside, known, element.keySet());
    return wanted.isEmpty() ? inside : replaced(inside, List.copyOf(wanted), element);
  }

  private List<Expr> insideBodies(List<Expr> results) {
    var mapped = new HashMap<Expr, Expr>();
    for (Apply a : Graphs.order(results)) Graphs.rebuild(a, Rewriting.inside(a.op(), this::body), mapped);
    return results.stream().map(e -> mapped.getOrDefault(e, e)).toList();
  }

  private Lambda body(Lambda lambda) {
    Lambda known = bodies.get(lambda);
    if (known != null) return known;
    Lambda now = Rewriting.with(lambda, fold(lambda.results()));
    bodies.put(lambda, now);
    return now;
  }

  private static boolean isFunction(Op op) {
    return op instanceof Scalar || op instanceof Cast;
  }

  /** Whether an apply of known values can and should be computed now. */
  private static boolean isWorthKnowing(Apply a, Set<Expr> known) {
    if (a.op() instanceof Leaf) return a.op() instanceof Leaf.Constant || a.op() instanceof Leaf.Literal;
    if (!a.op().isPure() || !known.containsAll(a.inputs()) || hasOpenDims(a.op())) return false;
    for (Expr out : a.outputs()) {
      if (!out.type().size().isConstant() || out.type().size().constant() > LARGEST) return false;
      if (!out.type().dims().stream().allMatch(Dim::isConstant)) return false;
    }
    return work(a) <= WORK;
  }

  /** How much there is to compute, or something above {@link #WORK}. */
  private static long work(Apply a) {
    if (a.op() instanceof Scan s) {
      long body = 0;
      for (Apply inner : Graphs.order(s.body().results())) {
        boolean constant = inner.outputs().stream().allMatch(out -> out.type().size().isConstant());
        body += constant ? work(inner) : WORK + 1;
        if (body > WORK) return body;
      }
      return s.length().isConstant() ? s.length().constant() * body : WORK + 1;
    }
    long size = a.output(0).type().size().constant();
    if (!(a.op() instanceof Einsum dot)) return size;
    for (char label : dot.left().toCharArray()) {
      Dim extent = dot.extent(label, a.input(0).type(), a.input(1).type());
      if (dot.out().indexOf(label) < 0) size *= extent.isConstant() ? extent.constant() : WORK;
    }
    return size;
  }

  /** Whether an op is told extents that are known only when the function is called. */
  private static boolean hasOpenDims(Op op) {
    if (!op.getClass().isRecord()) return false;
    for (RecordComponent c : op.getClass().getRecordComponents()) {
      try {
        if (!c.getAccessor().trySetAccessible()) return true;
        if (isOpen(c.getAccessor().invoke(op))) return true;
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    return false;
  }

  private static boolean isOpen(Object value) {
    if (value instanceof Dim d) return !d.isConstant();
    return value instanceof Collection<?> c && c.stream().anyMatch(Fold::isOpen);
  }

  /** What is known and not a leaf, and needed by something that is not. */
  private static Set<Expr> frontier(List<Apply> order, List<Expr> results, Set<Expr> known, Set<Expr> elements) {
    var wanted = new LinkedHashSet<Expr>();
    for (Apply a : order) {
      boolean here = known.containsAll(a.outputs()) || elements.contains(a.output(0));
      if (!here) for (Expr in : a.inputs()) want(in, known, elements, wanted);
    }
    for (Expr e : results) want(e, known, elements, wanted);
    return wanted;
  }

  private static void want(Expr e, Set<Expr> known, Set<Expr> elements, Set<Expr> wanted) {
    boolean literal = e.op() instanceof Leaf.Literal l && uniform(l.value()) != null;
    if (literal || !(e.op() instanceof Leaf) && (known.contains(e) || elements.contains(e))) wanted.add(e);
  }

  private List<Expr> replaced(List<Expr> results, List<Expr> wanted, Map<Expr, Expr> element) {
    var now = new HashMap<Expr, Expr>();
    List<Tensor> values = valuesOf(wanted.stream().map(e -> element.getOrDefault(e, e)).toList());
    for (int i = 0; i < wanted.size(); i++) {
      Expr e = wanted.get(i);
      Tensor value = values.get(i);
      if (value == null) continue;
      notes.count(e.op().name());
      Number one = uniform(value);
      now.put(e, one != null ? Ops.constant(one, e.type()) : Ops.literal(value));
    }
    return Graphs.substitute(results, now);
  }

  /** The values, null for what cannot be computed: a division by zero stays an error of the call. */
  private List<Tensor> valuesOf(List<Expr> exprs) {
    try {
      return evaluate.apply(exprs);
    } catch (WeftException e) {
      var each = new ArrayList<Tensor>();
      if (exprs.size() == 1) each.add(null);
      else for (Expr one : exprs) each.addAll(valuesOf(List.of(one)));
      return each;
    }
  }

  /** The number that all elements are, or null. */
  private static Number uniform(Tensor value) {
    if (value.size() == 0) return null;
    Object first = Array.get(value.array(), 0);
    for (int i = 1; i < value.size(); i++) if (!Array.get(value.array(), i).equals(first)) return null;
    return first instanceof Boolean b ? (Number) (b ? 1 : 0) : (Number) first;
  }
}
