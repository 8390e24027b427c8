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

  /** A rule about one op. */
  static CodeRule rule(String name, Object root, Local code) {
    return rule(name, List.of(root), (apply, uses) -> code.of(apply));
  }

  /** A rule about several ops. */
  static CodeRule rule(String name, List<?> roots, Code code) {
    return new CodeRule(name, roots, code, false, List.of());
  }

  /** The same rule, whose right side takes sums in another order. */
  CodeRule reordering() {
    return new CodeRule(name, roots, code, true, examples);
  }

  /** The same rule with examples of its left side. */
  CodeRule on(Expr... examples) {
    return new CodeRule(name, roots, code, reorders, Arrays.asList(examples));
  }

  /** The operand of an op that is told to change nothing. */
  static Expr unchanged(Apply apply) {
    return apply.input(0).type().equals(apply.output(0).type()) ? apply.input(0) : null;
  }

  @Override
  public Expr rewrite(Apply apply, Uses uses) {
    return code.of(apply, uses);
  }
}
