package weft.lower;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.graph.Message;
import weft.op.Broadcast;
import weft.op.Concat;
import weft.op.Einsum;
import weft.op.ElementRule;
import weft.op.ElementRule.Wants;
import weft.op.IfElse;
import weft.op.Measures;
import weft.op.Reduce;
import weft.op.Scalar;
import weft.op.Scan;
import weft.op.Stack;
import weft.op.Structured;
import weft.runtime.WeftException;
import weft.type.Dim;
import weft.type.Symbol;

/**
 * Decides which expressions of a region are computed on their own ({@link Unit}s); all others are composed into what uses them.
 *
 * <p>On their own are: results, what somebody wants in memory, what structured ops and contractions give, reductions, what is used
 * more than once and is not cheap, what a broadcast would compute again and again, and what would make a kernel too large.
 */
final class Plan {
  private final Region region;
  final List<Apply> order;
  private Map<Symbol, Apply> measurers = Map.of();
  private final Set<Expr> chosen = new HashSet<>();
  private final Set<Expr> dense = new HashSet<>();
  private final Map<Expr, Integer> uses = new HashMap<>();
  private final Map<Expr, Integer> cost = new HashMap<>();
  private final Map<Expr, Integer> depth = new HashMap<>();
  /** The units by the expressions they give, in the order of the graph. */
  final Map<Expr, Unit> units = new LinkedHashMap<>();

  Plan(Region region, List<Expr> results, Set<Expr> known) {
    this.region = region;
    this.order = order(results, known);
    for (Apply a : order) for (Expr in : a.inputs()) uses.merge(in, 1, Integer::sum);
    for (Expr r : results) if (region.source(r) == null && !(r.op() instanceof Leaf)) chosen.add(r);
    for (Apply a : order) for (int i = 0; i < a.inputs().size(); i++) want(a, a.input(i), wants(a, i));
    for (Apply a : order) price(a);
    for (Apply a : order) {
      Unit.Kind kind = kind(a);
      if (kind == null) continue;
      var unit = new Unit(kind, a);
      for (Expr out : a.outputs()) {
        units.put(out, unit);
        unit.dense |= dense.contains(out);
        unit.needsMemory |= region.program.watch.isOn() && out.dtype().isFloat();
      }
    }
  }

  /** The applies of the region, each behind what measures the extents that it needs. */
  private List<Apply> order(List<Expr> results, Set<Expr> known) {
    List<Apply> plain = Graphs.order(results, known);
    measurers = Measures.measurers(plain);
    for (Apply a : plain) for (Symbol s : Measures.needs(a)) requireMeasured(s, a);
    return measurers.isEmpty() ? plain : Graphs.order(results, known, this::measurersOf);
  }

  private void requireMeasured(Symbol s, Apply a) {
    if (measurers.containsKey(s) || region.isMeasured(Set.of(s))) return;
    throw new WeftException(WeftException.Kind.ARGUMENT, Message.of("nothing tells " + s + ", which is known only once its scan has run",
        a.outputs(), a.origin(), "Make it of what that scan gives."));
  }

  private List<Apply> measurersOf(Apply a) {
    var found = new ArrayList<Apply>();
    for (Symbol s : Measures.needs(a)) if (measurers.containsKey(s) && measurers.get(s) != a) found.add(measurers.get(s));
    return found;
  }

  /** The units that measure what a unit, and what is composed into it, needs to know. */
  Set<Unit> measuredBefore(Unit unit) {
    if (measurers.isEmpty()) return Set.of();
    var found = new LinkedHashSet<Unit>();
    var seen = new HashSet<Apply>(Set.of(unit.apply));
    var open = new ArrayDeque<Apply>(seen);
    while (!open.isEmpty()) {
      Apply a = open.pop();
      for (Apply first : measurersOf(a)) found.add(units.get(first.output(0)));
      for (Expr in : a.inputs()) {
        if (!units.containsKey(in) && region.source(in) == null && seen.add(in.apply())) open.add(in.apply());
      }
    }
    found.remove(unit);
    return found;
  }

  private Unit.Kind kind(Apply a) {
    if (a.op() instanceof Leaf) return null;
    if (a.op() instanceof Scan) return Unit.Kind.SCAN;
    if (a.op() instanceof IfElse) return Unit.Kind.CHOICE;
    if (a.op() instanceof Concat || a.op() instanceof Stack) return Unit.Kind.CONCAT;
    if (a.op() instanceof Structured) return Unit.Kind.STRUCTURED;
    if (a.op() instanceof Reduce) return Unit.Kind.REDUCE;
    if (a.op() instanceof Einsum e) {
      Contraction.Form form = Contraction.form(region, e, a);
      if (form == Contraction.Form.REDUCE) return Unit.Kind.REDUCE;
      if (form == Contraction.Form.TILES) return Unit.Kind.CONTRACT;
    }
    return chosen.contains(a.output(0)) ? Unit.Kind.ELEMENT : null;
  }

