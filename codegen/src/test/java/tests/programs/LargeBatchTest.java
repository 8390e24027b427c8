package tests.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static weft.Tensors.*;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.CompiledFunction;
import weft.Initializer;
import weft.graph.Expr;
import weft.runtime.DType;
import weft.runtime.Tensor;
import weft.type.Dim;

/** What takes another way where a step has many rows, or a row many elements: the numbers stay, and plain Java agrees. */
class LargeBatchTest {
  private static final int TIME = 2;
  private static final int BATCH = 64;
  private static final int UNITS = 128;
  private static final int WORDS = 8192;
  private static final int DEPTH = 24;
  private static final int SENTENCES = 8;

  private final Dim time = dim("time");

  private static Tensor numbers(long seed, double deviation, int... shape) {
    return Initializer.normal(new Random(seed), deviation).create(DType.F64, shape);
  }

  /** The loss, the sum of the squares of all states, in plain Java. */
  private static double loss(double[] x, double[] w, double[] u) {
    double loss = 0;
    double[] state = new double[BATCH * UNITS];
    for (int t = 0; t < TIME; t++) {
      double[] next = new double[BATCH * UNITS];
      for (int b = 0; b < BATCH; b++) {
        for (int j = 0; j < UNITS; j++) {
          double sum = 0;
          for (int k = 0; k < UNITS; k++) {
            sum += x[(t * BATCH + b) * UNITS + k] * w[k * UNITS + j] + state[b * UNITS + k] * u[k * UNITS + j];
          }
          next[b * UNITS + j] = Math.tanh(sum);
          loss += next[b * UNITS + j] * next[b * UNITS + j];
        }
      }
      state = next;
    }
    return loss;
  }

  @Test
  void productsThatFillTilesStayInTheStep() {
    Tensor start = numbers(1, .1, UNITS, UNITS);
    Tensor recurrent = numbers(2, .1, UNITS, UNITS);
    Expr w = param("w", start);
    Expr u = param("u", recurrent);
    Expr x = tensor3("x", DType.F64, time, BATCH, UNITS);
    var net = scan(x, zeros(DType.F64, BATCH, UNITS), (row, h) -> tanh(row.dot(w).plus(h.dot(u))));
    Expr loss = sum(sqr(net.all()));
    Tensor xs = numbers(3, 1, TIME, BATCH, UNITS);
    Tensor[] got = Modes.function(x).returns(loss, grad(loss, w), grad(loss, u)).callAll(xs);
    assertThat(got[0].item()).isCloseTo(loss(xs.doubles(), start.doubles(), recurrent.doubles()), within(1e-9));
    double[] slope = new double[2];
    double[][] to = new double[2][];
    double[][] from = new double[2][];
    for (int i = 0; i < 2; i++) {
      double[] direction = numbers(4 + i, 1, UNITS, UNITS).doubles();
      double[] at = (i == 0 ? start : recurrent).doubles();
      to[i] = at.clone();
      from[i] = at.clone();
      for (int k = 0; k < at.length; k++) {
        slope[i] += got[1 + i].doubles()[k] * direction[k];
        to[i][k] += 1e-5 * direction[k];
        from[i][k] -= 1e-5 * direction[k];
      }
    }
    double alongW = loss(xs.doubles(), to[0], recurrent.doubles()) - loss(xs.doubles(), from[0], recurrent.doubles());
    double alongU = loss(xs.doubles(), start.doubles(), to[1]) - loss(xs.doubles(), start.doubles(), from[1]);
    assertThat(alongW / 2e-5).isCloseTo(slope[0], withinPercentage(.01));
    assertThat(alongU / 2e-5).isCloseTo(slope[1], withinPercentage(.01));
    CompiledFunction last = function(x).returns(net.last()).compile();
    assertThat(last.explain()).contains("dot(x_t, w) stays in the step, since its rows fill register tiles");
    assertThat(last.workspace().isConstant()).as("bytes of workspace, however many steps there are").isTrue();
    Expr ahead = scan(x.dot(w).plus(0.), zeros(DType.F64, BATCH, UNITS), (row, h) -> tanh(row.plus(h.dot(u)))).last();
    CompiledFunction inside = function(x).returns(ahead).compile();
    assertThat(inside.explain()).contains("into the step, whose rows fill register tiles");
    assertThat(inside.workspace().isConstant()).isTrue();
    assertThat(Modes.function(x).returns(ahead).call(xs).doubles()).containsExactly(last.call(xs).doubles(), within(1e-14));
  }

  @Test
  void logitsOfManyWordsAreMadeRowByRow() {
    Tensor table = numbers(6, .3, DEPTH, WORDS);
    Tensor offset = numbers(7, .3, WORDS);
    Expr wy = param("wy", table);
    Expr by = param("by", offset);
    Expr h = tensor3("h", DType.F64, time, SENTENCES, DEPTH);
    Expr y = matrix("y", DType.I32, time, SENTENCES);
    Expr loss = mean(crossEntropyWithLogits(h.dot(wy).plus(by), y));
    Tensor states = numbers(8, 1, TIME, SENTENCES, DEPTH);
    int[] words = new Random(9).ints(TIME * SENTENCES, 0, WORDS).toArray();
    double sum = 0;
    double[] logits = new double[WORDS];
    for (int row = 0; row < TIME * SENTENCES; row++) {
      double all = 0;
      for (int word = 0; word < WORDS; word++) {
        logits[word] = offset.doubles()[word];
        for (int k = 0; k < DEPTH; k++) logits[word] += states.doubles()[row * DEPTH + k] * table.doubles()[k * WORDS + word];
        all += Math.exp(logits[word]);
      }
      sum += Math.log(all) - logits[words[row]];
    }
    Tensor target = Tensor.wrap(words, TIME, SENTENCES);
    assertThat(Modes.function(h, y).returns(loss).call(states, target).item()).isCloseTo(sum / (TIME * SENTENCES), within(1e-9));
    CompiledFunction measure = function(h, y).returns(loss).compile();
    assertThat(measure.explain()).contains("row by row, since all that is made of a row is little");
    assertThat(measure.workspace().substitute(s -> Dim.of(1000)).constant()).as("bytes of workspace for a thousand steps")
        .isLessThan(1000L * WORDS);
    var train = Modes.function(h, y).returns(loss).updates(sgd(loss, List.of(wy, by), .5));
    assertThat(train.call(states, target).item()).isCloseTo(sum / (TIME * SENTENCES), within(1e-9));
    assertThat(train.call(states, target).item()).isLessThan(sum / (TIME * SENTENCES));
  }
}
