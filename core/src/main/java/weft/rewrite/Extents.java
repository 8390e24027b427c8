package weft.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import weft.graph.Apply;
import weft.op.Guarded;
import weft.type.Dim;

/** What rules ask about extents, axes and the conditions on them. */
final class Extents {
  private Extents() {}

  static List<Integer> range(int size) {
    return IntStream.range(0, size).boxed().toList();
  }

  static boolean isIdentity(List<Integer> axes, int rank) {
    return axes.equals(range(rank));
  }

  static boolean isIncreasing(List<Integer> axes) {
    return IntStream.range(1, axes.size()).allMatch(i -> axes.get(i - 1) < axes.get(i));
  }

  static <T> List<T> select(List<T> all, List<Integer> at) {
    return at.stream().map(all::get).toList();
  }

  static <T> List<T> replace(List<T> all, int at, T by) {
    var now = new ArrayList<>(all);
    now.set(at, by);
    return now;
  }

  static <T> List<T> insert(List<T> all, int at, T added) {
    var now = new ArrayList<>(all);
    now.add(at, added);
    return now;
  }

  static <T> List<T> remove(List<T> all, int at) {
    var now = new ArrayList<>(all);
    now.remove(at);
    return now;
  }

  /** The axes whose extent is not 1 by type. */
  static List<Integer> wide(List<Dim> dims) {
    return IntStream.range(0, dims.size()).filter(i -> !dims.get(i).is(1)).boxed().toList();
  }

  /** Whether two shapes differ by axes of extent 1 only. */
  static boolean differByUnits(List<Dim> one, List<Dim> other) {
    return select(one, wide(one)).equals(select(other, wide(other)));
  }

  /** Whether {@code one ≤ other} whatever the symbols stand for. */
  static boolean isAtMost(Dim one, Dim other) {
    return other.minus(one).terms().stream().allMatch(t -> t.coefficient() >= 0);
  }

  /** Whether nothing about an apply remains to be checked when the program is called. */
  static boolean isSettled(Apply apply) {
    return !(apply.op() instanceof Guarded g) || g.guards(apply).isEmpty();
  }

  /** Whether an error that {@code dropped} can raise is raised by {@code kept} as well. */
  static boolean covers(Apply kept, Apply dropped) {
    if (isSettled(dropped)) return true;
    if (!(kept.op() instanceof Guarded k)) return false;
    List<Guarded.Guard> still = k.guards(kept);
    return ((Guarded) dropped.op()).guards(dropped).stream()
        .allMatch(d -> still.stream().anyMatch(g -> isAtMost(g.atLeastZero(), d.atLeastZero())));
  }
}
