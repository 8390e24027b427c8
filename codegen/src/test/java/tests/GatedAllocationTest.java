package tests;

import static org.assertj.core.api.Assertions.assertThat;
import static weft.Tensors.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import weft.CompiledFunction;
import weft.codegen.Allocated;
import weft.codegen.Jvm;
import weft.graph.Expr;
import weft.runtime.Tensor;

/**
 * Gates of a GRU and of an LSTM for several rows: kernels of more vector operations than C2 looks through as it reads them. Those it
 * leaves in half would make objects in every iteration.
 */
class GatedAllocationTest {
  private static final int BATCH = 8;
  private static final int TIME = 10;
  private static final int IN = 16;
  private static final int HIDDEN = 64;
  private static final int CALLS = 200;

  /** In a virtual machine of its own, which has seen one width of vectors. */
  @Test
  void nothing() throws Exception {
    String out = Jvm.run(List.of("--add-modules", "jdk.incubator.vector"), GatedAllocationTest.class);
    assertThat(out).contains("gru: 0 bytes", "lstm: 0 bytes", "gru, training: 0 bytes");
  }

  public static void main(String[] args) {
    var rng = new Random(1);
    Tensor x = normal(rng, 1, TIME, BATCH, IN);
    Tensor y = normal(rng, 1, TIME, BATCH, HIDDEN);
    System.out.println("gru: " + bytes(forward(false, rng), x) + " bytes");
    System.out.println("lstm: " + bytes(forward(true, rng), x) + " bytes");
    System.out.println("gru, training: " + bytes(training(rng), x, y) + " bytes");
  }

  /** What some calls allocate in the end; the first ones may, until HotSpot has compiled them. */
  private static long bytes(CompiledFunction function, Tensor... arguments) {
    Tensor[] results = function.callAll((Object[]) arguments);
    return Allocated.inTheEnd(CALLS, 5 * CALLS, 15, () -> function.callInto(results, arguments));
  }

  private static Expr gate(Expr all, int which) {
    return all.slice(1, which * HIDDEN, (which + 1) * HIDDEN);
  }

  private static CompiledFunction forward(boolean isLstm, Random rng) {
    var x = tensor3("x", dim("time"), BATCH, IN);
    int width = (isLstm ? 4 : 3) * HIDDEN;
    var w = param("w", normal(rng, .2, IN, width));
    var u = param("u", normal(rng, .2, HIDDEN, width));
    return function(x).returns(isLstm ? lstm(x.dot(w), u) : gru(x.dot(w), u)).compile();
  }

  private static CompiledFunction training(Random rng) {
    Object time = dim("time");
    var x = tensor3("x", time, BATCH, IN);
    var y = tensor3("y", time, BATCH, HIDDEN);
    var w = param("w", normal(rng, .2, IN, 3 * HIDDEN));
    var u = param("u", normal(rng, .2, HIDDEN, 3 * HIDDEN));
    Expr loss = mean(sqr(gru(x.dot(w), u).minus(y)));
    return function(x, y).returns(loss).updates(sgd(loss, new ArrayList<>(List.of(w, u)), 1e-6f)).compile();
  }

  private static Expr gru(Expr rows, Expr u) {
    return scan().over(rows).name("layer").carry(zeros(BATCH, HIDDEN)).run(s -> {
      Expr a = s.prev().dot(u);
      Expr reset = sigmoid(gate(s.row(), 0).plus(gate(a, 0)));
      Expr update = sigmoid(gate(s.row(), 1).plus(gate(a, 1)));
      Expr next = tanh(gate(s.row(), 2).plus(reset.times(gate(a, 2))));
      s.next(next.minus(update.times(next)).plus(update.times(s.prev())));
    }).all(0);
  }

  private static Expr lstm(Expr rows, Expr u) {
    return scan().over(rows).name("layer").carry(zeros(BATCH, HIDDEN), zeros(BATCH, HIDDEN)).run(s -> {
      Expr a = s.row().plus(s.prev(0).dot(u));
      Expr c = sigmoid(gate(a, 1)).times(s.prev(1)).plus(sigmoid(gate(a, 0)).times(tanh(gate(a, 2))));
      s.next(sigmoid(gate(a, 3)).times(tanh(c)), c);
    }).all(0);
  }
}
