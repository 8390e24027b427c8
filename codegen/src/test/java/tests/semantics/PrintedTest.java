package tests.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static weft.Tensors.*;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tests.Modes;
import weft.CompiledFunction;
import weft.graph.Expr;
import weft.runtime.Prints;
import weft.runtime.Tensor;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** What {@code printed} shows: the same lines in every mode, each once. */
class PrintedTest {
  /** Eight that are compiled when called, two classes that stand alone, one that is read from bytes. */
  private static final int MODES = 13;

  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final Expr x = Cases.f64("x", dim("n"));

  @BeforeEach
  void listen() {
    Prints.to(lines::add);
  }

  @AfterEach
  void listenNoMore() {
    Prints.to(null);
  }

  /** What one call prints, the same in all modes. */
  private void prints(Modes function, Object argument, String... expected) {
    function.compile();
    lines.clear();
    function.call(argument);
    assertThat(lines).hasSize(MODES * expected.length);
    for (int i = 0; i < MODES; i++) assertThat(lines.subList(i * expected.length, (i + 1) * expected.length)).containsExactly(expected);
  }

  @Test
  void valuesAndShapes() {
    prints(Modes.function(x).returns(printed(x.times(2), "twice").plus(1)), Tensor.of(1.0, 2), "twice: f64[2] [2.0, 4.0]");
    prints(Modes.function(x).returns(printed(x.sum(), "sum")), Tensor.of(1.0, 2), "sum: f64 3.0");
    prints(Modes.function(x).returns(printedShape(x, "x")), Tensor.of(1.0, 2, 3), "x shape: i32[1] [3]");
    prints(Modes.function(x).returns(printedShape(x.sum(), "sum")), Tensor.of(1.0), "sum shape: i32[0] []");
    prints(Modes.function(x).returns(printed(x.gt(1), "large\n\"$L\" %d")), Tensor.of(1.0, 2), "large\n\"$L\" %d: bool[2] [false,  true]");
  }

  @Test
  void aMatrixStandsOnLinesOfItsOwn() {
    Expr m = Cases.f64("m", dim("rows"), 2);
    prints(Modes.function(m).returns(printed(m.times(3), "m").sum()), Tensor.of(new double[][] {{1, 2}, {3, 4}}),
        "m: f64[2, 2]\n[[ 3.0,  6.0],\n [ 9.0, 12.0]]");
  }

  @Test
  void everyStepWithItsNumber() {
    Expr sums = scan(x, constant(0.0), (xt, sum) -> printed(sum.plus(xt), "sum")).all();
    prints(Modes.function(x).returns(sums), Tensor.of(1.0, 2, 4), "sum at step 0: f64 1.0", "sum at step 1: f64 3.0", "sum at step 2: f64 7.0");
  }

  @Test
  void aKnownShortScanToo() {
    Expr three = Cases.f64("x", 3);
    Expr sums = scan(three, constant(0.0), (xt, sum) -> printed(sum.plus(xt), "sum")).all();
    prints(Modes.function(three).returns(sums), Tensor.of(1.0, 2, 4), "sum at step 0: f64 1.0", "sum at step 1: f64 3.0",
        "sum at step 2: f64 7.0");
  }

  @Test
  void backwardsTheRowsOfTheSequence() {
    Expr sums = scan().over(x).backwards().carry(constant(0.0)).run(s -> s.next(printed(s.prev().plus(s.row()), "sum"))).all(0);
    prints(Modes.function(x).returns(sums), Tensor.of(1.0, 2), "sum at step 1: f64 2.0", "sum at step 0: f64 3.0");
  }

  @Test
  void scansInScans() {
    Expr m = Cases.f64("m", dim("rows"), dim("columns"));
    Expr sums = scan(m, constant(0.0), (row, sum) ->
        scan(row, sum, (e, inner) -> printed(inner.plus(e), "at")).last()).all();
    prints(Modes.function(m).returns(sums), Tensor.of(new double[][] {{1, 2}, {3, 4}}), "at at step 0, 0: f64 1.0",
        "at at step 0, 1: f64 3.0", "at at step 1, 0: f64 6.0", "at at step 1, 1: f64 10.0");
  }

  @Test
  void onlyTheStepsThatAreTaken() {
    Expr y = scan().over(x).run(s -> s.emit(printed(s.row(), "row")).until(s.row().gt(1))).emitted();
    prints(Modes.function(x).returns(y.sum()), Tensor.of(1.0, 2, 3), "row at step 0: f64 1.0", "row at step 1: f64 2.0");
  }

