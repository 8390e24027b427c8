package tests.fuzz;

import java.util.ArrayList;
import java.util.List;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.type.Dim;

/** Draws elementwise lines, reductions, lookups and losses. */
final class Lines {
  private Lines() {}

  static void add(Pool p) {
    int kind = p.below(100);
    if (kind < 26) unary(p, Words.SMOOTH);
    else if (kind < 31) unary(p, Words.ROUGH);
    else if (kind < 38) unary(p, Words.BAIT);
    else if (kind < 58) binary(p);
    else if (kind < 64) choice(p);
    else if (kind < 76) reduce(p);
    else if (kind < 83) along(p);
    else if (kind < 90) lookup(p);
    else if (kind < 94) loss(p);
    else if (kind < 95) cast(p);
    else leaf(p);
  }

  static int unary(Pool p, List<String> words) {
    int x = p.findFloat();
    return x == 0 ? 0 : p.add(p.one(words), List.of(x), p.below(17) - 8);
  }

  static void binary(Pool p) {
    int x = p.findFloat();
    if (x == 0) return;
    int y = p.find(e -> e.dtype().isFloat() && broadcasts(p.expr(x), e));
    if (y != 0) p.add(p.one(Words.BINARY), p.chance(.5) ? List.of(x, y) : List.of(y, x));
  }

  static boolean broadcasts(Expr a, Expr b) {
    for (int k = 1; k <= Math.min(a.rank(), b.rank()); k++) {
      Dim left = a.dim(a.rank() - k);
      Dim right = b.dim(b.rank() - k);
      if (!left.equals(right) && !left.is(1) && !right.is(1)) return false;
    }
    return true;
  }

  /** A bool of a float; ands, ors and nots of bools; and a choice by it. */
  private static void choice(Pool p) {
    int x = p.findFloat();
    if (x == 0) return;
    int c = p.add(p.one(Words.COMPARE), List.of(x), p.below(17) - 8);
    int other = p.chance(.3) ? p.find(e -> e.dtype() == DType.BOOL && broadcasts(p.expr(x), e)) : 0;
    if (other != 0) c = p.add(p.one(Words.LOGIC), List.of(c, other));
    if (c != 0 && p.chance(.2)) c = p.add("not", List.of(c));
    if (c != 0 && p.chance(.15)) p.add(p.chance(.5) ? "anyOf" : "allOf", List.of(c), axes(p, p.expr(c)));
    int bool = c;
    int then = c == 0 ? 0 : p.find(e -> e.dtype().isFloat() && broadcasts(p.expr(bool), e));
    int otherwise = then == 0 ? 0 : p.find(e -> e.dtype() == p.expr(then).dtype() && broadcasts(p.expr(then), e)
        && broadcasts(p.expr(bool), e));
    if (otherwise != 0) p.add("where", List.of(c, then, otherwise));
  }

  /** Some axes, none for all. */
  static Integer[] axes(Pool p, Expr x) {
    var axes = new ArrayList<Integer>();
    for (int a = 0; a < x.rank(); a++) if (p.chance(.5)) axes.add(p.chance(.2) ? a - x.rank() : a);
    return axes.toArray(Integer[]::new);
  }

  private static void reduce(Pool p) {
    int x = p.find(e -> e.dtype().isFloat() && e.rank() > 0);
    if (x != 0) p.add(p.one(Words.REDUCE), List.of(x), axes(p, p.expr(x)));
  }

  private static void along(Pool p) {
    int x = p.find(e -> e.dtype().isFloat() && e.rank() > 0);
    if (x == 0) return;
    int axis = p.below(p.expr(x).rank());
    String word = p.one(Words.ALONG);
    if (word.equals("prod") && p.evaluate(p.expr(x).dim(axis)) > 9) return;
    p.add(word, List.of(x), axis);
  }

  /** A place of the largest, or elements at random places. */
  private static void lookup(Pool p) {
    int x = p.find(e -> e.dtype().isFloat() && e.rank() > 0);
    if (x == 0) return;
    Expr e = p.expr(x);
    int axis = p.below(e.rank());
    int limit = p.tokenOf(e.dim(axis));
    switch (p.below(4)) {
      case 0 -> {
        int at = p.add(p.chance(.5) ? "argmax" : "argmin", List.of(x), axis);
        if (at != 0 && p.chance(.5)) p.add("toFloat", List.of(at), DType.F64.ordinal());
        if (at != 0 && p.chance(.5) && limit > 0) p.add("oneHot", List.of(at), limit, e.dtype().ordinal());
      }
      case 1 -> {
        int last = p.tokenOf(e.dim(e.rank() - 1));
        int indices = indices(p, last, e.type().dims().subList(0, e.rank() - 1));
        if (indices != 0) p.add("pick", List.of(x, indices));
      }
      default -> {
        int known = p.find(i -> i.dtype().isInteger() && i.rank() < 2);
        int indices = known != 0 && p.chance(.2) ? known
            : indices(p, limit, p.chance(.3) ? List.of() : List.of(p.build.dim(p.token())));
        if (indices != 0) p.add("take", List.of(x, indices), axis);
      }
    }
  }

  /** An input of integers that point into a dimension. */
  static int indices(Pool p, int limit, List<Dim> dims) {
    var numbers =
        new ArrayList<Integer>(List.of(p.chance(.7) ? DType.I32.ordinal() : DType.I64.ordinal(), limit));
    for (Dim d : dims) numbers.add(p.tokenOf(d));
    return numbers.contains(Integer.MIN_VALUE) ? 0 : p.leaf("input", numbers.toArray(Integer[]::new));
  }

  private static void loss(Pool p) {
    int x = p.find(e -> e.dtype().isFloat() && e.rank() > 0 && e.rank() < 3);
    if (x == 0) return;
    Expr e = p.expr(x);
    String word = p.chance(.5) ? "crossEntropy" : "scoresCrossEntropy";
    int target = p.chance(.5)
        ? indices(p, p.tokenOf(e.dim(e.rank() - 1)), e.type().dims().subList(0, e.rank() - 1))
        : p.find(o -> o.type().equals(e.type()));
    if (target != 0) p.add(word, List.of(x, target));
  }

  private static void cast(Pool p) {
    int x = p.find(e -> true);
    if (x != 0) p.add("toFloat", List.of(x), (p.chance(.5) ? DType.F32 : DType.F64).ordinal());
  }

  /** What is drawn at random, anew in each step. */
  static void random(Pool p) {
    var numbers = new ArrayList<>(List.of((p.chance(.5) ? DType.F32 : DType.F64).ordinal()));
    for (int rank = p.below(3); rank > 0; rank--) numbers.add(p.token());
    p.add(p.one(List.of("uniform", "normal", "bernoulli")), List.of(), numbers.toArray(Integer[]::new));
  }

  private static void leaf(Pool p) {
    int dtype = (p.chance(.5) ? DType.F32 : DType.F64).ordinal();
    switch (p.below(p.isBranch() ? 4 : 8)) {
      case 0 -> p.leaf("number", dtype, p.below(33) - 16);
      case 1 -> p.leaf("full", dtype, p.below(3) * 4, p.token());
      case 2 -> p.leaf("arange", dtype, p.token());
      case 4, 5, 6, 7 -> random(p);
      default -> p.leaf("literal", dtype, 0, p.extent());
    }
  }
}
