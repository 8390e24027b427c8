package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static tests.semantics.Cases.assertNumbers;
import static tests.semantics.Cases.f64;
import static weft.Tensors.F64;
import static weft.Tensors.I32;
import static weft.Tensors.constant;
import static weft.Tensors.crossEntropy;
import static weft.Tensors.dim;
import static weft.Tensors.dot;
import static weft.Tensors.exp;
import static weft.Tensors.function;
import static weft.Tensors.grad;
import static weft.Tensors.iterate;
import static weft.Tensors.log;
import static weft.Tensors.log1p;
import static weft.Tensors.logSigmoid;
import static weft.Tensors.map;
import static weft.Tensors.scalar;
import static weft.Tensors.scan;
import static weft.Tensors.sigmoid;
import static weft.Tensors.softmax;
import static weft.Tensors.softplus;
import static weft.Tensors.tanh;
import static weft.Tensors.zeros;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tests.Mode;
import tests.Modes;
import tests.Slopes;
import weft.graph.Expr;
import weft.runtime.Tensor;
import weft.type.Dim;

/** What becomes of loops that need not be loops, and of numbers that would leave what a float can hold. */
class OptimiserCasesTest {
  private static final double[] X = {-1000, -50, 0, 50, 1000};
  private static final double[] SOFTPLUS = {0, 1.9287498479639178e-22, 0.6931471805599453, 50, 1000};
  private static final double[] LOG_SIGMOID = {-1000, -50, -0.6931471805599453, -1.9287498479639178e-22, 0};

  private final Dim time = dim("time");
  private final Expr x = f64("x", time);

  private static String loops(List<Expr> inputs, Expr... results) {
    return function(inputs.toArray(Expr[]::new)).named("f").returns(results).lanes(1).compile().loops();
  }

  @Test
  void e01_aStepWithoutStateIsNoLoop() {
    var squares = scan().steps(2).run(s -> s.emit(constant(2.).times(constant(2.)), constant(2.)));
    Tensor[] both = Modes.function().returns(squares.emitted(0), squares.emitted(1)).callAll();
    assertNumbers(both[0], 4, 4);
    assertNumbers(both[1], 2, 2);
    assertThat(loops(List.of(), squares.emitted(0), squares.emitted(1))).doesNotContain("driver scan");
  }

  @Test
  void e01_aProductThatNoStepChangesIsComputedOnce() {
    var w1 = f64("W1", 2, 2);
    var w2 = f64("W2", 2, 2);
    var h0 = f64("h0", 2);
    var n = scalar("n", I32);
    var rows = scan().steps(n).run(s -> s.emit(h0.dot(w1.plus(w2)))).emitted();
    List<Expr> inputs = List.of(w1, w2, h0, n);
    double[][] w = {{1, 2}, {3, 4}};

    assertNumbers(Modes.function(w1, w2, h0, n).returns(rows).call(w, w, new double[] {1, 1}, 3), 8, 12, 8, 12,
        8, 12);
    assertThat(loops(inputs, rows)).doesNotContain("driver scan");
  }

  @Test
  void e02_aSumThatNoStepChangesIsComputedBeforeTheLoop() {
    var w1 = f64("W1", 2, 2);
    var w2 = f64("W2", 2, 2);
    var h0 = f64("h0", 2);
    var n = scalar("n", I32);
    var rows = iterate(n, h0, h -> dot(h, w1.plus(w2))).all();
    double[][] w = {{.5, .25}, {0, .5}};

    // W1 + W2 = [[1, .5], [0, 1]], of which each power adds .5 to the corner.
    assertNumbers(Modes.function(w1, w2, h0, n).returns(rows).call(w, w, new double[] {1, 0}, 3), 1, .5, 1, 1,
        1, 1.5);
    String loops = loops(List.of(w1, w2, h0, n), rows);
    String body = loops.substring(loops.indexOf("driver scan"), loops.indexOf("driver f"));
    assertThat(loops).contains("W1[j] + W2[j]");
    assertThat(body).contains("run dot").doesNotContain("run plus");
  }

