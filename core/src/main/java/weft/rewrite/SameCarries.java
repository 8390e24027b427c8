package weft.rewrite;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;

/**
 * Which carries are the same in every step: those that start the same and, as long as they are the same, stay the same. Classes
 * that are split until nothing splits.
 */
final class SameCarries {
  private final List<ScanForm.Carry> carries;
  private final int[] of;

  /** @param results what a step gives, that of the carries first */
  SameCarries(List<ScanForm.Carry> carries, List<Expr> results) {
    this.carries = carries;
    this.of = new int[carries.size()];
    var classes = new HashMap<Object, Integer>();
    for (int i = 0; i < of.length; i++) {
      Expr initial = carries.get(i).initial;
      of[i] = classOf(classes, initial.op() instanceof Leaf.Constant ? initial.op() : initial);
    }
    int count;
    do {
      count = classes.size();
      List<Expr> now = Share.apply(Graphs.substitute(results, representatives()), new Notes());
      classes = new HashMap<>();
      for (int i = 0; i < of.length; i++) of[i] = classOf(classes, List.of(of[i], now.get(i)));
    } while (classes.size() > count);
  }

  private static int classOf(Map<Object, Integer> classes, Object key) {
    return classes.computeIfAbsent(key, k -> classes.size());
  }

  /** The first carry that is always the same as carry {@code i}. */
  int first(int i) {
    int first = 0;
    while (of[first] != of[i]) first++;
    return first;
  }

  /** For each carry that is the same as an earlier one its variable, and that of the first such one. */
  Map<Expr, Expr> representatives() {
    var map = new HashMap<Expr, Expr>();
    for (int i = 0; i < of.length; i++) {
      int first = first(i);
      if (first != i) map.put(carries.get(i).variable, carries.get(first).variable);
    }
    return map;
  }
}
