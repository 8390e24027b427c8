package weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import weft.PlainGraph.Array;
import weft.graph.Expr;
import weft.rewrite.ScanPasses;
import weft.runtime.Tensor;

/** Computes results as the graph stands, rewritten, and compiled in two ways, and holds them against each other. */
public final class Runs {
  private Runs() {}

  public static Array run(Expr result, Map<Expr, Array> inputs) {
    return run(List.of(result), inputs).get(0);
  }

  public static List<Array> run(List<Expr> results, Map<Expr, Array> inputs) {
    List<Array> plain = PlainGraph.run(results, inputs);
    compare("scan passes", results, PlainGraph.run(ScanPasses.apply(results, why -> {}), inputs), plain);
    compare("compiled as written", results, compiled(results, inputs, false), plain);
    compare("compiled", results, compiled(results, inputs, true), plain);
    return plain;
  }

  private static List<Array> compiled(List<Expr> results, Map<Expr, Array> inputs, boolean rewrites) {
    List<Expr> declared = new ArrayList<>(inputs.keySet());
    FunctionBuilder function = FunctionBuilder.function(declared.toArray(Expr[]::new))
        .returns(results.toArray(Expr[]::new)).onUnusedInput(FunctionBuilder.Unused.IGNORE);
    if (!rewrites) function.withoutRewrites();
    Object[] arguments = declared.stream().map(e -> tensor(e, inputs.get(e))).toArray();
    Tensor[] values = function.compile(Backend.INTERPRETER).callAll(arguments);
    return Arrays.stream(values).map(PlainGraph::array).toList();
  }

  private static Tensor tensor(Expr input, Array value) {
    return Tensor.ofShape(input.dtype(), value.data(), value.shape());
  }

  private static void compare(String how, List<Expr> results, List<Array> actual, List<Array> expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).shape()).isEqualTo(expected.get(i).shape());
      for (int j = 0; j < expected.get(i).data().length; j++) {
        double want = expected.get(i).data()[j];
        assertThat(actual.get(i).data()[j]).as(how + ": " + results.get(i) + " [" + j + "]")
            .isCloseTo(want, within(1e-9 * Math.max(1, Math.abs(want))));
      }
    }
  }
}