  private Wants wants(Apply a, int i) {
    if (a.op() instanceof IfElse) return Wants.MEMORY;
    if (a.op() instanceof Scan s) return isRead(s, a, i) ? Wants.MEMORY : Wants.VALUE;
    if (a.op() instanceof Concat || a.op() instanceof Stack) return isComputed(a.input(i)) ? Wants.MEMORY : Wants.VALUE;
    if (a.op() instanceof Structured s) return s.wants(i);
    if (a.op() instanceof Einsum e) {
      return Contraction.form(region, e, a) == Contraction.Form.TILES ? Wants.MEMORY : Wants.VALUE;
    }
    return a.op() instanceof ElementRule rule ? rule.wants(i) : Wants.VALUE;
  }

  /** Whether the steps of a scan read an input, which is not where a carry starts and not what each step computes for itself. */
  private boolean isRead(Scan s, Apply apply, int i) {
    if (i < s.sequences()) return !StepRows.areComputed(s, apply, i, uses.get(apply.input(i)));
    return i >= s.sequences() + s.carries();
  }

  private static boolean isComputed(Expr e) {
    return e.op() instanceof ElementRule rule && !rule.isView();
  }

  private void want(Apply reader, Expr wanted, Wants wants) {
    Expr e = wanted;
    if (wants == Wants.VALUE || region.source(e) != null || e.op() instanceof Leaf) return;
    if (wants == Wants.DENSE) dense.add(e);
    while (wants == Wants.MEMORY && e.op() instanceof ElementRule rule && rule.isView() && region.source(e) == null) {
      if (rule.wants(0) == Wants.DENSE) return;
      e = e.apply().input(0);
    }
    if (region.source(e) != null || e.op() instanceof Leaf) return;
    chosen.add(e);
    why(e, reader.op().name() + " reads it in memory");
  }

  private void price(Apply a) {
    if (a.op() instanceof Leaf) return;
    Expr out = a.output(0);
    boolean inline = a.op() instanceof ElementRule
        || a.op() instanceof Einsum e && Contraction.form(region, e, a) == Contraction.Form.PRODUCT;
    if (!inline) return;
    boolean isView = a.op() instanceof ElementRule rule && rule.isView();
    if (a.op() instanceof Broadcast && costOf(a.input(0)) > Costs.CHEAP) {
      why(a.input(0), "a broadcast would compute it again and again");
      choose(a.input(0));
    }
    int price = isView ? 0 : Costs.of(a.op());
    int deep = 1;
    for (Expr in : a.inputs()) {
      price += costOf(in);
      deep = Math.max(deep, 1 + depth.getOrDefault(in, 0));
    }
    cost.put(out, price);
    depth.put(out, deep);
    boolean shared = uses.getOrDefault(out, 0) > 1 && price > Costs.CHEAP;
    if (shared) why(out, "it is read " + uses.get(out) + " times and not cheap");
    if (price > Costs.LIMIT || deep > Costs.DEPTH) why(out, "the kernel would become too large");
    boolean ends = endsProduct(a);
    if (ends) why(out, "it is added where the sums of a product are in registers");
    boolean watched = region.program.watch.isOn() && !isView && out.dtype().isFloat();
    if (watched) why(out, "its numbers are watched");
    if (chosen.contains(out) || shared || ends || watched || price > Costs.LIMIT || deep > Costs.DEPTH) choose(out);
  }

  /**
   * Whether it adds to a product that nobody else reads: the tiles store the sum instead, and who reads it has one thing to read. (An LSTM's
   * activations for 64 rows of 200 units take 41 µs instead of 50 on a Cascade Lake.) The tiles must be able to store it, in rows that are padded.
   * A product that may be computed some steps ahead gains more by that.
   */
  private boolean endsProduct(Apply a) {
    Expr out = a.output(0);
    if (a.op() != Scalar.ADD || region.program.lanes(out.dtype()) == 1 || out.rank() == 0) return false;
    Dim row = out.type().dims().get(out.rank() - 1);
    if (!row.isConstant() || row.constant() < Memory.SHORT_ROW) return false;
    for (Expr in : a.inputs()) {
      boolean isProduct = in.op() instanceof Einsum e && uses.get(in) == 1 && Contraction.form(region, e, in.apply()) == Contraction.Form.TILES;
      if (isProduct && !keepsAhead(in, out)) return true;
    }
    return false;
  }

  /** Whether a product could be computed for some steps at once ({@link weft.schedule.Ahead}), and could not with what is computed from its sums. */
  boolean keepsAhead(Expr product, Expr follower) {
    return region.isCarried(follower) && !region.isCarried(product) && product.type().dims().stream().allMatch(d -> region.program.known(d).isConstant());
  }

  private void why(Expr e, String reason) {
    region.program.notes.kept(e, reason);
  }

  /** Whether an expression is computed inside what uses it. */
  boolean isComposed(Expr e) {
    return !(e.op() instanceof Leaf) && region.source(e) == null;
  }

  private void choose(Expr e) {
    chosen.add(e);
    cost.put(e, 0);
    depth.put(e, 0);
  }

  private int costOf(Expr e) {
    return cost.getOrDefault(e, region.price(e));
  }

  /** What one element of a unit costs, with what is composed into it. */
  int price(Unit unit) {
    int price = Costs.of(unit.apply.op());
    for (Expr in : unit.apply.inputs()) price += costOf(in);
    return price;
  }
}
