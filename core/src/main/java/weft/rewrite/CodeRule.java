package weft.rewrite;

import java.util.Arrays;
import java.util.List;
import weft.graph.Apply;
import weft.graph.Expr;

/**
 * A rule about ops that are told axes, extents or labels, for which a pattern would not be enough: its left
 * side is found by a method.
 *
 * @param code what takes the place of an apply of one of the roots, or null
 */
record CodeRule(String name, List<?> roots, Code code, boolean reorders, List<Expr> examples) implements Rule {
  interface Code {
    Expr of(Apply apply, Uses uses);
  }

  /** A method that does not ask how often anything is used. */
  interface Local {
    Expr of(Apply apply);
  }

  static CodeRule rule(String name, Object root, Local code, Expr... examples) {
    return new CodeRule(name, List.of(root), (a, uses) -> code.of(a), false, Arrays.asList(examples));
  }

  /** The same where sums are taken in another order. */
  static CodeRule reordering(String name, Object root, Local code, Expr... examples) {
    return new CodeRule(name, List.of(root), (a, uses) -> code.of(a), true, Arrays.asList(examples));
  }

  @Override
  public Expr rewrite(Apply apply, Uses uses) {
    return code.of(apply, uses);
  }
}
