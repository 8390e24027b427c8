package weft.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.Backend;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.Printing;
import weft.graph.Apply;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.type.Dim;

/**
 * Every rule of both tables: that it fits its own examples, that it keeps its law, and that it leaves nothing
 * for itself to do.
 */
class RuleTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double[] SPECIAL = {0.0, -0.0, 1, -1, 2, -2, 0.5, 3.25, -7.5, 1e-12, -1e-12, 40, -40,
      745, -745, 1e300, -1e300,
      Double.MIN_VALUE, Double.MAX_VALUE, INF, -INF, Double.NaN};
  private static final double[] TAME = {0.0, -0.0, 1, -1, 2, -2, 0.5, 3.25, -7.5, 1e-12, 40, -745, INF, -INF,
      Double.NaN};

  static Stream<Rule> rules() {
    return Stream.of(Algebra.RULES, Algebra.LATE, Stability.RULES).flatMap(set -> set.rules().stream());
  }

  static Stream<Rule> algebra() {
    return Stream.of(Algebra.RULES, Algebra.LATE).flatMap(set -> set.rules().stream());
  }

  /** Rules of the other table that no pattern says; for the equations there see {@link StabilityTest}. */
  static Stream<Rule> lookups() {
    return Stability.RULES.rules().stream().filter(r -> r instanceof CodeRule);
  }

  private static Expr once(Rule rule, Expr example) {
    return rule.rewrite(example.apply(), e -> true);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aRuleFitsItsExamplesAndKeepsTheirType(Rule rule) {
    assertThat(rule.examples()).isNotEmpty();
    for (Expr example : rule.examples()) {
      assertThat(rule.roots()).anyMatch(root -> root.equals(RuleSet.root(example.apply())));
      Expr after = once(rule, example);
      if (after == null) fail("%s does not fit\n%s", rule.name(), Printing.text(example));
      assertThat(after.type()).as(rule.name()).isEqualTo(example.type());
    }
  }

  @Test
  void noTwoRulesHaveOneName() {
    assertThat(rules().map(Rule::name)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void rewritingTwiceChangesNothing(Rule rule) {
    for (RuleSet set : List.of(Algebra.RULES, Algebra.LATE, Stability.RULES)) {
      List<Expr> once = set.apply(rule.examples(), new Notes());
      assertThat(set.apply(once, new Notes())).isEqualTo(once);
    }
  }

  @ParameterizedTest
  @MethodSource("algebra")
  void bothSidesOfAnAlgebraRuleHaveTheSameValues(Rule rule) {
    for (Expr example : rule.examples()) {
      List<Expr> inputs = inputs(example);
      CompiledFunction both = compiled(inputs, example, once(rule, example));
      for (List<Tensor> sample : samples(inputs, rule.reorders() ? TAME : SPECIAL)) {
        Tensor[] values = both.callAll(sample.toArray());
        assertClose(rule, example, sample, values[0], values[1], rule.reorders() ? 1e-10 : 0);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("lookups")
  void bothSidesOfALookupAgree(Rule rule) {
    for (Expr example : rule.examples()) {
      List<Expr> inputs = inputs(example);
      CompiledFunction both = compiled(inputs, example, once(rule, example));
      for (List<Tensor> sample : samples(inputs, new double[] {0.5, -2})) {
        Tensor[] values = both.callAll(sample.toArray());
        assertClose(rule, example, sample, values[0], values[1], 1e-12);
      }
    }
  }

  private static List<Expr> inputs(Expr e) {
    return Graphs.order(List.of(e)).stream().filter(a -> a.op() instanceof Leaf.Input).map(a ->
        a.output(0)).toList();
  }

  private static CompiledFunction compiled(List<Expr> inputs, Expr... results) {
    return FunctionBuilder.function(inputs.toArray(Expr[]::new)).returns(results)
        .onUnusedInput(FunctionBuilder.Unused.IGNORE).withoutRewrites().compile(Backend.INTERPRETER);
  }

  private static void assertClose(Rule rule, Expr example, List<Tensor> sample, Tensor before, Tensor after,
      double tolerance) {
    assertThat(after.typeText()).as(rule.name()).isEqualTo(before.typeText());
    double[] left = before.toDoubles();
    double[] right = after.toDoubles();
    for (int i = 0; i < left.length; i++) {
      boolean same = left[i] == right[i] || Double.isNaN(left[i]) && Double.isNaN(right[i]);
      if (same || Math.abs(left[i] - right[i]) <= tolerance * Math.max(1, Math.abs(left[i]))) continue;
      fail("%s: %s is %s but %s, element %d of\n%s", rule.name(), sample, left[i], right[i], i,
          Printing.text(example));
    }
  }

  /**
   * Every combination of the numbers where scalars become vectors of such; else tensors with a special number
   * here and there.
   */
  private static List<List<Tensor>> samples(List<Expr> inputs, double[] numbers) {
    var samples = new ArrayList<List<Tensor>>();
    boolean open = inputs.stream().allMatch(e -> e.rank() == 1 && !e.dim(0).isConstant());
    if (open) samples.add(combinations(inputs, numbers));
    var random = new SplittableRandom(7);
    for (int k = 0; k < 40; k++) {
      int round = k;
      samples.add(inputs.stream().map(e -> tensor(e, numbers, random, round % 4 == 0 ? 0 : 0.2)).toList());
    }
    return samples;
  }

  private static List<Tensor> combinations(List<Expr> inputs, double[] numbers) {
    int size = (int) Math.pow(numbers.length, inputs.size());
    var all = new ArrayList<Tensor>();
    int stride = 1;
    for (Expr in : inputs) {
      double[] values = new double[size];
      for (int i = 0; i < size; i++) values[i] = value(in.dtype(), numbers[i / stride % numbers.length]);
      all.add(Tensor.ofShape(in.dtype(), values, size));
      stride *= numbers.length;
    }
    return all;
  }

  private static double value(DType dtype, double number) {
    if (dtype == DType.BOOL) return number > 0 ? 1 : 0;
    return dtype.isFloat() ? number : Math.floorMod((long) (number * 7), 4);
  }

  private static Tensor tensor(Expr e, double[] numbers, SplittableRandom random, double special) {
    int[] shape = e.type().dims().stream().mapToInt(d -> d.isConstant() ? (int) d.constant()
        : extent(d)).toArray();
    double[] values = new double[Stream.of(1).mapToInt(i ->
        java.util.Arrays.stream(shape).reduce(1, (m, n) -> m * n)).sum()];
    for (int i = 0; i < values.length; i++) {
      boolean one = random.nextDouble() < special;
      values[i] = value(e.dtype(), one ? numbers[random.nextInt(numbers.length)] : random.nextDouble(-3, 3));
    }
    return Tensor.ofShape(e.dtype(), values, shape);
  }

  private static int extent(Dim d) {
    return d.toString().equals("n") ? 5 : 3;
  }
}
