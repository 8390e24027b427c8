package tests.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.Tensors.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tests.Modes;
import weft.Initializer;
import weft.Update;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;

/**
 * Training steps of an LSTM and a GRU, several in a row with clipped gradients and state in their updates: as run-time code, as classes
 * that a build would generate, by two threads and out of a recipe. Where only the back end differs they agree bit for bit; the loss is
 * the mean square that plain Java gets from the predictions.
 */
class TrainingStepsTest {
  private static final int IN = 5;
  private static final int HIDDEN = 6;
  private static final int BATCH = 3;
  private static final int STEPS = 12;

  private final List<Expr> parameters = new ArrayList<>();
  private final Random random = new Random(11);

  private Expr weights(String name, int... shape) {
    Expr p = param(name, Initializer.normal(random, .4).create(DType.F32, shape));
    parameters.add(p);
    return p;
  }

  private static Expr gate(Expr all, int i) {
    return all.slice(1, i * HIDDEN, (i + 1) * HIDDEN);
  }

  private Expr lstm(Expr x) {
    Expr u = weights("U", HIDDEN, 4 * HIDDEN);
    Expr in = x.dot(weights("W", IN, 4 * HIDDEN)).plus(weights("b", 4 * HIDDEN));
    return scan().over(in).carry(zeros(BATCH, HIDDEN), zeros(BATCH, HIDDEN)).run(s -> {
      Expr a = s.row().plus(s.prev(0).dot(u));
      Expr c = sigmoid(gate(a, 1)).times(s.prev(1)).plus(sigmoid(gate(a, 0)).times(tanh(gate(a, 2))));
      s.next(sigmoid(gate(a, 3)).times(tanh(c)), c);
    }).all(0);
  }

  private Expr gru(Expr x) {
    Expr u = weights("U", HIDDEN, 3 * HIDDEN);
    Expr bias = weights("c", 3 * HIDDEN);
    Expr in = x.dot(weights("W", IN, 3 * HIDDEN)).plus(weights("b", 3 * HIDDEN));
    return scan().over(in).carry(zeros(BATCH, HIDDEN)).run(s -> {
      Expr a = s.prev().dot(u).plus(bias);
      Expr r = sigmoid(gate(s.row(), 0).plus(gate(a, 0)));
      Expr z = sigmoid(gate(s.row(), 1).plus(gate(a, 1)));
      Expr n = tanh(gate(s.row(), 2).plus(r.times(gate(a, 2))));
      s.next(n.minus(z.times(n)).plus(z.times(s.prev())));
    }).all(0);
  }

  private List<Update> updates(String rule, Expr loss) {
    List<Expr> gradients = clipByNorm(grad(loss, parameters), .05);
    return switch (rule) {
      case "momentum" -> momentum(gradients, parameters, .5, .9);
      case "adam" -> adam(gradients, parameters, .05);
      default -> sgd(gradients, parameters, .5);
    };
  }

  @ParameterizedTest
  @CsvSource({"lstm, sgd", "lstm, momentum", "lstm, adam", "gru, sgd", "gru, momentum", "gru, adam"})
  void allFormsTakeTheSameSteps(String cell, String rule) {
    var time = dim("time");
    Expr x = tensor3("x", time, BATCH, IN);
    Expr y = tensor3("y", time, BATCH, HIDDEN);
    Expr h = cell.equals("lstm") ? lstm(x) : gru(x);
    Expr loss = mean(sqr(h.minus(y)));
    var train = Modes.function(x, y).returns(loss, h).updates(updates(rule, loss)).f32Within(1e-3);
    double first = 0;
    double last = 0;
    Tensor xs = Initializer.normal(new Random(1), 1).create(DType.F32, 7, BATCH, IN);
    Tensor ys = Initializer.uniform(new Random(2), -.5, .5).create(DType.F32, 7, BATCH, HIDDEN);
    for (int step = 0; step < STEPS; step++) {
      Tensor[] now = train.callAll(xs, ys);
      double sum = 0;
      for (int i = 0; i < ys.size(); i++) sum += Math.pow(now[1].floats()[i] - ys.floats()[i], 2);
      last = now[0].item();
      assertThat(last).isCloseTo(sum / ys.size(), within(1e-6));
      if (step == 0) first = last;
    }
    assertThat(last).isLessThan(first);
  }
}
