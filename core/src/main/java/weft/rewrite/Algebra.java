package weft.rewrite;

import weft.graph.Origin;

/**
 * The table of equations whose two sides have the same value for every operand: NaN where the other side is
 * NaN, the same infinity where it is infinite, 0 where it is 0, and else the same number; where sums are taken
 * in another order, the same but for rounding.
 */
public final class Algebra {
  /** All of them. */
  public static final RuleSet RULES = Origin.inherit(Origin.UNKNOWN, () -> new RuleSet(ScalarRules.ALL, ViewRules.ALL,
      PartRules.ALL, JoinRules.ALL, SumRules.ALL, DotRules.ALL));

  /** Those that hide what other rules look for, and so come last. */
  public static final RuleSet LATE = Origin.inherit(Origin.UNKNOWN, () -> new RuleSet(PickRules.ALL));

  private Algebra() {}
}