  @Test
  void e03_aMapIsNoLoop() {
    Expr more = map(x, v -> v.plus(1));
    assertNumbers(Modes.function(x).returns(more).call((Object) new double[] {1, 2, 3}), 2, 3, 4);
    assertThat(loops(List.of(x), more)).doesNotContain("driver scan");
  }

  @Test
  void e08_aSumOfProductsIsOneProduct() {
    var a = f64("A", time, 2, 3);
    var b = f64("B", time, 3, 2);
    var c = f64("C", 2, 2);
    var run = scan().over(a, b).carry(c).run(s -> s.next(s.prev().plus(s.row(0).dot(s.row(1)))));
    for (Expr last : List.of(run.last(), run.all(0).row(-1))) {
      double[] ones = new double[12];
      java.util.Arrays.fill(ones, 1);
      Tensor rows = Tensor.ofShape(F64, ones, 2, 2, 3);
      Tensor columns = Tensor.ofShape(F64, ones, 2, 3, 2);
      assertNumbers(Modes.function(a, b, c).returns(last).call(rows, columns, new double[][] {{1, 2}, {3, 4}}),
          7, 8, 9, 10);
      assertThat(loops(List.of(a, b, c), last)).doesNotContain("driver scan");
    }
  }

  /** Three products a step forwards, three backwards, and the gradients of the three matrices as one product each of all steps. */
  @Test
  void e09_gradientsOfAGruAreThreeProducts() {
    var batch = dim("batch");
    List<Expr> rows = List.of(f64("xr", time, batch, 3), f64("xz", time, batch, 3), f64("xh", time, batch, 3));
    List<Expr> weights = List.of(f64("Ur", 3, 3), f64("Uz", 3, 3), f64("Uh", 3, 3));
    var h0 = f64("h0", batch, 3);
    Expr last = scan("gru").over(rows.toArray(Expr[]::new)).carry(h0).run(s -> {
      Expr r = sigmoid(s.row(0).plus(s.prev().dot(weights.get(0))));
      Expr z = sigmoid(s.row(1).plus(s.prev().dot(weights.get(1))));
      Expr c = tanh(s.row(2).plus(r.times(s.prev()).dot(weights.get(2))));
      s.next(z.times(s.prev()).plus(c.times(z.neg().plus(1))));
    }).last();
    var inputs = new ArrayList<>(rows);
    inputs.add(h0);
    inputs.addAll(weights);
    Expr cost = last.times(last).sum();
    var random = new SplittableRandom(3);
    Object[] arguments = inputs.stream().map(e -> e.rank() == 3 ? numbers(random, 4, 2, 3) : e == h0 ? numbers(random, 2, 3) : numbers(random, 3, 3))
        .toArray();
    Slopes.check(inputs, cost, inputs, arguments);
    String loops = loops(inputs, grad(cost, weights).toArray(Expr[]::new));
    assertThat(products(loops, "gru")).isEqualTo(3);
    assertThat(products(loops, "gru_vjp")).isEqualTo(3);
    assertThat(products(loops, "f")).isEqualTo(3);
  }

  private static Tensor numbers(SplittableRandom random, int... shape) {
    int size = 1;
    for (int extent : shape) size *= extent;
    return Tensor.ofShape(F64, random.doubles(size, -.8, .8).toArray(), shape);
  }

  /** How many products a driver runs, which may be followed by more in their kernel. */
  private static long products(String loops, String driver) {
    String body = loops.substring(loops.lastIndexOf("\ndriver " + driver + (driver.equals("f") ? "\n" : " ")) + 1);
    int end = body.indexOf("\n\n");
    return (end < 0 ? body : body.substring(0, end)).lines().filter(l -> l.strip().startsWith("run "))
        .filter(l -> kernel(loops, l.strip().substring(4)).contains("fma(")).count();
  }

