package weft.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.op.Liftable;
import weft.op.Ops;
import weft.type.Dim;
import weft.type.TensorType;

/**
 * A rule written as two expressions over {@link Variables}. What it says of scalars or vectors it says of
 * every tensor that has more axes in front: both sides are lifted to the rank at hand by the ops themselves.
 */
final class Equation implements Rule {
  private final String name;
  private final Expr left;
  private final Expr right;
  private final boolean onlyIfLonely;
  private final Map<Integer, Sides> lifted = new ConcurrentHashMap<>();

  /** The two sides at one rank, in the form that {@link ViewRules} bring graphs to. */
  record Sides(Expr left, Expr right) {}

  private Equation(Expr left, Expr right, boolean onlyIfLonely) {
    this.name = PatternText.of(left) + " → " + PatternText.of(right);
    this.left = left;
    this.right = right;
    this.onlyIfLonely = onlyIfLonely;
  }

  /** {@code left = right}, to be used from left to right. */
  static Equation rule(Expr left, Expr right) {
    return new Equation(left, right, false);
  }

  /**
   * The same, used only where nothing else needs the operands of the left side, so that they need not be
   * computed any more.
   */
  static Equation saving(Expr left, Expr right) {
    return new Equation(left, right, true);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }

  /** The left side as it is written, and with one more axis in front. */
  @Override
  public List<Expr> examples() {
    return List.of(sides(0).left, sides(1).left);
  }

  @Override
  public List<?> roots() {
    return List.of(RuleSet.root(left.apply()));
  }

  @Override
  public Expr rewrite(Apply apply, Uses uses) {
    Expr e = apply.output(0);
    int more = e.rank() - left.rank();
    if (more < 0) return null;
    Sides sides = sides(more);
    Match match = Match.of(sides.left, e);
    if (match == null || onlyIfLonely && !areLonely(sides.left, e, match, uses)) return null;
    return match.instantiate(sides.right);
  }

  /** Whether each operand that the left side computes is used once. */
  private static boolean areLonely(Expr pattern, Expr e, Match match, Uses uses) {
    for (int i = 0; i < pattern.apply().inputs().size(); i++) {
      Expr part = e.apply().input(i);
      if (part.op() instanceof Leaf || match.isBound(part)) continue;
      if (!uses.once(part)) return false;
    }
    return true;
  }

  private Sides sides(int more) {
    Sides known = lifted.get(more);
    if (known != null) return known;
    List<Expr> both = List.of(left, right);
    for (int i = 0; i < more; i++) both = lift(both, Dim.named("rows" + i));
    both = ViewRules.SET.apply(both, new Notes());
    Sides sides = new Sides(both.get(0), both.get(1));
    lifted.put(more, sides);
    return sides;
  }

  /** The expressions for a whole stack of values of their variables. */
  private static List<Expr> lift(List<Expr> results, Dim length) {
    var mapped = new HashMap<Expr, Expr>();
    var varies = new HashMap<Expr, Boolean>();
    for (Apply a : Graphs.order(results)) {
      Expr out = a.output(0);
      var inputs = new ArrayList<Expr>();
      boolean[] stacked = new boolean[a.inputs().size()];
      boolean some = false;
      for (int i = 0; i < stacked.length; i++) {
        inputs.add(mapped.get(a.input(i)));
        stacked[i] = varies.get(a.input(i));
        some |= stacked[i];
      }
      boolean variable = a.op() instanceof Leaf.Input;
      varies.put(out, some || variable);
      if (variable) mapped.put(out, variable(out.type().stacked(length), out.name()));
      else mapped.put(out, some ? ((Liftable) a.op()).lift(a, inputs, stacked, length).get(0) : out);
    }
    var lifted = new ArrayList<Expr>();
    for (Expr e : results) lifted.add(varies.get(e) ? mapped.get(e) : Ops.repeated(e, length));
    return lifted;
  }

  private static Expr variable(TensorType type, String name) {
    return Apply.one(new Leaf.Input(type)).named(name);
  }
}
