package weft.printing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static weft.FunctionBuilder.function;
import static weft.Tensors.*;

import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import weft.Backend;
import weft.CompiledFunction;
import weft.Printing;
import weft.grad.Gradient;
import weft.graph.Expr;
import weft.graph.Graphs;
import weft.op.Ops;
import weft.rewrite.Algebra;
import weft.rewrite.Fold;
import weft.rewrite.Notes;
import weft.rewrite.Share;
import weft.rewrite.Stability;
import weft.runtime.Tensor;
import weft.runtime.WeftException;

/** What passes make of small graphs, as text and in numbers. */
class PassesTest {
  private static String text(List<Expr> results) {
    return Printing.text(results.toArray(Expr[]::new)).replaceAll("  # .*", "");
  }

  private static String after(BiFunction<List<Expr>, Notes, List<Expr>> pass, Expr... results) {
    return text(pass.apply(List.of(results), new Notes()));
  }

  /** Values by the compiler itself, without passes. */
  private static List<Tensor> values(List<Expr> exprs) {
    return List.of(function().returns(exprs.toArray(Expr[]::new)).withoutRewrites().compile(Backend.INTERPRETER).callAll());
  }

  private static List<Expr> fold(List<Expr> results, Notes notes) {
    return Fold.apply(results, notes, PassesTest::values);
  }

  @Test
  void gatesThatShareOneProductHaveOneGradient() {
    Expr g = matrix("g", 2, 6);
    Expr gates = sigmoid(g.slice(1, 0, 2)).times(tanh(g.slice(1, 2, 4))).plus(sigmoid(g.slice(1, 4, 6)));
    Expr d = Gradient.of(gates.sum()).wrt(g);

    List<Expr> now = Algebra.RULES.apply(Share.apply(List.of(d), new Notes()), new Notes());

    assertThat(text(now)).isEqualTo("""
        %1 f32[2, 6] g = input
        %2 f32[2, 2] = slice[axis 1 from 2 extent 2](g)
        %3 f32[2, 2] = tanh(%2)
        %4 f32[2, 2] = slice[axis 1 from 0 extent 2](g)
        %5 f32[2, 2] = sigmoid(%4)
        %6 f32[2, 2] = minus(1 [2, 2], %5)
        %7 f32[2, 2] = times(%5, %6)
        %8 f32[2, 2] = times(%3, %7)
        %9 f32[2, 2] = times(%3, %3)
        %10 f32[2, 2] = minus(1 [2, 2], %9)
        %11 f32[2, 2] = times(%5, %10)
        %12 f32[2, 2] = slice[axis 1 from 4 extent 2](g)
        %13 f32[2, 2] = sigmoid(%12)
        %14 f32[2, 2] = minus(1 [2, 2], %13)
        %15 f32[2, 2] = times(%13, %14)
        %16 f32[2, 6] d sum(…)/d g = concat[axis 1](%8, %11, %15)
        return d sum(…)/d g
        """);
  }

  @Test
  void transposedOperandsAreReadAsTheyLie() {
    var time = dim("time");
    Expr x = matrix("x", time, 3);
    Expr w = matrix("w", 5, 3);
    Expr y = tanh(x.dot(w.transpose())).transpose().sum(1);

    assertThat(after(Algebra.RULES::apply, y)).isEqualTo("""
        %1 f32[time, 3] x = input
        %2 f32[5, 3] w = input
        %3 f32[time, 5] = dot[ak,nk->an](x, w)
        %4 f32[time, 5] = tanh(%3)
        %5 f32[5] = sum[axes [0]](%4)
        return %5
        """);
  }

  @Test
  void aProductSaidWithBroadcastsIsAContraction() {
    var n = dim("n");
    Expr x = matrix("x", n, 3);
    Expr w = matrix("w", 3, 4);
    Expr y = expandDims(x, 2).times(expandDims(w, 0)).sum(1);

    assertThat(after(Algebra.RULES::apply, y)).isEqualTo("""
        %1 f32[n, 3] x = input
        %2 f32[3, 4] w = input
        %3 f32[n, 4] = dot[ab,bc->ac](x, w)
        return %3
        """);
  }