  private static String kernel(String loops, String name) {
    int at = loops.indexOf("kernel " + name + " ");
    return at < 0 ? "" : loops.substring(at, loops.indexOf("\n\n", at));
  }

  @Test
  void e13_aLoopOverNumbersIsANumber() {
    var v = scalar("v", F64);
    Expr sum = v.plus(iterate(10, constant(1.), p -> p.times(2)).last());
    assertNumbers(Modes.function(v).returns(sum).call(.5), 1024.5);
    assertThat(loops(List.of(v), sum)).contains("v[0] + 1024").doesNotContain("driver scan");
  }

  @Test
  void e14_productsOfWholeSequencesLeaveTheLoop() {
    var xs = f64("xs", time, 3);
    var w = f64("W", 3, 4);
    var u = f64("U", 4, 4);
    var wo = f64("Wo", 4, 2);
    var h = scan(xs, zeros(F64, 4), (xt, p) -> tanh(xt.dot(w).plus(p.dot(u))));
    Expr y = map(h.all(), ht -> softmax(ht.dot(wo)));
    String loops = loops(List.of(xs, w, u, wo), y);
    String body = loops.substring(loops.indexOf("driver scan"), loops.indexOf("driver f"));
    assertThat(body.lines().filter(l -> l.contains("run dot")).count()).isEqualTo(1);
    assertThat(loops).contains("= xs·W").contains("·Wo");
  }

  @Test
  void e12_functionsThatStayFinite() {
    assertNumbers(Modes.function(x).returns(softplus(x)).call((Object) X), SOFTPLUS);
    assertNumbers(Modes.function(x).returns(logSigmoid(x)).call((Object) X), LOG_SIGMOID);
    Tensor tiny = Modes.function(x).returns(softplus(x)).call((Object) new double[] {-50});
    assertThat(tiny.item()).isCloseTo(1.9287498479639178e-22, within(1e-35));
  }

  /** By hand they do only once rewrites have seen what was meant; as written they are infinite. */
  private void assertStable(Expr byHand, double... expected) {
    for (Mode mode : Mode.all(8)) {
      if (!mode.rewrites()) continue;
      double[] is = mode.configure(function(x).returns(byHand)).compile(mode.backend()).call((Object) X)
          .toDoubles();
      for (int i = 0; i < is.length; i++) {
        assertThat(is[i]).as(mode + " [" + i + "]")
            .isCloseTo(expected[i], within(1e-9 * Math.max(1e-20, Math.abs(expected[i]))));
      }
    }
  }

  @Test
  void e12_writtenByHand() {
    assertStable(log1p(exp(x)), SOFTPLUS);
    assertStable(log(exp(x).plus(1)), SOFTPLUS);
    assertStable(log(sigmoid(x)), LOG_SIGMOID);
  }

  /** The logarithm stands behind the loop that the sigmoid is in. */
  @Test
  void e12_acrossALoop() {
    assertStable(log(map(x, v -> sigmoid(v))), LOG_SIGMOID);
    assertStable(log(scan().over(x).carry(0.)
        .run(s -> s.next(tanh(s.prev())).emit(sigmoid(s.row().plus(s.prev())))).emitted()),
        LOG_SIGMOID);
  }

  @Test
  void e12_theCrossEntropyOfASoftmaxAcrossALoop() {
    var scores = f64("scores", time, 2);
    var p = map(scores, row -> softmax(row));
    var target = weft.Tensors.vector("target", I32, time);
    double[][] given = {{0, 1000}, {-1000, 0}, {1, 1}};
    var loss = crossEntropy(p, target);
    for (Mode mode : Mode.all(8)) {
      if (!mode.rewrites()) continue;
      Tensor is = mode.configure(function(scores, target).returns(loss)).compile(mode.backend())
          .call(given, new int[] {0, 0, 1});
      assertNumbers(is, 1000, 1000, Math.log(2));
      assertThat(is.dtype()).isEqualTo(F64);
    }
  }
}
