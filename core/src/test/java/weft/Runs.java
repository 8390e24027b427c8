package weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import weft.PlainGraph.Array;
import weft.graph.Expr;
import weft.rewrite.ScanPasses;
import weft.runtime.Tensor;

/** Computes results, as the graph stands and by compiled functions, and holds one against the others. */
public final class Runs {
  private Runs() {}

  public static Array run(Expr result, Map<Expr, Array> inputs) {
    return run(List.of(result), inputs).get(0);
  }

  public static List<Array> run(List<Expr> results, Map<Expr, Array> inputs) {
    List<Array> plain = PlainGraph.run(results, inputs);
    compare(results, results, plain, inputs);
    compare(results, ScanPasses.apply(results, why -> {}), plain, inputs);
    return plain;
  }

  private static void compare(List<Expr> original, List<Expr> results, List<Array> plain, Map<Expr,
      Array> inputs) {
    List<Expr> declared = new ArrayList<>(inputs.keySet());
    CompiledFunction function = FunctionBuilder.function(declared.toArray(Expr[]::new))
        .returns(results.toArray(Expr[]::new))
        .onUnusedInput(FunctionBuilder.Unused.IGNORE).compile(Backend.INTERPRETER);
    Tensor[] compiled = function.callAll(declared.stream().map(e -> tensor(e, inputs.get(e))).toArray());
    for (int i = 0; i < compiled.length; i++) {
      assertThat(compiled[i].shape()).isEqualTo(plain.get(i).shape());
      double[] expected = plain.get(i).data();
      double[] actual = PlainGraph.array(compiled[i]).data();
      for (int j = 0; j < expected.length; j++) {
        assertThat(actual[j]).as(original.get(i) + " [" + j + "]")
            .isCloseTo(expected[j], within(1e-9 * Math.max(1, Math.abs(expected[j]))));
      }
    }
  }

  private static Tensor tensor(Expr input, Array value) {
    return Tensor.ofShape(input.dtype(), value.data(), value.shape());
  }
}
