package weft.rewrite;

import weft.graph.Origin;

/**
 * The table of equations whose right side is at least as accurate as the left: it does not overflow, cancel or
 * divide by what underflows where the left side does. Where both are exact they agree.
 */
public final class Stability {
  /** All of them. */
  public static final RuleSet RULES =
      Origin.inherit(Origin.UNKNOWN, () -> new RuleSet(LookupRules.ALL, StabilityRules.ALL));

  private Stability() {}
}
