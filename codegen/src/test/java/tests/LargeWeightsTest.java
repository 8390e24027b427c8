package tests;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Tensors.*;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weft.Backend;
import weft.CompiledFunction;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/**
 * Weights of a megabyte, and of more than two, which are gone through to and fro in parts: all packed ones lie in one array, and kernels of eleven rows
 * take turns with their panels. No back end and no number of threads changes a bit of two training steps.
 */
class LargeWeightsTest {
  private static final int BATCH = 11;
  private static final int IN = 40;

  private record Net(CompiledFunction train, List<Expr> parameters) {}

  private static Net net(int hidden, Backend backend, int threads) {
    var random = new Random(3);
    Expr w = param("w", normal(random, .1, IN, 4 * hidden));
    Expr u = param("u", normal(random, .1, hidden, 4 * hidden));
    Dim time = dim("time");
    Expr x = tensor3("x", time, BATCH, IN);
    Expr zeros = zeros(BATCH, hidden);
    Expr states = scan().over(x.dot(w)).carry(zeros, zeros).run(s -> {
      Expr a = s.row().plus(s.prev(0).dot(u));
      Expr c = sigmoid(gate(hidden, a, 1)).times(s.prev(1)).plus(sigmoid(gate(hidden, a, 0)).times(tanh(gate(hidden, a, 2))));
      s.next(sigmoid(gate(hidden, a, 3)).times(tanh(c)), c);
    }).all(0);
    Expr loss = mean(sqr(states));
    var parameters = List.of(w, u);
    return new Net(function(x).returns(loss).updates(sgd(loss, parameters, 0.5f)).named("large").lanes(8).threads(threads).compile(backend),
        parameters);
  }

  private static Expr gate(int hidden, Expr a, int i) {
    return a.slice(1, i * hidden, (i + 1) * hidden);
  }

  /** The losses of two steps, of which the second reads packed weights anew, and the weights behind them. */
  private static List<Tensor> steps(Net net) {
    Tensor x = normal(new Random(4), 1, 3, BATCH, IN);
    Tensor first = net.train.call(x);
    Tensor second = net.train.call(x);
    assertThat(second.item()).isNotNaN().isLessThan(first.item());
    return List.of(first, second, parameter(net.parameters.get(0)).get(), parameter(net.parameters.get(1)).get());
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 384})
  void everyWayGivesTheSameBits(int hidden) {
    Net compiled = net(hidden, Backend.BYTECODE, 1);
    assertThat(compiled.train.explain().toString()).contains("take turns with each panel")
        .contains(hidden == 256 ? "backwards in the next, since" : "backwards in the next, in parts");
    List<Tensor> expected = steps(compiled);
    for (Net other : List.of(net(hidden, Backend.INTERPRETER, 1), net(hidden, Backend.SOURCE, 1), net(hidden, Backend.BYTECODE, 2))) {
      List<Tensor> got = steps(other);
      for (int i = 0; i < got.size(); i++) assertThat(got.get(i).floats()).as("%s", i).isEqualTo(expected.get(i).floats());
    }
  }
}
