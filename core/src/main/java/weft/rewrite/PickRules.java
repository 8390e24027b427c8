package weft.rewrite;

import static weft.rewrite.CodeRule.rule;
import static weft.rewrite.Variables.below4;
import static weft.rewrite.Variables.m64;
import static weft.rewrite.Variables.v4;
import static weft.rewrite.Variables.v6;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Leaf;
import weft.op.Broadcast;
import weft.op.Cast;
import weft.op.Ops;
import weft.op.Scalar;
import weft.op.Take;
import weft.type.Dim;

/**
 * Rules that pick one element a row from operands rather than from results: of {@code logSoftmax(x)[i]} nothing but the sums over the
 * rows is computed for all classes. They come last, since rules about logarithms of probabilities want to see them whole.
 */
final class PickRules {
  static final List<CodeRule> ALL = List.of(
      rule("f(x, …)[i] → f(x[i], …)", Take.class, PickRules::ofFunction)
          .on(pick(Ops.exp(m64)), pick(Ops.minus(m64, 2.0)), pick(Ops.minus(m64, Ops.broadcast(v6, m64.type().dims(), List.of(0))))),
      rule("broadcast(x)[i] → x, where rows are one number", Take.class, PickRules::ofRows)
          .on(pick(Ops.broadcast(v6, m64.type().dims(), List.of(0)))),
      rule("broadcast(x)[i] → x[i], where rows are equal", Take.class, PickRules::ofEqualRows)
          .on(pick(Ops.broadcast(v4, m64.type().dims(), List.of(1)))));

  private PickRules() {}

  private static Expr pick(Expr x) {
    return Apply.one(new Take(1, 1), x, below4);
  }

  /** Whether it takes one element from each row of x. */
  private static boolean isPick(Apply e) {
    var take = (Take) e.op();
    int last = e.input(0).rank() - 1;
    return take.axis() == last && take.batch() == last && e.input(1).rank() == last;
  }

  /** All functions below are gone through at once, and what several of them use is picked once: rule by rule, picks would double. */
  private static Expr ofFunction(Apply e) {
    if (!isPick(e) || !isFunction(e.input(0))) return null;
    var picked = new HashMap<Expr, Expr>();
    var open = new ArrayDeque<Expr>(List.of(e.input(0)));
    while (!open.isEmpty()) {
      Expr x = open.peek();
      if (!isFunction(x)) picked.computeIfAbsent(x, k -> operand(e, k));
      else for (Expr in : x.apply().inputs()) if (!picked.containsKey(in)) open.push(in);
      if (open.peek() != x) continue;
      open.pop();
      if (isFunction(x)) picked.computeIfAbsent(x, k -> Apply.of(k.op(), k.apply().inputs().stream().map(picked::get).toList()).output(0));
    }
    return picked.get(e.input(0));
  }

  private static boolean isFunction(Expr x) {
    return x.op() instanceof Scalar || x.op() instanceof Cast;
  }

  private static Expr operand(Apply pick, Expr x) {
    List<Dim> dims = pick.output(0).type().dims();
    return x.op() instanceof Leaf.Constant c ? Ops.constant(c.value(), x.type().withDims(dims)) : Apply.one(pick.op(), x, pick.input(1));
  }

  private static Expr ofRows(Apply e) {
    if (!isPick(e) || !(e.input(0).op() instanceof Broadcast b) || b.axes().contains(b.to().size() - 1)) return null;
    return Ops.broadcast(e.input(0).apply().input(0), e.output(0).type().dims(), b.axes());
  }

  private static Expr ofEqualRows(Apply e) {
    if (!isPick(e) || !(e.input(0).op() instanceof Broadcast b) || !b.axes().equals(List.of(b.to().size() - 1))) return null;
    return Apply.one(new Take(0, 0), e.input(0).apply().input(0), e.input(1));
  }
}
