package weft.lower;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.loop.Value;
import weft.op.After;
import weft.op.Einsum;
import weft.op.ElementRule;
import weft.type.Dim;

/**
 * What a unit reads: which other units and which leaves, and whether only the very element that it computes itself (then both fit
 * into one kernel).
 */
final class Accesses {
  private record Key(Expr expr, List<Dim> at) {}

  private final Region region;
  private final Map<Expr, Unit> units;
  private final Set<Key> seen = new HashSet<>();
  /** What is read, and whether only at the element at hand. */
  final Map<Expr, Boolean> reads = new LinkedHashMap<>();
  private List<Dim> own;

  private Accesses(Region region, Map<Expr, Unit> units) {
    this.region = region;
    this.units = units;
  }

  static Map<Expr, Boolean> of(Region region, Map<Expr, Unit> units, Unit unit) {
    var accesses = new Accesses(region, units);
    if (unit.kind == Unit.Kind.ELEMENT) {
      accesses.own = region.canonical(unit.expr.type().dims());
      accesses.rule(unit.apply, accesses.own);
    } else if (unit.kind == Unit.Kind.REDUCE) {
      accesses.own = region.canonical(unit.expr.type().dims());
      for (Reduction.Operand operand : Reduction.of(region, unit, accesses.own).operands()) {
        accesses.visit(operand.expr(), operand.at());
      }
    } else {
      accesses.all(unit.apply);
    }
    return accesses.reads;
  }

  private void visit(Expr e, List<Dim> at) {
    if (e.op() instanceof Leaf.Constant || !seen.add(new Key(e, at))) return;
    if (units.containsKey(e) || region.source(e) != null) {
      reads.merge(e, at.equals(own), Boolean::logicalAnd);
    } else {
      rule(e.apply(), at);
    }
  }

  private void rule(Apply a, List<Dim> at) {
    if (a.op() instanceof Einsum e) {
      visit(a.input(0), Composer.pick(e.left(), e.out(), at));
      visit(a.input(1), Composer.pick(e.right(), e.out(), at));
    } else {
      ((ElementRule) a.op()).element(new Recorder(a, at));
    }
  }

  /** Everything that is read below an apply, wherever. */
  private void all(Apply apply) {
    var stack = new ArrayDeque<Expr>(apply.inputs());
    var done = new HashSet<Expr>();
    while (!stack.isEmpty()) {
      Expr e = stack.pop();
      if (!done.add(e)) continue;
      if (units.containsKey(e) || region.source(e) != null) reads.put(e, false);
      else if (e.op() instanceof After) stack.add(e.apply().input(0));
      else stack.addAll(e.apply().inputs());
    }
  }

  /** Notes what a rule asks for and answers with zeros. */
  private final class Recorder extends AskedElement {
    Recorder(Apply apply, List<Dim> index) {
      super(apply, index);
    }

    @Override
    public Value input(int i, List<Dim> at) {
      visit(apply.input(i), at);
      return Value.number(apply.input(i).dtype(), 0);
    }

    @Override
    public Value gather(int i, int axis, Value at, List<Dim> rest) {
      elsewhere(apply.input(i));
      return Value.number(apply.input(i).dtype(), 0);
    }

    @Override
    public Value flat(int i, Dim flat) {
      elsewhere(apply.input(i));
      return Value.number(apply.input(i).dtype(), 0);
    }

    private void elsewhere(Expr e) {
      var found = new ArrayList<Expr>(List.of(e));
      for (int i = 0; i < found.size(); i++) {
        Expr each = found.get(i);
        if (units.containsKey(each) || region.source(each) != null) reads.put(each, false);
        else if (each.op() instanceof After) found.add(each.apply().input(0));
        else found.addAll(each.apply().inputs());
      }
    }
  }
}