  @Test
  void anErrorOfTheCallIsNotRewrittenAway() {
    var n = dim("n");
    Expr x = vector("x", n);
    Expr y = x.slice(0, 2, -1).slice(0, 1, 2);
    Expr constant = broadcastTo(constant(1f), n).row(3);

    assertThat(after(Algebra.RULES::apply, y, constant)).isEqualTo("""
        %1 f32[n] x = input
        %2 f32[n - 3] = slice[axis 0 from 2 extent n - 3](x)
        %3 f32[1] = slice[axis 0 from 1 extent 1](%2)
        %4 f32 = row[axis 0 at 3](1 [n])
        return %3, %4
        """);
  }

  @Test
  void constantsAreFoldedWhateverTheirSize() {
    var n = dim("n");
    Expr huge = exp(zeros(10_000, n)).plus(1);
    Expr table = arange(3).times(2).cast(F32);
    Expr x = vector("x", 3);

    List<Expr> now = fold(List.of(huge, x.plus(table), x.times(Tensor.of(2f, 2f, 2f))), new Notes());

    assertThat(text(now)).isEqualTo("""
        %1 f32[3] x = input
        %2 f32[3] = literal [0.0, 2.0, 4.0]
        %3 f32[3] = plus(x, %2)
        %4 f32[3] = times(x, 2 [3])
        return 2 [10000, n], %3, %4
        """);
  }

  @Test
  void whatCannotBeComputedNowIsAnErrorOfTheCall() {
    Expr quotient = floorDiv(arange(3), constant(0));
    CompiledFunction f = function().returns(quotient).compile(Backend.INTERPRETER);

    assertThat(text(fold(List.of(quotient), new Notes()))).contains("floorDiv");
    org.assertj.core.api.Assertions.assertThatThrownBy(f::call).isInstanceOf(WeftException.class);
  }

  @Test
  void aScanOfConstantsIsFolded() {
    Expr power = iterate(10, constant(1.0), h -> h.times(2)).last();

    CompiledFunction f = function().returns(power).compile(Backend.INTERPRETER);

    assertThat(f.call().item()).isEqualTo(1024);
    assertThat(text(fold(List.of(power), new Notes()))).isEqualTo("return 1024\n");
  }

  @Test
  void theBodyOfAScanIsRewrittenToo() {
    var time = dim("time");
    Expr x = vector("x", time);
    Expr y = map(x, row -> log(row.plus(1)));

    assertThat(after(Stability.RULES::apply, y)).contains("log1p(").doesNotContain("log(");
  }

  @Test
  void rowsOfZerosAndAOneAreLookups() {
    var n = dim("n");
    Expr words = vector("words", I32, n);
    Expr table = matrix("table", 50, 8);
    Expr rows = oneHot(words, 50).dot(table);
    Expr d = Gradient.of(rows.times(rows).sum()).wrt(table);

    List<Expr> now = Stability.RULES.apply(Share.apply(List.of(rows, d), new Notes()), new Notes());

    assertThat(text(now)).contains("take[axis 0](table, ").contains("scatterAdd[axis 0 of [50, 8]]")
        .doesNotContain("oneHot").doesNotContain("dot[");
  }

  @Test
  void softplusNeitherOverflowsNorCancels() {
    Expr x = vector("x", F64, 5);
    CompiledFunction f = function(x).returns(log(exp(x).plus(1)), log(sigmoid(x)), log(minus(1.0, sigmoid(x))))
        .compile(Backend.INTERPRETER);

    Tensor[] y = f.callAll(new double[] {-1000, -50, 0, 50, 1000});

    assertThat(y[0].doubles()).startsWith(new double[] {0, 1.9287498479639178e-22, 0.6931471805599453, 50,
        1000}, within(1e-25));
    assertThat(y[1].doubles()).startsWith(new double[] {-1000, -50, -0.6931471805599453,
        -1.9287498479639178e-22, 0}, within(1e-25));
    assertThat(y[2].doubles()).startsWith(new double[] {0, -1.9287498479639178e-22, -0.6931471805599453, -50,
        -1000}, within(1e-25));
  }

