package weft.rewrite;

import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import weft.Backend;
import weft.FunctionBuilder;
import weft.Printing;
import weft.graph.Expr;
import weft.runtime.Tensor;

/** Random graphs give the same results before and after passes. */
class RandomGraphTest {
  private static final int SEEDS = 300;

  private static Tensor[] run(List<Expr> inputs, List<Expr> results, Object[] arguments, boolean rewrites) {
    FunctionBuilder function = FunctionBuilder.function(inputs.toArray(Expr[]::new))
        .returns(results.toArray(Expr[]::new)).onUnusedInput(FunctionBuilder.Unused.IGNORE);
    if (!rewrites) function.withoutRewrites();
    return function.compile(Backend.INTERPRETER).callAll(arguments);
  }

  private static void compare(long seed, UnaryOperator<List<Expr>> passes, boolean rewrites) {
    var graphs = new RandomGraphs(seed);
    List<Expr> results = graphs.results(40);
    Object[] arguments = graphs.inputs.stream().map(graphs::tensor).toArray();
    Tensor[] before = run(graphs.inputs, results, arguments, false);
    Tensor[] after = run(graphs.inputs, passes.apply(results), arguments, rewrites);
    for (int i = 0; i < before.length; i++) {
      double[] left = before[i].toDoubles();
      double[] right = after[i].toDoubles();
      for (int j = 0; j < left.length; j++) {
        if (Math.abs(left[j] - right[j]) <= 1e-9 * Math.max(1, Math.abs(left[j]))) continue;
        if (rewrites && !Double.isFinite(left[j])) continue;
        if (left[j] == right[j] || Double.isNaN(left[j]) && Double.isNaN(right[j])) continue;
        fail("seed %d, result %d: %s became %s\n%s", seed, i, left[j], right[j], Printing.text(results.get(i)));
      }
    }
  }

  @Test
  void algebraKeepsAllValues() {
    for (long seed = 0; seed < SEEDS; seed++) {
      compare(seed, results -> Share.apply(
          Algebra.RULES.apply(Share.apply(results, new Notes()), new Notes()), new Notes()), false);
    }
  }

  @Test
  void theWholePipelineKeepsAllValues() {
    for (long seed = SEEDS; seed < 2 * SEEDS; seed++) compare(seed, UnaryOperator.identity(), true);
  }
}
