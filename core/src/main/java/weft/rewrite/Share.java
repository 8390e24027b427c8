package weft.rewrite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Lambda;
import weft.graph.Leaf;
import weft.graph.Op;
import weft.op.Scalar;
import weft.runtime.Tensor;

/**
 * The pass that computes equal things once: applies of equal ops on the same inputs become one, and so do
 * constants, literals and reads of one parameter. Each body of a scan is looked at by itself.
 */
public final class Share {
  private static final Set<Op> COMMUTATIVE = Set.of(Scalar.ADD, Scalar.MUL, Scalar.MIN, Scalar.MAX, Scalar.EQ,
      Scalar.NE,
      Scalar.AND, Scalar.OR, Scalar.XOR);

  private final Notes notes;
  private final Map<Lambda, Lambda> bodies = new HashMap<>();

  private Share(Notes notes) {
    this.notes = notes;
  }

  /** A graph of the same results in which this is done, wherever it can be. */
  public static List<Expr> apply(List<Expr> results, Notes notes) {
    return new Share(notes).share(results);
  }

  /** What two applies have in common if they give the same values. */
  private record Key(Object op, List<Expr> inputs) {}

  /** A literal by its elements. */
  private record Contents(Tensor tensor) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Contents c && Tensor.contentEquals(tensor, c.tensor);
    }

    @Override
    public int hashCode() {
      int hash = 31 * tensor.dtype().hashCode() + Arrays.hashCode(tensor.shape());
      double[] some = tensor.size() <= 64 ? tensor.toDoubles() : new double[0];
      return 31 * hash + Arrays.hashCode(some);
    }
  }

  private List<Expr> share(List<Expr> results) {
    var mapped = new HashMap<Expr, Expr>();
    var known = new HashMap<Key, Apply>();
    for (Apply a : Graphs.order(results)) {
      Apply now = Graphs.rebuild(a, Rewriting.inside(a.op(), this::body), mapped);
      if (!now.op().isPure()) continue;
      Apply first = known.putIfAbsent(key(now), now);
      if (first == null) continue;
      if (!(now.op() instanceof Leaf)) notes.count(now.op().name());
      for (int i = 0; i < a.outputs().size(); i++) mapped.put(a.output(i), first.output(i));
    }
    return results.stream().map(e -> mapped.getOrDefault(e, e)).toList();
  }

  private Lambda body(Lambda lambda) {
    Lambda known = bodies.get(lambda);
    if (known != null) return known;
    Lambda now = Rewriting.with(lambda, share(lambda.results()));
    bodies.put(lambda, now);
    return now;
  }

  private static Key key(Apply a) {
    if (a.op() instanceof Leaf.Literal l) return new Key(new Contents(l.value()), List.of());
    List<Expr> inputs = a.inputs();
    if (COMMUTATIVE.contains(a.op())) {
      var sorted = new ArrayList<>(inputs);
      sorted.sort(Comparator.comparingLong(Expr::id));
      inputs = sorted;
    }
    return new Key(a.op(), inputs);
  }
}