  /**
   * The gradient of a cross-entropy at scores of which all but one underflow: the probabilities less the target.
   */
  @Test
  void crossEntropyOfSoftmaxHasAFiniteGradientAtExtremes() {
    Expr x = matrix("x", F64, 2, 3);
    Expr target = matrix("target", F64, 2, 3);
    Expr classes = vector("classes", I32, 2);
    Expr byHand = exp(x).div(sumKeepDims(exp(x), -1));
    List<Expr> losses = List.of(crossEntropy(softmax(x), target).sum(), crossEntropy(softmax(x), classes).sum(),
        neg(log(pick(softmax(x), classes))).sum(), crossEntropyWithLogits(x, target).sum(),
        crossEntropy(byHand, target).sum());
    for (Expr loss : losses) {
      CompiledFunction f = function(x, target, classes).returns(loss, Gradient.of(loss).wrt(x))
          .onUnusedInput(weft.FunctionBuilder.Unused.IGNORE).compile(Backend.INTERPRETER);

      Tensor[] y = f.callAll(new double[][] {{0, 1000, -1000}, {-2000, 0, 0}},
          new double[][] {{1, 0, 0}, {0, 0, 1}}, new int[] {0, 2});

      assertThat(y[0].item()).isCloseTo(1000 + Math.log(2), within(1e-12));
      assertThat(y[1].doubles()).startsWith(new double[] {-1, 1, 0, 0, 0.5, -0.5}, within(1e-15));
    }
  }

  /** The softmax is in the step, its logarithm behind the loop: the scores of step 1 would underflow to 0. */
  @Test
  void aLogarithmBehindTheLoopMeetsTheSoftmaxInIt() {
    var time = dim("time");
    Expr x = matrix("x", F64, time, 3);
    Expr classes = vector("classes", I32, time);
    Expr p = scan().over(x).carry(zeros(F64, 3)).run(s -> {
      Expr h = s.row().plus(s.prev().times(0.5));
      s.next(h).emit(softmax(h));
    }).emitted();
    Expr loss = neg(log(pick(p, classes))).sum();
    CompiledFunction f = function(x, classes).returns(loss, Gradient.of(loss).wrt(x)).compile(Backend.INTERPRETER);

    Tensor[] y = f.callAll(new double[][] {{0, 0, 0}, {0, 1000, 0}}, new int[] {1, 0});

    assertThat(y[0].item()).isCloseTo(1000 + Math.log(3), within(1e-12));
    double[] second = {-1, 1, 0};
    double[] first = {1 / 3. + second[0] / 2, -2 / 3. + second[1] / 2, 1 / 3.};
    assertThat(y[1].doubles()).startsWith(new double[] {first[0], first[1], first[2], -1, 1, 0}, within(1e-15));
  }

  @Test
  void binaryCrossEntropyOfSigmoidHasAFiniteGradientAtExtremes() {
    Expr x = vector("x", F64, 4);
    Expr target = vector("target", F64, 4);
    for (Expr p : List.of(sigmoid(x), div(1.0, exp(neg(x)).plus(1)))) {
      Expr loss = binaryCrossEntropy(p, target).sum();
      CompiledFunction f = function(x, target).returns(loss,
          Gradient.of(loss).wrt(x)).compile(Backend.INTERPRETER);

      Tensor[] y = f.callAll(new double[] {1000, -1000, 0, 800}, new double[] {0, 1, 1, 1});

      assertThat(y[0].item()).isCloseTo(2000 + Math.log(2), within(1e-12));
      assertThat(y[1].doubles()).startsWith(new double[] {1, -1, -0.5, 0}, within(1e-15));
    }
  }

  @Test
  void aChainOfTwentyThousandAppliesCompilesItsGraph() {
    Expr x = vector("x", F64, 2);
    Expr y = x;
    for (int i = 0; i < 20_000; i++) y = i % 2 == 0 ? y.plus(0).times(1.5) : neg(neg(y)).minus(0.25);

    List<Expr> now = Algebra.RULES.apply(Share.apply(List.of(y), new Notes()), new Notes());
    now = Share.apply(Stability.RULES.apply(now, new Notes()), new Notes());

    assertThat(Graphs.order(now).size()).isEqualTo(20_003);
  }

  @Test
  void whatWasDoneIsExplained() {
    Expr x = vector("x", 3);
    CompiledFunction f = function(x).returns(log(softmax(x)),
        neg(neg(Ops.plus(x, 0)))).compile(Backend.INTERPRETER);

    assertThat(f.explain()).contains("stability\n      1  log(softmax(x)) → logSoftmax(x)\n").contains("1  --a → a");
  }
}
