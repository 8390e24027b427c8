package weft.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weft.Backend;
import weft.CompiledFunction;
import weft.FunctionBuilder;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.graph.Leaf;
import weft.runtime.Tensor;

/**
 * The law of stability rules: the right side is as near to the true value as rounding allows, or as near as
 * the left. Rows hold no +∞ and no NaN: no element of such a row has a softmax.
 */
class StabilityTest {
  private static final double[] NUMBERS = {0, 1, -1, 0.5, -2.5, 3, -1e-9, 1e-17, 30, -40, 300, -300, 745, -745};
  private static final double[] NOT_FINITE = {0, 1, -2, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
      Double.NaN};
  private static final int ROW = 3;

  static Stream<Rule> equations() {
    return Stability.RULES.rules().stream().filter(r -> r instanceof Equation);
  }

  private static Expr after(Rule rule, Expr example) {
    return rule.rewrite(example.apply(), e -> true);
  }

  private static List<Expr> inputs(Expr e) {
    return Graphs.order(List.of(e)).stream().filter(a -> a.op() instanceof Leaf.Input).map(a ->
        a.output(0)).toList();
  }

  private static CompiledFunction compiled(List<Expr> inputs, Expr... results) {
    return FunctionBuilder.function(inputs.toArray(Expr[]::new)).returns(results)
        .onUnusedInput(FunctionBuilder.Unused.IGNORE).withoutRewrites().compile(Backend.INTERPRETER);
  }

  private static double[][] run(CompiledFunction function, List<Expr> inputs, Map<Expr, double[]> sample) {
    Object[] tensors = inputs.stream()
        .map(e -> Tensor.ofShape(e.dtype(), sample.get(e), e.rank() == 0 ? new int[0] : new int[] {ROW})).toArray();
    return Arrays.stream(function.callAll(tensors)).map(Tensor::toDoubles).toArray(double[][]::new);
  }

  /** Every combination of up to two scalars; else a choice. */
  private static List<Map<Expr, double[]>> samples(List<Expr> inputs, double[] numbers, int most) {
    var random = new SplittableRandom(11);
    boolean all = inputs.size() <= 2 && inputs.stream().allMatch(e -> e.rank() == 0);
    int count = all ? (int) Math.pow(numbers.length, inputs.size()) : most;
    var samples = new ArrayList<Map<Expr, double[]>>();
    for (int k = 0; k < count; k++) {
      var sample = new HashMap<Expr, double[]>();
      int rest = k;
      for (Expr in : inputs) {
        double[] values = new double[in.rank() == 0 ? 1 : ROW];
        for (int i = 0; i < values.length; i++) values[i] = numbers[random.nextInt(numbers.length)];
        if (all) values[0] = numbers[rest % numbers.length];
        rest /= numbers.length;
        sample.put(in, values);
      }
      samples.add(sample);
    }
    return samples;
  }

  @ParameterizedTest
  @MethodSource("equations")
  void theRightSideIsAtLeastAsAccurate(Rule rule) {
    Expr left = rule.examples().get(0);
    Expr right = after(rule, left);
    List<Expr> inputs = inputs(left);
    CompiledFunction both = compiled(inputs, left, right);
    boolean rows = inputs.stream().anyMatch(e -> e.rank() > 0);
    double[] numbers = rows ? Arrays.stream(NUMBERS).filter(x -> Math.abs(x) < 400).toArray() : NUMBERS;
    int compared = 0;
    for (Map<Expr, double[]> sample : samples(inputs, numbers, 60)) {
      BigDecimal[] truth;
      try {
        truth = Exact.of(left, sample);
      } catch (ArithmeticException e) {
        continue;
      }
      double[][] values = run(both, inputs, sample);
      for (int i = 0; i < truth.length; i++) {
        if (truth[i].abs().compareTo(BigDecimal.valueOf(Double.MAX_VALUE)) > 0) continue;
        compared++;
        double leftError = error(values[0][i], truth[i]);
        double rightError = error(values[1][i], truth[i]);
        double rounding = (4 + largest(sample)) * Math.ulp(truth[i].doubleValue());
        if (rows) rounding += Math.ulp(largest(sample));
        if (rightError <= 4 * leftError + rounding) continue;
        fail("%s at %s: %s is off by %s, but %s by %s", rule.name(), text(sample), values[0][i], leftError,
            values[1][i], rightError);
      }
    }
    assertThat(compared).as(rule.name()).isGreaterThan(5);
  }

  /** The largest operand: what its rounding does to an exponential of it. */
  private static double largest(Map<Expr, double[]> sample) {
    return sample.values().stream().flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
  }

  private static String text(Map<Expr, double[]> sample) {
    var text = new StringBuilder();
    sample.forEach((e, v) -> text.append(e.name()).append('=').append(Arrays.toString(v)).append(' '));
    return text.toString();
  }

  private static double error(double value, BigDecimal truth) {
    if (!Double.isFinite(value)) return Double.POSITIVE_INFINITY;
    return new BigDecimal(value).subtract(truth).abs().doubleValue();
  }

  @ParameterizedTest
  @MethodSource("equations")
  void whereTheLeftSideIsANumberAtInfinityTheRightOneIsThatNumber(Rule rule) {
    Expr left = rule.examples().get(0);
    Expr right = after(rule, left);
    List<Expr> inputs = inputs(left);
    CompiledFunction both = compiled(inputs, left, right);
    boolean rows = inputs.stream().anyMatch(e -> e.rank() > 0);
    double[] numbers = rows ? new double[] {0, 1, -2, Double.NEGATIVE_INFINITY} : NOT_FINITE;
    for (Map<Expr, double[]> sample : samples(inputs, numbers, 200)) {
      double[][] values = run(both, inputs, sample);
      for (int i = 0; i < values[0].length; i++) {
        if (Double.isNaN(values[0][i])) continue;
        assertThat(values[1][i]).as(rule.name() + " at " + text(sample)).isCloseTo(values[0][i], within(1e-15));
      }
    }
  }
}