  /** Steps that windows of truncated gradients take again are not looked at again. */
  @Test
  void onceWhereGradientsTakeStepsAgain() {
    Expr y = scan().over(x).carry(1.0).truncate(1, 3).run(s -> s.next(printed(s.row(), "row").times(s.prev()))).last();
    prints(Modes.function(x).returns(y, grad(y, x)), Tensor.of(2.0, 3), "row at step 0: f64 2.0", "row at step 1: f64 3.0");
  }

  @Test
  void onlyTheBranchThatIsTaken() {
    Expr y = ifElse(x.sum().gt(2), () -> printed(x.times(2), "more"), () -> printed(x, "less"));
    prints(Modes.function(x).returns(y), Tensor.of(1.0, 2), "more: f64[2] [2.0, 4.0]");
    prints(Modes.function(x).returns(y), Tensor.of(1.0, 0), "less: f64[2] [1.0, 0.0]");
  }

  @Test
  void whatIsComputedForAllStepsAtOnceIsStillPrintedInEach() {
    Expr rows = Cases.f64("rows", dim("n"), 2);
    Expr w = param("w", Tensor.of(new double[][] {{1, 2}, {3, 4}}));
    Expr last = scan(rows, zeros(F64, 2), (row, h) -> printed(row.dot(w), "in").plus(h)).last();
    prints(Modes.function(rows).returns(last), Tensor.of(new double[][] {{1, 0}, {0, 1}}), "in at step 0: f64[2] [1.0, 2.0]",
        "in at step 1: f64[2] [3.0, 4.0]");
    assertThat(function(rows).returns(last).compile().explain()).contains("hoisted dot(rows_t, w)");
  }

  @Test
  void gradientsPassThroughAndPrintNothingTwice() {
    Expr products = scan(x, constant(1.0), (xt, p) -> printed(p.times(xt), "p").times(1)).all();
    Expr cost = products.sum();
    Expr slope = weft.grad.Gradient.of(cost).wrt(x);
    Modes both = Modes.function(x).returns(slope, cost);
    prints(both, Tensor.of(2.0, 3), "p at step 0: f64 2.0", "p at step 1: f64 6.0");
    assertThat(both.callAll(Tensor.of(2.0, 3))[0].toDoubles()).containsExactly(4, 2);
    Expr often = scan().over(x).carry(constant(1.0)).checkpoint(2).run(s -> s.next(printed(tanh(s.prev().times(s.row())), "p"))).last();
    Modes kept = Modes.function(x).returns(weft.grad.Gradient.of(often).wrt(x), often);
    kept.compile();
    lines.clear();
    kept.call(Tensor.of(0.0, 0, 0));
    assertThat(lines).hasSize(3 * MODES);
    assertThat(lines.subList(0, 3)).containsExactly("p at step 0, 0: f64 0.0", "p at step 0, 1: f64 0.0", "p at step 0: f64 0.0");
  }

  @Test
  void aBranchIsNotPrintedAgainForItsGradient() {
    Expr y = ifElse(x.sum().gt(0), () -> exp(printed(x, "x")), () -> x).sum();
    prints(Modes.function(x).returns(y, weft.grad.Gradient.of(y).wrt(x)), Tensor.of(1.0), "x: f64[1] [1.0]");
  }

  @Test
  void twoOfTheSameAreTwo() {
    Expr y = printed(x.sum(), "s").plus(printed(x.sum(), "s"));
    prints(Modes.function(x).returns(y), Tensor.of(1.0, 2), "s: f64 3.0", "s: f64 3.0");
  }

  @Test
  void whatNothingNeedsIsNotPrinted() {
    Expr unused = scan(x, constant(0.0), (xt, sum) -> {
      printed(xt, "lost");
      return sum.plus(xt);
    }).last();
    prints(Modes.function(x).returns(unused), Tensor.of(1.0, 2));
  }

  @Test
  void aRecipeKeepsIt() {
    CompiledFunction read = weft.Recipe.read(weft.Recipe.of(function(x).returns(printed(x, "kept")))).compile();
    read.call(Tensor.of(5.0));
    assertThat(lines).containsExactly("kept: f64[1] [5.0]");
  }

  @Test
  void aMessageIsNeeded() {
    assertThatThrownBy(() -> printed(x, null)).isInstanceOfSatisfying(WeftException.class, e -> {
      assertThat(e.kind()).isEqualTo(Kind.ARGUMENT);
      assertThat(e).hasMessageContaining("printed: the message is null");
    });
  }
}
